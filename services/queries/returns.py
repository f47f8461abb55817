"""Monthly returns as they stand: per unit and month, one with its steps, and who still owes one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.clock import local_date
from services.errors import RecordNotFoundError
from services.models.monthly_return import MonthlyReturn, MonthlyReturnStep, PaperReturn
from services.models.organisation import Organisation, Person, Post
from services.models.succession import Substitution
from services.queries.months import Month
from services.reference.profile import Profile
from workflows.deadlines import DeadlineRule, compute
from workflows.paper import PaperState
from workflows.permissions import Actor
from workflows.returns import (
    OF_THE_UNIT,
    ReturnCovers,
    ReturnState,
    ReturnStep,
    StepRecord,
    houses_of,
)
from workflows.vocabulary import OrganisationKind, Outcome
from workflows.working_days import Calendar

RULE = "monthly_return"
MOST = 400
_PRINCIPAL = aliased(Person)


@dataclass(frozen=True)
class UnitReturn:
    """What one unit did about one month.

    `submitted_at` is the latest time; `first_submitted_at` says whether it was late. What came on
    paper came on the day of `paper_received_on`; `paper_waits`: it is to be confirmed yet.
    """

    return_id: int
    unit_id: int
    unit_name: str
    unit_kind: OrganisationKind
    office_id: int
    period: Month
    due_on: date
    state: ReturnState
    waiting_step: ReturnStep | None
    first_submitted_at: datetime | None
    submitted_at: datetime | None
    ended_at: datetime | None
    paper_received_on: date | None
    paper_waits: bool

    @property
    def next_step(self) -> ReturnStep | None:
        """What is waited for; paper that was registered waits for its second person."""
        return ReturnStep.CONFIRM_PAPER if self.paper_waits else self.waiting_step

    @property
    def came_first_on_paper(self) -> bool:
        """Whether the day of the paper is that of the first submission: it has no time of day."""
        first = self.first_submitted_at
        return first is not None and local_date(first) == self.paper_received_on

    @property
    def received_at(self) -> datetime | None:
        """When the office took it."""
        return self.ended_at if self.state is ReturnState.RECEIVED else None

    @property
    def is_unreported(self) -> bool:
        """Closed by the office as never reported."""
        return self.state is ReturnState.UNREPORTED

    @property
    def is_open(self) -> bool:
        """Whether somebody still has a step to take."""
        return self.state is ReturnState.UNDER_WAY

    def days_late(self, today: date) -> int:
        """How many days after its day it was reported first, or is not reported yet; 0: in time."""
        first = self.first_submitted_at
        if self.is_unreported and first is None and self.ended_at is not None:
            told_on = local_date(self.ended_at)
        else:
            told_on = local_date(first) if first else today
        return max(0, (told_on - self.due_on).days)

    def is_late(self, today: date) -> bool:
        """Reported after its day, or past it without a report."""
        return self.days_late(today) > 0


@dataclass(frozen=True)
class TakenStep:
    """One step as it was taken."""

    step: ReturnStep
    outcome: Outcome
    person_name: str
    principal_name: str
    organisation_name: str
    opinion: str
    at: datetime


@dataclass(frozen=True)
class Scan:
    """One file of what came on paper."""

    file_name: str
    sha256: str
    media_type: str
    size: int


@dataclass(frozen=True)
class PaperRow:
    """What came on paper, as it was registered. `waits`: for its second person, still."""

    paper_id: int
    received_on: date
    delivered_by: str
    signed_by: str
    original_place: str
    scans: tuple[Scan, ...]
    registrar_id: int
    registrar_name: str
    registered_at: datetime
    state: PaperState
    decided_by: str
    decided_at: datetime | None
    reason: str
    waits: bool


@dataclass(frozen=True)
class ReturnPage:
    """One return with what was filled in last, its steps, and what came on paper, newest first."""

    row: UnitReturn
    office_name: str
    content: Mapping[str, Any] | None
    steps: tuple[TakenStep, ...]
    sha256: str | None
    papers: tuple[PaperRow, ...]


def list_period(session: Session, period: Month) -> tuple[UnitReturn, ...]:
    """All returns of a month, governments first: what an assessment counts."""
    return _read(session, MonthlyReturn.period == str(period))


def list_returns(session: Session, actor: Actor, period: Month) -> tuple[UnitReturn, ...]:
    """The returns of a month that the actor may read: own ones, or those to the own office."""
    return _read(session, return_seen_by(actor), MonthlyReturn.period == str(period))


def list_owed(session: Session, actor: Actor) -> tuple[UnitReturn, ...]:
    """Returns that wait for a step of the actor's posts, soonest due first."""
    return _read(session, _waits_for(actor))


def count_owed(session: Session, actor: Actor) -> int:
    """How many returns wait for a step of the actor's posts."""
    return session.execute(sa.select(owed_count(actor))).scalar_one()


