"""Custodians: their keys and phrases, and the quarter of an hour for which a key is open."""

import base64
import binascii
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import Frame
from services.models.tip import CustodianKey, CustodianOpening, TipMessage
from services.tips.quotas import Quota, use
from services.tips.sealing import OpenVault, list_sealing_keys, lock_keys, share_items
from services.vault import (
    KeyPair,
    WrongKeyError,
    decrypt,
    encrypt,
    lock_with_phrase,
    unlock_with_phrase,
)
from workflows.errors import RuleError
from workflows.tips import TipRefusedError, is_custodian

# The office's own settings.
PHRASE_LEAST = 12
OPEN_FOR = timedelta(minutes=15)
_LOCKED, _OPENED = "custodian key", "custodian opening"


class VaultLockedError(RuleError):
    """The custodian's key is not open, or not any more."""

    code = "vault_locked"


class WrongPhraseError(RuleError):
    """Neither the phrase nor the recovery code of this key; `detail["reason"]`: wrong, stopped."""

    code = "wrong_phrase"


class KeyExistsError(RuleError):
    """The custodian has a key already."""

    code = "custodian_key_exists"


@dataclass(frozen=True)
class Unlocked:
    """A key pair that its holder's phrase opened, not kept anywhere yet."""

    key_id: int
    pair: KeyPair


def find_key(session: Session, person_id: int) -> CustodianKey | None:
    """The key of a custodian, or None."""
    return session.scalar(
        sa.select(CustodianKey).where(
            CustodianKey.person_id == person_id, CustodianKey.ended_at.is_(None)
        )
    )


def make_key(frame: Frame, phrase: str) -> str:
    """A custodian's key, locked with a phrase; returns the recovery code, which is not kept.

    While another custodian is at work the key waits until that one hands over. The form pressed
    twice shows the code twice: who knows the phrase of the key may read it.
    """
    _require_custodian(frame)
    _require_long_enough(phrase)
    lock_keys(frame.session)
    if find_key(frame.session, frame.actor.person_id) is not None:
        return _code_again(frame, phrase)
    pair = KeyPair.fresh()
    alone = not list_sealing_keys(frame.session, frame.today)
    frame.session.add(
        CustodianKey(
            person_id=frame.actor.person_id,
            public=pair.public,
            locked_private=lock_with_phrase(phrase, pair.private, _LOCKED),
            made_at=frame.now,
            opens_from=frame.now if alone else None,
        )
    )
    frame.session.flush()
    return _recovery_code(pair)


def _code_again(frame: Frame, phrase: str) -> str:
    try:
        return _recovery_code(unlock(frame, phrase).pair)
    except WrongPhraseError:
        raise KeyExistsError from None


def count_try(session: Session, person_id: int, now: datetime) -> None:
    """Count one try at a phrase, on its own, whatever comes of it; WrongPhraseError beyond ten."""
    if not use(session, _tries(person_id), now):
        raise WrongPhraseError(reason="stopped")


def unlock(frame: Frame, phrase: str) -> Unlocked:
    """The custodian's pair by phrase or recovery code; WrongPhraseError."""
    _require_custodian(frame)
    row = find_key(frame.session, frame.actor.person_id)
    if row is None:
        raise WrongPhraseError(reason="wrong")
    try:
        return Unlocked(row.id, KeyPair.of(unlock_with_phrase(phrase, row.locked_private, _LOCKED)))
    except WrongKeyError:
        pair = _from_recovery_code(phrase)
        if pair is None or pair.public != row.public:
            raise WrongPhraseError(reason="wrong") from None
        return Unlocked(row.id, pair)


def change_phrase(frame: Frame, unlocked: Unlocked, phrase: str) -> None:
    """From now on another phrase opens the same key; what is open is closed."""
    _require_long_enough(phrase)
    row = frame.session.get_one(CustodianKey, unlocked.key_id)
    row.locked_private = lock_with_phrase(phrase, unlocked.pair.private, _LOCKED)
    frame.session.execute(
        sa.delete(CustodianOpening).where(CustodianOpening.key_id == unlocked.key_id)
    )
    frame.session.flush()


