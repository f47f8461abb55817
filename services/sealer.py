"""The installation's own signature under what it states about its records."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)


@dataclass(frozen=True)
class Sealer:
    """The key that signs (Ed25519, 32 bytes), and where statements go besides the database."""

    key: bytes = field(repr=False)
    folder: Path

    @property
    def public_key(self) -> str:
        """What a verifier has to know, from another source than the database."""
        return self._private.public_key().public_bytes_raw().hex()

    def sign(self, text: bytes) -> str:
        """The signature as hex."""
        return self._private.sign(text).hex()

    @property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.key)


def fingerprint(public_key: str) -> str:
    """Short enough to be read out and compared by two people."""
    digest = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32].upper()
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def is_signature(key: bytes, message: bytes, signature: bytes) -> bool:
    """The same answer as `services.chain.ed25519_verify`, many times as fast."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
