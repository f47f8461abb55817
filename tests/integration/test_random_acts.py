"""Random acts of random people, with restarts in between: what must always hold, holds."""

from pathlib import Path

import pytest

from tests.builders import World
from tests.random_acts import RandomWalk

STEPS = 60


@pytest.mark.parametrize(
    "seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(3, 40))]
)
def test_whatever_is_done_in_whatever_order_the_record_holds(
    each_world: World, tmp_path: Path, seed: int
) -> None:
    walk = RandomWalk(each_world, tmp_path, seed)
    walk.go(STEPS)
    walk.bring_to_their_ends()
    walk.world.engine.dispose()
