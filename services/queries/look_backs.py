"""Checks after delisting and alerts of the public, as the offices concerned see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.clock import local_date
from services.errors import CaseNotFoundError
from services.models.case import SupervisionCase
from services.models.look_back import LookBackCheck, PublicAlert
from services.models.organisation import Organisation, Person
from services.models.succession import Substitution
from services.queries.scope import inside_of
from services.reference.profile import LookBackSettings
from workflows.looking_back import (
    LookBack,
    LookBackResult,
    LookBackState,
    houses_of,
    schedule,
)
from workflows.permissions import Actor
from workflows.vocabulary import CaseEnding

MOST = 200
AHEAD = timedelta(days=31)
_PRINCIPAL = aliased(Person)
Results = Mapping[int, tuple[LookBackResult, ...]]


@dataclass(frozen=True)
class LookBackRow:
    """A delisted case with its checks."""

    case_id: int
    number: str
    hazard_name: str
    party_name: str
    ended_on: date
    checks: tuple[LookBack, ...]

    @property
    def due(self) -> LookBack | None:
        """The check that is to be made now."""
        return next((one for one in self.checks if one.state is LookBackState.DUE), None)

    @property
    def next(self) -> LookBack | None:
        """The check that is to be made now, or the next one."""
        coming = (one for one in self.checks if one.state is LookBackState.UPCOMING)
        return self.due or next(coming, None)


@dataclass(frozen=True)
class CheckRow:
    """One check as it was recorded."""

    months: int
    due_on: date
    done_on: date
    result: LookBackResult
    note: str
    person_name: str
    principal_name: str
    at: datetime


@dataclass(frozen=True)
class AlertRow:
    """What somebody of the public says is not put right, and what was said to it."""

    alert_id: int
    case_id: int
    number: str
    hazard_name: str
    text: str
    received_on: date
    set_aside_at: datetime | None
    set_aside_by: str
    reason: str


@dataclass(frozen=True)
class LookBackPage:
    """All of one case. The schedule is empty unless it was delisted."""

    row: LookBackRow
    is_delisted: bool
    recorded: tuple[CheckRow, ...]
    alerts: tuple[AlertRow, ...]
    department_id: int | None
    office_id: int

    @property
    def has_recurred(self) -> bool:
        """Whether a check found the hazard there again."""
        return any(one.result is LookBackResult.RECURRED for one in self.recorded)


def list_look_backs(
    session: Session, actor: Actor, settings: LookBackSettings, today: date
) -> tuple[LookBackRow, ...]:
    """Delisted cases of the actor's offices with a check due or coming, the due ones first."""
    soon = today + AHEAD
    rows = [row for row in _rows(session, actor, settings, today) if row.next is not None]
    wanted = [row for row in rows if row.next and row.next.due_on <= soon]
    return tuple(sorted(wanted, key=lambda row: (row.due is None, row.next and row.next.due_on)))


def count_due(session: Session, actor: Actor, settings: LookBackSettings, today: date) -> int:
    """How many checks are to be made now."""
    if not houses_of(actor):
        return 0
    return sum(row.due is not None for row in _rows(session, actor, settings, today))


def count_alerts(session: Session, actor: Actor) -> int:
    """How many alerts wait in the actor's offices."""
    if not houses_of(actor):
        return 0
    return session.execute(
        sa.select(sa.func.count(PublicAlert.id))
        .join(SupervisionCase, SupervisionCase.id == PublicAlert.case_id)
        .where(_of_offices(actor), PublicAlert.set_aside_at.is_(None))
    ).scalar_one()


def list_alerts(session: Session, actor: Actor) -> tuple[AlertRow, ...]:
    """The alerts that wait in the actor's offices, the oldest first."""
    return _alerts(session, _of_offices(actor), PublicAlert.set_aside_at.is_(None))


def open_alerts_of(case_id: int) -> sa.ScalarSelect[int]:
    """How many alerts about a case wait, for a query that is asked anyway."""
    return (
        sa.select(sa.func.count(PublicAlert.id))
        .where(PublicAlert.case_id == case_id, PublicAlert.set_aside_at.is_(None))
        .scalar_subquery()
    )


