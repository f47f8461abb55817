"""Random acts and takings back, each by a process that knows nothing of the one before."""

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from services import audit
from services.database import create_engine_for, transaction
from services.definitions import load_definition
from services.errors import CaseNotFoundError, InvalidCommandError
from services.frame import first_changed_act
from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.process import open_task, process_instance, step_event
from services.queries.case_page import CasePage, OpenStepRow, get_case_page
from services.queries.facts import load_record, standing_of
from services.queries.shown import BASIS, shown_sha256
from tests.builders import KEYS, World, make_office
from workflows.engine import runner
from workflows.engine.definitions import forget_parsed
from workflows.engine.state import unseal
from workflows.errors import RuleError
from workflows.facts import derive, flags_of, needs_met, round_number, track_of
from workflows.outcomes import OUTCOMES
from workflows.permissions import PermissionRefusedError
from workflows.phases import Position, phase_of
from workflows.taking_back import why_it_stays
from workflows.vocabulary import Action, CaseEnding, Outcome

MOST_ACTS = 16
CONCERNED = (
    "safety_officer",
    "principal",
    "group_head",
    "case_officer",
    "second_officer",
    "department_head",
    "reviewer",
    "second_reviewer",
    "committee_officer",
    "office_head",
    "leader",
    "signatory",
    "government_officer",
)
# Open at any time: most walks would end at once, or do little else.
_SELDOM = {
    Action.CONFIRM_WITHDRAWAL: 0.05,
    Action.DECIDE_OBJECTION: 0.1,
    Action.CHANGE_RESPONSIBLE_PARTY: 0,
    Action.ORDER_IMMEDIATE_MEASURES: 0.1,
    Action.LIFT_IMMEDIATE_MEASURES: 0.5,
}


@dataclass(frozen=True)
class Seen:
    """What the rules and the pages go by."""

    derived: tuple[object, ...]
    open_steps: list[tuple[Any, ...]]
    running: list[tuple[Any, ...]]


