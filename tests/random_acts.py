"""Somebody who does whatever comes to mind: a walk of random acts, the same for the same seed."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa

from services.actions.endorse_monthly_progress import EndorseMonthlyProgress, sign_sheet
from services.assignments import GiveStep, claim_step, delegate_step, release_step, transfer_step
from services.clock import local_date
from services.database import reading
from services.frame import Frame
from services.models.case import Act, CaseCriterion, SupervisionCase
from services.models.process import open_task
from services.queries.endorsement_sheet import list_sheet
from services.queries.months import Month
from services.queries.tasks import TaskRow
from tests.builders import World
from tests.invariants import CaseSight
from tests.random_deeds import Appointments, Paper, Substitutes
from tests.random_walker import RandomWalker
from tests.random_world import BEGINNINGS, MANY_POSTS
from workflows.errors import RuleError
from workflows.outcomes import OUTCOMES, unmet_need
from workflows.paper import SIGNED_ON_PAPER
from workflows.permissions import holds_duty
from workflows.vocabulary import Action, Outcome, Stance, Track
from workflows.vocabulary import WithdrawalGround as Ground

MOST_CASES = 7
# Hours: an order is told of a day before it is carried out, or longer over days off.
AHEAD = 96
# What stands in the way of an end, and is cleared away by an act of its own.
CLEARING = (
    Action.LIFT_IMMEDIATE_MEASURES,
    Action.LIFT_SUSPENSION,
    Action.LIFT_ORDER,
    Action.LIFT_LEGAL_HOLD,
    Action.PROPOSE_INQUIRY,
)


@dataclass
class RandomWalk(RandomWalker):
    """Acts of every kind, and the temptation to do what somebody else must do.

    `boldness`: how often somebody tries who must leave it to others.
    """

    boldness: float = 0.15

    def __post_init__(self) -> None:
        super().__post_init__()
        self.paper, self.substitutes = Paper(self), Substitutes(self)
        self.appointments = Appointments(self)
        self._disturbances = (self._take_back, self._sign_sheet, self.restart)

    def to_the_end(self, steps: int) -> None:
        """Whatever comes to mind, and then every case to its end."""
        self.go(steps)
        self.bring_to_their_ends()

    def go(self, steps: int) -> None:
        """Begin some cases, then do one thing after the other."""
        for beginning in (BEGINNINGS[0], *self.random.sample(BEGINNINGS[1:], 3)):
            self.wait(1)
            self._begin_with(beginning)
        for number in range(steps):
            before = self.done
            self._do_anything()
            if self.done > before:  # where a rule refused, nothing has changed
                self.check(everybody=number % 20 == 19)
        self.restart()
        self.check(everybody=True)

    def bring_to_their_ends(self) -> None:
        """From wherever the walk came to, people bring every case to its end."""
        for case_id in self.case_ids():
            for _ in range(200):
                if not self._help_on(case_id):
                    break
            else:
                raise AssertionError(self.story(f"case {case_id} goes on for ever"))
            self.check(everybody=False)
        self.check(everybody=True)

    # -------------------------------------------------------------- what comes to mind

    def _do_anything(self) -> None:
        self.wait(self.random.choice((1, 1, 5, 20, 40)))
        deeds = {
            self._act: 80,
            self._take_back: 6,
            self._assign: 8,
            self._sign_on_paper: 6,
            self.paper.decide: 3,
            self.substitutes.somebody_goes_away: 6,
            self._confirm_criterion: 10,
            self._sign_sheet: 3,
            self._begin: 3,
            self.restart: 3,
        }
        (deed,) = self.random.choices(list(deeds), list(deeds.values()))
        deed()
        if self.random.random() < 0.8:  # otherwise the pages are not ready yet
            self.world.work()

    def _begin(self) -> None:
        if len(self.case_ids()) < MOST_CASES:
            self._begin_with(self.random.choice(BEGINNINGS))

    def _begin_with(self, beginning: Callable[[World], int]) -> None:
        self.attempt("a new case", lambda: beginning(self.world))

    def _act(self) -> None:
        found = self._any_step()
        if found is None:
            return
        seen, task = found
        name = self._whoever(seen, task)
        outcome = self.outcome(task.step)
        changes = self.writer.content(seen, task.step, outcome)
        command = self.world.command(seen.case.id, task.step, self.place(seen, task), **changes)
        told = f"{name}: {task.step} {outcome} in case {seen.case.id}"
        done = self.attempt(told, lambda: self.world.act(name, command, task.step))
        if done and self.random.random() < 0.2:
            again = f"again {told}"
            assert not self.attempt(again, lambda: self.world.act(name, command, task.step)), (
                self.story("an act sent twice took effect twice")
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
        self.attempt(told, lambda: self.in_frame(name, deeds[place]))

    def _sign_on_paper(self) -> None:
        found = self._any_step()
        if found is not None:
            self.paper.sign(*found, self._whoever(*found))

    def _take_back(self) -> None:
        """Mostly the newest act of a case, by whoever did it."""
        case_ids = self.case_ids()
        with reading(self.world.engine) as session:
            acts = session.scalars(
                sa.select(Act)
                .where(Act.case_id == self.random.choice(case_ids))
                .order_by(Act.id.desc())
                .limit(3)
            ).all()
        act = acts[0] if self.random.random() < 0.8 else self.random.choice(acts)
        names = {number: name for name, number in self.world.person_ids.items()}
        name = self.one_of([names[act.person_id]])
        told = f"{name} takes back {act.action} {act.outcome} in case {act.case_id}"
        self.attempt(told, lambda: self.world.take_back(name, act.case_id, act.id))

    def _confirm_criterion(self) -> None:
        waiting = self.case_ids(
            SupervisionCase.ending.is_(None),
            SupervisionCase.criterion.has(CaseCriterion.confirmed_by_id.is_(None)),
        )
        if waiting:
            case_id = self.random.choice(waiting)
            name = self.random.choice(
                ["case_officer", "second_officer", "department_head", *MANY_POSTS]
            )
            self.attempt(
                f"{name}: confirm_criterion in case {case_id}",
                lambda: self.world.confirm_criterion(case_id, name),
            )

    def _sign_sheet(self) -> None:
        """Somebody signs the sheet of this month, if there is a line on it."""
        name = self.one_of(["leader", "group_head", *MANY_POSTS])
        month = Month.of(local_date(self.world.now))
        with reading(self.world.engine) as session:
            lines = list_sheet(session, self.people()[name], month, self.world.now)
        commands = [
            EndorseMonthlyProgress(
                case_id=line.case_id, shown=line.shown, month=str(month), stance=Stance.AGREED
            )
            for line in lines
            if line.awaits_me
        ]
        if commands:
            told = f"{name} signs the sheet of {month}"
            self.attempt(told, lambda: self.in_frame(name, lambda it: sign_sheet(it, commands)))

    def _any_step(self) -> tuple[CaseSight, TaskRow] | None:
        """Mostly a duty, so that cases get on; otherwise mostly what nobody has done yet."""
        case_ids = self.case_ids(sa.exists().where(open_task.c.case_id == SupervisionCase.id))
        if not case_ids:
            return None
        seen = self.look_at(self.random.choice(case_ids))
        if self.random.random() < 0.6:
            return seen, self.random.choice(seen.duties or seen.tasks)
        done = self.actions_done()
        new = [task for task in seen.tasks if task.step not in done]
        return seen, self.random.choice(new or seen.tasks)

    def _whoever(self, seen: CaseSight, task: TaskRow) -> str:
        """Mostly somebody who may, and often could do too much; sometimes who must not."""
        tempted = self.tempted(seen, task)
        if tempted and self.random.random() < self.boldness:
            return self.random.choice(tempted)
        permitted = self.permitted(seen, task)
        powerful = [name for name in permitted if name in MANY_POSTS or self._stands_in(name)]
        return self.one_of(powerful if powerful and self.random.random() < 0.5 else permitted)

    def _stands_in(self, name: str) -> bool:
        actor = self.people()[name]
        return actor.posts != actor.own_posts

    # -------------------------------------------------------------- bringing to an end

    def _help_on(self, case_id: int) -> bool:
        """One act towards the end of a case; False when it has ended."""
        self.wait(1)
        self.world.work()
        seen = self.look_at(case_id)
        if seen.case.ending is not None and not seen.tasks:
            return False
        if self.random.random() < 0.5 and self._help_otherwise(seen):
            return True
        (disturb,) = self.random.choices([*self._disturbances, None], [4, 4, 2, 90])
        if disturb:
            disturb()
            return True
        if self._somebody_is_appointed(seen):
            return True
        needs = seen.standing.needs_met
        if needs["criterion_on_record"] and not needs["criterion_confirmed"]:
            self._have_clause_confirmed(case_id)
        for task in self._towards_the_end(seen):
            if self._help_wrongly(seen, task) or self._help_with(seen, task):
                return True
        # An order may say from when it is carried out; nothing goes on before.
        self.wait(AHEAD)
        seen = self.look_at(case_id)
        if any(self._help_with(seen, task) for task in self._towards_the_end(seen)):
            return True
        open_steps = [task.step.value for task in seen.tasks]
        unmet = [need for need, met in seen.standing.needs_met.items() if not met]
        stuck = f"case {case_id} is stuck at {open_steps}, without {unmet}"
        raise AssertionError(self.story(stuck))

    def _somebody_is_appointed(self, seen: CaseSight) -> bool:
        """Where all must leave a duty to others: what the administrators are told of."""
        for task in seen.duties:
            receiver = seen.receiver_of(task)
            if not any(
                holds_duty(actor, task.step, seen.standing, receiver)
                for actor in self.people().values()
            ):
                self.appointments.appoint(seen, task)
                return True
        return False

    def _towards_the_end(self, seen: CaseSight) -> list[TaskRow]:
        """What clears the way first, then the duties; visits and the like mostly last."""
        last = self.random.random() < 0.8
        duties = self.random.sample(seen.duties, len(seen.duties))
        clearing = [task for task in seen.tasks if task.step in CLEARING]
        return clearing + sorted(duties, key=lambda task: last and task.standing)

    def _help_otherwise(self, seen: CaseSight) -> bool:
        """What nobody has done in any case, whether or not it brings the case on."""
        done = self.actions_done()
        new = [task for task in seen.tasks if task.step not in done]
        return bool(new) and self._help_with(seen, self.random.choice(new))

    def _help_wrongly(self, seen: CaseSight, task: TaskRow) -> bool:
        """Somebody who must leave it to others tries: in person, by a colleague, or on paper."""
        tempted = self.tempted(seen, task)
        if not tempted:
            return False
        name = self.random.choice(tempted)
        way = self.random.random()
        if way < 0.2:
            substitute = self.substitutes.send(name)
            return substitute is not None and self._try(substitute, seen, task)
        if way < 0.3 and task.step in SIGNED_ON_PAPER:
            return self.paper.sign(seen, task, name)
        return self._try(name, seen, task)

    def _help_with(self, seen: CaseSight, task: TaskRow) -> bool:
        names = self.permitted(seen, task)
        if names and task.step in SIGNED_ON_PAPER and self.random.random() < 0.1:
            self.paper.sign(seen, task, self.random.choice(names))
            return True
        self.random.shuffle(names)
        if self.random.random() < 0.5:
            names.sort(key=lambda name: not self._stands_in(name))
        return any(self._try(name, seen, task) for name in names)

    def _try(self, name: str, seen: CaseSight, task: TaskRow) -> bool:
        """A decision that is open; of a verdict that is refused, the plainest."""
        needs = seen.standing.needs_for(seen.receiver_of(task))
        outcome = next(
            outcome
            for outcome in (self.outcome(task.step), *OUTCOMES[task.step])
            if unmet_need(task.step, outcome, needs) is None
        )
        changes = self.writer.content(seen, task.step, outcome)
        if task.step is Action.WITHDRAW_CASE:
            changes["ground"] = Ground.OTHER
        plain = {**changes}
        if task.step is Action.CONFIRM_VERDICT and outcome is Outcome.MAJOR:
            plain |= {"track": Track.LISTED, "listing_body_id": None}
        return self._carry_out(name, seen, task, changes) or (
            plain != changes and self._carry_out(name, seen, task, plain)
        )

    def _carry_out(
        self, name: str, seen: CaseSight, task: TaskRow, changes: dict[str, object]
    ) -> bool:
        command = self.world.command(seen.case.id, task.step, self.place(seen, task), **changes)
        with suppress(RuleError):
            self.world.act(name, command, task.step)
            self.done += 1
            self.told.append(f"{name} helps on: {task.step} in case {seen.case.id}")
            return True
        return False

    def _have_clause_confirmed(self, case_id: int) -> None:
        for name in ("case_officer", "second_officer", "department_head"):
            with suppress(RuleError):
                self.world.confirm_criterion(case_id, name)
                return
