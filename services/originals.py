"""The file as it was sent, out of its seal: for those inside, and on record."""

from services import audit
from services.frame import Frame
from services.queries.brief import get_sealed_original
from services.queries.case_page import FileRow


def take_original(frame: Frame, attachment_id: int) -> FileRow:
    """Who took which original, and when, is in the chain before the file is handed over.

    DocumentNotFoundError for whoever does not read the inside of the case.
    """
    case_id, file = get_sealed_original(
        frame.session, frame.actor, attachment_id, frame.office.profile
    )
    body = {
        "export": "original",
        "attachment_id": attachment_id,
        "sha256": file.original_sha256,
        "person_id": frame.actor.person_id,
        "at": frame.now.isoformat(),
    }
    audit.append(frame.session, case_id, body, frame.now)
    return file
