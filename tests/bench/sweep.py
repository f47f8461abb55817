"""The sweep over many open cases, beside one that loads every open deadline."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, cast

import sqlalchemy as sa

from services.database import reading, transaction
from services.models.case import SupervisionCase
from services.models.deadline import Deadline
from services.sweep import sweep_once
from tests.builders import World
from workflows.deadlines import is_overdue

DUE_OF_HUNDRED = 1
_AT_ONCE = 5000

Timed = Callable[[Callable[[], object]], float]


def fill(world: World, cases: int) -> int:
    """Copies of one registered case, each with one running deadline; returns how many are due."""
    case_id = world.register(nonce="swept")
    with transaction(world.engine) as session:
        case = _columns(session, SupervisionCase, SupervisionCase.id == case_id)
        deadline = _columns(session, Deadline, Deadline.case_id == case_id)
        session.execute(sa.update(Deadline).values(ended_at=world.now, ended_as="met"))
        first = session.scalars(sa.select(sa.func.max(SupervisionCase.id))).one() + 1
        for start in range(0, cases, _AT_ONCE):
            numbers = range(start, min(start + _AT_ONCE, cases))
            session.execute(
                sa.insert(cast(sa.Table, SupervisionCase.__table__)),
                [
                    {**case, "id": first + number, "intake_number": f"bench-{number}"}
                    for number in numbers
                ],
            )
            session.execute(
                sa.insert(cast(sa.Table, Deadline.__table__)),
                [_due(world, deadline, first + number, number) for number in numbers],
            )
    with transaction(world.engine) as session:
        if world.engine.dialect.name == "postgresql":
            session.execute(
                sa.text("SELECT setval('supervision_case_id_seq', :n)"), {"n": first + cases}
            )
        session.execute(sa.text("ANALYZE"))
    return cases * DUE_OF_HUNDRED // 100


def measure(world: World, cases: int, rounds: int, timed: Timed) -> dict[str, list[float]]:
    """Seconds of an idle poll, of one late deadline, of all of them, and of loading everything."""
    due = fill(world, cases)
    before = world.now - timedelta(days=365)
    sweep = partial(sweep_once, world.engine, world.office)
    figures = {
        "idle poll": [timed(lambda: sweep(before)) for _ in range(rounds * 5)],
        "naive sweep": [timed(partial(_load_everything, world)) for _ in range(3)],
        "one late deadline": [timed(lambda: sweep(world.now)) for _ in range(due)],
    }
    figures["all due"] = [sum(figures["one late deadline"])]
    figures["idle after it"] = [timed(lambda: sweep(world.now)) for _ in range(rounds * 5)]
    return figures


def _load_everything(world: World) -> int:
    with reading(world.engine) as session:
        rows = session.scalars(sa.select(Deadline).where(Deadline.ended_at.is_(None))).all()
        return sum(is_overdue(row.due_at, world.now) for row in rows)


def _columns(session: Any, model: Any, which: Any) -> dict[str, Any]:
    row = session.execute(sa.select(model.__table__).where(which).limit(1)).mappings().one()
    return {name: value for name, value in row.items() if name not in ("id", "task_id")}


def _due(world: World, deadline: dict[str, Any], case_id: int, number: int) -> dict[str, Any]:
    days = -3 if number % 100 < DUE_OF_HUNDRED else 30 + number % 60
    due_at = world.now + timedelta(days=days)
    return {
        **deadline,
        "case_id": case_id,
        "due_at": due_at,
        "due_on": due_at.date(),
        "next_look_at": due_at,
    }
