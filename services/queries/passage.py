"""The way a case has taken through its diagrams, advance by advance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import Act
from services.models.process import process_instance, step_event
from services.queries.case_page import CasePage
from services.queries.scope import get_visible_case
from services.queries.taking_back import not_taken_back
from workflows.facts import FactValue
from workflows.permissions import Actor


@dataclass(frozen=True)
class Place:
    """An element of a diagram; the path tells the instances of a repeated one apart."""

    process_id: str
    element_id: str
    path: tuple[int, ...]


@dataclass(frozen=True)
class AdvanceRow:
    """What one act moved: the elements completed, in order, and the steps opened by it.

    `counts`: the act was not taken back, and takes none back.
    """

    act_id: int
    counts: bool
    at: datetime
    passed: tuple[Place, ...]
    opened: tuple[Place, ...]
    digest: str
    facts: Mapping[str, FactValue]


def get_pinned_digest(session: Session, actor: Actor, case_id: int) -> str:
    """The definition that a visible case is bound to; CaseNotFoundError otherwise."""
    case = get_visible_case(session, actor, case_id)
    digest: str = session.execute(
        sa.select(process_instance.c.digest).where(
            process_instance.c.subject_kind == "case", process_instance.c.subject_id == case.id
        )
    ).scalar_one()
    return digest


def list_advances(session: Session, page: CasePage) -> tuple[AdvanceRow, ...]:
    """What the acts on the page of a case moved, in order."""
    shown = {act.act_id for act in page.acts}
    rows = session.connection().execute(
        sa.select(
            step_event.c.act_id,
            not_taken_back().label("counts"),
            step_event.c.at,
            step_event.c.passed,
            step_event.c.opened,
            step_event.c.digest,
            step_event.c.facts,
        )
        .join(Act, Act.id == step_event.c.act_id)
        .where(step_event.c.case_id == page.case_id)
        .order_by(step_event.c.id)
    )
    return tuple(
        AdvanceRow(
            row.act_id,
            row.counts,
            row.at,
            _places(row.passed),
            _places(row.opened),
            row.digest,
            row.facts,
        )
        for row in rows
        if row.act_id in shown
    )


def _places(stored: list[tuple[str, str, list[int]]]) -> tuple[Place, ...]:
    return tuple(
        Place(process_id, element_id, tuple(path)) for process_id, element_id, path in stored
    )


def arrivals(
    advances: Iterable[AdvanceRow], standing: frozenset[tuple[str, str]]
) -> dict[int, datetime]:
    """When the step that an act completed had arrived, read from the advance that opened it.

    Standing steps (process, step) may be taken at any time: they arrive with nobody.
    """
    opened: dict[Place, datetime] = {}
    arrived: dict[int, datetime] = {}
    for advance in advances:
        completed = advance.passed[0] if advance.passed else None
        if completed in opened and (completed.process_id, completed.element_id) not in standing:
            arrived[advance.act_id] = opened[completed]
        if advance.counts:  # a step that was opened again arrived when it first did
            opened |= dict.fromkeys(advance.opened, advance.at)
    return arrived
