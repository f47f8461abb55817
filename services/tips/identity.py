"""Who an informant is: asked for with a ground, granted or refused, and opened for one day only."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import Frame, require
from services.models.tip import IdentityRequest, TipView
from services.tips.acts import identity_of
from services.tips.sealing import OpenVault
from services.tips.step import TipCommand, get_handled_tip, open_tip_step
from services.tips.wall import WALL
from services.vault import WrongKeyError, lock_with_phrase, unlock_with_phrase
from workflows.tips import IdentityGround, TipAction, TipOutcome

OPEN_FOR = timedelta(hours=24)
# Against guessing; the office's own setting.
MOST_FAILURES = 5
# Without what is easily misread; 16 of 31 are 79 bits.
_LETTERS, _LENGTH = "23456789ABCDEFGHJKMNPQRSTUVWXYZ", 16


@dataclass(frozen=True, kw_only=True)
class AskIdentity(TipCommand):
    """For what an officer has to know who the informant is; `opinion` says why."""

    ground: IdentityGround | None = None


def ask_identity(frame: Frame, command: AskIdentity) -> None:
    """Put the request on record; nothing is opened by it."""
    opened = open_tip_step(frame, TipAction.REQUEST_IDENTITY, command)
    if not opened.tip.named:
        raise InvalidCommandError({"ground": "tip_anonymous"})
    require(command, "ground", "opinion")
    opened.record(ground=command.ground)
    frame.session.add(
        IdentityRequest(
            tip_id=opened.tip.id,
            asker_id=frame.actor.person_id,
            ground=str(command.ground),
            reason=command.opinion,
            asked_at=frame.now,
        )
    )
    frame.session.flush()


def decide_identity(frame: Frame, vault: OpenVault, command: TipCommand) -> str:
    """Grant or refuse, with a reason that the asker reads.

    Granted: returns the code under which the identity lies for a day, to be told to the asker
    and kept nowhere. Refused: an empty text.
    """
    opened = open_tip_step(frame, TipAction.DECIDE_IDENTITY_REQUEST, command)
    require(command, "opinion")
    request = frame.session.scalars(
        sa.select(IdentityRequest)
        .where(IdentityRequest.tip_id == opened.tip.id, IdentityRequest.granted.is_(None))
        .order_by(IdentityRequest.id.desc())
        .limit(1)
    ).one()
    code = ""
    if command.outcome is TipOutcome.GRANTED:
        code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        identity = json.dumps(identity_of(frame.session, vault, opened.tip.id), ensure_ascii=False)
        request.sealed = lock_with_phrase(code, identity.encode(), _purpose(request))
        request.ends_at = frame.now + OPEN_FOR
    request.granted = command.outcome is TipOutcome.GRANTED
    request.decided_by_id, request.decided_at = frame.actor.person_id, frame.now
    request.answer = command.opinion
    opened.record(request_id=request.id)
    return code


def open_identity(frame: Frame, tip_id: int, request_id: int, code: str) -> Mapping[str, str]:
    """The identity for the asker alone, within the day; empty when the code is wrong.

    A wrong code is counted, so this is a transaction of its own; each opening is logged.
    """
    get_handled_tip(frame.session, frame.actor, tip_id)
    lock_until_commit(frame.session, f"identity request {request_id}")
    request = frame.session.get(IdentityRequest, request_id, populate_existing=True)
    if request is None or request.tip_id != tip_id or request.asker_id != frame.actor.person_id:
        raise RecordNotFoundError
    if not can_be_opened(request, frame.now) or request.sealed is None:
        raise RecordNotFoundError
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    try:
        identity = unlock_with_phrase(typed, request.sealed, _purpose(request))
    except WrongKeyError:
        request.failures += 1
        frame.session.flush()
        return {}
    record_view(frame.session, tip_id, frame.actor.person_id, "identity", frame.now)
    body = {
        "identity_request_id": request.id,
        "opened_by": frame.actor.person_id,
        "at": frame.now.isoformat(),
    }
    WALL.append(frame.session, tip_id, body)
    return dict(json.loads(identity))


def can_be_opened(request: IdentityRequest, now: datetime) -> bool:
    """Whether its asker may still read it."""
    return (
        request.sealed is not None
        and request.ends_at is not None
        and request.ends_at > now
        and request.failures < MOST_FAILURES
    )


def forget_identities(session: Session, now: datetime) -> None:
    """Delete what was sealed for askers whose day is over."""
    session.execute(
        sa.update(IdentityRequest)
        .where(IdentityRequest.ends_at <= now, IdentityRequest.sealed.is_not(None))
        .values(sealed=None)
    )


def record_view(session: Session, tip_id: int, person_id: int, kind: str, now: datetime) -> None:
    """Note who looked at what; the custodians read it."""
    session.add(TipView(tip_id=tip_id, person_id=person_id, kind=kind, at=now))
    session.flush()


def _purpose(request: IdentityRequest) -> str:
    return f"identity request {request.id}"
