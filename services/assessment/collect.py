"""The facts of a month, read from the record as it stood at one moment, for units of an office."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.clock import local_date
from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline, DeadlineChange
from services.models.document import Document
from services.models.look_back import LookBackCheck
from services.models.organisation import Organisation
from services.models.public import PublicCase, PublicEntry
from services.office import Office
from services.queries.calendar import current_calendar
from services.queries.handovers import ACKNOWLEDGE_RULE
from services.queries.months import Month
from services.queries.returns import list_period
from services.reference.assessment import Attribution, FactSource, Indicator
from workflows.deadlines import Clock, compute, is_overdue, last_day
from workflows.disclosure import PublicationKind
from workflows.looking_back import LookBackResult
from workflows.vocabulary import (
    Action,
    CaseEnding,
    DocumentKind,
    HazardSource,
    OrganisationKind,
    Outcome,
    Track,
)

# Hazards that the responsible party, or the group above it, found and reported itself.
OWN_SOURCES = (HazardSource.ENTERPRISE_REPORT, HazardSource.GROUP_HEADQUARTERS)
RECTIFICATION_LIMIT = "rectification_limit"
_COUNTY_CODE_LENGTH = 6


@dataclass(frozen=True)
class Found:
    """One fact before it is stored, with the rows it rests on. `unit_id` is None for nobody's."""

    unit_id: int | None
    indicator: str
    name: str
    met: bool
    case_id: int | None = None
    days: int = 0
    due_on: date | None = None
    happened_on: date | None = None
    unnamed: bool = False
    deadline_id: int | None = None
    act_id: int | None = None
    document_id: int | None = None
    publication_id: int | None = None
    check_id: int | None = None
    return_id: int | None = None


@dataclass(frozen=True)
class Reading:
    """What is read: this month, as the record stood at `as_of`, for these units."""

    session: Session
    office: Office
    month: Month
    as_of: datetime
    units: Collection[int]

    def of_month(self, column: sa.SQLColumnExpression[datetime]) -> sa.ColumnElement[bool]:
        """True for what happened in the month, up to the moment of reading."""
        return sa.and_(column >= self.month.begins_at, column < self.as_of)


def list_units(session: Session, house: Organisation, on: date) -> list[Organisation]:
    """Whom an office assesses: the counties of its jurisdiction, and its departments."""
    own = house.division_code or ""
    counties = sa.and_(
        Organisation.kind == OrganisationKind.GOVERNMENT.value,
        Organisation.division_code != own,
        Organisation.division_code.like(f"{own.rstrip('0')}%"),
        sa.func.length(Organisation.division_code) == _COUNTY_CODE_LENGTH,
    )
    departments = sa.and_(
        Organisation.kind == OrganisationKind.DEPARTMENT.value, Organisation.division_code == own
    )
    return list(
        session.scalars(
            sa.select(Organisation)
            .where(
                sa.or_(counties, departments),
                sa.or_(Organisation.dissolved_on.is_(None), Organisation.dissolved_on > on),
            )
            .order_by(Organisation.kind.desc(), Organisation.id)
        )
    )


def collect(reading: Reading, indicators: Collection[Indicator]) -> list[Found]:
    """Every fact of every unit, in a fixed order."""
    found = [
        fact
        for indicator in indicators
        for fact in _SOURCES[indicator.facts](reading, indicator)
        if fact.unit_id in reading.units
    ]
    return sorted(
        found, key=lambda one: (one.unit_id or 0, one.indicator, one.case_id or 0, one.name)
    )


def _attributed(
    indicator: Indicator, fact: Found, case: SupervisionCase, holder_id: int | None
) -> Iterator[Found]:
    """The fact for each unit that answers for it."""
    units = {
        Attribution.HOLDER: (holder_id,),
        Attribution.GOVERNING: (case.territorial_government_id, case.competent_department_id),
        Attribution.DEPARTMENT: (case.competent_department_id,),
    }[indicator.of]
    for unit_id in units:
        if unit_id is not None:
            yield replace(fact, unit_id=unit_id, unnamed=_is_unnamed(case))


def _is_unnamed(case: SupervisionCase) -> bool:
    """Whoever reported itself and was not listed is counted and not named."""
    return HazardSource(case.source) in OWN_SOURCES and case.case_number is None


