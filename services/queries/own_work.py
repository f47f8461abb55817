"""Cases in which a person acted, and those the person began, within what may be seen today."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.clock import local_date
from services.models.case import Act, FormDraft, SupervisionCase
from services.models.copy import CopyRecipient
from services.models.organisation import Organisation
from services.queries.copies import copies_of
from services.queries.duty_groups import DutyGroup, GroupCount, count_groups
from services.queries.ledger import WaitingRow, list_waiting
from services.queries.scope import visible_to
from workflows.permissions import STARTING_ACTIONS, Actor
from workflows.vocabulary import Action, CaseEnding, Outcome, Phase

_PARTY = aliased(Organisation)
_BEGINNING = Act.action.in_(sorted(STARTING_ACTIONS))


@dataclass(frozen=True)
class OwnCounts:
    """How much stands in each of a person's lists."""

    groups: Mapping[DutyGroup, GroupCount]
    acted: int
    begun: int
    drafts: int
    copies: int
    unread: int

    @property
    def duties(self) -> int:
        """What waits for this person, alone or with others; not what a colleague has taken."""
        return self._waiting().total

    @property
    def overdue(self) -> int:
        """How many of these are late."""
        return self._waiting().overdue

    def _waiting(self) -> GroupCount:
        mine, shared = self.groups[DutyGroup.MINE], self.groups[DutyGroup.SHARED]
        return GroupCount(mine.total + shared.total, mine.overdue + shared.overdue)


@dataclass(frozen=True)
class OwnCaseRow:
    """A case with the person's latest act in it, and where the case stands now."""

    case_id: int
    number: str
    hazard_name: str
    party_name: str
    action: Action
    outcome: Outcome
    at: datetime
    phase: Phase
    round_number: int
    ending: CaseEnding | None
    waiting: tuple[WaitingRow, ...]


def count_own_work(session: Session, actor: Actor, now: datetime) -> OwnCounts:
    """For the lists' headings: one question for the duties, one for the rest."""
    row = session.execute(
        sa.select(
            _count_cases(actor).label("acted"),
            _count_cases(actor, _BEGINNING).label("begun"),
            sa.select(sa.func.count(FormDraft.id))
            .where(FormDraft.person_id == actor.person_id)
            .scalar_subquery()
            .label("drafts"),
            copies_of(actor).label("copies"),
            copies_of(actor, CopyRecipient.read_at.is_(None)).label("unread"),
        )
    ).one()
    groups = count_groups(session, actor, local_date(now), now)
    return OwnCounts(groups, row.acted, row.begun, row.drafts, row.copies, row.unread)


def list_acted(session: Session, actor: Actor, limit: int, offset: int = 0) -> list[OwnCaseRow]:
    """Cases in which the actor acted, with the latest of these acts; newest act first."""
    return _list_cases(session, actor, limit, offset)


def list_begun(session: Session, actor: Actor, limit: int, offset: int = 0) -> list[OwnCaseRow]:
    """Cases that the actor filed or registered, newest first."""
    return _list_cases(session, actor, limit, offset, _BEGINNING)


def _count_cases(actor: Actor, *which: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count(sa.distinct(Act.case_id)))
        .join(SupervisionCase, SupervisionCase.id == Act.case_id)
        .where(Act.person_id == actor.person_id, *which, visible_to(actor))
        .scalar_subquery()
    )


def _list_cases(
    session: Session, actor: Actor, limit: int, offset: int, *which: sa.ColumnElement[bool]
) -> list[OwnCaseRow]:
    """By the latest of the acts in each case."""
    latest = (
        sa.select(sa.func.max(Act.id).label("act_id"))
        .where(Act.person_id == actor.person_id, *which)
        .group_by(Act.case_id)
        .subquery()
    )
    rows = session.execute(
        sa.select(
            Act.action,
            Act.outcome,
            Act.at,
            SupervisionCase.id,
            SupervisionCase.intake_number,
            SupervisionCase.case_number,
            SupervisionCase.hazard_name,
            SupervisionCase.phase,
            SupervisionCase.round_number,
            SupervisionCase.ending,
            _PARTY.name,
        )
        .join(latest, latest.c.act_id == Act.id)
        .join(SupervisionCase, SupervisionCase.id == Act.case_id)
        .join(_PARTY, _PARTY.id == SupervisionCase.responsible_party_id)
        .where(visible_to(actor))
        .order_by(Act.at.desc(), Act.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    waiting = list_waiting(session, actor, {row.id: row.name for row in rows})
    return [
        OwnCaseRow(
            case_id=row.id,
            number=row.case_number or row.intake_number,
            hazard_name=row.hazard_name,
            party_name=row.name,
            action=Action(row.action),
            outcome=Outcome(row.outcome),
            at=row.at,
            phase=Phase(row.phase),
            round_number=row.round_number,
            ending=CaseEnding(row.ending) if row.ending else None,
            waiting=waiting[row.id],
        )
        for row in rows
    ]
