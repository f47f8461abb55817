"""Sealing for people who hold a key of their own: X25519, HKDF-SHA256 and AES-256-GCM.

What is sealed here can be read by nobody who lacks the private half: not by the server, not by
whoever copies its database, files, key file and backups.
"""

import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

_KEY_BYTES, _NONCE_BYTES, _SALT_BYTES = 32, 12, 16
# RFC 7914: 128 * r * n = 64 MiB, some 0.2 s. A phrase is tried seldom, a stolen one often.
_PHRASE_COST = 2**16
_WRAPPING = b"guapai vault wrapping/1"


class WrongKeyError(Exception):
    """Neither this key nor this phrase opens what was sealed, or the bytes were changed."""


@dataclass(frozen=True)
class KeyPair:
    """The public half seals, the private half opens."""

    public: bytes
    private: bytes

    @classmethod
    def fresh(cls) -> "KeyPair":
        """A new pair, drawn at random."""
        return cls.of(X25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def of(cls, private: bytes) -> "KeyPair":
        """The pair of a private half."""
        key = X25519PrivateKey.from_private_bytes(private)
        return cls(key.public_key().public_bytes_raw(), private)


def new_content_key() -> bytes:
    """A key for one content."""
    return secrets.token_bytes(_KEY_BYTES)


def encrypt(key: bytes, content: bytes, purpose: str) -> bytes:
    """The content under a key; `purpose` keeps sealed things from being exchanged."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, purpose.encode())


def decrypt(key: bytes, sealed: bytes, purpose: str) -> bytes:
    """What was encrypted under this key for this purpose; WrongKeyError."""
    try:
        nonce, content = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return AESGCM(key).decrypt(nonce, content, purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise WrongKeyError from error


def wrap_key(public: bytes, content_key: bytes, purpose: str) -> bytes:
    """The key of a content for the holder of the private half alone."""
    once = X25519PrivateKey.generate()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    ours = once.public_key().public_bytes_raw()
    return ours + encrypt(_agreed(shared, ours, public), content_key, purpose)


def unwrap_key(pair: KeyPair, wrapped: bytes, purpose: str) -> bytes:
    """The key of a content; WrongKeyError."""
    theirs, sealed = wrapped[:_KEY_BYTES], wrapped[_KEY_BYTES:]
    try:
        private = X25519PrivateKey.from_private_bytes(pair.private)
        shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
    except ValueError as error:
        raise WrongKeyError from error
    return decrypt(_agreed(shared, theirs, pair.public), sealed, purpose)


def lock_with_phrase(phrase: str, content: bytes, purpose: str) -> bytes:
    """The content under a phrase that a person knows."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return salt + encrypt(_phrase_key(phrase, salt), content, purpose)


def unlock_with_phrase(phrase: str, locked: bytes, purpose: str) -> bytes:
    """What was locked with this phrase; WrongKeyError."""
    salt, sealed = locked[:_SALT_BYTES], locked[_SALT_BYTES:]
    return decrypt(_phrase_key(phrase, salt), sealed, purpose)


def _agreed(shared: bytes, once: bytes, public: bytes) -> bytes:
    """Bound to both public halves, as RFC 9180 has it."""
    return HKDF(SHA256(), _KEY_BYTES, salt=once + public, info=_WRAPPING).derive(shared)


def _phrase_key(phrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=_KEY_BYTES, n=_PHRASE_COST, r=8, p=1).derive(phrase.encode())
