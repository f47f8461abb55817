"""One step of a tip: claim, permit, record, then let the diagram go on."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import start_of_day
from services.errors import InvalidCommandError
from services.frame import MOST_CHARACTERS, Frame
from services.models.tip import Tip, TipAct, TipOpenStep
from services.queries.calendar import current_calendar
from services.tips.wall import WALL
from services.walled import WalledStep
from workflows.deadlines import DeadlineRule, compute
from workflows.engine.runner import OpenTask
from workflows.errors import RuleError, TaskNotReadyError
from workflows.permissions import Actor, PostRecord
from workflows.tips import (
    TIP_OUTCOMES,
    TipAction,
    TipOutcome,
    TipStanding,
    TipStep,
    check_tip,
    handles_at,
    is_custodian,
    stage_of,
    tip_facts,
)

# The rule of a step, and the step from which its clock runs (None: from the day of the tip).
CLOCKS: Mapping[TipAction, tuple[str, TipAction | None]] = {
    TipAction.REGISTER_TIP: ("register_tip", None),
    TipAction.VERIFY_TIP: ("verify_tip", TipAction.REGISTER_TIP),
    TipAction.REASSIGN_TIP: ("register_tip", TipAction.VERIFY_TIP),
    TipAction.SIGN_TIP_FINDING: ("verify_tip", TipAction.REGISTER_TIP),
    TipAction.OPEN_TIP_CASE: ("open_tip_case", TipAction.SIGN_TIP_FINDING),
    TipAction.ANSWER_INFORMANT: ("answer_tip", TipAction.SIGN_TIP_FINDING),
    TipAction.DECIDE_IDENTITY_REQUEST: ("decide_identity_request", TipAction.REQUEST_IDENTITY),
}


class TipNotFoundError(RuleError):
    """No such tip, or none that this actor may know of: the two look the same."""

    code = "tip_not_found"


@dataclass(frozen=True, kw_only=True)
class TipCommand:
    """A step to be taken. `task_id` is that of the open step; a tip begins without one."""

    tip_id: int
    task_id: str = ""
    outcome: TipOutcome
    opinion: str = ""


@dataclass(frozen=True)
class OpenedTip:
    """A claimed step of one tip, permitted and not recorded yet."""

    frame: Frame
    action: TipAction
    tip: Tip
    post: PostRecord
    taken: tuple[TipStep, ...]
    command: TipCommand

    def record(self, **content: object) -> TipAct:
        """Put the step on record and let the diagram go on. The last call of every step."""
        frame, tip, command = self.frame, self.tip, self.command
        act = TipAct(
            tip_id=tip.id,
            action=self.action.value,
            outcome=command.outcome.value,
            opinion=command.opinion,
            content=content,
            person_id=frame.actor.person_id,
            post_id=self.post.post_id,
            at=frame.now,
            nonce=secrets.token_hex(16),
        )
        frame.session.add(act)
        frame.session.flush()
        step = TipStep(self.action, command.outcome, frame.actor.person_id)
        taken = (*self.taken, step)
        _advance(frame, tip, self.action, command.task_id, taken)
        tip.stage = stage_of(taken).value
        frame.session.flush()
        who = {"person_id": act.person_id, "post_id": act.post_id}
        WALL.append_act(frame.session, tip.id, act, **who)
        return act


def open_tip_step(frame: Frame, action: TipAction, command: TipCommand) -> OpenedTip:
    """Claim the tip, then check that the step is open and permitted.

    TipNotFoundError, TaskNotReadyError, TipRefusedError, InvalidCommandError.
    """
    session = frame.session
    tip = WALL.claim(session, command.tip_id)
    if tip is None or not may_see(frame.actor, tip):
        raise TipNotFoundError
    if not _is_open(session, tip, action, command.task_id):
        raise TaskNotReadyError
    taken = steps_taken(session, tip.id)
    post = check_tip(frame.actor, action, TipStanding(tip.handler_id, taken))
    if command.outcome not in TIP_OUTCOMES[action]:
        raise InvalidCommandError({"outcome": "choice"})
    if len(command.opinion) > MOST_CHARACTERS:
        raise InvalidCommandError({"opinion": f"too_long:{MOST_CHARACTERS}"})
    return OpenedTip(frame, action, tip, post, taken, command)


def get_handled_tip(session: Session, actor: Actor, tip_id: int) -> Tip:
    """A registered tip that the actor's office handles; TipNotFoundError."""
    tip = session.get(Tip, tip_id)
    if tip is None or tip.handler_id not in handles_at(actor):
        raise TipNotFoundError
    return tip


def may_see(actor: Actor, tip: Tip) -> bool:
    """Whether the actor keeps its identity or works where it is handled."""
    return is_custodian(actor) or tip.handler_id in handles_at(actor)


def standing_of(session: Session, tip_id: int, handler_id: int | None) -> TipStanding:
    """Who handles a tip and what was done in it."""
    return TipStanding(handler_id, steps_taken(session, tip_id))


def steps_taken(session: Session, tip_id: int) -> tuple[TipStep, ...]:
    """What was done in a tip, in order."""
    rows = session.execute(
        sa.select(TipAct.action, TipAct.outcome, TipAct.person_id)
        .where(TipAct.tip_id == tip_id)
        .order_by(TipAct.id)
    )
    return tuple(
        TipStep(TipAction(row.action), TipOutcome(row.outcome), row.person_id) for row in rows
    )


def due_of(frame: Frame, tip: Tip, action: TipAction) -> tuple[datetime | None, str]:
    """Until when a step is to be taken, and by which rule; None and no rule where none says."""
    clock = CLOCKS.get(action)
    if clock is None:
        return None, ""
    rule_id, since = clock
    started = start_of_day(tip.received_on) if since is None else _last_at(frame, tip, since)
    calendar = current_calendar(frame.session, frame.office)
    rule: DeadlineRule = frame.office.profile.rules[rule_id]
    return compute(rule, started, calendar).due_at, rule_id


def _last_at(frame: Frame, tip: Tip, action: TipAction) -> datetime:
    found = frame.session.scalar(
        sa.select(sa.func.max(TipAct.at)).where(TipAct.tip_id == tip.id, TipAct.action == action)
    )
    return found or frame.now


def _is_open(session: Session, tip: Tip, action: TipAction, task_id: str) -> bool:
    if action is TipAction.REGISTER_TIP:
        return tip.digest is None
    step = session.get(TipOpenStep, task_id) if task_id else None
    return step is not None and step.tip_id == tip.id and step.step == action


def _advance(
    frame: Frame, tip: Tip, action: TipAction, task_id: str, taken: tuple[TipStep, ...]
) -> None:
    step = WalledStep(frame.office.tip_definition, action, task_id, tip_facts(taken))
    advance = WALL.advance(frame.session, frame.office.keys, tip, step, frame.now)
    tip.finished_on = frame.today if advance.finished else None
    frame.session.add_all(_open_step(frame, tip, task) for task in advance.opened)
    frame.session.flush()


def _open_step(frame: Frame, tip: Tip, task: OpenTask) -> TipOpenStep:
    due_at, rule_id = due_of(frame, tip, TipAction(task.step_id))
    if task.step_id == TipAction.OPEN_TIP_CASE:
        tip.answer_due_at, _ = due_of(frame, tip, TipAction.ANSWER_INFORMANT)
    elif task.step_id == TipAction.ANSWER_INFORMANT:
        tip.answer_due_at = due_at
    return TipOpenStep(
        task_id=task.task_id,
        tip_id=tip.id,
        step=task.step_id,
        standing=task.standing,
        due_at=due_at,
        rule_id=rule_id,
    )
