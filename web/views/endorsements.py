"""The monthly sheet of endorsements, to read, to fill in, and to print."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.frame import Frame
from services.queries.endorsement_sheet import (
    LateRow,
    ProgressRow,
    SheetLine,
    SignatureRow,
    list_sheet,
)
from services.queries.months import Month
from services.reference.profile import MonthlyEndorsement
from web.forms.endorsement import EndorseMonthlyProgressForm
from web.labels import DECISIONS, Decision
from web.views.acts import pairs_of
from web.views.due import Due, due_of
from workflows.deadlines import end_of_day
from workflows.vocabulary import Action, Outcome

Forms = Mapping[int, EndorseMonthlyProgressForm]
_ENDORSE = Action.ENDORSE_MONTHLY_PROGRESS
_TOLD_IN_FULL = (Action.REPORT_PROGRESS, Action.RECORD_VISIT)


@dataclass(frozen=True)
class ProgressLine:
    """One act of the month; what was reported and what a visit found is told in full."""

    row: ProgressRow
    content: tuple[tuple[str, str | bool], ...]


@dataclass(frozen=True)
class LateLine:
    """One deadline that had passed, and by how much at the time that the sheet speaks of."""

    row: LateRow
    due: Due


@dataclass(frozen=True)
class SignatureLine:
    """One signature; late when it came after the day set for the month."""

    row: SignatureRow
    is_late: bool


@dataclass(frozen=True)
class CaseLine:
    """One case of the sheet; `form` is None where nothing is left to sign.

    `kept`: what was typed about a case that can no longer be signed.
    """

    row: SheetLine
    limit: Due | None
    progress: tuple[ProgressLine, ...]
    late: tuple[LateLine, ...]
    signatures: tuple[SignatureLine, ...]
    form: EndorseMonthlyProgressForm | None
    kept: str
    has_changed: bool


@dataclass(frozen=True)
class SheetView:
    """The sheet of one month."""

    month: Month
    before: Month
    after: Month | None
    today: date
    due: Due
    settings: MonthlyEndorsement
    lines: tuple[CaseLine, ...]
    signed: int
    unsigned: int
    words: Decision
    nothing_chosen: bool

    @property
    def changed(self) -> tuple[CaseLine, ...]:
        """Cases that changed between showing and signing."""
        return tuple(line for line in self.lines if line.has_changed)

    @property
    def problems(self) -> tuple[tuple[str, str, str, str], ...]:
        """Id and name of each field that must be amended, the code, and the case."""
        return tuple(
            (*problem, line.row.hazard_name)
            for line in self.lines
            if line.form is not None
            for problem in line.form.problems()
        )


def due_on(month: Month, settings: MonthlyEndorsement) -> date:
    """By when the sheet of a month is signed."""
    return month.last_on - timedelta(days=settings.due_days_before_month_end)


def empty_form(month: Month, case_id: int) -> EndorseMonthlyProgressForm:
    """The form of one line before anything was typed."""
    return EndorseMonthlyProgressForm(prefix=prefix_of(case_id), data={"month": str(month)})


def prefix_of(case_id: int) -> str:
    """What the fields of one line begin with."""
    return f"case{case_id}"


def sheet_view(
    frame: Frame,
    month: Month,
    typed: Forms,
    changed: frozenset[int] = frozenset(),
    *,
    nothing_chosen: bool = False,
) -> SheetView:
    """The sheet as it stands now, with what has been typed."""
    settings = frame.office.profile.monthly_endorsement
    lines = list_sheet(frame.session, frame.actor, month, frame.now)
    due_at = end_of_day(due_on(month, settings))
    return SheetView(
        month=month,
        before=month.before(),
        after=month.after() if month < Month.of(frame.today) else None,
        today=frame.today,
        due=_due(due_at, frame.now),
        settings=settings,
        lines=tuple(
            _line(
                line,
                typed.get(line.case_id) or empty_form(month, line.case_id),
                min(frame.now, month.ends_at),
                due_at,
                changed,
            )
            for line in lines
        ),
        signed=sum(line.mine is not None for line in lines),
        unsigned=sum(line.awaits_me for line in lines),
        words=DECISIONS[_ENDORSE, Outcome.DONE],
        nothing_chosen=nothing_chosen,
    )


def _line(
    line: SheetLine,
    form: EndorseMonthlyProgressForm,
    moment: datetime,
    due_at: datetime,
    changed: frozenset[int],
) -> CaseLine:
    return CaseLine(
        row=line,
        limit=due_of(end_of_day(line.limit_on) if line.limit_on else None, moment),
        progress=tuple(
            ProgressLine(row, tuple(pairs_of(row.action, row.content)))
            if row.action in _TOLD_IN_FULL
            else ProgressLine(row, ())
            for row in line.progress
        ),
        late=tuple(LateLine(row, _due(row.due_at, moment)) for row in line.late),
        signatures=tuple(SignatureLine(row, row.at > due_at) for row in line.signatures),
        form=form if line.awaits_me else None,
        kept="" if line.awaits_me else form["opinion"].data or "",
        has_changed=line.case_id in changed,
    )


def _due(due_at: datetime, now: datetime) -> Due:
    due = due_of(due_at, now)
    assert due is not None
    return due
