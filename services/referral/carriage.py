"""The form of a file between two installations: sealed to the one, signed by the other.

Whoever finds the medium reads nothing of it: not what it is, whom it is from, whom it is for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.chain import canonical
from services.office import Office
from services.sealer import is_signature
from services.vault import (
    KeyPair,
    WrongKeyError,
    decrypt,
    encrypt,
    new_content_key,
    unwrap_key,
    wrap_key,
)
from workflows.errors import RuleError

# What a file is: part of what is sealed and signed, never written on it.
PACKAGE, REPLY = "guapai referral package/1", "guapai referral reply/1"
_HALF = 64  # hex digits of a public key
_KEY_BYTES, _SIGNATURE_BYTES, _LENGTH_BYTES = 32, 64, 4
_WRAPPED_BYTES = 92  # of services.vault.wrap_key: a public key, a nonce, the key and its tag


class CarriageRefusedError(RuleError):
    """A file or a key that is not taken; `detail["reason"]` says why. Nothing was kept."""

    code = "carriage_refused"


@dataclass(frozen=True)
class Carried:
    """What a file brought: by whom it is signed, what it states, and the bytes beside that."""

    manifest: Mapping[str, Any]
    content: bytes


def exchange_key(office: Office) -> str:
    """What another installation has to know of this one: by what it signs, to what is sealed."""
    return office.sealer.public_key + _receiving_pair(office).public.hex()


def read_key(typed: str) -> str:
    """The key of another installation as it is kept; CarriageRefusedError."""
    text = "".join(typed.split()).lower()
    try:
        if len(bytes.fromhex(text)) * 2 == 2 * _HALF:
            return text
    except ValueError:
        pass
    raise CarriageRefusedError(reason="key")


def write_file(
    office: Office, peer: str, kind: str, manifest: Mapping[str, Any], content: bytes = b""
) -> bytes:
    """A file that `peer` alone can read."""
    stated = canonical({**manifest, "from": exchange_key(office), "for": peer})
    signature = bytes.fromhex(office.sealer.sign(_signed(kind, stated)))
    signer = bytes.fromhex(office.sealer.public_key)
    length = len(stated).to_bytes(_LENGTH_BYTES)
    key = new_content_key()
    wrapped = wrap_key(bytes.fromhex(peer[_HALF:]), key, kind)
    inner = signer + signature + length + stated + content
    return wrapped + encrypt(key, inner, kind)


def read_file(office: Office, kind: str, file: bytes) -> Carried:
    """What a file states, as far as its own signature goes; whose it is the caller compares.

    CarriageRefusedError: `closed` for one that is for another, of another kind, or changed;
    `form` for one that was not written by this program.
    """
    try:
        key = unwrap_key(_receiving_pair(office), file[:_WRAPPED_BYTES], kind)
        inner = decrypt(key, file[_WRAPPED_BYTES:], kind)
    except WrongKeyError:
        raise CarriageRefusedError(reason="closed") from None
    signer, rest = inner[:_KEY_BYTES], inner[_KEY_BYTES:]
    signature, rest = rest[:_SIGNATURE_BYTES], rest[_SIGNATURE_BYTES:]
    length, rest = int.from_bytes(rest[:_LENGTH_BYTES]), rest[_LENGTH_BYTES:]
    stated = rest[:length]
    if not is_signature(signer, _signed(kind, stated), signature):
        raise CarriageRefusedError(reason="form")
    manifest = _parsed(stated)
    # Signed for somebody else and sealed anew for us, or under another name, it is not taken.
    if manifest.get("for") != exchange_key(office) or not str(manifest.get("from")).startswith(
        signer.hex()
    ):
        raise CarriageRefusedError(reason="form")
    return Carried(manifest, rest[length:])


def _parsed(stated: bytes) -> Mapping[str, Any]:
    try:
        manifest = json.loads(stated)
    except (ValueError, RecursionError):
        raise CarriageRefusedError(reason="form") from None
    if not isinstance(manifest, dict):
        raise CarriageRefusedError(reason="form")
    return manifest


def _signed(kind: str, stated: bytes) -> bytes:
    """Nothing else that the installation signs begins so."""
    return f"{kind}\n".encode() + stated


def _receiving_pair(office: Office) -> KeyPair:
    return KeyPair.of(office.keys.derived("guapai referral receiving"))