def _name_of(case: SupervisionCase) -> str:
    return case.intake_number if _is_unnamed(case) else case.hazard_name[:100]


@dataclass(frozen=True)
class _Held:
    """A deadline, and its clock as it stood when the record is read."""

    row: Deadline
    case: SupervisionCase
    clock: Clock


def _held(reading: Reading, *conditions: sa.ColumnElement[bool]) -> Iterator[_Held]:
    """Deadlines that had begun, with the limit and the end that held at the moment of reading."""
    rows = reading.session.execute(
        sa.select(Deadline, SupervisionCase)
        .join(SupervisionCase, SupervisionCase.id == Deadline.case_id)
        .where(Deadline.started_at < reading.as_of, *conditions)
        .order_by(Deadline.id)
    ).all()
    moved = _moved_since(reading)
    for row, case in rows:
        ended_at = row.ended_at if row.ended_at and row.ended_at < reading.as_of else None
        ended_as = row.ended_as if ended_at else None
        yield _Held(row, case, Clock(moved.get(row.id, row.due_at), ended_at, ended_as))


def _running(reading: Reading) -> sa.ColumnElement[bool]:
    """True for deadlines that had not ended when the month began."""
    return sa.or_(Deadline.ended_at.is_(None), Deadline.ended_at >= reading.month.begins_at)


def _moved_since(reading: Reading) -> dict[int, datetime]:
    """Limits that were moved after the moment of reading, as they stood then."""
    rows = reading.session.execute(
        sa.select(DeadlineChange.deadline_id, DeadlineChange.former_due_at)
        .where(DeadlineChange.at >= reading.as_of)
        .order_by(DeadlineChange.id.desc())
    )
    return {row.deadline_id: row.former_due_at for row in rows}


def _fact(indicator: Indicator, held: _Held, *, met: bool) -> Found:
    ended_at = held.clock.ended_at
    return Found(
        unit_id=None,
        indicator=indicator.key,
        name=held.row.name,
        met=met,
        case_id=held.case.id,
        due_on=last_day(held.clock.due_at),
        happened_on=local_date(ended_at) if ended_at else None,
        deadline_id=held.row.id,
    )


def _fell_due(reading: Reading, clock: Clock) -> bool:
    """Whether the limit fell in the month, and held to its end."""
    month = reading.month
    in_month = month.begins_at < clock.due_at <= min(month.ends_at, reading.as_of)
    return in_month and not clock.fell_away


def _clock_facts(reading: Reading, indicator: Indicator) -> Iterator[Found]:
    """Clocks that fell due in the month; one that fell away before is no fact."""
    later = Deadline.due_at > reading.month.begins_at
    for held in _held(reading, Deadline.rule_id.in_(indicator.rules), later):
        if _fell_due(reading, held.clock):
            fact = _fact(indicator, held, met=held.clock.is_met)
            yield from _attributed(indicator, fact, held.case, held.row.holder_id)


def _receipts(reading: Reading, indicator: Indicator) -> Iterator[Found]:
    """Handovers that were to be acknowledged in the month, and older ones that nobody has yet.

    What is never acknowledged counts in each month at whose end it still waits past its limit.
    """
    asked = sa.or_(Deadline.due_at > reading.month.begins_at, _running(reading))
    for held in _held(reading, Deadline.rule_id == ACKNOWLEDGE_RULE, asked):
        clock = held.clock
        waits = clock.ended_at is None and clock.due_at <= reading.as_of
        if waits or _fell_due(reading, clock):
            fact = _fact(indicator, held, met=clock.is_met)
            yield from _attributed(indicator, fact, held.case, held.row.holder_id)


def _extensions(reading: Reading, indicator: Indicator) -> Iterator[Found]:
    """Rectification limits that ran in the month; met: moved by a decision in it."""
    moved = {
        row.deadline_id: row
        for row in reading.session.execute(
            sa.select(DeadlineChange.deadline_id, DeadlineChange.act_id, DeadlineChange.at).where(
                reading.of_month(DeadlineChange.at), DeadlineChange.act_id.is_not(None)
            )
        )
    }
    limits = Deadline.rule_id == RECTIFICATION_LIMIT
    for held in _held(reading, limits, _running(reading)):
        change = moved.get(held.row.id)
        fact = _fact(indicator, held, met=change is not None)
        if change is not None:
            fact = replace(fact, act_id=change.act_id, happened_on=local_date(change.at))
        yield from _attributed(indicator, fact, held.case, held.row.holder_id)


