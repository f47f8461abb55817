"""Entries of the register: entered by one person of the office, confirmed by a second one."""

import secrets
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.bans.check import LOCK
from services.bans.identity import Fingerprint, take_fingerprint
from services.chain import commitment
from services.database import lock_until_commit
from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import Frame
from services.models.ban import Ban, BanComparison, BanStepTaken
from services.queries.bans import first_persons
from services.reference.sectors import sectors
from services.uploads import AcceptedUpload, keep_upload
from workflows.bans import (
    FOLLOWS,
    NEEDS_REASON,
    BanGround,
    BanKind,
    BanRefusedError,
    BanState,
    BanStep,
    check_step,
    find_keeper_post,
    name_key,
)
from workflows.errors import RuleError
from workflows.permissions import PostRecord

STEP_ID, COMPARISON_ID = "ban_step_id", "ban_comparison_id"
MOST = {"name": 60, "organ": 200, "document_number": 100, "note": 2000}
MOST_REASON = 2000
_NEEDED = ("name", "organ", "document_number")


class BanOverError(RuleError):
    """Somebody has taken this step, or another one, before."""

    code = "ban_over"


@dataclass(frozen=True, kw_only=True)
class EnterBan:
    """One entry as it is filled in. `identity_number` is hashed at once and not kept."""

    nonce: str
    name: str
    kind: BanKind | None
    ground: BanGround | None
    counted_from: date | None
    sector: str = ""
    organ: str
    document_number: str
    document_on: date | None
    note: str = ""
    identity_number: str = ""
    scan: AcceptedUpload | None = None


def enter_ban(frame: Frame, command: EnterBan) -> int:
    """Put an entry on record; it stops nobody before its confirmation. Returns its id.

    The same form sent twice makes one entry.
    """
    session = frame.session
    post = find_keeper_post(frame.actor)
    if post is None:
        raise BanRefusedError(reason="no_post")
    lock_until_commit(session, LOCK)
    known = session.scalar(sa.select(Ban.id).where(Ban.form_nonce == command.nonce))
    if known is not None:
        return known
    fingerprint = _require_sound(frame, command)
    ban = _new_ban(frame, command, post, fingerprint)
    _refuse_twice(session, ban)
    session.add(ban)
    session.flush()
    _record(frame, post, ban, BanStep.ENTER, "")
    return ban.id


def take_ban_step(frame: Frame, ban_id: int, step: BanStep, reason: str) -> None:
    """Confirm or refuse an entry, or its revocation, or propose one. Sent twice, it counts once.

    Raises RecordNotFoundError, BanOverError, BanRefusedError, InvalidCommandError.
    """
    session, text = frame.session, reason.strip()
    lock_until_commit(session, LOCK)
    ban = session.get(Ban, ban_id, populate_existing=True)
    if ban is None:
        raise RecordNotFoundError
    check_step(frame.actor, ban.office_id, ())
    state = FOLLOWS.get((BanState(ban.state), step))
    if state is None:
        if _was_taken(session, frame, ban_id, step, text):
            return
        raise BanOverError
    post = check_step(frame.actor, ban.office_id, first_persons(session, ban_id, step))
    if step in NEEDS_REASON and not text:
        raise InvalidCommandError({"reason": "required"})
    if len(text) > MOST_REASON:
        raise InvalidCommandError({"reason": f"too_long:{MOST_REASON}"})
    ban.state = state.value
    _record(frame, post, ban, step, text)


def first_changed_ban(session: Session) -> str | None:
    """The first step, comparison or entry that no longer is what the chain committed to."""
    step = audit.first_changed(session, STEP_ID, BanStepTaken, _commitment)
    if step is not None:
        return f"ban_step {step}"
    comparison = audit.first_changed(session, COMPARISON_ID, BanComparison, comparison_commitment)
    if comparison is not None:
        return f"ban_comparison {comparison}"
    unfounded = _first_unfounded(session)
    return None if unfounded is None else f"ban {unfounded}"


def comparison_commitment(row: BanComparison) -> str:
    """A salted hash over what was found, and by what."""
    content = [
        row.ban_id,
        row.principal_id,
        row.registration_id,
        row.proposal_id,
        row.name,
        row.units,
        row.likeness,
        row.compared,
        row.identity_hash,
        row.identity_tail,
        row.person_id,
    ]
    return commitment(row.nonce, content)


