"""Cases from paper that wait for their second person, or came to something."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.errors import PaperNotFoundError
from services.models.paper import PaperCase
from services.queries.paper import ScanRow, waiting_paper
from workflows.paper import CONFIRMING_ROLES, PaperState, check_case_confirmer
from workflows.permissions import Actor, PermissionRefusedError


@dataclass(frozen=True)
class PaperCaseRow:
    """One entry as its page shows it."""

    entry_id: int
    source_name: str
    original_place: str
    acts: tuple[Mapping[str, Any], ...]
    preview: Mapping[str, Any]
    recorder_name: str
    organisation_name: str
    recorded_at: datetime
    state: PaperState
    decided_by: str
    decided_at: datetime | None
    reason: str
    obstacle: Mapping[str, str]
    case_id: int | None
    scans: tuple[ScanRow, ...]
    may_confirm: bool


def get_paper_case(session: Session, actor: Actor, entry_id: int) -> PaperCaseRow:
    """An entry that one made, or that one may confirm; PaperNotFoundError otherwise."""
    entry = session.get(PaperCase, entry_id)
    if entry is None:
        raise PaperNotFoundError
    confirms = _may_confirm(actor, entry)
    if not confirms and actor.person_id != entry.recorder_id:
        raise PaperNotFoundError
    return _row(entry, may_confirm=confirms)


def get_paper_case_scan(session: Session, actor: Actor, entry_id: int, scan_id: int) -> ScanRow:
    """A file of an entry that the actor may see; PaperNotFoundError otherwise."""
    for scan in get_paper_case(session, actor, entry_id).scans:
        if scan.scan_id == scan_id:
            return scan
    raise PaperNotFoundError


def list_paper_cases(session: Session, actor: Actor, limit: int = 50) -> tuple[PaperCaseRow, ...]:
    """What waits for the actor's confirmation, then what the actor entered, newest first."""
    rows = session.scalars(
        sa.select(PaperCase)
        .where(sa.or_(_waits_for(actor), PaperCase.recorder_id == actor.person_id))
        .order_by(PaperCase.state != PaperState.PENDING.value, PaperCase.id.desc())
        .limit(limit)
    )
    return tuple(_row(row, may_confirm=_may_confirm(actor, row)) for row in rows)


def count_waiting_on_paper(session: Session, actor: Actor) -> int:
    """How many signatures and cases on paper wait for this person's confirmation."""
    cases = sa.select(sa.func.count(PaperCase.id)).where(_waits_for(actor)).scalar_subquery()
    return session.execute(sa.select(waiting_paper(actor) + cases)).scalar_one()


def _waits_for(actor: Actor) -> sa.ColumnElement[bool]:
    offices = {p.organisation_id for p in actor.own_posts if p.role in CONFIRMING_ROLES}
    return sa.and_(
        PaperCase.state == PaperState.PENDING.value,
        PaperCase.recorder_id != actor.person_id,
        PaperCase.organisation_id.in_(sorted(offices)),
    )


def _may_confirm(actor: Actor, entry: PaperCase) -> bool:
    try:
        check_case_confirmer(actor, entry.recorder_id, entry.organisation_id)
    except PermissionRefusedError:
        return False
    return True


def _row(entry: PaperCase, *, may_confirm: bool) -> PaperCaseRow:
    state = PaperState(entry.state)
    return PaperCaseRow(
        entry_id=entry.id,
        source_name=entry.source_name,
        original_place=entry.content["original_place"],
        acts=tuple(entry.content["acts"]),
        preview=entry.preview,
        recorder_name=entry.recorder.name,
        organisation_name=entry.organisation.name,
        recorded_at=entry.recorded_at,
        state=state,
        decided_by=entry.decided_by.name if entry.decided_by else "",
        decided_at=entry.decided_at,
        reason=entry.reason,
        obstacle=dict(entry.obstacle or {}),
        case_id=entry.case_id,
        scans=tuple(
            ScanRow(scan.id, scan.file_name, scan.media_type, scan.size, scan.sha256)
            for scan in entry.scans
        ),
        may_confirm=may_confirm and state is PaperState.PENDING,
    )
