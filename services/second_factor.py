"""One-time codes (TOTP, RFC 6238) that whoever signs types besides being signed in."""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyotp
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyotp.utils import strings_equal
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.keys import InstallationKeys
from services.models.account import SecondFactor
from workflows.errors import RuleError

# RFC 6238, sections 4.1 and 5.2: steps of 30 s, and one step of a clock's drift either way.
STEP = timedelta(seconds=30)
DRIFT = 1
DIGITS = 6
# The office's own settings, against guessing.
MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
ENROLMENT_TIME = timedelta(minutes=15)
_LABEL = "guapai second factor"
_NONCE_BYTES = 12


class SecondFactorError(RuleError):
    """The signature lacks its code: `detail["reason"]` is missing, not_enrolled, damaged, wrong
    (with `left`), used, locked (with `until`); while a device is bound, wrong_first or not_begun.
    """

    code = "second_factor_refused"


@dataclass
class CheckedCode:
    """A code that was right: good for whatever its person signs in one transaction."""

    person_id: int
    confirmed_at: datetime
    counter: int
    used: bool = False


@dataclass(frozen=True)
class DeviceRow:
    """The device that a person signs with: since when, and until when it is locked."""

    confirmed_at: datetime
    locked_until: datetime | None


def check_code(
    session: Session, keys: InstallationKeys, person_id: int, typed: str, now: datetime
) -> CheckedCode | SecondFactorError:
    """Whether the code is right; a wrong one is counted, so this is a transaction of its own.

    The refusal is returned: raised inside the transaction, it would undo the count.
    """
    row = _held(session, person_id)
    if row is None or row.secret is None or row.confirmed_at is None:
        return SecondFactorError(reason="not_enrolled")
    if row.locked_until is not None and row.locked_until > now:
        return SecondFactorError(reason="locked", until=row.locked_until.isoformat())
    if row.locked_until is not None:
        row.failures, row.locked_until = 0, None
    secret = _unsealed(keys, person_id, row.secret)
    if secret is None:
        return SecondFactorError(reason="damaged")
    counter = _counter_of(secret, typed, now)
    if counter is not None:
        return CheckedCode(person_id, row.confirmed_at, counter)
    row.failures += 1
    if row.failures < MOST_FAILURES:
        return SecondFactorError(reason="wrong", left=str(MOST_FAILURES - row.failures))
    row.locked_until = now + LOCKED_FOR
    return SecondFactorError(reason="locked", until=row.locked_until.isoformat())


def use_code(session: Session, person_id: int, code: CheckedCode | None) -> None:
    """Use the code up, with the act that it signs: neither it nor an earlier one signs again."""
    if code is None or code.person_id != person_id:
        raise SecondFactorError(reason="missing")
    if code.used:
        return
    taken = session.execute(
        sa.update(SecondFactor)
        .where(
            SecondFactor.person_id == person_id,
            SecondFactor.confirmed_at == code.confirmed_at,
            SecondFactor.last_counter < code.counter,
        )
        .values(last_counter=code.counter, failures=0)
        .returning(SecondFactor.id)
    ).first()
    if taken is None:
        raise SecondFactorError(reason="used")
    code.used = True


def find_device(session: Session, person_id: int) -> DeviceRow | None:
    """The device that a person signs with, or None."""
    row = session.scalar(sa.select(SecondFactor).where(SecondFactor.person_id == person_id))
    if row is None or row.confirmed_at is None:
        return None
    return DeviceRow(row.confirmed_at, row.locked_until)


def is_locked(device: DeviceRow, now: datetime) -> bool:
    """Whether the device signs nothing for the present."""
    return device.locked_until is not None and device.locked_until > now


def begin_enrolment(session: Session, keys: InstallationKeys, person_id: int, now: datetime) -> str:
    """The secret of a new device. The device before it stays until the new one tells a code."""
    row = _held(session, person_id)
    if row is None:
        row = SecondFactor(person_id=person_id)
        session.add(row)
    secret = pyotp.random_base32()
    row.waiting_secret, row.made_at = _sealed(keys, person_id, secret), now
    session.flush()
    return secret


