"""What all deeds share: their refusals, and their place in the audit chain."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from services import audit
from services.frame import Frame
from workflows.errors import RuleError

# Whoever makes or confirms a deed holds this name: two deeds never rest on the same old state.
LOCK = "deeds about people and organisations"


class DeedNotFoundError(RuleError):
    """No such deed, or none that this person has to do with: the two look the same."""

    code = "deed_not_found"


class DeedRefusedError(RuleError):
    """Not for this person, or not for this deed: `reason` says which."""

    code = "deed_refused"


class DeedSettledError(RuleError):
    """The deed was confirmed or revoked meanwhile; says by whom and when."""

    code = "deed_settled"


class DeedKind(StrEnum):
    """Which deed an entry of the audit chain is about."""

    SUBSTITUTION = "substitution"


class DeedEvent(StrEnum):
    """What happened to a deed."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"


def append_deed(
    frame: Frame,
    kind: DeedKind,
    deed_id: int,
    event: DeedEvent,
    content: str,
    case_id: int | None = None,
) -> None:
    """One link of the chain: who did what to which deed; its content only as a commitment."""
    body: Mapping[str, object] = {
        "deed": kind.value,
        "deed_id": deed_id,
        "event": event.value,
        "person_id": frame.actor.person_id,
        "at": frame.now.isoformat(),
        "content": content,
    }
    audit.append(frame.session, case_id, body, frame.now)


def settled(name: str, at: datetime) -> DeedSettledError:
    """The refusal of whoever came second."""
    return DeedSettledError(person=name, at=at.isoformat())
