"""Who may do open steps: the table of permissions as rows that one statement joins with posts.

A condition for each permission would make statements that take longer to read than to answer.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from services.models.case import Act, CaseParty, Handover, Invitation, SupervisionCase
from services.models.organisation import Organisation, Post, PostSector
from services.models.process import open_task
from services.models.succession import Substitution
from services.queries.facts import OFFICE_DRAFTS_FOR
from services.queries.names import none_of, one_of
from services.queries.scope import DEPARTMENTS_GOVERNMENT, HOUSES, VISITOR_COLUMNS
from services.queries.standing_in import held_on, runs_on
from services.queries.taking_back import not_taken_back
from workflows.facts import CORRECTED_BY, ENDORSED_BY_GOVERNMENT, OPERATING_PARTIES
from workflows.permissions import (
    PERMISSIONS,
    Actor,
    PermissionRow,
    PostRecord,
    Relation,
    answers_for,
)
from workflows.vocabulary import Action, Addressee, OrganisationKind, Role, Track

Line = sa.Select[*tuple[Any, ...]]
PARTY, BODY = aliased(Organisation), aliased(Organisation)
_ASKED = aliased(Post)
_POST = (Post.id.label("post_id"), Post.role, Post.organisation_id)
_AUTHORITY = aliased(Substitution)
_BEGINNING = aliased(Act)
_OFF_LISTED_TRACK = (Track.ORDINARY, Track.TRACKED, Track.OWN_LISTING)
_NOBODY_ABOVE = sa.or_(
    one_of(SupervisionCase.party_kind, ENDORSED_BY_GOVERNMENT),
    PARTY.kind == OrganisationKind.SOLE_TRADER,
)
# The needs that decide who acts, as conditions on the case.
WHO_NEEDS: Mapping[str, sa.ColumnElement[bool]] = {
    "has_parent_company": SupervisionCase.parent_company_id.is_not(None),
    "no_parent_company": sa.and_(SupervisionCase.parent_company_id.is_(None), ~_NOBODY_ABOVE),
    "endorsed_by_government": sa.and_(SupervisionCase.parent_company_id.is_(None), _NOBODY_ABOVE),
    "no_enterprise": none_of(SupervisionCase.party_kind, OPERATING_PARTIES),
    "office_drafts_listing": one_of(BODY.kind, OFFICE_DRAFTS_FOR),
    "body_drafts_listing": none_of(BODY.kind, OFFICE_DRAFTS_FOR),
    "on_listed_track": none_of(SupervisionCase.track, _OFF_LISTED_TRACK),
    "off_listed_track": one_of(SupervisionCase.track, _OFF_LISTED_TRACK),
    "not_listed_yet": SupervisionCase.case_number.is_(None),
    "listed": SupervisionCase.case_number.is_not(None),
    "escalated_to_party": SupervisionCase.escalation_addressee == Addressee.PARTY,
    "escalated_to_territory": SupervisionCase.escalation_addressee == Addressee.TERRITORY,
    "escalated_to_department": SupervisionCase.escalation_addressee == Addressee.DEPARTMENT,
    **{
        need: SupervisionCase.correction_signatory == role.value
        for role, need in CORRECTED_BY.items()
    },
    "listed_here": sa.and_(
        SupervisionCase.case_number.is_not(None), SupervisionCase.track == Track.LISTED
    ),
    "not_listed_here": sa.or_(
        SupervisionCase.case_number.is_(None), SupervisionCase.track != Track.LISTED
    ),
}


def open_steps() -> sa.FromClause:
    """Open steps with their cases, parties and listing bodies."""
    return (
        sa.join(open_task, SupervisionCase, SupervisionCase.id == open_task.c.case_id)
        .join(PARTY, PARTY.id == SupervisionCase.responsible_party_id)
        .join(BODY, BODY.id == SupervisionCase.listing_body_id)
    )


def doers(
    steps: sa.FromClause, hands: sa.FromClause, *which: sa.ColumnElement[bool]
) -> sa.Select[*tuple[Any, ...]]:
    """The `task_id` of such open steps, once for each of these hands that may do them."""
    permission = _table(PERMISSIONS)
    return (
        sa.select(open_task.c.task_id)
        .select_from(_permitted(steps, permission).join(hands, hands.c.role == permission.c.role))
        .where(
            *which,
            hands.c.organisation_id == _house(permission),
            _needs_are_met(permission),
            _answers_for_sector(hands, permission),
            sa.or_(
                permission.c.relation != Relation.INVITED.value,
                sa.and_(hands.c.post_id == _ASKED.id, SupervisionCase.ending.is_(None)),
            ),
            ~hands.c.left_out.contains(_quoted(open_task.c.step_id)),
            *_nothing_bars(hands, permission),
        )
        .correlate(None)
    )


def own_hands(actor: Actor) -> sa.Subquery:
    """The posts that the actor uses now."""
    return _hands(_own_hands(actor))


def all_hands(today: date) -> sa.Subquery:
    """Everybody's posts of a day, and those that somebody uses as a substitute."""
    return _hands([_posts(today), _lent_posts(today)])