def get_look_back(
    session: Session, actor: Actor, case_id: int, settings: LookBackSettings, today: date
) -> LookBackPage:
    """The checks and alerts of a case that the actor reads the inside of; CaseNotFoundError."""
    case = session.scalars(
        sa.select(SupervisionCase).where(SupervisionCase.id == case_id, inside_of(actor))
    ).one_or_none()
    if case is None:
        raise CaseNotFoundError
    recorded = _recorded(session, case.id)
    ended = case.ended_at if case.ending == CaseEnding.DELISTED else None
    found: dict[int, tuple[LookBackResult, ...]] = {}
    for one in recorded:
        found[one.months] = (*found.get(one.months, ()), one.result)
    ended_on = local_date(ended) if ended else today
    return LookBackPage(
        row=LookBackRow(
            case.id,
            case.case_number or case.intake_number,
            case.hazard_name,
            case.responsible_party.name,
            ended_on,
            schedule(ended_on, settings.months, found, today) if ended else (),
        ),
        is_delisted=ended is not None,
        recorded=recorded,
        alerts=_alerts(session, PublicAlert.case_id == case.id),
        department_id=case.competent_department_id,
        office_id=case.listing_office_id,
    )


def _rows(
    session: Session, actor: Actor, settings: LookBackSettings, today: date
) -> list[LookBackRow]:
    """Delisted cases whose checks are not all made."""
    over = sa.exists().where(
        LookBackCheck.case_id == SupervisionCase.id,
        sa.or_(
            LookBackCheck.result == LookBackResult.RECURRED.value,
            sa.and_(
                LookBackCheck.result == LookBackResult.HOLDS.value,
                LookBackCheck.months == settings.months[-1],
            ),
        ),
    )
    cases = (
        sa.select(SupervisionCase.id)
        .where(
            SupervisionCase.ending == CaseEnding.DELISTED.value,
            _of_offices(actor),
            ~over.correlate(SupervisionCase),
        )
        .order_by(SupervisionCase.ended_at)
        .limit(MOST)
    )
    rows = session.execute(
        sa.select(
            SupervisionCase.id,
            sa.func.coalesce(SupervisionCase.case_number, SupervisionCase.intake_number),
            SupervisionCase.hazard_name,
            Organisation.name,
            SupervisionCase.ended_at,
            LookBackCheck.months,
            LookBackCheck.result,
        )
        .join(Organisation, Organisation.id == SupervisionCase.responsible_party_id)
        .outerjoin(LookBackCheck, LookBackCheck.case_id == SupervisionCase.id)
        .where(SupervisionCase.id.in_(cases))
        .order_by(SupervisionCase.ended_at, SupervisionCase.id, LookBackCheck.id)
    )
    heads: dict[int, tuple[str, str, str, date]] = {}
    found: dict[int, dict[int, tuple[LookBackResult, ...]]] = {}
    for case_id, number, hazard, party, ended_at, months, result in rows:
        if ended_at is not None:
            heads[case_id] = (number, hazard, party, local_date(ended_at))
        results = found.setdefault(case_id, {})
        if result is not None:
            results[months] = (*results.get(months, ()), LookBackResult(result))
    return [
        LookBackRow(case_id, *head, schedule(head[-1], settings.months, found[case_id], today))
        for case_id, head in heads.items()
    ]


def _of_offices(actor: Actor) -> sa.ColumnElement[bool]:
    houses = sorted(houses_of(actor))
    return sa.and_(
        sa.or_(
            SupervisionCase.competent_department_id.in_(houses),
            SupervisionCase.listing_office_id.in_(houses),
        ),
        inside_of(actor),
    )


def _recorded(session: Session, case_id: int) -> tuple[CheckRow, ...]:
    rows = session.execute(
        sa.select(LookBackCheck, Person.name, _PRINCIPAL.name)
        .join(Person, Person.id == LookBackCheck.person_id)
        .outerjoin(Substitution, Substitution.id == LookBackCheck.substitution_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Substitution.principal_person_id)
        .where(LookBackCheck.case_id == case_id)
        .order_by(LookBackCheck.id)
    )
    return tuple(
        CheckRow(
            check.months,
            check.due_on,
            check.done_on,
            LookBackResult(check.result),
            check.note,
            name,
            principal or "",
            check.at,
        )
        for check, name, principal in rows
    )


def _alerts(session: Session, *which: sa.ColumnElement[bool]) -> tuple[AlertRow, ...]:
    rows = session.execute(
        sa.select(
            PublicAlert,
            sa.func.coalesce(SupervisionCase.case_number, SupervisionCase.intake_number),
            SupervisionCase.hazard_name,
            Person.name,
        )
        .join(SupervisionCase, SupervisionCase.id == PublicAlert.case_id)
        .outerjoin(Person, Person.id == PublicAlert.set_aside_by_id)
        .where(*which)
        .order_by(PublicAlert.id)
        .limit(MOST)
    )
    return tuple(
        AlertRow(
            alert.id,
            alert.case_id,
            number,
            name,
            alert.text,
            alert.received_on,
            alert.set_aside_at,
            by or "",
            alert.reason,
        )
        for alert, number, name, by in rows
    )