def owed_count(actor: Actor) -> sa.ColumnElement[int]:
    """The same, to be selected with other counts."""
    return sa.select(sa.func.count(MonthlyReturn.id)).where(_waits_for(actor)).scalar_subquery()


def list_periods(session: Session, actor: Actor) -> tuple[Month, ...]:
    """The months of which the actor may read returns, the latest first."""
    rows = session.scalars(
        sa.select(MonthlyReturn.period)
        .where(return_seen_by(actor))
        .distinct()
        .order_by(MonthlyReturn.period.desc())
        .limit(MOST)
    )
    return tuple(month for month in map(Month.read, rows) if month)


def get_return(session: Session, actor: Actor, return_id: int) -> ReturnPage:
    """One return; RecordNotFoundError where the actor may not read it."""
    found = _read(session, MonthlyReturn.id == return_id, return_seen_by(actor))
    if not found:
        raise RecordNotFoundError
    row = found[0]
    stored = session.get_one(MonthlyReturn, return_id)
    return ReturnPage(
        row=row,
        office_name=session.get_one(Organisation, row.office_id).name,
        content=stored.content,
        steps=tuple(_steps(session, return_id)),
        sha256=stored.sha256,
        papers=tuple(_papers(session, row)),
    )


def read_steps(session: Session, return_id: int) -> tuple[StepRecord, ...]:
    """The steps taken so far, in order, as the rules see them."""
    rows = session.execute(
        sa.select(
            MonthlyReturnStep.step,
            MonthlyReturnStep.outcome,
            MonthlyReturnStep.person_id,
            Substitution.principal_person_id,
        )
        .outerjoin(Substitution, Substitution.id == MonthlyReturnStep.substitution_id)
        .where(MonthlyReturnStep.return_id == return_id)
        .order_by(MonthlyReturnStep.id)
    )
    return tuple(
        StepRecord(ReturnStep(step), Outcome(outcome), person_id, principal_id)
        for step, outcome, person_id, principal_id in rows
    )


def find_pending_paper(session: Session, return_id: int) -> PaperReturn | None:
    """What was registered of this return and is neither confirmed nor refused."""
    return session.scalars(
        sa.select(PaperReturn).where(
            PaperReturn.return_id == return_id, PaperReturn.state == PaperState.PENDING.value
        )
    ).first()


def get_scan(session: Session, actor: Actor, return_id: int, sha256: str) -> Scan:
    """A file of what came on paper; RecordNotFoundError where the actor may not read it."""
    page = get_return(session, actor, return_id)
    scans = (scan for paper in page.papers for scan in paper.scans)
    found = next((scan for scan in scans if scan.sha256 == sha256), None)
    if found is None:
        raise RecordNotFoundError
    return found


def list_units(session: Session, profile: Profile) -> tuple[int, ...]:
    """Who owes a return here: governments below this jurisdiction, and its own departments."""
    below = sa.and_(
        Organisation.kind == OrganisationKind.GOVERNMENT.value,
        Organisation.division_code.startswith(profile.division_code.rstrip("0")),
        Organisation.division_code != profile.division_code,
    )
    own = sa.and_(
        Organisation.kind == OrganisationKind.DEPARTMENT.value,
        Organisation.division_code == profile.division_code,
    )
    settings = profile.monthly_return
    which = [
        condition
        for owes, condition in (
            (settings.counties_report, below),
            (settings.departments_report, own),
        )
        if owes
    ]
    found = sa.select(Organisation.id).where(
        sa.or_(sa.false(), *which), Organisation.dissolved_on.is_(None)
    )
    return tuple(session.scalars(found.order_by(Organisation.id)))


def find_office(session: Session, profile: Profile) -> int | None:
    """The office of this jurisdiction's committee, or None."""
    return session.scalar(
        sa.select(Organisation.id)
        .where(
            Organisation.kind == OrganisationKind.COMMITTEE_OFFICE.value,
            Organisation.division_code == profile.division_code,
            Organisation.dissolved_on.is_(None),
        )
        .order_by(Organisation.id)
        .limit(1)
    )


def rule_of(profile: Profile) -> DeadlineRule:
    """The rule by which returns are due."""
    return profile.rules[RULE]


def due_on_of(profile: Profile, period: Month, calendar: Calendar) -> date:
    """By when the return of a month is due."""
    before = profile.monthly_return.covers is ReturnCovers.MONTH_BEFORE
    starts = period.after() if before else period
    return compute(rule_of(profile), starts.begins_at, calendar).due_on


def current_period(profile: Profile, today: date, calendar: Calendar) -> Month:
    """The latest month whose return can be filled in today."""
    lead = timedelta(days=profile.monthly_return.opens_days_before_due)
    period = Month.of(today).after()
    while due_on_of(profile, period, calendar) - lead > today:
        period = period.before()
    return period


