"""The devices that people sign with, as acts of administration: bound, and forgotten when lost."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.administration.log import NewEntry, write_entry
from services.frame import Frame
from services.models.account import Account
from services.second_factor import confirm_enrolment, find_device, forget_device
from services.sign_in_rules import normalised_username
from workflows.administration import EntryKind
from workflows.errors import RuleError


class NoDeviceError(RuleError):
    """Nobody of this user name has bound a device."""

    code = "no_device"


def bind_own_device(frame: Frame, typed: str) -> None:
    """The first code of one's new device: it takes the place of the one before, on record."""
    session, person_id = frame.session, frame.actor.person_id
    before = find_device(session, person_id) is not None
    confirm_enrolment(session, frame.office.keys, person_id, typed, frame.now)
    new = NewEntry(
        kind=EntryKind.DEVICE_BOUND,
        person_id=person_id,
        subject_id=person_id,
        before={"device": before},
        after={"device": True},
    )
    write_entry(session, new, frame.now)


def reset_as_operator(session: Session, username: str, now: datetime) -> None:
    """A lost device, forgotten by the operator at the machine."""
    person_id = session.scalar(
        sa.select(Account.person_id).where(Account.username == normalised_username(username))
    )
    if person_id is None or not forget_device(session, person_id):
        raise NoDeviceError
    new = NewEntry(
        kind=EntryKind.DEVICE_RESET,
        person_id=None,
        subject_id=person_id,
        before={"device": True},
        after={"device": False},
    )
    write_entry(session, new, now)