def _require_sound(frame: Frame, command: EnterBan) -> Fingerprint | None:
    problems = {name: "required" for name in _NEEDED if not str(getattr(command, name)).strip()}
    for name, most in MOST.items():
        if len(str(getattr(command, name)).strip()) > most:
            problems[name] = f"too_long:{most}"
    problems |= {name: "choose" for name in ("kind", "ground") if getattr(command, name) is None}
    for name in ("counted_from", "document_on"):
        day = getattr(command, name)
        if day is None:
            problems[name] = "required"
        elif day > frame.today:
            problems[name] = "in_future"
    if command.kind is BanKind.LIFETIME and command.sector not in sectors():
        problems["sector"] = "choose"
    if command.kind is BanKind.FIVE_YEARS and command.sector:
        problems["sector"] = "lifetime_only"
    try:
        fingerprint = take_fingerprint(frame.office.keys, command.identity_number)
    except InvalidCommandError as error:
        problems |= error.fields
    if problems:
        raise InvalidCommandError(problems)
    return fingerprint


def _new_ban(
    frame: Frame, command: EnterBan, post: PostRecord, fingerprint: Fingerprint | None
) -> Ban:
    assert command.kind
    assert command.ground
    assert command.counted_from
    assert command.document_on
    stored = keep_upload(frame.office.files, command.scan) if command.scan else None
    return Ban(
        name=command.name.strip(),
        name_key=name_key(command.name),
        kind=command.kind.value,
        ground=command.ground.value,
        counted_from=command.counted_from,
        sector=command.sector or None,
        organ=command.organ.strip(),
        document_number=command.document_number.strip(),
        document_on=command.document_on,
        note=command.note.strip(),
        identity_hash=fingerprint.hash if fingerprint else None,
        identity_tail=fingerprint.tail if fingerprint else None,
        scan_sha256=stored.sha256 if stored else None,
        scan_original_sha256=stored.original_sha256 if stored else None,
        scan_media_type=stored.media_type if stored else None,
        scan_file_name=command.scan.file_name if command.scan else None,
        office_id=post.organisation_id,
        state=BanState.PENDING.value,
        form_nonce=command.nonce,
    )


def _first_unfounded(session: Session) -> int | None:
    """The first entry whose state is not the one that its last step, as chained, left."""
    chained = {number for number, _ in audit.commitments(session, STEP_ID)}
    newest = (
        sa.select(sa.func.max(BanStepTaken.id))
        .where(BanStepTaken.ban_id == Ban.id)
        .correlate(Ban)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Ban.id, Ban.state, BanStepTaken.id, BanStepTaken.state)
        .outerjoin(BanStepTaken, BanStepTaken.id == newest)
        .order_by(Ban.id)
    )
    for ban_id, state, last_id, last_state in rows:
        if last_id not in chained or state != last_state:
            return ban_id
    return None


def _refuse_twice(session: Session, ban: Ban) -> None:
    """The same document about the same person, for the same kind: entered before."""
    over = [BanState.REFUSED.value, BanState.REVOKED.value]
    known = session.scalar(
        sa.select(Ban.id).where(
            Ban.name_key == ban.name_key,
            Ban.kind == ban.kind,
            Ban.document_number == ban.document_number,
            Ban.state.not_in(over),
        )
    )
    if known is not None:
        raise InvalidCommandError({"document_number": f"ban_there:{known}"})


def _was_taken(session: Session, frame: Frame, ban_id: int, step: BanStep, reason: str) -> bool:
    last = session.scalar(
        sa.select(BanStepTaken)
        .where(BanStepTaken.ban_id == ban_id)
        .order_by(BanStepTaken.id.desc())
        .limit(1)
    )
    sent = (frame.actor.person_id, step, reason)
    return last is not None and (last.person_id, last.step, last.reason) == sent


def _record(frame: Frame, post: PostRecord, ban: Ban, step: BanStep, reason: str) -> None:
    row = BanStepTaken(
        ban=ban,
        step=step.value,
        state=ban.state,
        reason=reason,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        substitution_id=post.authority.substitution_id if post.authority else None,
        at=frame.now,
        nonce=secrets.token_hex(16),
    )
    frame.session.add(row)
    frame.session.flush()
    body = {STEP_ID: row.id, "content": _commitment(row)}
    audit.append(frame.session, None, body, frame.now)


def _commitment(row: BanStepTaken) -> str:
    """A salted hash over the step and over everything that the entry says."""
    ban = row.ban
    content = [
        row.ban_id,
        row.step,
        row.state,
        row.reason,
        row.person_id,
        ban.name,
        ban.name_key,
        ban.kind,
        ban.ground,
        ban.counted_from.isoformat(),
        ban.sector,
        ban.organ,
        ban.document_number,
        ban.document_on.isoformat(),
        ban.note,
        ban.identity_hash,
        ban.identity_tail,
        ban.scan_sha256,
        ban.office_id,
    ]
    return commitment(row.nonce, content)
