"""What the level above answered: it supervises the case from now on, or it does not."""

from dataclasses import dataclass, replace
from datetime import date

from services.errors import InvalidCommandError
from services.frame import (
    Frame,
    Receipt,
    TaskCommand,
    require,
    require_not_in_future,
    require_reason,
)
from services.raising import superior_of
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class RecordRaiseAnswer(TaskCommand):
    """Number, day and scan of its document; a petition that is withdrawn has none."""

    paper_number: str = ""
    decided_on: date | None = None
    superior_name: str = ""


def record_raise_answer(frame: Frame, command: RecordRaiseAnswer) -> Receipt:
    """Record it. Taken over, the office above reads the case, and who delists stands above.

    Who listed, every limit and every act stay as they are.
    """
    require_reason(command, Outcome.TAKEN_OVER)
    if command.outcome is not Outcome.PETITION_WITHDRAWN:
        require(command, "paper_number", "decided_on")
        require_not_in_future(frame, command, "decided_on")
        if not command.uploads:
            raise InvalidCommandError({"uploads": "upload_required"})
    step = open_step(frame, Action.RECORD_RAISE_ANSWER, command)
    office_id, name = superior_of(step.facts_record)
    if command.outcome is Outcome.TAKEN_OVER:
        step.case.superior_office_id = office_id
    step.record(replace(command, superior_name=name))
    return step.advance()