def _waits_for(actor: Actor) -> sa.ColumnElement[bool]:
    steps = (ReturnStep.PREPARE, ReturnStep.APPROVE, ReturnStep.RECEIVE)
    reached = [
        sa.and_(
            MonthlyReturn.waiting_step == step.value,
            (MonthlyReturn.unit_id if step in OF_THE_UNIT else MonthlyReturn.office_id).in_(
                sorted(houses_of(actor, (step,)))
            ),
        )
        for step in steps
        if houses_of(actor, (step,))
    ]
    offices = sorted(houses_of(actor, (ReturnStep.CONFIRM_PAPER,)))
    if offices:
        reached.append(
            sa.and_(MonthlyReturn.office_id.in_(offices), _paper_waits_for(actor.person_id))
        )
    return sa.or_(sa.false(), *reached)


def _paper_waits(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Paper was registered for a return that is with its unit, and nobody has confirmed it."""
    return sa.and_(
        MonthlyReturn.waiting_step.in_([step.value for step in OF_THE_UNIT]),
        sa.exists().where(
            PaperReturn.return_id == MonthlyReturn.id,
            PaperReturn.state == PaperState.PENDING.value,
            *which,
        ),
    )


def _paper_waits_for(person_id: int) -> sa.ColumnElement[bool]:
    return _paper_waits(PaperReturn.registrar_id != person_id)


def return_seen_by(actor: Actor) -> sa.ColumnElement[bool]:
    """A condition on MonthlyReturn, true for those that the actor may open."""
    units = sorted(houses_of(actor, OF_THE_UNIT))
    offices = sorted(houses_of(actor, (ReturnStep.RECEIVE,)))
    return sa.or_(MonthlyReturn.unit_id.in_(units), MonthlyReturn.office_id.in_(offices))


def _read(session: Session, *which: sa.ColumnElement[bool]) -> tuple[UnitReturn, ...]:
    rows = session.execute(
        sa.select(MonthlyReturn, Organisation.name, Organisation.kind, _paper_waits())
        .join(Organisation, Organisation.id == MonthlyReturn.unit_id)
        .where(*which)
        .order_by(
            MonthlyReturn.due_on,
            Organisation.kind != OrganisationKind.GOVERNMENT.value,
            Organisation.id,
        )
        .limit(MOST)
    )
    return tuple(_row(*row) for row in rows)


def _row(row: MonthlyReturn, name: str, kind: str, paper_waits: object) -> UnitReturn:
    return UnitReturn(
        return_id=row.id,
        unit_id=row.unit_id,
        unit_name=name,
        unit_kind=OrganisationKind(kind),
        office_id=row.office_id,
        period=Month(int(row.period[:4]), int(row.period[5:])),
        due_on=row.due_on,
        state=ReturnState(row.state),
        waiting_step=ReturnStep(row.waiting_step) if row.waiting_step else None,
        first_submitted_at=row.first_submitted_at,
        submitted_at=row.submitted_at,
        ended_at=row.ended_at,
        paper_received_on=row.paper_received_on,
        paper_waits=bool(paper_waits),
    )


def _steps(session: Session, return_id: int) -> Iterable[TakenStep]:
    rows = session.execute(
        sa.select(MonthlyReturnStep, Person.name, _PRINCIPAL.name, Organisation.name)
        .join(Person, Person.id == MonthlyReturnStep.person_id)
        .join(Post, Post.id == MonthlyReturnStep.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .outerjoin(Substitution, Substitution.id == MonthlyReturnStep.substitution_id)
        .outerjoin(_PRINCIPAL, _PRINCIPAL.id == Substitution.principal_person_id)
        .where(MonthlyReturnStep.return_id == return_id)
        .order_by(MonthlyReturnStep.id)
    )
    for step, name, principal, house in rows:
        yield TakenStep(
            step=ReturnStep(step.step),
            outcome=Outcome(step.outcome),
            person_name=name,
            principal_name=principal or "",
            organisation_name=house,
            opinion=step.opinion,
            at=step.at,
        )


def _papers(session: Session, row: UnitReturn) -> Iterable[PaperRow]:
    decider = aliased(Person)
    rows = session.execute(
        sa.select(PaperReturn, Person.name, decider.name)
        .join(Person, Person.id == PaperReturn.registrar_id)
        .outerjoin(decider, decider.id == PaperReturn.decided_by_id)
        .where(PaperReturn.return_id == row.return_id)
        .order_by(PaperReturn.id.desc())
    )
    for paper, registrar, decided_by in rows:
        state = PaperState(paper.state)
        yield PaperRow(
            paper_id=paper.id,
            received_on=paper.received_on,
            delivered_by=paper.delivered_by,
            signed_by=paper.signed_by,
            original_place=paper.original_place,
            scans=tuple(
                Scan(one["file_name"], one["sha256"], one["media_type"], one["size"])
                for one in paper.scans
            ),
            registrar_id=paper.registrar_id,
            registrar_name=registrar,
            registered_at=paper.registered_at,
            state=state,
            decided_by=decided_by or "",
            decided_at=paper.decided_at,
            reason=paper.reason,
            waits=state is PaperState.PENDING and row.waiting_step in OF_THE_UNIT,
        )