def _days_late(reading: Reading, indicator: Indicator) -> Iterator[Found]:
    """Clocks that the unit held and that were due or late in the month, with the days lost in it.

    Calendar days after the last day, those of the month only.
    """
    before, last = reading.month.before().last_on, reading.month.last_on
    for held in _held(reading, _running(reading)):
        clock = held.clock
        if clock.due_at > reading.as_of or clock.fell_away:
            continue
        days = clock.days_late(last) - clock.days_late(before)
        if days or clock.due_at > reading.month.begins_at:
            fact = replace(_fact(indicator, held, met=days == 0), days=days)
            yield from _attributed(indicator, fact, held.case, held.row.holder_id)


def _acts(
    reading: Reading, action: Action, *conditions: sa.ColumnElement[bool]
) -> list[tuple[Act, SupervisionCase]]:
    """Acts that had not been taken back at the moment of reading, oldest first."""
    taking_back = aliased(Act)
    taken_back = sa.exists().where(
        taking_back.takes_back_id == Act.id, taking_back.at < reading.as_of
    )
    rows = reading.session.execute(
        sa.select(Act, SupervisionCase)
        .join(SupervisionCase, SupervisionCase.id == Act.case_id)
        .where(Act.action == action.value, Act.at < reading.as_of, ~taken_back, *conditions)
        .order_by(Act.id)
    )
    return [(row.Act, row.SupervisionCase) for row in rows]


def _first_acceptances(reading: Reading, indicator: Indicator) -> Iterator[Found]:
    """Cases whose first decision on acceptance fell in the month; met: it was favourable."""
    decided: set[int] = set()
    for act, case in _acts(reading, Action.APPROVE_ACCEPTANCE):
        if case.id in decided:
            continue
        decided.add(case.id)
        if act.at >= reading.month.begins_at:
            fact = Found(
                None,
                indicator.key,
                _name_of(case),
                met=act.outcome == Outcome.PASSED,
                case_id=case.id,
                happened_on=local_date(act.at),
                act_id=act.id,
            )
            yield from _attributed(indicator, fact, case, None)


def _self_reports(reading: Reading, indicator: Indicator) -> Iterator[Found]:
    """Hazards that were filed in the month; met: its own party, or the group, reported it."""
    rows = reading.session.scalars(
        sa.select(SupervisionCase)
        .where(
            reading.of_month(SupervisionCase.filed_at),
            SupervisionCase.track != Track.ORDINARY.value,
        )
        .order_by(SupervisionCase.id)
    )
    for case in rows:
        fact = Found(
            None,
            indicator.key,
            case.intake_number,
            met=HazardSource(case.source) in OWN_SOURCES,
            case_id=case.id,
            happened_on=local_date(case.filed_at),
        )
        yield from _attributed(indicator, fact, case, None)


def _disclosures(reading: Reading, indicator: Indicator) -> Iterator[Found]:
    """Publications of the list and of the result that fell due in the month."""
    yield from _owed(reading, indicator, PublicationKind.LISTING, "publish_listing")
    yield from _owed(reading, indicator, PublicationKind.RESULT, "publish_delisting")


def _owed(
    reading: Reading, indicator: Indicator, kind: PublicationKind, rule_id: str
) -> Iterator[Found]:
    rule = reading.office.profile.rules[rule_id]
    calendar = current_calendar(reading.session, reading.office)
    told = _told(reading, kind)
    documents = _notices(reading, kind)
    for case, since, act_id in _occasions(reading, kind):
        due_at = compute(rule, since, calendar).due_at
        if not reading.month.begins_at < due_at <= min(reading.month.ends_at, reading.as_of):
            continue
        entry = told.get(case.id)
        fact = Found(
            None,
            indicator.key,
            rule.name,
            met=entry is not None and not is_overdue(due_at, entry[1]),
            case_id=case.id,
            due_on=last_day(due_at),
            happened_on=local_date(entry[1]) if entry else None,
            act_id=act_id,
            document_id=documents.get(case.id),
            publication_id=entry[0] if entry else None,
        )
        yield from _attributed(indicator, fact, case, None)