def find_waiting_secret(
    session: Session, keys: InstallationKeys, person_id: int, now: datetime
) -> str | None:
    """The secret of the device that has not told its first code yet, while it may."""
    row = session.scalar(sa.select(SecondFactor).where(SecondFactor.person_id == person_id))
    return None if row is None else _waiting_secret(row, keys, now)


def confirm_enrolment(
    session: Session, keys: InstallationKeys, person_id: int, typed: str, now: datetime
) -> None:
    """The new device told its first code, which is used up by this; from now on it is the one."""
    row = _held(session, person_id)
    waiting = None if row is None else _waiting_secret(row, keys, now)
    if row is None or waiting is None:
        raise SecondFactorError(reason="not_begun")
    counter = _counter_of(waiting, typed, now)
    if counter is None:
        raise SecondFactorError(reason="wrong_first")
    row.secret, row.waiting_secret = row.waiting_secret, None
    row.confirmed_at, row.last_counter = now, counter
    row.failures, row.locked_until = 0, None
    session.flush()


def enrol(
    session: Session, keys: InstallationKeys, person_id: int, secret: str, now: datetime
) -> None:
    """Bind a known device at once, as a demonstration does."""
    session.add(
        SecondFactor(
            person_id=person_id,
            secret=_sealed(keys, person_id, secret),
            made_at=now,
            confirmed_at=now,
        )
    )
    session.flush()


def forget_device(session: Session, person_id: int) -> bool:
    """Nothing the device tells counts any more; False when there was none."""
    gone = session.execute(
        sa.delete(SecondFactor)
        .where(SecondFactor.person_id == person_id)
        .returning(SecondFactor.confirmed_at)
    ).first()
    return gone is not None and gone.confirmed_at is not None


def device_address(secret: str, username: str, issuer: str) -> str:
    """What an authenticator reads from the QR code (otpauth://)."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def code_at(secret: str, counter: int) -> str:
    """What a device with this secret shows in this step."""
    return pyotp.HOTP(secret, digits=DIGITS).at(counter)


def counter_at(now: datetime) -> int:
    """The step of a moment."""
    return int(now.timestamp()) // int(STEP.total_seconds())


def _counter_of(secret: str, typed: str, now: datetime) -> int | None:
    """The step in which a device shows what was typed. Every step is looked at: no early end."""
    text = "".join(unicodedata.normalize("NFKC", typed).split())
    present = counter_at(now)
    found = None
    for counter in range(present - DRIFT, present + DRIFT + 1):
        if strings_equal(code_at(secret, counter), text):
            found = counter
    return found


def told_next(
    session: Session, keys: InstallationKeys, person_id: int, secret: str, now: datetime
) -> str | None:
    """What the device shows that can still sign, empty while none can; None for another device."""
    row = session.scalar(sa.select(SecondFactor).where(SecondFactor.person_id == person_id))
    if row is None or row.secret is None or _unsealed(keys, person_id, row.secret) != secret:
        return None
    present = counter_at(now)
    unused = [step for step in (present, present + DRIFT) if step > row.last_counter]
    return code_at(secret, unused[0]) if unused else ""


def _waiting_secret(row: SecondFactor, keys: InstallationKeys, now: datetime) -> str | None:
    if row.waiting_secret is None or now - row.made_at > ENROLMENT_TIME:
        return None
    return _unsealed(keys, row.person_id, row.waiting_secret)


def _held(session: Session, person_id: int) -> SecondFactor | None:
    """The person's row as it stands, for this transaction alone."""
    lock_until_commit(session, f"second factor {person_id}")
    return session.scalar(
        sa.select(SecondFactor)
        .where(SecondFactor.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _sealed(keys: InstallationKeys, person_id: int, secret: str) -> bytes:
    """AES-GCM under a key of its own; bound to the person, so that rows cannot be exchanged."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    cipher = AESGCM(keys.derived(_LABEL))
    return nonce + cipher.encrypt(nonce, secret.encode(), _bound_to(person_id))


def _unsealed(keys: InstallationKeys, person_id: int, sealed: bytes) -> str | None:
    """The secret; None where the row was damaged, exchanged, or sealed under another key."""
    nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        return AESGCM(keys.derived(_LABEL)).decrypt(nonce, text, _bound_to(person_id)).decode()
    except (InvalidTag, ValueError):
        return None


def _bound_to(person_id: int) -> bytes:
    return f"person {person_id}".encode()
