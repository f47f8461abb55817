"""Recurrence (复燃): earlier cases of the same kind that had come to their good end.

The office's own rule, for no source found defines it: the same responsible party, ended before
this case was filed, and the same clause of the criterion, or the same sector and a place or a
name that is alike. Alike: equal without spaces, or one contains the other's four characters or
more. An organisation's successor counts as another party.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from services.models.case import CaseCriterion, SupervisionCase
from services.queries.scope import inside_of
from workflows.permissions import Actor
from workflows.vocabulary import CaseEnding

GOOD_ENDS = (CaseEnding.DELISTED, CaseEnding.TRACKED_CLOSED, CaseEnding.OWN_LISTING_CLOSED)
SHORTEST_PART = 4
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True)
class Likeness:
    """In what an earlier case is of the same kind as this one, as conditions on it."""

    clause: Condition
    place: Condition
    name: Condition


def likeness_to(case: SupervisionCase) -> Likeness:
    """What earlier cases are compared by."""
    sector = SupervisionCase.sector == case.sector
    return Likeness(
        _same_clause(case.criterion),
        sa.and_(sector, _alike(SupervisionCase.place, case.place)),
        sa.and_(sector, _alike(SupervisionCase.hazard_name, case.hazard_name)),
    )


def earlier_of_the_kind(case: SupervisionCase, actor: Actor) -> Condition:
    """True for the earlier cases of the kind that the actor reads the inside of."""
    alike = likeness_to(case)
    return sa.and_(
        SupervisionCase.id != case.id,
        SupervisionCase.responsible_party_id == case.responsible_party_id,
        SupervisionCase.ending.in_(GOOD_ENDS),
        SupervisionCase.ended_at <= case.filed_at,
        sa.or_(alike.clause, alike.place, alike.name),
        inside_of(actor),
    )


def number_of_earlier(case: SupervisionCase, actor: Actor) -> sa.ScalarSelect[int]:
    """How many there are, for a query that is asked anyway."""
    return (
        sa.select(sa.func.count(SupervisionCase.id))
        .where(earlier_of_the_kind(case, actor))
        .scalar_subquery()
    )


def _same_clause(clause: CaseCriterion | None) -> Condition:
    if clause is None:
        return sa.false()
    same = (
        CaseCriterion.clause_key == clause.clause_key
        if clause.clause_key
        else sa.and_(
            CaseCriterion.document == clause.document, CaseCriterion.article == clause.article
        )
    )
    found = sa.exists().where(CaseCriterion.case_id == SupervisionCase.id, same)
    return found.correlate_except(CaseCriterion)


def _alike(column: sa.SQLColumnExpression[str | None], text: str | None) -> Condition:
    wanted = "".join((text or "").split())
    if not wanted:
        return sa.false()
    known = sa.func.replace(sa.func.replace(column, " ", ""), "\u3000", "")
    equal: Condition = known == wanted
    if len(wanted) < SHORTEST_PART:
        return equal
    inside = sa.func.replace(known, wanted, "") != known
    around = sa.and_(
        sa.func.length(known) >= SHORTEST_PART,
        sa.func.replace(sa.literal(wanted), known, "") != wanted,
    )
    return sa.or_(equal, inside, around)