def hands_beside_own(actor: Actor, today: date) -> sa.Subquery:
    """The posts that the actor uses now, and those of everybody else."""
    posts = _posts(today).where(Post.person_id != actor.person_id)
    lent = _lent_posts(today).where(Substitution.substitute_person_id != actor.person_id)
    return _hands([*_own_hands(actor), posts, lent])


def _hands(lines: Iterable[Line]) -> sa.Subquery:
    return sa.union_all(*lines).subquery("hands")


def _own_hands(actor: Actor) -> list[Line]:
    nobodys = PostRecord(0, Role.EXPERT, 0)
    hands = [_own_hand(actor, post) for post in actor.posts]
    return hands or [_own_hand(actor, nobodys).where(sa.false())]


def _posts(today: date) -> Line:
    return sa.select(
        *_POST,
        Post.person_id.label("principal_id"),
        Post.person_id,
        sa.literal("").label("left_out"),
    ).where(held_on(today))


def _lent_posts(today: date) -> Line:
    return (
        sa.select(
            *_POST,
            Post.person_id.label("principal_id"),
            Substitution.substitute_person_id.label("person_id"),
            sa.cast(Substitution.excluded, sa.Text).label("left_out"),
        )
        .join(Substitution, Substitution.post_id == Post.id)
        .where(held_on(today), runs_on(today))
    )


def _own_hand(actor: Actor, post: PostRecord) -> Line:
    left_out = sorted(post.authority.excluded) if post.authority else ()
    others = answers_for(actor, post) - {actor.person_id}
    return sa.select(
        sa.literal(post.post_id).label("post_id"),
        sa.literal(post.role.value).label("role"),
        sa.literal(post.organisation_id).label("organisation_id"),
        sa.literal(next(iter(others), actor.person_id)).label("principal_id"),
        sa.literal(actor.person_id).label("person_id"),
        sa.literal("".join(f'"{name}"' for name in left_out)).label("left_out"),
    )


def _who_needs(row: PermissionRow) -> str:
    return " ".join(need for need in row.needs if need in WHO_NEEDS)


def _rounds(row: PermissionRow) -> str:
    if not row.once_a_round:
        return ""
    return row.round_begins.value if row.round_begins else "case"


def _forbidden(row: PermissionRow) -> str:
    return "".join(f'"{name}"' for name in sorted(row.forbids))


@lru_cache(maxsize=1)
def _table(rows: tuple[PermissionRow, ...]) -> sa.CTE:
    """The permissions. What they forbid is much, and the same for many: it is written once."""
    numbers = {names: str(place) for place, names in enumerate(sorted(map(_forbidden, rows)))}
    permissions = _lines(
        (
            row.action,
            row.role,
            row.relation,
            _who_needs(row),
            _rounds(row),
            numbers[_forbidden(row)],
        )
        for row in rows
    )
    forbidden = _lines((number, names) for names, number in numbers.items())
    text = sa.text(
        "SELECT p.column1 AS action, p.column2 AS role, p.column3 AS relation, p.column4 AS needs,"  # noqa: S608  only names of the vocabulary
        " p.column5 AS rounds, f.column2 AS forbids"
        f" FROM (VALUES {permissions}) AS p"
        f" JOIN (VALUES {forbidden}) AS f ON f.column1 = p.column6"
    )
    columns = ("action", "role", "relation", "needs", "rounds", "forbids")
    table = text.columns(*(sa.column(name, sa.String) for name in columns)).cte("permission")
    # SQLite would look through all permissions for each step.
    return table.prefix_with("MATERIALIZED", dialect="sqlite")


def _lines(lines: Iterable[tuple[str, ...]]) -> str:
    """Names of the vocabulary, written into a statement; none holds an apostrophe."""
    return ", ".join("(" + ", ".join(f"'{word}'" for word in line) + ")" for line in lines)


