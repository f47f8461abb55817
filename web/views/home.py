"""The home page: what each post wants to see first, gathered for the posts that a person holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from services.frame import Frame
from services.queries.concerns import Concern, Watch
from services.queries.duties import DutyRow
from services.queries.duty_groups import StepCount, get_at_hand
from services.queries.endorsement_sheet import count_unsigned
from services.queries.home import (
    DueRow,
    LateStepRow,
    UnsignedHandoverRow,
    list_late,
    list_late_steps,
    list_near,
    list_unsigned_handovers,
)
from services.queries.ledger import LedgerRow, count_matching, count_phases, list_ledger
from services.queries.months import Month
from services.queries.own_work import OwnCaseRow, list_begun
from services.queries.urges import SuggestionRow, UrgedRow, list_suggested, list_urged
from services.reference.profile import Attention
from web.views.due import Due, due_of
from web.views.endorsements import due_on
from web.views.ledger import Wanted, watch_of
from workflows.deadlines import end_of_day
from workflows.permissions import ROLES_OF, VIEWING
from workflows.vocabulary import Action, Phase, Role

Item = TypeVar("Item")
MOST_DUTIES = 6
MOST_ROWS = 5


class Part(StrEnum):
    """A block of the page."""

    ENDORSEMENTS = "endorsements"
    DUTIES = "duties"
    LATE_STEPS = "late_steps"
    SUGGESTED = "suggested"
    UNSIGNED = "unsigned"
    CASES = "cases"
    PHASES = "phases"
    LATE = "late"
    NEAR = "near"
    BEGUN = "begun"


class CasesOf(StrEnum):
    """Whose cases the page lists."""

    OWN = "own"
    SUBSIDIARIES = "subsidiaries"
    SECTORS = "sectors"
    LISTED = "listed"
    TERRITORY = "territory"


@dataclass(frozen=True)
class Desk:
    """The page of one post: the wider column, the narrower one, the numbers on top."""

    main: tuple[Part, ...]
    aside: tuple[Part, ...]
    figures: tuple[Wanted, ...]
    cases_of: CasesOf | None = None
    signs: bool = False


_OVERDUE = Wanted(overdue=True)
_OPEN = Wanted(concern=Concern.OPEN)
_LISTED = Wanted(concern=Concern.LISTED)
_NEAR = Wanted(concern=Concern.NEAR_LIMIT)
_UNSIGNED = Wanted(concern=Concern.UNACKNOWLEDGED)
_MEASURES = Wanted(concern=Concern.MEASURES_IN_FORCE)
_SENT_BACK = Wanted(concern=Concern.SENT_BACK)
_STUCK = Wanted(concern=Concern.STUCK)
_ENTERPRISE = Desk(
    (Part.DUTIES, Part.CASES),
    (Part.NEAR, Part.LATE, Part.BEGUN),
    (_OVERDUE, _NEAR, _SENT_BACK, _OPEN),
    CasesOf.OWN,
)
_PARENT = Desk(
    (Part.DUTIES, Part.ENDORSEMENTS, Part.CASES),
    (Part.LATE, Part.NEAR),
    (_OVERDUE, _NEAR, _LISTED, _OPEN),
    CasesOf.SUBSIDIARIES,
    signs=True,
)
_OFFICER = Desk(
    (Part.DUTIES, Part.SUGGESTED, Part.LATE),
    (Part.NEAR, Part.BEGUN),
    (_OVERDUE, _NEAR, _MEASURES, _UNSIGNED, _STUCK, _OPEN),
)
_HEAD = Desk(
    (Part.DUTIES, Part.SUGGESTED, Part.LATE_STEPS),
    (Part.LATE, Part.NEAR),
    (_OVERDUE, _NEAR, _MEASURES, _STUCK, _OPEN),
)
_COMMITTEE = Desk(
    (Part.DUTIES, Part.SUGGESTED, Part.UNSIGNED, Part.LATE),
    (Part.PHASES, Part.NEAR),
    (_OVERDUE, _NEAR, _UNSIGNED, _STUCK, _LISTED),
)
_LEADER = Desk(
    (Part.DUTIES, Part.ENDORSEMENTS, Part.CASES),
    (Part.LATE, Part.NEAR),
    (_LISTED, _OVERDUE, _NEAR),
    CasesOf.SECTORS,
    signs=True,
)
_GOVERNMENT = Desk(
    (Part.DUTIES, Part.CASES),
    (Part.LATE, Part.UNSIGNED, Part.NEAR),
    (_OVERDUE, _NEAR, _UNSIGNED, _LISTED),
    CasesOf.TERRITORY,
)
# Neither signs the monthly sheet.
_WITHOUT_SHEET = (Part.DUTIES, Part.CASES)
_PLAIN = Desk((Part.DUTIES,), (Part.NEAR,), (_OVERDUE, _NEAR, _OPEN))
_DESKS: Mapping[Role, Desk] = {
    Role.ENTERPRISE_SAFETY_OFFICER: _ENTERPRISE,
    Role.ENTERPRISE_PRINCIPAL: _ENTERPRISE,
    Role.PARENT_COMPANY_HEAD: _PARENT,
    Role.ACTUAL_CONTROLLER: replace(_PARENT, main=_WITHOUT_SHEET),
    Role.CASE_OFFICER: _OFFICER,
    Role.DEPARTMENT_HEAD: _HEAD,
    Role.COMMITTEE_OFFICER: _COMMITTEE,
    Role.COMMITTEE_OFFICE_HEAD: _COMMITTEE,
    Role.LEADER_IN_CHARGE: _LEADER,
    Role.AUTHORISED_SIGNATORY: replace(_LEADER, main=_WITHOUT_SHEET, cases_of=CasesOf.LISTED),
    Role.GOVERNMENT_OFFICER: _GOVERNMENT,
    Role.GOVERNMENT_PRINCIPAL: _GOVERNMENT,
}
_WITH_CASES = frozenset(role for role, _relation in VIEWING)


@dataclass(frozen=True)
class Figure:
    """One number and the list that it counts. `concern` is None for what is overdue."""

    concern: Concern | None
    number: int
    address: Mapping[str, str | int]


@dataclass(frozen=True)
class DutyAtHand:
    """One duty with its deadline as it stands now."""

    row: DutyRow
    due: Due | None


@dataclass(frozen=True)
class DueLine:
    """One deadline as it stands now, and the post that it waits for where there is only one."""

    row: DueRow
    due: Due
    role: Role | None


@dataclass(frozen=True)
class LateStepLine:
    """The cases that are late by one rule, and how many days the oldest of them."""

    row: LateStepRow
    oldest: Due


@dataclass(frozen=True)
class HandoverLine:
    """One handover not signed for."""

    row: UnsignedHandoverRow
    due: Due | None


@dataclass(frozen=True)
class CaseLine:
    """One case with the limit of its rectification and its next deadline."""

    row: LedgerRow
    limit: Due | None
    next_due: Due | None


@dataclass(frozen=True)
class SheetNotice:
    """How many cases of this month's sheet wait for the visitor, and of the month before."""

    month: Month
    due: Due
    unsigned: int
    last_month: Month
    left_over: int


