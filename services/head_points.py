"""Taking back points of a head of an enterprise, with the reason; the entry stays on the ledger."""

import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.database import lock_until_commit
from services.errors import InvalidCommandError, RecordNotFoundError, ShownChangedError
from services.frame import Frame
from services.models.case import Act, SupervisionCase
from services.models.head_point import PointReversal
from services.models.succession import Substitution
from services.queries.head_points import list_points
from services.reference.head_points import load_scale
from workflows.head_points import check_reversal

MOST_REASON = 1000
REVERSAL_ID = "point_reversal_id"


def reverse_points(frame: Frame, act_id: int, reason: str) -> None:
    """Take the points of one act back; the same reversal sent twice counts once.

    Raises RecordNotFoundError, PointsRefusedError, InvalidCommandError, ShownChangedError.
    """
    session = frame.session
    lock_until_commit(session, f"points of act {act_id}")
    rows = list_points(session, frame.actor, load_scale())
    if act_id not in {row.act_id for row in rows}:
        raise RecordNotFoundError
    act = session.get_one(Act, act_id)
    case = session.get_one(SupervisionCase, act.case_id)
    houses = frozenset({case.competent_department_id or 0, case.listing_office_id})
    post = check_reversal(frame.actor, houses, _acted_by(session, act))
    text = reason.strip()
    if not text:
        raise InvalidCommandError({"reason": "required"})
    if len(text) > MOST_REASON:
        raise InvalidCommandError({"reason": f"too_long:{MOST_REASON}"})
    known = session.scalar(sa.select(PointReversal).where(PointReversal.act_id == act_id))
    if known is not None:
        if (known.person_id, known.reason) == (frame.actor.person_id, text):
            return
        raise ShownChangedError
    row = PointReversal(
        act_id=act_id,
        reason=text,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        substitution_id=post.authority.substitution_id if post.authority else None,
        at=frame.now,
        nonce=secrets.token_hex(16),
    )
    session.add(row)
    session.flush()
    body = {
        REVERSAL_ID: row.id,
        "person_id": row.person_id,
        "post_id": row.post_id,
        "at": frame.now.isoformat(),
        "content": _commitment(row),
    }
    audit.append(session, case.id, body, frame.now)


def first_changed_reversal(session: Session) -> int | None:
    """The id of the first reversal that no longer is what the chain committed to, or None."""
    return audit.first_changed(session, REVERSAL_ID, PointReversal, _commitment)


def _acted_by(session: Session, act: Act) -> frozenset[int]:
    principal = session.scalar(
        sa.select(Substitution.principal_person_id).where(Substitution.id == act.substitution_id)
    )
    return frozenset({act.person_id, *([principal] if principal else [])})


def _commitment(row: PointReversal) -> str:
    return commitment(row.nonce, [row.act_id, row.reason])