def _house(permission: sa.CTE) -> sa.ColumnElement[int]:
    return sa.case(
        {
            **{relation.value: column for relation, column in HOUSES.items()},
            Relation.DEPARTMENTS_GOVERNMENT.value: DEPARTMENTS_GOVERNMENT,
            Relation.RECEIVER.value: Handover.receiver_id,
            Relation.VISITOR.value: sa.case(
                dict(enumerate(VISITOR_COLUMNS)), value=open_task.c.position
            ),
            Relation.CO_PARTY.value: CaseParty.organisation_id,
            Relation.INVITED.value: _ASKED.organisation_id,
        },
        value=permission.c.relation,
    )


def _permitted(steps: sa.FromClause, permission: sa.CTE) -> sa.FromClause:
    """Open steps with the permissions for them, and with those whose a step can be besides."""

    def stands(relation: Relation) -> sa.ColumnElement[bool]:
        return permission.c.relation == relation.value

    return (
        steps.join(permission, permission.c.action == open_task.c.step_id)
        .outerjoin(
            Handover,
            sa.and_(
                stands(Relation.RECEIVER),
                Handover.case_id == open_task.c.case_id,
                Handover.position == open_task.c.position,
            ),
        )
        .outerjoin(
            CaseParty,
            sa.and_(stands(Relation.CO_PARTY), CaseParty.case_id == open_task.c.case_id),
        )
        .outerjoin(
            Invitation,
            sa.and_(
                stands(Relation.INVITED),
                Invitation.case_id == open_task.c.case_id,
                Invitation.ended_at.is_(None),
            ),
        )
        .outerjoin(_ASKED, _ASKED.id == Invitation.post_id)
    )


def _needs_are_met(permission: sa.CTE) -> sa.ColumnElement[bool]:
    kinds = sorted({_who_needs(row) for row in PERMISSIONS})
    return sa.or_(
        *(
            sa.and_(permission.c.needs == kind, *(WHO_NEEDS[need] for need in kind.split()))
            for kind in kinds
        )
    )


def _answers_for_sector(hands: sa.FromClause, permission: sa.CTE) -> sa.ColumnElement[bool]:
    answers = sa.exists().where(
        PostSector.post_id == hands.c.post_id, PostSector.sector == SupervisionCase.sector
    )
    by_sector = (Relation.LISTING_BODY_SECTOR, Relation.COMMITTEE_SECTOR)
    return sa.or_(none_of(permission.c.relation, by_sector), answers)


def _nothing_bars(hands: sa.FromClause, permission: sa.CTE) -> list[sa.ColumnElement[bool]]:
    """Nothing that bars was done by the person, or by the one in whose name the post is used."""
    people = (hands.c.person_id, hands.c.principal_id)
    here = (Act.case_id == open_task.c.case_id, _bars(permission))
    done = sa.exists().where(*here, Act.person_id.in_(people))
    # Not joined by "or": each of the two has an index of its own.
    done_for_them = sa.exists().where(
        *here, Act.substitution_id == _AUTHORITY.id, _AUTHORITY.principal_person_id.in_(people)
    )
    return [~done, ~done_for_them]


def _bars(permission: sa.CTE) -> sa.ColumnElement[bool]:
    once = {_rounds(row): row.round_begins for row in PERMISSIONS if row.once_a_round}
    return sa.or_(
        permission.c.forbids.contains(_quoted(Act.action.expression)),
        *(
            sa.and_(
                permission.c.rounds == rounds,
                Act.action == open_task.c.step_id,
                _is_of_round(begins),
                not_taken_back(),
            )
            for rounds, begins in once.items()
        ),
    )


def _is_of_round(begins: Action | None) -> sa.ColumnElement[bool]:
    """True for the acts of the case's round, or of the round that begins with such an act."""
    if begins is None:
        return Act.round_number == SupervisionCase.round_number
    begun = (
        sa.select(sa.func.max(_BEGINNING.id))
        .where(_BEGINNING.case_id == open_task.c.case_id, _BEGINNING.action == begins.value)
        .correlate(open_task)
        .scalar_subquery()
    )
    return Act.id > begun


def _quoted(name: sa.SQLColumnExpression[str]) -> sa.ColumnElement[str]:
    """A name as it stands in a list of names, on either database."""
    return sa.literal('"').concat(name).concat('"')
