"""A suggested step of escalation that is not followed: set aside by a person, with the reason."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.errors import CaseNotFoundError, InvalidCommandError
from services.frame import Frame
from services.models.urge import EscalationSuggestion
from services.queries.urges import find_suggestion, may_read
from workflows.errors import RuleError

MOST_CHARACTERS = 500


class SuggestionOverError(RuleError):
    """Dismissed by somebody else, followed, or its deadline has ended."""

    code = "suggestion_over"


def dismiss_suggestion(frame: Frame, suggestion_id: int, reason: str) -> int:
    """Set it aside, once, and return its case; the same person's second sending changes nothing."""
    session, person_id = frame.session, frame.actor.person_id
    suggestion = session.get(EscalationSuggestion, suggestion_id)
    if suggestion is None or not may_read(session, frame.actor, suggestion_id):
        raise CaseNotFoundError
    if suggestion.dismissed_by_id == person_id:
        return suggestion.case_id
    if not reason.strip():
        raise InvalidCommandError({"dismissal": "required"})
    if len(reason) > MOST_CHARACTERS:
        raise InvalidCommandError({"dismissal": f"too_long:{MOST_CHARACTERS}"})
    if find_suggestion(session, frame.actor, suggestion_id) is None:
        raise SuggestionOverError
    written = session.execute(
        sa.update(EscalationSuggestion)
        .where(
            EscalationSuggestion.id == suggestion_id, EscalationSuggestion.dismissed_at.is_(None)
        )
        .values(
            dismissed_at=frame.now,
            dismissed_by_id=person_id,
            dismissed_post_id=frame.actor.posts[0].post_id,
            dismissal=reason.strip(),
        )
        .returning(EscalationSuggestion.id)
    ).first()
    if written is None:
        raise SuggestionOverError
    session.refresh(suggestion)
    body = {
        "suggestion_id": suggestion.id,
        "person_id": person_id,
        "post_id": suggestion.dismissed_post_id,
        "at": frame.now.isoformat(),
        "content": _commitment(suggestion),
    }
    audit.append(session, suggestion.case_id, body, frame.now)
    return suggestion.case_id


def first_changed_suggestion(session: Session) -> int | None:
    """The id of the first dismissal that no longer fits what the chain committed to."""
    return audit.first_changed(session, "suggestion_id", EscalationSuggestion, _commitment)


def _commitment(suggestion: EscalationSuggestion) -> str:
    content = [
        suggestion.deadline_id,
        suggestion.escalation_kind,
        suggestion.addressee,
        suggestion.ground,
        suggestion.dismissal,
    ]
    return commitment(suggestion.nonce, content)
