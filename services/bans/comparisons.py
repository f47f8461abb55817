"""A principal compared with an entry of the same name: who found what, and by what."""

import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from services import audit
from services.bans.check import LOCK
from services.bans.identity import Fingerprint, take_fingerprint
from services.bans.register import COMPARISON_ID, comparison_commitment
from services.database import lock_until_commit
from services.errors import InvalidCommandError
from services.frame import Frame
from services.models.ban import BanComparison
from services.queries.bans import (
    ComparisonLine,
    Hit,
    find_comparing_post,
    hits_of,
    list_comparisons,
)
from services.queries.principals import Candidate
from workflows.bans import Likeness, SubjectKind

MOST = 2000


@dataclass(frozen=True, kw_only=True)
class Compare:
    """What comparing somebody with an entry has shown. `identity_number` is not kept."""

    subject: SubjectKind
    subject_id: int
    ban_id: int
    likeness: Likeness
    compared: str
    identity_number: str = ""


def record_comparison(frame: Frame, command: Compare) -> None:
    """Put it on record; sent twice, it counts once. One found to be the same person is found to
    be another only by an identity number.

    Raises RecordNotFoundError, InvalidCommandError.
    """
    session = frame.session
    lock_until_commit(session, LOCK)
    candidates, hits = hits_of(
        session, frame.actor, command.subject, command.subject_id, frame.today
    )
    hit = next((one for one in hits if one.ban.ban_id == command.ban_id), None)
    if hit is None or hit.is_same:
        if _was_recorded(session, frame, command):
            return
        if hit is None:
            raise InvalidCommandError({"compared": "compared_before"})
    fingerprint = take_fingerprint(frame.office.keys, command.identity_number)
    _require_sound(command, hit, fingerprint)
    _record(frame, command, candidates, fingerprint)


def _require_sound(command: Compare, hit: Hit, fingerprint: Fingerprint | None) -> None:
    text = command.compared.strip()
    if not text:
        raise InvalidCommandError({"compared": "required"})
    if len(text) > MOST:
        raise InvalidCommandError({"compared": f"too_long:{MOST}"})
    number = fingerprint.hash if fingerprint else ""
    both = bool(number and hit.ban.identity_hash)
    if both and number == hit.ban.identity_hash and command.likeness is Likeness.DIFFERENT:
        raise InvalidCommandError({"identity_number": "identity_same"})
    if both and number != hit.ban.identity_hash and command.likeness is Likeness.SAME:
        raise InvalidCommandError({"identity_number": "identity_differs"})
    if hit.is_same and not both:
        raise InvalidCommandError({"compared": "found_same"})


def _record(
    frame: Frame,
    command: Compare,
    candidates: tuple[Candidate, ...],
    fingerprint: Fingerprint | None,
) -> None:
    post = find_comparing_post(frame.actor, candidates[0])
    assert post is not None, "whoever is shown somebody to compare holds a post"
    number = command.subject_id
    row = BanComparison(
        ban_id=command.ban_id,
        principal_id=number if command.subject is SubjectKind.PERSON else None,
        registration_id=number if command.subject is SubjectKind.REGISTRATION else None,
        proposal_id=number if command.subject is SubjectKind.PROPOSAL else None,
        name=candidates[0].name,
        units="、".join(dict.fromkeys(one.unit_name for one in candidates)),
        likeness=command.likeness.value,
        compared=command.compared.strip(),
        identity_hash=fingerprint.hash if fingerprint else None,
        identity_tail=fingerprint.tail if fingerprint else None,
        person_id=frame.actor.person_id,
        post_id=post.post_id,
        substitution_id=post.authority.substitution_id if post.authority else None,
        at=frame.now,
        nonce=secrets.token_hex(16),
    )
    frame.session.add(row)
    frame.session.flush()
    body = {COMPARISON_ID: row.id, "content": comparison_commitment(row)}
    audit.append(frame.session, None, body, frame.now)


def _was_recorded(session: Session, frame: Frame, command: Compare) -> bool:
    """Whether the latest comparison of these two is this very one."""
    subject = (command.subject, command.subject_id)
    lines = [
        line
        for line in list_comparisons(session)
        if line.ban_id == command.ban_id and subject in line.subjects
    ]
    return bool(lines) and _sent(lines[-1]) == (
        frame.actor.name,
        command.likeness,
        command.compared.strip(),
    )


def _sent(line: ComparisonLine) -> tuple[str, Likeness, str]:
    return line.person_name, line.likeness, line.compared
