"""The time to answer a penalty notice has run out, and nothing came."""

from dataclasses import dataclass

import sqlalchemy as sa

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand
from services.models.deadline import Deadline
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class RecordNoAnswer(TaskCommand):
    """Nothing but a remark."""


def record_no_answer(frame: Frame, command: RecordNoAnswer) -> Receipt:
    """A person records it; InvalidCommandError as long as the party's time runs."""
    step = open_step(frame, Action.RECORD_NO_ANSWER, command)
    runs_to = frame.session.scalars(
        sa.select(Deadline).where(
            Deadline.case_id == step.case.id,
            Deadline.rule_id == Action.ANSWER_PENALTY_NOTICE,
            Deadline.ended_at.is_(None),
            Deadline.due_at >= frame.now,
        )
    ).first()
    if runs_to is not None:
        raise InvalidCommandError({"opinion": f"answer_time_runs:{runs_to.due_on.isoformat()}"})
    step.record(command)
    return step.advance()
