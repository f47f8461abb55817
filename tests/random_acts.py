"""Somebody who does whatever comes to mind: a walk of random acts, the same for the same seed."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa

from services.assignments import GiveStep, claim_step, delegate_step, release_step, transfer_step
from services.clock import local_date
from services.database import create_engine_for, reading, transaction
from services.frame import Frame
from services.models.case import Act, CaseCriterion, SupervisionCase
from services.models.organisation import Person, Post, PostSector
from services.models.process import open_task
from services.queries.assignments import find_claim, step_at_hand
from services.queries.people import find_actor
from services.queries.tasks import TaskRow
from tests.builders import CLAUSE, PHOTO, SECTOR, World, make_office
from tests.invariants import INVARIANTS, NOW_AND_THEN, CaseSight, Memory, look, look_at
from workflows.engine.definitions import forget_parsed
from workflows.errors import RuleError
from workflows.outcomes import OUTCOMES, unmet_need
from workflows.permissions import Actor, may
from workflows.vocabulary import Action, HazardSource, Outcome, PartyKind, Role, Track
from workflows.vocabulary import WithdrawalGround as Ground

MOST_CASES = 7
CLOSED_FROM = 10  # o'clock UTC, six in the evening in Shanghai
# People of several posts: only the separation of duties stands between them and everything.
MANY_POSTS: Mapping[str, Sequence[tuple[str, Role]]] = {
    "department_all": (
        ("department", Role.CASE_OFFICER),
        ("department", Role.DEPARTMENT_HEAD),
        ("department", Role.ACCEPTANCE_REVIEWER),
    ),
    "committee_all": (
        ("office", Role.COMMITTEE_OFFICER),
        ("office", Role.COMMITTEE_OFFICE_HEAD),
        ("committee", Role.LEADER_IN_CHARGE),
        ("committee", Role.AUTHORISED_SIGNATORY),
    ),
    "mine_and_group": (
        ("mine", Role.ENTERPRISE_PRINCIPAL),
        ("group", Role.PARENT_COMPANY_HEAD),
    ),
    "mine_and_department": (
        ("mine", Role.ENTERPRISE_SAFETY_OFFICER),
        ("department", Role.CASE_OFFICER),
        ("department", Role.DEPARTMENT_HEAD),
        ("department", Role.ACCEPTANCE_REVIEWER),
        ("committee", Role.LEADER_IN_CHARGE),
    ),
    "everything_above": (
        ("department", Role.DEPARTMENT_HEAD),
        ("department", Role.ACCEPTANCE_REVIEWER),
        ("office", Role.COMMITTEE_OFFICE_HEAD),
        ("committee", Role.LEADER_IN_CHARGE),
        ("committee", Role.AUTHORISED_SIGNATORY),
    ),
}
BEGINNINGS: Sequence[Callable[[World], int]] = (
    lambda world: world.file_report("safety_officer"),
    lambda world: world.file_report("private_officer", criterion=None, description=""),
    lambda world: world.file_report("trader_principal"),
    lambda world: world.register(
        source=HazardSource.HIGHER_INSPECTION,
        finder="省督导检查组",
        finder_reference="示例督〔2026〕3号",
    ),
    lambda world: world.register(
        responsible_party_id=world.ids["county"],
        party_kind=PartyKind.ILLEGAL_SITE,
        illegal_operators="不明",
    ),
    lambda world: world.register(
        source=HazardSource.VERIFIED_TIP,
        on_units_list="not_listed",
        party_kind=PartyKind.SEVERAL_OWNERS,
        co_owners="示例民营煤业\n未登记的业主",
    ),
    lambda world: world.register(
        responsible_party_id=world.ids["private_mine"],
        party_kind=PartyKind.CONTRACT_PARTIES,
        client="示例煤业",
        contractor="某施工公司",
        criterion=None,
    ),
)
# What stands in the way of an end, and is cleared away by an act of its own.
CLEARING = (Action.LIFT_IMMEDIATE_MEASURES, Action.LIFT_LEGAL_HOLD)
KEPT = (
    "act",
    "attachment",
    "audit_entry",
    "case_criterion",
    "case_party",
    "deadline",
    "document",
    "handover",
    "number_entry",
    "number_series",
    "open_task",
    "outbox",
    "process_instance",
    "step_assignment",
    "step_event",
    "submitted_form",
    "supervision_case",
)


@dataclass
class RandomWalk:
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
        self._known: dict[str, Actor] = {}
        _add_people_of_many_posts(self.world)

    def go(self, steps: int) -> None:
        """Begin some cases, then do one thing after the other."""
        for beginning in self.random.sample(BEGINNINGS, 4):
            self._begin_with(beginning)
        for number in range(steps):
            self._do_anything()
            self.check(everybody=number % 20 == 19)
        self.restart()
        self.check(everybody=True)

    def check(self, *, everybody: bool) -> None:
        """Every invariant, for a few people or for all."""
        names = sorted(self.world.person_ids)
        looking = names if everybody else self.random.sample(names, 2)
        with reading(self.world.engine) as session:
            sight = look(session, self.world.office, self._people(), looking)
            for invariant in (*INVARIANTS, *(NOW_AND_THEN if everybody else ())):
                broken = list(invariant(sight, self.memory))
                assert not broken, self._story(f"{invariant.__name__}: {broken}")

    def restart(self) -> None:
        """Nothing is left in memory: what is known stands on the disk."""
        url = self.world.engine.url.render_as_string(hide_password=False)
        self.world.engine.dispose()
        forget_parsed()
        self.world.engine = create_engine_for(url)
        self.world.office = make_office(self.folder)
        self._known = {}

    def bring_to_their_ends(self) -> None:
        """From wherever the walk came to, people who mean well bring every case to its end."""
        for case_id in self._case_ids():
            for _ in range(100):
                if not self._help_on(case_id):
                    break
            else:
                raise AssertionError(self._story(f"case {case_id} goes on for ever"))
        self.check(everybody=True)

    # -------------------------------------------------------------- what comes to mind

    def _do_anything(self) -> None:
        self._wait(self.random.choice((1, 1, 5, 20, 40)))
        deeds = {
            self._act: 80,
            self._take_back: 6,
            self._assign: 8,
            self._confirm_criterion: 6,
            self._begin: 3,
            self.restart: 3,
        }
        (deed,) = self.random.choices(list(deeds), list(deeds.values()))
        deed()
        if self.random.random() < 0.8:  # otherwise the pages are not ready yet
            self.world.work()

    def _begin(self) -> None:
        if len(self._case_ids()) < MOST_CASES:
            self._begin_with(self.random.choice(BEGINNINGS))

    def _begin_with(self, beginning: Callable[[World], int]) -> None:
        self._attempt("a new case", lambda: beginning(self.world))

    def _act(self) -> None:
        found = self._any_step()
        if found is None:
            return
        seen, task = found
        name = self._whoever(seen, task)
        outcome = self._outcome(task.step)
        changes = self._content(seen, task.step, outcome)
        command = self.world.command(seen.case.id, task.step, self._place(seen, task), **changes)
        told = f"{name}: {task.step} {outcome} in case {seen.case.id}"
        done = self._attempt(told, lambda: self.world.act(name, command, task.step))
        if done and self.random.random() < 0.2:
            again = f"again {told}"
            assert not self._attempt(again, lambda: self.world.act(name, command, task.step)), (
                self._story("an act sent twice took effect twice")
            )

    def _assign(self) -> None:
        found = self._any_step()
        if found is None:
            return
        seen, task = found
        name = self._whoever(seen, task)
        other = self.world.person_ids[self._whoever(seen, task)]
        give = GiveStep(
            case_id=seen.case.id, task_id=task.task_id, to_person_id=other, reason="出差。"
        )
        deeds: Sequence[Callable[[Frame], None]] = (
            lambda frame: claim_step(frame, give.case_id, give.task_id),
            lambda frame: release_step(frame, give.case_id, give.task_id, "出差。"),
            lambda frame: transfer_step(frame, give),
            lambda frame: delegate_step(frame, give),
        )
        place = self.random.randrange(len(deeds))
        word = ("claims", "releases", "transfers", "delegates")[place]
        told = f"{name} {word} {task.step} of case {seen.case.id}"
        self._attempt(told, lambda: self._in_frame(name, deeds[place]))

    def _take_back(self) -> None:
        """Mostly the newest act of a case, by whoever did it."""
        case_ids = self._case_ids()
        with reading(self.world.engine) as session:
            acts = session.scalars(
                sa.select(Act)
                .where(Act.case_id == self.random.choice(case_ids))
                .order_by(Act.id.desc())
                .limit(3)
            ).all()
        act = acts[0] if self.random.random() < 0.8 else self.random.choice(acts)
        names = {number: name for name, number in self.world.person_ids.items()}
        name = names[act.person_id]
        if self.random.random() < 0.1:
            name = self.random.choice(sorted(self.world.person_ids))
        told = f"{name} takes back {act.action} {act.outcome} in case {act.case_id}"
        self._attempt(told, lambda: self.world.take_back(name, act.case_id, act.id))

    def _confirm_criterion(self) -> None:
        waiting = self._case_ids(
            SupervisionCase.ending.is_(None),
            SupervisionCase.criterion.has(CaseCriterion.confirmed_by_id.is_(None)),
        )
        if waiting:
            case_id = self.random.choice(waiting)
            name = self.random.choice(
                ["case_officer", "second_officer", "department_head", *MANY_POSTS]
            )
            self._attempt(
                f"{name}: confirm_criterion in case {case_id}",
                lambda: self.world.confirm_criterion(case_id, name),
            )

    def _any_step(self) -> tuple[CaseSight, TaskRow] | None:
        """Mostly a duty, so that cases get on; any open step otherwise."""
        case_ids = self._case_ids(sa.exists().where(open_task.c.case_id == SupervisionCase.id))
        if not case_ids:
            return None
        seen = self._look_at(self.random.choice(case_ids))
        mostly = seen.duties if self.random.random() < 0.75 else seen.tasks
        return seen, self.random.choice(mostly or seen.tasks)

    def _whoever(self, seen: CaseSight, task: TaskRow) -> str:
        """Mostly somebody who may, and often could do too much; sometimes anybody."""
        people = self._people()
        permitted = self._permitted(people, seen, task)
        if not permitted or self.random.random() < 0.1:
            return self.random.choice(sorted(people))
        tempted = [name for name in permitted if name in MANY_POSTS]
        return self.random.choice(tempted if tempted and self.random.random() < 0.5 else permitted)

    def _permitted(self, people: Mapping[str, Actor], seen: CaseSight, task: TaskRow) -> list[str]:
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
            for name, actor in people.items()
            if may(actor, task.step, seen.standing, receiver)
            and (claim is None or claim.is_held_by(actor))
        ]

    def _outcome(self, action: Action) -> Outcome:
        first = OUTCOMES[action][0]
        return first if self.random.random() < 0.7 else self.random.choice(OUTCOMES[action])

    # -------------------------------------------------------------- what is written

    def _content(self, seen: CaseSight, action: Action, outcome: Outcome) -> dict[str, object]:
        """Honest defaults with whatever the case and chance ask for."""
        limit = seen.case.rectification_limit_on
        today = self.world.now.date()
        more: dict[str, object] = {"outcome": outcome, "opinion": "情况属实。"}
        match action:
            case Action.VERIFY_HAZARD:
                more["production_stopped"] = self.random.random() < 0.5
                if seen.case.criterion is None:
                    more |= {"criterion": CLAUSE, "uploads": (PHOTO,), "description": "失效。"}
            case Action.CONFIRM_VERDICT if outcome is Outcome.MAJOR:
                more["track"] = self.random.choice(list(Track))
                body = self.random.choice((None, "committee", "department", "group", "county"))
                more["listing_body_id"] = self.world.ids[body] if body else None
            case Action.ISSUE_RECTIFICATION_ORDER:
                more["limit_on"] = today + timedelta(days=self.random.randrange(30, 300))
            case Action.COUNTERSIGN_LISTING | Action.SIGN_LISTING:
                more["comes_back"] = self.random.choice(("straight", "step_by_step"))
            case Action.SUBMIT_PLAN:
                more["finish_on"] = min(today + timedelta(days=30), limit or date.max)
            case Action.LIST_OWN_HAZARD:
                more["limit_on"] = limit or today + timedelta(days=60)
            case Action.WITHDRAW_CASE:
                more["ground"] = self.random.choice(list(Ground))
                more["merged_into"] = self._other_number(seen.case.id)
            case Action.CHANGE_RESPONSIBLE_PARTY:
                party = self.random.choice(("mine", "private_mine", "trader", "county"))
                more["new_party_id"] = self.world.ids[party]
        return more

    def _other_number(self, case_id: int) -> str:
        with reading(self.world.engine) as session:
            numbers = session.scalars(
                sa.select(SupervisionCase.intake_number)
                .where(SupervisionCase.id != case_id)
                .order_by(SupervisionCase.id)
            ).all()
        return self.random.choice(numbers) if numbers else ""

    # -------------------------------------------------------------- meaning well

    def _help_on(self, case_id: int) -> bool:
        """One act towards the end of a case; False when it has ended."""
        self._wait(1)
        self.world.work()
        seen = self._look_at(case_id)
        if seen.case.ending is not None and not seen.tasks:
            return False
        people = self._people()
        clearing = [task for task in seen.tasks if task.step in CLEARING]
        for task in (*clearing, *self.random.sample(seen.duties, len(seen.duties))):
            outcome = next(
                outcome
                for outcome in OUTCOMES[task.step]
                if unmet_need(task.step, outcome, seen.standing.needs_met) is None
            )
            for name in self._permitted(people, seen, task):
                if self._help_with(name, seen, task, outcome):
                    return True
        if self._clause_is_confirmed(case_id):
            return True
        open_steps = [task.step.value for task in seen.tasks]
        unmet = [need for need, met in seen.standing.needs_met.items() if not met]
        stuck = f"case {case_id} is stuck at {open_steps}, without {unmet}"
        raise AssertionError(self._story(stuck))

    def _help_with(self, name: str, seen: CaseSight, task: TaskRow, outcome: Outcome) -> bool:
        changes = self._content(seen, task.step, outcome)
        if task.step is Action.CONFIRM_VERDICT and outcome is Outcome.MAJOR:
            changes |= {"track": Track.LISTED, "listing_body_id": None}
        if task.step is Action.WITHDRAW_CASE:
            changes["ground"] = Ground.OTHER
        command = self.world.command(seen.case.id, task.step, self._place(seen, task), **changes)
        with suppress(RuleError):
            self.world.act(name, command, task.step)
            self.told.append(f"{name} helps on: {task.step} {outcome} in case {seen.case.id}")
            return True
        return False

    def _clause_is_confirmed(self, case_id: int) -> bool:
        for name in ("case_officer", "second_officer", "department_head"):
            with suppress(RuleError):
                self.world.confirm_criterion(case_id, name)
                return True
        return False

    # -------------------------------------------------------------- small things

    def _wait(self, hours: int) -> None:
        """Until then, or until the office opens again: the day is the same in UTC."""
        self.world.later(hours=hours)
        while self.world.now.hour >= CLOSED_FROM:
            self.world.later(hours=1)

    def _case_ids(self, *conditions: sa.ColumnElement[bool]) -> list[int]:
        query = sa.select(SupervisionCase.id).where(*conditions).order_by(SupervisionCase.id)
        with reading(self.world.engine) as session:
            return list(session.scalars(query))

    def _look_at(self, case_id: int) -> CaseSight:
        with reading(self.world.engine) as session:
            case = session.get_one(SupervisionCase, case_id)
            return look_at(session, self.world.office, case)

    def _attempt(self, told: str, deed: Callable[[], object]) -> bool:
        """Do it; when a rule refuses, nothing at all may have changed."""
        before = self._everything()
        try:
            deed()
        except RuleError as error:
            self.refused += 1
            self.told.append(f"{told} -> {error.code} {error.detail}")
            changed = [name for name, rows in self._everything().items() if rows != before[name]]
            assert not changed, self._story(f"refused, but changed: {changed}")
            return False
        self.done += 1
        self.told.append(told)
        return True

    def _everything(self) -> dict[str, list[str]]:
        tables = SupervisionCase.metadata.tables
        with reading(self.world.engine) as session:
            return {
                name: sorted(repr(row) for row in session.execute(sa.select(tables[name])))
                for name in KEPT
            }

    def _in_frame(self, name: str, deed: Callable[[Frame], None]) -> None:
        with transaction(self.world.engine) as session:
            deed(self.world.frame(session, name))

    def _people(self) -> dict[str, Actor]:
        """Everybody with the posts held; read anew after a restart."""
        if not self._known:
            with reading(self.world.engine) as session:
                found = {
                    name: find_actor(session, number, local_date(self.world.now))
                    for name, number in self.world.person_ids.items()
                }
            self._known = {name: actor for name, actor in found.items() if actor}
        return self._known

    def _place(self, seen: CaseSight, task: TaskRow) -> int:
        """Which of the open steps of this name it is."""
        alike = sorted(other.position for other in seen.tasks if other.step is task.step)
        return alike.index(task.position)

    def _story(self, what: str) -> str:
        latest = "\n  ".join(self.told[-15:])
        return f"{what}\nseed {self.seed}, after {self.done} acts, the latest:\n  {latest}"


def _add_people_of_many_posts(world: World) -> None:
    with transaction(world.engine) as session:
        for name, posts in MANY_POSTS.items():
            person = Person(name=name)
            session.add(person)
            session.flush()
            world.person_ids[name] = person.id
            for organisation, role in posts:
                post = Post(
                    person_id=person.id,
                    organisation_id=world.ids[organisation],
                    role=role.value,
                    title=role.value,
                    valid_from=date(2025, 1, 1),
                )
                if role is Role.LEADER_IN_CHARGE:
                    post.sectors = [PostSector(sector=SECTOR)]
                session.add(post)
