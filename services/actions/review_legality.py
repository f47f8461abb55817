"""The legality of a proposed penalty is reviewed before anything is told to the party."""

from dataclasses import dataclass

from services.deadlines import end_clock
from services.documents.issue import issue_document
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, DocumentKind, Outcome

# The time in which a penalty case is concluded; a returned one is over.
CONCLUDE_PENALTY = "conclude_penalty"


@dataclass(frozen=True, kw_only=True)
class ReviewLegality(TaskCommand):
    """Passed, or returned with a reason."""


def review_legality(frame: Frame, command: ReviewLegality) -> Receipt:
    """The law asks for it in certain cases (Administrative Penalty Law, article 58); here always.

    Passed, the notice takes its number; returned, nothing is told.
    """
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.REVIEW_LEGALITY, command)
    act = step.record(command)
    if command.outcome is Outcome.RETURNED:
        end_clock(frame.session, step.case.id, CONCLUDE_PENALTY, frame.now)
    else:
        kind = DocumentKind.PENALTY_NOTICE
        issue_document(frame.session, frame.office, step.case, kind, act, frame.now)
    return step.advance()
