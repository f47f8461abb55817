"""The page of a case from paper: its acts as typed, and where it will stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.paper.case_file import ABOUT_THE_ACT
from services.queries.paper_cases import PaperCaseRow
from web.labels import DECISIONS, Decision, replay_problem
from web.views.acts import pairs_of
from web.views.due import Due, due_of
from workflows.outcomes import OUTCOMES
from workflows.vocabulary import Action, Outcome, Phase


@dataclass(frozen=True)
class TypedAct:
    """One act as it was typed."""

    action: Action
    words: Decision
    on: str
    by: Mapping[str, str]
    opinion: str
    number: str
    case_number: str
    scans: tuple[str, ...]
    content: tuple[tuple[str, str | bool], ...]


@dataclass(frozen=True)
class NextStep:
    """A step that will be open after the replay."""

    step: Action
    holder: str
    due: Due | None


@dataclass(frozen=True)
class PaperCaseView:
    """One entry in words."""

    row: PaperCaseRow
    phase: Phase
    acts: tuple[TypedAct, ...]
    steps: tuple[NextStep, ...]
    obstacle: str


def paper_case_view(row: PaperCaseRow, now: datetime) -> PaperCaseView:
    """The acts in their order; the steps that wait afterwards with their deadlines."""
    return PaperCaseView(
        row=row,
        phase=Phase(row.preview["phase"]),
        acts=tuple(_act(raw) for raw in row.acts),
        steps=tuple(
            NextStep(
                Action(step["step"]),
                step["holder"],
                due_of(datetime.fromisoformat(step["due_at"]), now) if step["due_at"] else None,
            )
            for step in row.preview["steps"]
        ),
        obstacle=replay_problem(row.obstacle) if row.obstacle else "",
    )


def _act(raw: Mapping[str, Any]) -> TypedAct:
    action = Action(raw["action"])
    outcome = Outcome(raw.get("outcome") or OUTCOMES[action][0])
    return TypedAct(
        action=action,
        words=DECISIONS[action, outcome],
        on=raw["on"],
        by=raw["by"],
        opinion=raw.get("opinion", ""),
        number=raw.get("number", ""),
        case_number=raw.get("case_number", ""),
        scans=tuple(raw.get("scans", ())),
        content=tuple(
            pairs_of(
                action, {name: value for name, value in raw.items() if name not in ABOUT_THE_ACT}
            )
        ),
    )
