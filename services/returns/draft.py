"""The draft of a return, made from the record: what the person of the unit corrects and adds to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import MOST_CHARACTERS, MOST_LINES
from services.queries.campaigns import TaskRow, get_board
from services.queries.months import Month
from services.queries.return_figures import FigureLine, as_of, list_figures
from services.reference.profile import PartOfReturn, ReturnSettings
from workflows.returns import ReturnPart


@dataclass(frozen=True)
class DraftPart:
    """One part as the record suggests it: figures, tasks of the unit, or nothing but its name."""

    part: PartOfReturn
    figures: tuple[FigureLine, ...] = ()
    tasks: tuple[TaskRow, ...] = ()


def draft_parts(
    session: Session, settings: ReturnSettings, unit_id: int, period: Month, now: datetime
) -> tuple[DraftPart, ...]:
    """What the record has for each part. A summary is made from the figures as well."""
    figures = list_figures(session, unit_id, period, now)
    return tuple(
        DraftPart(
            part,
            figures if part.kind in (ReturnPart.SUMMARY, ReturnPart.FIGURES) else (),
            _tasks_of(session, part.campaign, unit_id) if part.campaign else (),
        )
        for part in settings.parts
    )


def frozen_content(
    parts: tuple[DraftPart, ...], typed: Mapping[str, str], period: Month, today: date
) -> dict[str, Any]:
    """What goes before the leader; InvalidCommandError naming the parts that lack their text."""
    problems = {}
    for draft in parts:
        text = typed.get(draft.part.key, "").strip()
        if not text and draft.part.kind is not ReturnPart.FIGURES:
            problems[draft.part.key] = "required"
        if len(text) > MOST_CHARACTERS:
            problems[draft.part.key] = f"too_long:{MOST_CHARACTERS}"
        elif len(text.splitlines()) > MOST_LINES:
            problems[draft.part.key] = f"too_many_lines:{MOST_LINES}"
    if problems:
        raise InvalidCommandError(problems)
    return {
        "as_of": as_of(period, today).isoformat(),
        "parts": [_frozen(draft, typed.get(draft.part.key, "").strip()) for draft in parts],
    }


def _frozen(draft: DraftPart, text: str) -> dict[str, Any]:
    counted = draft.figures if draft.part.kind is ReturnPart.FIGURES else ()
    return {
        "key": draft.part.key,
        "kind": draft.part.kind.value,
        "name": draft.part.name,
        "text": text,
        "figures": [[line.figure.value, line.month, line.year] for line in counted],
    }


def _tasks_of(session: Session, campaign: str, unit_id: int) -> tuple[TaskRow, ...]:
    """The unit's tasks of a list; none where the list was never loaded."""
    try:
        board = get_board(session, campaign)
    except RecordNotFoundError:
        return ()
    return tuple(task for task in board.tasks if task.owner_id == unit_id)
