"""Random acts of random people, with restarts in between: what must always hold, holds."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import structlog

from services.clock import local_date
from services.database import create_engine_for, reading
from services.queries import doers
from services.queries.duty_groups import DutyGroup, HeldDutyRow, list_group
from tests.builders import World, make_world
from tests.faults import KEEPING, injected, kept_statements
from tests.random_acts import RandomWalk
from workflows import permissions
from workflows.permissions import PERMISSIONS, Actor, PermissionRow, PostRecord
from workflows.vocabulary import Action, Role

STEPS = 30
SEED = 13
# Chance never comes everywhere; a walk that leaves out more than this proves too little.
MOST_NEVER_DONE = len(Action) // 4
# How many walks a fault may escape: one or two of them find it as a rule.
MOST_WALKS = 4
KEPT_APART_BY = ("duties_are_kept_apart", "nobody_inspects_twice_on_one_application")


@pytest.mark.parametrize(
    "seed", [SEED, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(14, 50))]
)
def test_whatever_is_done_in_whatever_order_the_record_holds(
    each_world: World, tmp_path: Path, seed: int
) -> None:
    walk = RandomWalk(each_world, tmp_path, seed)
    try:
        _walk(walk, seed)
    finally:  # a restart has made another engine
        walk.world.engine.dispose()


def _walk(walk: RandomWalk, seed: int) -> None:
    walk.to_the_end(STEPS)
    never = sorted(set(Action) - walk.actions_done())
    in_anothers_name, on_paper = walk.acts_for_others()
    structlog.get_logger().info(
        "walked",
        acts=walk.done,
        in_anothers_name=in_anothers_name,
        on_paper=on_paper,
        never_done=[action.value for action in never],
    )
    if seed == SEED:
        assert len(never) <= MOST_NEVER_DONE, walk.story(f"never done: {never}")
        assert in_anothers_name, walk.story("nobody acted in another's name")
        assert on_paper, walk.story("nothing was signed on paper")


# ------------------------------------------------------------------ the walk finds faults

Fault = Callable[[pytest.MonkeyPatch], None]


def _with_rows(change: Callable[[PermissionRow], PermissionRow]) -> Fault:
    def patch(patched: pytest.MonkeyPatch) -> None:
        rows = tuple(map(change, PERMISSIONS))
        for module in (permissions, doers):
            patched.setattr(module, "PERMISSIONS", rows)

    return patch


def _substitutes_answer_for_themselves_alone(patched: pytest.MonkeyPatch) -> None:
    def alone(actor: Actor, _post: PostRecord) -> frozenset[int]:
        return frozenset({actor.person_id})

    for module in (permissions, doers):
        patched.setattr(module, "answers_for", alone)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(_with_rows(lambda row: replace(row, forbids=frozenset())), id="forbids"),
        pytest.param(_with_rows(lambda row: replace(row, once_a_round=False)), id="once a round"),
        pytest.param(_substitutes_answer_for_themselves_alone, id="substitutes"),
    ],
)
def test_a_walk_finds_out_when_duties_are_not_kept_apart(
    sqlite_template: bytes, tmp_path: Path, fault: Fault
) -> None:
    with injected() as patched:
        fault(patched)
        assert any(
            _finds_out(sqlite_template, tmp_path / str(seed), seed)
            for seed in range(1, MOST_WALKS + 1)
        )


def test_no_statement_outlives_the_fault_under_which_it_was_built(world: World) -> None:
    """Nobody may do anything: asked under that fault, nobody has a duty; afterwards they do."""
    world.file_report()
    assert _duties_of(world, "case_officer")
    with injected() as patched:
        _with_rows(lambda row: replace(row, role=Role.ACTUAL_CONTROLLER))(patched)
        assert not _duties_of(world, "case_officer")
    assert _duties_of(world, "case_officer")
    with injected():
        pass
    assert len(kept_statements()) > len(KEEPING)
    assert not any(kept.cache_info().currsize for kept in kept_statements().values())


def _duties_of(world: World, name: str) -> list[HeldDutyRow]:
    with reading(world.engine) as session:
        today = local_date(world.now)
        return list_group(session, world.actor(name), DutyGroup.MINE, today, 10) + list_group(
            session, world.actor(name), DutyGroup.SHARED, today, 10
        )


def _finds_out(template: bytes, folder: Path, seed: int) -> bool:
    """Whether this walk breaks the separation of duties; anything else that breaks is raised."""
    folder.mkdir()
    (folder / "guapai.sqlite").write_bytes(template)
    engine = create_engine_for(f"sqlite:///{folder / 'guapai.sqlite'}")
    walk = RandomWalk(make_world(engine, folder), folder, seed, boldness=0.8)
    try:
        walk.to_the_end(0)
    except AssertionError as broken:
        if not any(name in str(broken) for name in KEPT_APART_BY):
            raise
        return True
    finally:
        walk.world.engine.dispose()
    return False
