"""The head of the department decides on a penalty, after it was discussed among the heads."""

from dataclasses import dataclass
from datetime import date

from services.frame import Frame, Receipt, require, require_not_in_future, require_reason
from services.penalty import Penalty, check_head, issue_decisions
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class DecideSuspension(Penalty):
    """`answer_considered` says what was made of the party's statement or of the hearing."""

    answer_considered: str
    discussed_on: date | None
    discussion: str


def decide_suspension(frame: Frame, command: DecideSuspension) -> Receipt:
    """Discussed by the heads together (Administrative Penalty Law, article 57).

    Imposed, the unit's decision takes its number, and the head's another one.
    """
    require(command, "answer_considered", "discussed_on", "discussion")
    require_not_in_future(frame, command, "discussed_on")
    require_reason(command, Outcome.IMPOSED)
    if command.outcome is Outcome.IMPOSED:
        require(command, "unit_penalty")
        check_head(command)
    step = open_step(frame, Action.DECIDE_SUSPENSION, command)
    act = step.record(command)
    if command.outcome is Outcome.IMPOSED:
        issue_decisions(frame, step.case, act, command)
    return step.advance()
