"""Incidents tried anew: by the system administrator, or by the operator; each on record."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.administration.log import NewEntry, write_entry
from services.administration.proposals import require_role
from services.errors import InvalidCommandError
from services.frame import Frame
from services.models.deadline import Deadline
from services.models.process import outbox
from services.queries.worker_status import IncidentKind, IncidentRef, list_incident_refs
from workflows.administration import EntryKind
from workflows.errors import RuleError
from workflows.vocabulary import Role


class IncidentOverError(RuleError):
    """No such incident any more: somebody else has had it tried anew, or it never was one."""

    code = "incident_over"


def retry(frame: Frame, refs: Iterable[IncidentRef], reason: str) -> int:
    """Those of the chosen incidents that still stand; returns how many. One entry for each."""
    require_role(frame, Role.SYSTEM_ADMIN)
    chosen = sorted(set(refs))
    if not chosen:
        raise InvalidCommandError({"incidents": "choose"})
    if not reason:
        raise InvalidCommandError({"reason": "required"})
    return _retry(frame.session, chosen, frame.actor.person_id, reason, frame.now)


def retry_as_operator(session: Session, ref: IncidentRef, reason: str, now: datetime) -> None:
    """One incident, by the operator at the machine."""
    _retry(session, [ref], None, reason, now)


def retry_all_as_operator(session: Session, reason: str, now: datetime) -> int:
    """Every incident that stands; returns how many."""
    found = list_incident_refs(session)
    return _retry(session, found, None, reason, now) if found else 0


def _retry(
    session: Session, refs: list[IncidentRef], person_id: int | None, reason: str, now: datetime
) -> int:
    entries = []
    for ref in refs:
        before = _put_back(session, ref, now)
        if before is None:
            continue
        after = {"incident": str(ref), **before}
        kind = EntryKind.INCIDENT_RETRIED
        entries.append(NewEntry(kind=kind, person_id=person_id, reason=reason, after=after))
    if not entries:
        raise IncidentOverError
    for entry in entries:  # the chain is taken last
        write_entry(session, entry, now)
    return len(entries)


def _put_back(session: Session, ref: IncidentRef, now: datetime) -> dict[str, str] | None:
    """Due at once, with all its attempts before it. None: it is no incident (any more)."""
    if ref.kind is IncidentKind.MESSAGE:
        return _put_message_back(session, ref.id, now)
    return _put_deadline_back(session, ref.id, now)


def _put_message_back(session: Session, message_id: int, now: datetime) -> dict[str, str] | None:
    connection = session.connection()
    found = connection.execute(
        sa.select(outbox.c.topic, outbox.c.incident)
        .where(outbox.c.id == message_id, outbox.c.incident.is_not(None))
        .with_for_update()
    ).first()
    if found is None:
        return None
    connection.execute(
        sa.update(outbox)
        .where(outbox.c.id == message_id)
        .values(incident=None, incident_code=None, attempts=0, leased_until=None, not_before=now)
    )
    return {"topic": found.topic, "error": found.incident}


def _put_deadline_back(session: Session, deadline_id: int, now: datetime) -> dict[str, str] | None:
    found = session.execute(
        sa.select(Deadline.look_incident)
        .where(
            Deadline.id == deadline_id,
            Deadline.look_incident.is_not(None),
            Deadline.ended_at.is_(None),
        )
        .with_for_update()
    ).scalar()
    if found is None:
        return None
    session.execute(
        sa.update(Deadline)
        .where(Deadline.id == deadline_id)
        .values(look_incident=None, look_failures=0, next_look_at=now)
    )
    return {"error": found}
