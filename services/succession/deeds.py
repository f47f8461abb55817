"""What all deeds share: one proposal, one decision, their refusals, their place in the chain."""

import secrets
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit, chain
from services.frame import Frame
from services.models.succession import Departure, Dissolution, Substitution
from workflows.errors import RuleError

# Whoever makes or confirms a deed, or begins a case, holds this name: no deed rests on old rows,
# and no case begins with an organisation that is being dissolved.
LOCK = "deeds about people and organisations"
SomeDeed = TypeVar("SomeDeed", Substitution, Departure, Dissolution)
AnyDeed = Substitution | Departure | Dissolution


class DeedNotFoundError(RuleError):
    """No such deed, or none that this person has to do with: the two look the same."""

    code = "deed_not_found"


class DeedRefusedError(RuleError):
    """Not for this person, or not for this deed: `reason` says which."""

    code = "deed_refused"


class DeedSettledError(RuleError):
    """The deed was confirmed or revoked meanwhile; says by whom and when."""

    code = "deed_settled"


class DeedEvent(StrEnum):
    """What happened to a deed."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"


def find_sent(
    session: Session, kind: type[SomeDeed], nonce: str, person_id: int
) -> SomeDeed | None:
    """The deed that this person's form has already made, if it was sent before."""
    return session.scalars(
        sa.select(kind).where(kind.form_nonce == nonce, kind.proposed_by_id == person_id)
    ).first()


def get_deed(session: Session, kind: type[SomeDeed], deed_id: int) -> SomeDeed:
    """The deed as it stands in this transaction; DeedNotFoundError without one."""
    row = session.get(kind, deed_id, populate_existing=True)
    if row is None:
        raise DeedNotFoundError
    return row


def new_salt() -> str:
    """What hides a deed's content behind its commitment."""
    return secrets.token_hex(16)


def propose(frame: Frame, row: AnyDeed) -> int:
    """Store a checked deed; it has no effect before its confirmation."""
    frame.session.add(row)
    frame.session.flush()
    _append(frame, row, DeedEvent.PROPOSED)
    return row.id


def require_undecided(row: AnyDeed) -> None:
    """DeedSettledError naming who was faster."""
    for person, at in ((row.revoked_by, row.revoked_at), (row.confirmed_by, row.confirmed_at)):
        if person is not None and at is not None:
            raise DeedSettledError(person=person.name, at=at.isoformat())


def confirm(frame: Frame, row: AnyDeed) -> None:
    """The second person's word, on record and in the chain."""
    row.confirmed_by_id, row.confirmed_at = frame.actor.person_id, frame.now
    frame.session.flush()
    _append(frame, row, DeedEvent.CONFIRMED)


def revoke(frame: Frame, row: AnyDeed) -> None:
    """Take it back, on record and in the chain."""
    if row.revoked_by is not None and row.revoked_at is not None:
        raise DeedSettledError(person=row.revoked_by.name, at=row.revoked_at.isoformat())
    row.revoked_by_id, row.revoked_at = frame.actor.person_id, frame.now
    frame.session.flush()
    _append(frame, row, DeedEvent.REVOKED)


def first_changed_deed(session: Session) -> str | None:
    """The first deed whose words, or whose decisions, are not those that the chain was told."""
    told = {
        (body["deed"], body["deed_id"], body["event"]): (body["person_id"], body["content"])
        for body in audit.deeds(session)
    }
    for kind in (Substitution, Departure, Dissolution):
        rows: Iterator[AnyDeed] = iter(session.scalars(sa.select(kind).order_by(kind.id)))
        for row in rows:
            for event, person_id in _events(row):
                entry = (person_id, commitment(row, event))
                if told.get((kind.__tablename__, row.id, event.value)) != entry:
                    return f"{kind.__tablename__} {row.id}"
    return None


def commitment(row: AnyDeed, event: DeedEvent) -> str:
    """A salted hash over what was proposed; from the confirmation on, over what passed, too."""
    content: dict[str, object] = {"proposed": _proposed(row)}
    if event is not DeedEvent.PROPOSED and not isinstance(row, Substitution):
        content["passed"] = row.content
    return chain.commitment(row.salt, content)


def _events(row: AnyDeed) -> Iterator[tuple[DeedEvent, int]]:
    yield DeedEvent.PROPOSED, row.proposed_by_id
    if row.confirmed_at is not None:
        yield DeedEvent.CONFIRMED, row.confirmed_by_id or 0
    if row.revoked_at is not None:
        yield DeedEvent.REVOKED, row.revoked_by_id or 0


def _proposed(row: AnyDeed) -> Mapping[str, object]:
    match row:
        case Substitution():
            return {
                "post_id": row.post_id,
                "principal_person_id": row.principal_person_id,
                "substitute_person_id": row.substitute_person_id,
                "from_on": row.from_on.isoformat(),
                "to_on": row.to_on.isoformat(),
                "reason": row.reason,
                "note": row.note,
                "excluded": row.excluded,
                "authority_sha256": row.authority_sha256,
            }
        case Departure():
            return {
                "person_id": row.person_id,
                "last_on": row.last_on.isoformat(),
                "note": row.note,
                "plan": row.plan,
            }
        case Dissolution():
            return {
                "organisation_id": row.organisation_id,
                "successor_id": row.successor_id,
                "dissolved_on": row.dissolved_on.isoformat(),
                "document_number": row.document_number,
                "document_sha256": row.document_sha256,
                "plan": row.plan,
            }


def _append(frame: Frame, row: AnyDeed, event: DeedEvent) -> None:
    body: Mapping[str, object] = {
        "deed": row.__tablename__,
        "deed_id": row.id,
        "event": event.value,
        "person_id": frame.actor.person_id,
        "at": frame.now.isoformat(),
        "content": commitment(row, event),
    }
    audit.append(frame.session, None, body, frame.now)
