"""An officer prepares the correction of a mistake in an issued document."""

from dataclasses import dataclass, replace

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.models.case import Act
from services.models.document import Document
from services.queries.case_page import document_row
from services.queries.corrections import can_be_corrected
from services.step import OpenedStep, open_step
from workflows.vocabulary import Action, DocumentKind, Role


@dataclass(frozen=True, kw_only=True)
class ProposeCorrection(TaskCommand):
    """Which document, the words as they stand, the words as they should be, and why.

    The act adds which document that is, and as what it was signed.
    """

    corrected_id: int | None
    wrong_text: str
    right_text: str
    correction_reason: str
    corrected_kind: DocumentKind | None = None
    corrected_number: str = ""
    signed_as: Role | None = None


def propose_correction(frame: Frame, command: ProposeCorrection) -> Receipt:
    """Propose; the document itself stays as it is, whatever becomes of the proposal."""
    require(command, "corrected_id", "wrong_text", "right_text", "correction_reason")
    if command.wrong_text == command.right_text:
        raise InvalidCommandError({"right_text": "same_as_wrong_text"})
    step = open_step(frame, Action.PROPOSE_CORRECTION, command)
    document = _find_document(step, command)
    signing = frame.session.get_one(Act, document.signed_by_act_id)
    step.record(
        replace(
            command,
            corrected_kind=DocumentKind(document.kind),
            corrected_number=document.number or "",
            signed_as=Role(signing.post.role),
        )
    )
    return step.advance()


def _find_document(step: OpenedStep, command: ProposeCorrection) -> Document:
    document = step.frame.session.get(Document, command.corrected_id)
    known = document is not None and document.case_id == step.case.id
    if document is None or not known or not can_be_corrected(document_row(document)):
        raise InvalidCommandError({"corrected_id": "choice"})
    return document