class Walk:
    """One case on its way, with a restart before each act."""

    def __init__(self, world: World, folder: Path, seed: int) -> None:
        self.world, self.folder, self.chance = world, folder, random.Random(seed)
        self.url = world.engine.url.render_as_string(hide_password=False)
        self.case_id = world.file_report()
        self.version = 1
        self.taken = self.kept = 0

    def restart(self) -> None:
        self.world.engine.dispose()
        self.world.engine = create_engine_for(self.url)
        self.world.office = make_office(self.folder)
        if self.chance.random() < 0.1:
            forget_parsed()

    def act(self) -> bool:
        """Some open step by somebody who may; False when nothing can be done any more."""
        for name in self.chance.sample(CONCERNED, len(CONCERNED)):
            steps = [step for step in self.steps_of(name) if step.may_act]
            self.chance.shuffle(steps)
            for step in steps:
                likely = self.chance.random() < _SELDOM.get(step.task.step, 1)
                if likely and self.carried_out(step.task.task_id, step.task.step, name):
                    return True
        return False

    def carried_out(self, task_id: str, action: Action, name: str) -> bool:
        """Whether the act was accepted; if so it may have been taken back since."""
        # The favourable outcome more often, or no walk gets anywhere.
        outcome = self.chance.choice([OUTCOMES[action][0]] * 3 + [*OUTCOMES[action]])
        if action is Action.VERIFY_HAZARD and self.chance.random() < 0.5:
            self.confirm()
        before, acts = self.seen(), self.acts()
        changes: dict[str, Any] = {"task_id": task_id, "outcome": outcome, "opinion": "意见。"}
        try:
            self.world.do(name, self.case_id, action, **changes)
        except (InvalidCommandError, PermissionRefusedError):
            assert self.acts() == acts  # a need of this outcome alone, or a date before another
            return False
        self.check_growth(acts)
        if self.chance.random() < 0.6:
            self.take_back(name, action, outcome, before)
        return True

    def confirm(self) -> None:
        if self.page("second_officer").may_confirm_criterion:
            self.world.confirm_criterion(self.case_id)

    def take_back(self, name: str, action: Action, outcome: Outcome, before: Seen) -> None:
        acts, taken = self.acts(), self.world.last_act(self.case_id)
        self.world.later(hours=self.chance.randrange(60))
        self.restart()
        if why_it_stays(action, outcome) is not None:
            assert self.page(name).act_to_take_back is None
            with pytest.raises(RuleError):
                self.world.take_back(name, self.case_id)
            assert self.acts() == acts
            self.kept += 1
            return
        assert self.page(name).act_to_take_back == taken
        self.world.take_back(name, self.case_id)
        self.check_growth(acts)
        assert self.seen() == before
        self.taken += 1

    def page(self, name: str) -> CasePage:
        with transaction(self.world.engine) as session:
            actor = self.world.frame(session, name).actor
            return get_case_page(session, actor, self.case_id, self.world.office.profile)

    def steps_of(self, name: str) -> tuple[OpenStepRow, ...]:
        try:
            return self.page(name).open_steps
        except CaseNotFoundError:  # a receiver sees the case once it is handed over
            return ()

    def acts(self) -> list[tuple[Any, ...]]:
        with self.world.engine.connect() as connection:
            return [
                tuple(row) for row in connection.execute(sa.select(Act.__table__).order_by(Act.id))
            ]

    def check_growth(self, acts: list[tuple[Any, ...]]) -> None:
        """Acts only ever grow, by one; the version with them."""
        now = self.acts()
        assert now[: len(acts)] == acts
        assert len(now) == len(acts) + 1
        with self.world.engine.connect() as connection:
            version = connection.execute(sa.select(process_instance.c.version)).scalar_one()
            newest = connection.execute(sa.select(sa.func.max(step_event.c.version))).scalar_one()
        assert version == newest > self.version
        self.version = version

    def seen(self) -> Seen:
        """Also checks that tables and engine tell the same."""
        with transaction(self.world.engine) as session:
            case = session.get_one(SupervisionCase, self.case_id)
            record = load_record(session, case, self.world.office.profile)
            standing = standing_of(session, case, record)
            connection = session.connection()
            tasks = connection.execute(sa.select(open_task).order_by(open_task.c.task_id)).all()
            instance = connection.execute(sa.select(process_instance)).one()
            definition = load_definition(session, instance.digest)
            state = unseal(
                bytes(instance.state),
                key=KEYS.state_key,
                key_id=KEYS.key_id,
                instance_id=instance.id,
                version=instance.version,
                digest=instance.digest,
            )
            in_engine = {task.task_id for task in runner.open_tasks(definition, state)}
            assert in_engine == {task.task_id for task in tasks}
            assert case.ending is not None or any(not task.standing for task in tasks)
            assert case.round_number == round_number(record.acts)
            assert case.track == track_of(record)
            assert case.flags == [flag.value for flag in flags_of(record)]
            ending = CaseEnding(case.ending) if case.ending else None
            positions = [Position(task.process_id, task.step_id) for task in tasks]
            assert case.phase == phase_of(positions, ending).value
            running = connection.execute(
                sa.select(Deadline.id, Deadline.task_id, Deadline.due_at)
                .where(Deadline.ended_at.is_(None))
                .order_by(Deadline.id)
            ).all()
            shown = [shown_sha256(session, self.case_id, action) for action in BASIS]
            derived = (derive(record), needs_met(record), standing.acted_this_round, shown)
            return Seen(derived, [tuple(row) for row in tasks], [tuple(row) for row in running])


@pytest.mark.parametrize(("seed", "from_listing"), [(0, False), (1, True)])
def test_whatever_is_done_and_taken_back_nothing_is_lost(
    each_world: World, tmp_path: Path, seed: int, from_listing: bool
) -> None:
    walk = Walk(each_world, tmp_path, seed)
    if from_listing:
        each_world.to_listing(walk.case_id)
        walk.version += 3
    for _ in range(MOST_ACTS):
        walk.restart()
        walk.world.later(hours=walk.chance.randrange(30))
        if not walk.act():
            break
    walk.seen()
    assert walk.taken >= 4
    with transaction(walk.world.engine) as session:
        assert audit.first_broken_link(session) is None
        assert first_changed_act(session) is None
    walk.world.engine.dispose()