@dataclass(frozen=True)
class HomeView:
    """The whole page. `main` and `aside` name the blocks in their order."""

    today: date
    main: tuple[Part, ...]
    aside: tuple[Part, ...]
    cases_of: CasesOf | None
    signs: bool
    attention: Attention
    figures: tuple[Figure, ...]
    sheet: SheetNotice | None
    steps: tuple[StepCount, ...]
    duties: tuple[DutyAtHand, ...]
    late: tuple[DueLine, ...]
    near: tuple[DueLine, ...]
    late_steps: tuple[LateStepLine, ...]
    suggested: tuple[SuggestionRow, ...]
    urged: tuple[UrgedRow, ...]
    unsigned: tuple[HandoverLine, ...]
    cases: tuple[CaseLine, ...]
    phases: tuple[tuple[Phase, int], ...]
    begun: tuple[OwnCaseRow, ...]

    @property
    def duty_count(self) -> int:
        """All duties."""
        return sum(count.total for count in self.steps)

    @property
    def overdue_count(self) -> int:
        """Duties that are late."""
        return sum(count.overdue for count in self.steps)

    @property
    def cases_wanted(self) -> Wanted:
        """What the list of cases was looked for by."""
        return _cases_wanted(self.cases_of)


def desk_of(roles: Iterable[Role]) -> Desk | None:
    """What the posts of a person want together, in the order of the table; None without cases."""
    held = frozenset(roles) & _WITH_CASES
    desks = [desk for role, desk in _DESKS.items() if role in held]
    if held - _DESKS.keys():
        desks.append(_PLAIN)
    if not desks:
        return None
    desks.sort(key=lambda desk: not desk.signs)
    main = _merged(desk.main for desk in desks)
    return Desk(
        main,
        tuple(part for part in _merged(desk.aside for desk in desks) if part not in main),
        _merged(desk.figures for desk in desks),
        next((desk.cases_of for desk in desks if desk.cases_of), None),
        any(desk.signs for desk in desks),
    )


