"""Identity numbers: compared by a keyed hash, shown by their last four characters, never kept."""

import hashlib
import hmac
from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.keys import InstallationKeys
from workflows.bans import is_identity_number, plain_number

_LABEL = "guapai bans identity number"
TAIL = 4


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of an identity number."""

    hash: str
    tail: str


def take_fingerprint(keys: InstallationKeys, typed: str) -> Fingerprint | None:
    """None where nothing was typed; InvalidCommandError for what is no identity number."""
    number = plain_number(typed)
    if not number:
        return None
    if not is_identity_number(number):
        raise InvalidCommandError({"identity_number": "identity_number"})
    hashed = hmac.new(keys.derived(_LABEL), number.encode(), hashlib.sha256).hexdigest()
    return Fingerprint(hashed, number[-TAIL:])