def _occasions(
    reading: Reading, kind: PublicationKind
) -> Iterator[tuple[SupervisionCase, datetime, int | None]]:
    """Each case that was listed, or delisted, with since when the public waits."""
    signed = Act.outcome == Outcome.ACCEPTED.value
    if kind is PublicationKind.LISTING:
        for act, case in _acts(reading, Action.SIGN_LISTING, signed):
            yield case, act.at, act.id
        return
    rows = reading.session.scalars(
        sa.select(SupervisionCase)
        .where(
            SupervisionCase.ending == CaseEnding.DELISTED.value,
            SupervisionCase.ended_at < reading.as_of,
        )
        .order_by(SupervisionCase.id)
    )
    for case in rows:
        if case.ended_at is not None:
            yield case, case.ended_at, None


def _told(reading: Reading, kind: PublicationKind) -> dict[int, tuple[int, datetime]]:
    """What the public was told first of each case: the publication, and when."""
    rows = reading.session.execute(
        sa.select(PublicCase.case_id, PublicEntry.publication_id, PublicEntry.at)
        .join(PublicEntry, PublicEntry.public_case_id == PublicCase.id)
        .where(PublicEntry.kind == kind.value, PublicEntry.at < reading.as_of)
        .order_by(PublicEntry.id.desc())
    )
    return {row.case_id: (row.publication_id, row.at) for row in rows}


def _notices(reading: Reading, kind: PublicationKind) -> dict[int, int]:
    """The notice by which each case was listed, or delisted."""
    wanted = (
        DocumentKind.LISTING_NOTICE
        if kind is PublicationKind.LISTING
        else DocumentKind.DELISTING_NOTICE
    )
    rows = reading.session.execute(
        sa.select(Document.case_id, sa.func.max(Document.id).label("id"))
        .where(
            Document.kind == wanted.value,
            Document.issued_on.is_not(None),
            Document.made_at < reading.as_of,
        )
        .group_by(Document.case_id)
    )
    return {row.case_id: row.id for row in rows}


def _false_closures(reading: Reading, indicator: Indicator) -> Iterator[Found]:
    """Recurrences found in the month. None counts as a false closure until a person finds so."""
    rows = reading.session.execute(
        sa.select(LookBackCheck, SupervisionCase)
        .join(SupervisionCase, SupervisionCase.id == LookBackCheck.case_id)
        .where(
            reading.of_month(LookBackCheck.at),
            LookBackCheck.result == LookBackResult.RECURRED.value,
        )
        .order_by(LookBackCheck.id)
    )
    for check, case in rows:
        fact = Found(
            None,
            indicator.key,
            _name_of(case),
            met=False,
            case_id=case.id,
            happened_on=check.done_on,
            check_id=check.id,
        )
        yield from _attributed(indicator, fact, case, None)


def _returns(reading: Reading, indicator: Indicator) -> Iterator[Found]:
    """The units' returns of the month, all of them received or closed as never reported."""
    for row in list_period(reading.session, reading.month):
        reported = row.first_submitted_at
        yield Found(
            row.unit_id,
            indicator.key,
            str(row.period),
            met=not row.is_unreported and not row.is_late(local_date(reading.as_of)),
            due_on=row.due_on,
            happened_on=local_date(reported) if reported else None,
            return_id=row.return_id,
        )


_SOURCES: Mapping[FactSource, Callable[[Reading, Indicator], Iterator[Found]]] = {
    FactSource.CLOCKS: _clock_facts,
    FactSource.RECEIPTS: _receipts,
    FactSource.EXTENSIONS: _extensions,
    FactSource.DISCLOSURES: _disclosures,
    FactSource.SELF_REPORTS: _self_reports,
    FactSource.FIRST_ACCEPTANCES: _first_acceptances,
    FactSource.DAYS_LATE: _days_late,
    FactSource.FALSE_CLOSURES: _false_closures,
    FactSource.RETURNS: _returns,
}
