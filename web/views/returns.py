"""Monthly returns on screen: a month with all units, and one return with its draft and steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.frame import Frame
from services.instances import shown_of
from services.queries import returns as queries
from services.queries.months import Month
from services.queries.return_figures import as_of
from services.reference.profile import PartOfReturn, ReturnSettings
from services.returns.draft import DraftPart, draft_parts
from web.labels.returns import FIGURES, REMARK, RETURN_DECISIONS, summary_draft, task_line
from workflows.deadlines import DeadlineRule
from workflows.returns import (
    OF_THE_UNIT,
    OUTCOMES,
    Houses,
    ReturnPart,
    ReturnRefusedError,
    ReturnStep,
    check_step,
    find_post,
    houses_of,
)


@dataclass(frozen=True)
class ReturnLine:
    """A return among those of a month. `mine`: it waits for a step of the visitor."""

    row: queries.UnitReturn
    days_left: int
    days_late: int
    mine: bool


@dataclass(frozen=True)
class MonthView:
    """All returns of one month that the visitor may read."""

    period: Month | None
    periods: tuple[Month, ...]
    lines: tuple[ReturnLine, ...]
    owed: tuple[ReturnLine, ...]
    receives: bool
    rule: DeadlineRule
    settings: ReturnSettings
    today: date

    def count(self, state: str) -> int:
        """How many stand so."""
        return sum(line.row.state == state for line in self.lines)

    @property
    def late(self) -> int:
        """How many came late, or are late."""
        return sum(line.days_late > 0 for line in self.lines)


@dataclass(frozen=True)
class Choice:
    """A decision that can be taken: its button, and what follows."""

    outcome: str
    label: str
    follows: str


@dataclass(frozen=True)
class ReturnView:
    """One return. `steps`: those that the visitor may take now; `barred`: took another step.

    `registers_paper`, `confirms_paper`: what the visitor may do with what came on paper.
    """

    page: queries.ReturnPage
    line: ReturnLine
    parts: tuple[DraftPart, ...]
    steps: tuple[ReturnStep, ...]
    barred: bool
    registers_paper: bool
    confirms_paper: bool
    shown: str
    as_of: date
    suggested: Mapping[str, str]
    rule: DeadlineRule
    settings: ReturnSettings
    figures: Mapping[str, str]

    def choices(self, step: ReturnStep) -> tuple[Choice, ...]:
        """The buttons of a step."""
        said = RETURN_DECISIONS[step.value]
        return tuple(Choice(one.value, *said[one.value]) for one in OUTCOMES[step])


def month_view(frame: Frame, asked: Month | None) -> MonthView:
    """The month that was asked for, or the latest one."""
    profile = frame.office.profile
    periods = queries.list_periods(frame.session, frame.actor)
    period = asked if asked in periods else next(iter(periods), None)
    rows = queries.list_returns(frame.session, frame.actor, period) if period else ()
    owed = queries.list_owed(frame.session, frame.actor)
    return MonthView(
        period=period,
        periods=periods,
        lines=tuple(_line(frame, row) for row in rows),
        owed=tuple(_line(frame, row) for row in owed),
        receives=bool(houses_of(frame.actor, (ReturnStep.RECEIVE,))),
        rule=queries.rule_of(profile),
        settings=profile.monthly_return,
        today=frame.today,
    )


def return_view(frame: Frame, return_id: int) -> ReturnView:
    """One return as the visitor sees it."""
    page = queries.get_return(frame.session, frame.actor, return_id)
    row, profile = page.row, frame.office.profile
    fills = row.waiting_step is ReturnStep.PREPARE
    parts = (
        draft_parts(frame.session, profile.monthly_return, row.unit_id, row.period, frame.now)
        if fills
        else ()
    )
    steps, barred = _steps(frame, row)
    deals_with_paper = _deals_with_paper(frame, row)
    counted_to = as_of(row.period, frame.today)
    return ReturnView(
        page=page,
        line=_line(frame, row),
        parts=parts,
        steps=steps,
        barred=barred,
        registers_paper=deals_with_paper and not row.paper_waits,
        confirms_paper=deals_with_paper and row.paper_waits and _is_second(frame, page),
        shown=shown_of(page.content),
        as_of=counted_to,
        suggested=_suggested(parts, page.content, counted_to),
        rule=queries.rule_of(profile),
        settings=profile.monthly_return,
        figures=FIGURES,
    )


def _deals_with_paper(frame: Frame, row: queries.UnitReturn) -> bool:
    """Whether paper for this return may be put on record now, and by the visitor."""
    if row.waiting_step not in OF_THE_UNIT:
        return False
    taken = queries.read_steps(frame.session, row.return_id)
    houses = Houses(row.unit_id, row.office_id)
    try:
        check_step(frame.actor, ReturnStep.CONFIRM_PAPER, houses, taken)
    except ReturnRefusedError:
        return False
    return True


def _is_second(frame: Frame, page: queries.ReturnPage) -> bool:
    return all(one.registrar_id != frame.actor.person_id for one in page.papers if one.waits)


def labels_of(parts: Sequence[PartOfReturn]) -> Mapping[str, str]:
    """The fields of the form by name."""
    return {part.key: REMARK if part.kind is ReturnPart.FIGURES else part.name for part in parts}


def _steps(frame: Frame, row: queries.UnitReturn) -> tuple[tuple[ReturnStep, ...], bool]:
    houses = Houses(row.unit_id, row.office_id)
    taken = queries.read_steps(frame.session, row.return_id)
    possible = [row.waiting_step] if row.waiting_step else []
    if row.waiting_step in OF_THE_UNIT and frame.today > row.due_on and not row.paper_waits:
        possible.append(ReturnStep.CLOSE_UNREPORTED)
    held = [step for step in possible if find_post(frame.actor, step, houses)]
    free = []
    for step in held:
        try:
            check_step(frame.actor, step, houses, taken)
        except ReturnRefusedError:
            continue
        free.append(step)
    return tuple(free), len(free) < len(held)


def _suggested(
    parts: Sequence[DraftPart], content: Mapping[str, Any] | None, counted_to: date
) -> dict[str, str]:
    """The texts to begin with: what was typed last, else what the record suggests."""
    typed = {part["key"]: part["text"] for part in content["parts"]} if content else {}
    texts = {}
    for draft in parts:
        kind = draft.part.kind
        if draft.part.key in typed:
            texts[draft.part.key] = typed[draft.part.key]
        elif kind is ReturnPart.SUMMARY:
            texts[draft.part.key] = summary_draft(counted_to, draft.figures)
        elif kind is ReturnPart.TASK_LIST:
            texts[draft.part.key] = "\n".join(task_line(task) for task in draft.tasks)
    return texts


def _line(frame: Frame, row: queries.UnitReturn) -> ReturnLine:
    houses = Houses(row.unit_id, row.office_id)
    step = row.waiting_step
    return ReturnLine(
        row=row,
        days_left=(row.due_on - frame.today).days,
        days_late=row.days_late(frame.today),
        mine=step is not None and find_post(frame.actor, step, houses) is not None,
    )
