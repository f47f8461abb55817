"""Whoever signs such documents signs the correction of one."""

from dataclasses import dataclass, replace

from services.documents.issue import issue_document
from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.models.document import Document
from services.queries.case_page import document_row
from services.queries.corrections import can_be_corrected
from services.step import open_step
from workflows.vocabulary import Action, DocumentKind, Outcome


@dataclass(frozen=True, kw_only=True)
class SignCorrection(TaskCommand):
    """The act repeats which document is corrected."""

    corrected_id: int | None = None


def sign_correction(frame: Frame, command: SignCorrection) -> Receipt:
    """Signed, the correction takes a number of its own; what it corrects stays as it is."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.SIGN_CORRECTION, command)
    proposed = step.facts_record.last(Action.PROPOSE_CORRECTION)
    assert proposed is not None
    corrected_id = int(str(proposed.content["corrected_id"]))
    corrected = document_row(frame.session.get_one(Document, corrected_id))
    if command.outcome is Outcome.ACCEPTED and not can_be_corrected(corrected):
        raise InvalidCommandError({"opinion": "nothing_to_correct"})
    act = step.record(replace(command, corrected_id=corrected_id))
    if command.outcome is Outcome.ACCEPTED:
        kind = DocumentKind.CORRECTION_NOTICE
        issue_document(frame.session, frame.office, step.case, kind, act, frame.now)
    return step.advance()
