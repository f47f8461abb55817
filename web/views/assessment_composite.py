"""The composite of an assessment: what each unit scored over a year, or over a campaign."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from services.frame import Frame
from services.queries.assessments import RoundPage, RoundRow, SheetRow, get_round, list_rounds
from services.queries.campaigns import list_boards
from services.queries.months import Month
from workflows.assessment import Grade, grade_of, mean
from workflows.vocabulary import OrganisationKind

MONTHS = 12


@dataclass(frozen=True)
class CompositeLine:
    """A unit over the rounds of a span: of each its id and sheet, None where it was not assessed.

    A month without points counts for nothing in the mean; its veto counts.
    """

    unit_id: int
    unit_name: str
    unit_kind: OrganisationKind
    months: tuple[tuple[int, SheetRow] | None, ...]
    hundredths: int | None
    grade: Grade | None
    vetoed: bool


@dataclass(frozen=True)
class Span:
    """Months that belong together: a year, or a campaign from its document to its last day."""

    name: str
    first: Month
    last: Month


@dataclass(frozen=True)
class CompositeView:
    """The published rounds of a span, and what each unit scored over them.

    `missing`: from which month to which no round was published.
    """

    first: Month
    last: Month
    rounds: tuple[RoundRow, ...]
    missing: tuple[tuple[Month, Month], ...]
    groups: Mapping[OrganisationKind, tuple[CompositeLine, ...]]
    spans: tuple[Span, ...]


def composite_view(frame: Frame, first: Month | None, last: Month | None) -> CompositeView:
    """The mean of the published months of a span; by itself the present year."""
    year = frame.today.year
    first, last = first or Month(year, 1), last or Month(year, MONTHS)
    found = [row for row in list_rounds(frame.session, frame.actor) if row.is_published]
    rounds = sorted(
        (row for row in found if first <= row.period <= last), key=lambda row: row.period
    )
    pages = [get_round(frame.session, frame.actor, row.round_id) for row in rounds]
    units = {sheet.unit_id: sheet for page in pages for sheet in page.sheets}
    lines = [_composite_line(pages, sheet) for sheet in units.values()]
    covered = {row.period for row in rounds}
    return CompositeView(
        first=first,
        last=last,
        rounds=tuple(rounds),
        missing=runs_of(
            month
            for month in months_between(first, min(last, Month.of(frame.today).before()))
            if month not in covered
        ),
        groups={
            kind: tuple(
                sorted(
                    (line for line in lines if line.unit_kind is kind),
                    key=_order,
                )
            )
            for kind in dict.fromkeys(line.unit_kind for line in lines)
        },
        spans=tuple(_spans(frame, found)),
    )


def _composite_line(pages: Sequence[RoundPage], unit: SheetRow) -> CompositeLine:
    months = [
        next(
            ((page.row.round_id, sheet) for sheet in page.sheets if sheet.unit_id == unit.unit_id),
            None,
        )
        for page in pages
    ]
    totals = [sheet.total for found in months if found for _, sheet in [found]]
    average = mean([one.hundredths for one in totals if one.hundredths is not None])
    vetoed = any(one.vetoed for one in totals)
    bounds = pages[-1].rules.grades
    grade = grade_of(average, bounds) if average is not None else None
    return CompositeLine(
        unit.unit_id,
        unit.unit_name,
        unit.unit_kind,
        tuple(months),
        average,
        Grade.UNQUALIFIED if vetoed else grade,
        vetoed,
    )


def _order(line: CompositeLine) -> tuple[bool, int, int]:
    return line.vetoed, 1 if line.hundredths is None else -line.hundredths, line.unit_id


def months_between(first: Month, last: Month) -> list[Month]:
    """Every month from the first to the last."""
    found, month = [], first
    while month <= last:
        found.append(month)
        month = month.after()
    return found


def runs_of(months: Iterable[Month]) -> tuple[tuple[Month, Month], ...]:
    """Months one after the other as their first and last."""
    runs: list[tuple[Month, Month]] = []
    for month in months:
        if runs and runs[-1][1].after() == month:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    return tuple(runs)


def _spans(frame: Frame, rounds: Sequence[RoundRow]) -> Iterator[Span]:
    for year in sorted({row.period.year for row in rounds}, reverse=True):
        yield Span(f"{year} 年度", Month(year, 1), Month(year, MONTHS))
    for board in list_boards(frame.session):
        days = [task.due_on for task in board.tasks if task.due_on]
        if days:
            yield Span(board.short_title, Month.of(board.issued_on), Month.of(max(days)))
