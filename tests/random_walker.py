"""Whoever acts at random, without the acts: what is known, who may, and that a refusal is one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random

import sqlalchemy as sa

from services.clock import local_date
from services.database import create_engine_for, reading, transaction
from services.frame import Frame
from services.models.case import Act, SupervisionCase
from services.models.paper import PaperAct
from services.queries.assignments import find_claim, step_at_hand
from services.queries.people import find_actor
from services.queries.tasks import TaskRow
from tests.builders import World, make_office
from tests.invariants import (
    INVARIANTS,
    NOW_AND_THEN,
    CaseSight,
    Memory,
    kept_apart_from,
    look,
    look_at,
)
from tests.random_world import Writer, add_people_of_many_posts
from workflows.engine.definitions import forget_parsed
from workflows.errors import RuleError
from workflows.outcomes import OUTCOMES
from workflows.permissions import Actor, may, stood_in_for
from workflows.vocabulary import Action, Outcome

CLOSED_FROM = 10  # o'clock UTC, six in the evening in Shanghai
# What keeps a case going where another decision would end it.
ENDING_EARLY: Mapping[Action, Outcome] = {
    Action.VERIFY_HAZARD: Outcome.MAJOR,
    Action.CONFIRM_VERDICT: Outcome.MAJOR,
    Action.CONFIRM_WITHDRAWAL: Outcome.RETURNED,
    Action.DECIDE_OBJECTION: Outcome.RETURNED,
}
KEPT = (
    "act",
    "attachment",
    "audit_entry",
    "case_criterion",
    "case_party",
    "deadline",
    "deadline_change",
    "document",
    "handover",
    "number_entry",
    "number_series",
    "open_task",
    "outbox",
    "paper_act",
    "paper_registration",
    "paper_scan",
    "process_instance",
    "step_assignment",
    "step_event",
    "submitted_form",
    "substitution",
    "supervision_case",
)


@dataclass
class RandomWalker:
    """A world, and whoever acts in it at random. `told` is what has been tried so far."""

    world: World
    folder: Path
    seed: int
    told: list[str] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    done: int = 0
    refused: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.writer = Writer(self.world, self.random)
        self._known: dict[str, Actor] = {}
        self._known_on = date.min
        add_people_of_many_posts(self.world)

    def check(self, *, everybody: bool) -> None:
        """Every invariant, for a few people or for all."""
        names = sorted(self.world.person_ids)
        looking = names if everybody else self.random.sample(names, 2)
        with reading(self.world.engine) as session:
            today = local_date(self.world.now)
            sight = look(session, self.world.office, self.people(), looking, today)
            for invariant in (*INVARIANTS, *(NOW_AND_THEN if everybody else ())):
                broken = list(invariant(sight, self.memory))
                assert not broken, self.story(f"{invariant.__name__}: {broken}")

    def restart(self) -> None:
        """Nothing is left in memory: what is known stands on the disk."""
        url = self.world.engine.url.render_as_string(hide_password=False)
        self.world.engine.dispose()
        forget_parsed()
        self.world.engine = create_engine_for(url)
        self.world.office = make_office(self.folder)
        self.forget_people()

    def wait(self, hours: int) -> None:
        """Until then, or until the office opens again: the day is the same in UTC."""
        self.world.later(hours=hours)
        while self.world.now.hour >= CLOSED_FROM:
            self.world.later(hours=1)

    def story(self, what: str) -> str:
        """What went wrong, and how it came to that."""
        latest = "\n  ".join(self.told[-15:])
        return f"{what}\nseed {self.seed}, after {self.done} acts, the latest:\n  {latest}"

    # -------------------------------------------------------------- doing

    def attempt(self, told: str, deed: Callable[[], object]) -> bool:
        """Do it; when a rule refuses, nothing at all may have changed."""
        before = self._everything()
        try:
            deed()
        except RuleError as error:
            self.refused += 1
            self.told.append(f"{told} -> {error.code} {error.detail}")
            changed = [name for name, rows in self._everything().items() if rows != before[name]]
            assert not changed, self.story(f"refused, but changed: {changed}")
            return False
        self.done += 1
        self.told.append(told)
        return True

    def in_frame(self, name: str, deed: Callable[[Frame], object]) -> None:
        """One deed by one person in one transaction."""
        with transaction(self.world.engine) as session:
            deed(self.world.frame(session, name))

    def _everything(self) -> dict[str, list[str]]:
        tables = SupervisionCase.metadata.tables
        with reading(self.world.engine) as session:
            return {
                name: sorted(repr(row) for row in session.execute(sa.select(tables[name])))
                for name in KEPT
            }

    # -------------------------------------------------------------- looking

    def people(self) -> Mapping[str, Actor]:
        """Everybody with the posts held and stood in for today."""
        today = local_date(self.world.now)
        if not self._known or self._known_on != today:
            with reading(self.world.engine) as session:
                found = {
                    name: find_actor(session, number, today)
                    for name, number in self.world.person_ids.items()
                }
            self._known = {name: actor for name, actor in found.items() if actor}
            self._known_on = today
        return self._known

    def forget_people(self) -> None:
        """Posts have changed."""
        self._known = {}

    def case_ids(self, *conditions: sa.ColumnElement[bool]) -> list[int]:
        """The cases of which all of this is true."""
        query = sa.select(SupervisionCase.id).where(*conditions).order_by(SupervisionCase.id)
        with reading(self.world.engine) as session:
            return list(session.scalars(query))

    def look_at(self, case_id: int) -> CaseSight:
        """One case now."""
        with reading(self.world.engine) as session:
            case = session.get_one(SupervisionCase, case_id)
            return look_at(session, self.world.office, case)

    def actions_done(self) -> frozenset[Action]:
        """What has been done at least once."""
        with reading(self.world.engine) as session:
            return frozenset(map(Action, session.scalars(sa.select(Act.action).distinct())))

    def acts_for_others(self) -> tuple[int, int]:
        """How many acts were done in another's name, and how many came from paper."""
        with reading(self.world.engine) as session:
            in_anothers_name = session.scalars(
                sa.select(sa.func.count()).where(Act.substitution_id.is_not(None))
            ).one()
            return in_anothers_name, session.scalars(
                sa.select(sa.func.count(PaperAct.act_id))
            ).one()

    def place(self, seen: CaseSight, task: TaskRow) -> int:
        """Which of the open steps of this name it is."""
        alike = sorted(other.position for other in seen.tasks if other.step is task.step)
        return alike.index(task.position)

    # -------------------------------------------------------------- choosing

    def permitted(self, seen: CaseSight, task: TaskRow) -> list[str]:
        """Those who may do the step; if somebody holds it, the holder alone."""
        receiver = seen.receiver_of(task)
        with reading(self.world.engine) as session:
            claim = find_claim(
                session,
                task.task_id,
                step_at_hand(task, seen.standing),
                local_date(self.world.now),
            )
        return [
            name
            for name, actor in self.people().items()
            if may(actor, task.step, seen.standing, receiver)
            and (claim is None or claim.is_held_by(actor))
        ]

    def tempted(self, seen: CaseSight, task: TaskRow) -> list[str]:
        """Those whose posts reach the step, and whom only what they have done keeps from it."""
        apart = kept_apart_from(seen.standing, task.step)
        if not apart:
            return []
        nobody_acted = replace(seen.standing, acted={}, acted_this_round={})
        receiver = seen.receiver_of(task)
        return [
            name
            for name, actor in self.people().items()
            if apart & stood_in_for(actor) and may(actor, task.step, nobody_acted, receiver)
        ]

    def one_of(self, mostly: Sequence[str]) -> str:
        """Mostly one of these, now and then anybody."""
        if not mostly or self.random.random() < 0.1:
            return self.random.choice(sorted(self.people()))
        return self.random.choice(mostly)

    def outcome(self, action: Action) -> Outcome:
        """Mostly the favourable one; an early end is rare, or no case would come far."""
        if action in ENDING_EARLY:
            mostly, often = ENDING_EARLY[action], 0.9
        else:
            mostly, often = OUTCOMES[action][0], 0.7
        return mostly if self.random.random() < often else self.random.choice(OUTCOMES[action])