def home_view(frame: Frame, desk: Desk) -> HomeView:
    """Ask for what the desk shows, and for nothing else."""
    session, actor, now = frame.session, frame.actor, frame.now
    attention = frame.office.profile.attention
    watch = watch_of(now, attention)
    shown = frozenset((*desk.main, *desk.aside))
    cases_wanted = _cases_wanted(desk.cases_of).as_filter(watch)
    at_hand = get_at_hand(session, actor, frame.today, now, MOST_DUTIES)
    late_steps = list_late_steps(session, actor, watch) if Part.LATE_STEPS in shown else []
    unsigned = list_unsigned_handovers(session, actor, MOST_ROWS) if Part.UNSIGNED in shown else []
    # Whoever has nothing late is urged to nothing.
    urged = (
        list_urged(session, actor, MOST_ROWS) if any(step.overdue for step in at_hand.steps) else []
    )
    phases = count_phases(session, actor, _LISTED.as_filter(watch)) if Part.PHASES in shown else {}
    return HomeView(
        today=frame.today,
        main=desk.main,
        aside=desk.aside,
        cases_of=desk.cases_of,
        signs=desk.signs,
        attention=attention,
        figures=_figures(frame, desk, watch),
        steps=at_hand.steps,
        duties=tuple(DutyAtHand(row, due_of(row.due_at, now)) for row in at_hand.duties),
        sheet=_sheet_notice(frame) if Part.ENDORSEMENTS in shown else None,
        late=_due_lines(frame, watch, list_late) if Part.LATE in shown else (),
        near=_due_lines(frame, watch, list_near) if Part.NEAR in shown else (),
        late_steps=tuple(LateStepLine(row, _due(row.oldest_due_at, now)) for row in late_steps),
        suggested=tuple(list_suggested(session, actor, MOST_ROWS))
        if Part.SUGGESTED in shown
        else (),
        urged=tuple(urged),
        unsigned=tuple(HandoverLine(row, due_of(row.due_at, now)) for row in unsigned),
        cases=tuple(
            _case_line(row, now)
            for row in list_ledger(session, actor, cases_wanted, MOST_ROWS).rows
        )
        if Part.CASES in shown
        else (),
        phases=tuple((phase, phases[phase]) for phase in Phase if phase in phases),
        begun=tuple(list_begun(session, actor, MOST_ROWS)) if Part.BEGUN in shown else (),
    )


def _figures(frame: Frame, desk: Desk, watch: Watch) -> tuple[Figure, ...]:
    filters = [wanted.as_filter(watch) for wanted in desk.figures]
    numbers = count_matching(frame.session, frame.actor, filters)
    return tuple(
        Figure(Concern(wanted.concern) if wanted.concern else None, number, wanted.address())
        for wanted, number in zip(desk.figures, numbers, strict=True)
    )


def _sheet_notice(frame: Frame) -> SheetNotice:
    month = Month.of(frame.today)
    due = due_on(month, frame.office.profile.monthly_endorsement)
    return SheetNotice(
        month,
        _due(end_of_day(due), frame.now),
        count_unsigned(frame.session, frame.actor, month),
        month.before(),
        count_unsigned(frame.session, frame.actor, month.before()),
    )


def _due_lines(
    frame: Frame, watch: Watch, listed: Callable[..., list[DueRow]]
) -> tuple[DueLine, ...]:
    rows = listed(frame.session, frame.actor, watch, MOST_ROWS)
    return tuple(DueLine(row, _due(row.due_at, frame.now), _only_role(row.rule_id)) for row in rows)


def _only_role(rule_id: str) -> Role | None:
    """The rule of a step is named as the step is."""
    roles = ROLES_OF[Action(rule_id)] if rule_id in set(Action) else ()
    return roles[0] if len(roles) == 1 else None


def _due(due_at: datetime, now: datetime) -> Due:
    due = due_of(due_at, now)
    assert due is not None
    return due


def _case_line(row: LedgerRow, now: datetime) -> CaseLine:
    limit = row.rectification_limit_on
    return CaseLine(
        row,
        due_of(end_of_day(limit) if limit else None, now),
        due_of(row.next_due_at, now),
    )


def _cases_wanted(cases_of: CasesOf | None) -> Wanted:
    """Leaders and a territory watch what is listed; an enterprise everything that is open."""
    return _OPEN if cases_of in (CasesOf.OWN, CasesOf.SUBSIDIARIES) else _LISTED


def _merged(groups: Iterable[tuple[Item, ...]]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))
