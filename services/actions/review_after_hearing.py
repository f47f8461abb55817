"""The legality of a penalty is reviewed once more after the hearing, before it is decided."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ReviewAfterHearing(TaskCommand):
    """Passed, or not passed with a reason."""


def review_after_hearing(frame: Frame, command: ReviewAfterHearing) -> Receipt:
    """Asked for wherever a hearing was held (Administrative Penalty Law, article 58 (1) (2)).

    Not passed, no penalty can be imposed any more: the heads decide on none.
    """
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.REVIEW_AFTER_HEARING, command)
    step.record(command)
    return step.advance()