def begin_opening(frame: Frame, unlocked: Unlocked) -> str:
    """Keep the pair open for a while; returns the token, which only the browser is to hold."""
    forget_over(frame.session, frame.now)
    _begin_alone(frame, unlocked)
    token = secrets.token_urlsafe(32)
    frame.session.add(
        CustodianOpening(
            token_hash=_hash(token),
            key_id=unlocked.key_id,
            locked_private=encrypt(_token_key(token), unlocked.pair.private, _OPENED),
            ends_at=frame.now + OPEN_FOR,
        )
    )
    frame.session.flush()
    return token


def waits_in_vain(frame: Frame, key: CustodianKey) -> bool:
    """Whether a key waits for a handing over, and nobody is at work any more who could do it."""
    return key.opens_from is None and not list_sealing_keys(frame.session, frame.today)


def _begin_alone(frame: Frame, unlocked: Unlocked) -> None:
    """Left without a handing over, a further custodian begins with what comes from now on."""
    lock_keys(frame.session)
    key = frame.session.get_one(CustodianKey, unlocked.key_id, populate_existing=True)
    if waits_in_vain(frame, key):
        key.opens_from = frame.now
        frame.session.flush()


def end_opening(session: Session, token: str) -> None:
    """Close the key again."""
    session.execute(sa.delete(CustodianOpening).where(CustodianOpening.token_hash == _hash(token)))


def find_vault(frame: Frame, token: str) -> OpenVault | None:
    """The custodian's open key; None when it is closed."""
    row = frame.session.get(CustodianOpening, _hash(token)) if token else None
    if row is None or row.ends_at <= frame.now or not is_custodian(frame.actor):
        return None
    key = frame.session.get_one(CustodianKey, row.key_id)
    if key.person_id != frame.actor.person_id or key.opens_from is None:
        return None
    try:
        private = decrypt(_token_key(token), row.locked_private, _OPENED)
    except WrongKeyError:
        return None
    return OpenVault(key.id, key.person_id, KeyPair.of(private))


def get_vault(frame: Frame, token: str) -> OpenVault:
    """The custodian's open key; VaultLockedError."""
    vault = find_vault(frame, token)
    if vault is None:
        raise VaultLockedError
    return vault


def forget_over(session: Session, now: datetime) -> None:
    """Delete openings that are over."""
    session.execute(sa.delete(CustodianOpening).where(CustodianOpening.ends_at <= now))


def list_waiting_keys(session: Session) -> list[CustodianKey]:
    """Keys of further custodians that wait for one at work to hand over."""
    return list(
        session.scalars(
            sa.select(CustodianKey)
            .where(CustodianKey.opens_from.is_(None), CustodianKey.ended_at.is_(None))
            .order_by(CustodianKey.id)
        )
    )


def tips_with_unread(session: Session) -> frozenset[int]:
    """The tips whose informants wrote something that no custodian has dealt with yet."""
    waits = sa.and_(TipMessage.by_informant.is_(True), TipMessage.passed_on_at.is_(None))
    return frozenset(session.scalars(sa.select(TipMessage.tip_id).where(waits).distinct()))


def hand_over(frame: Frame, vault: OpenVault, key_id: int) -> int:
    """Let a further custodian read what this one can; returns how many sealed items that were."""
    lock_keys(frame.session)
    other = frame.session.get(CustodianKey, key_id, populate_existing=True)
    if other is None or other.opens_from is not None or other.ended_at is not None:
        raise RecordNotFoundError
    other.opens_from = frame.now
    return share_items(frame.session, vault, other)


def _require_custodian(frame: Frame) -> None:
    if not is_custodian(frame.actor):
        raise TipRefusedError(reason="post")


def _require_long_enough(phrase: str) -> None:
    if len(phrase) < PHRASE_LEAST:
        raise InvalidCommandError({"phrase": f"too_short:{PHRASE_LEAST}"})


def _tries(person_id: int) -> Quota:
    return Quota(f"phrase {person_id}", 10, timedelta(minutes=10))


def _recovery_code(pair: KeyPair) -> str:
    text = base64.b32encode(pair.private).decode().rstrip("=")
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))


def _from_recovery_code(typed: str) -> KeyPair | None:
    text = "".join(typed.split()).upper()
    try:
        private = base64.b32decode(text + "=" * (-len(text) % 8))
        return KeyPair.of(private) if len(private) == 32 else None
    except (binascii.Error, ValueError):
        return None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _token_key(token: str) -> bytes:
    return hashlib.sha256(b"guapai custodian opening/1" + token.encode()).digest()
