"""Substitutes for an absence: proposed with the written authority, confirmed by a second person."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.bans.check import refuse_banned
from services.database import lock_until_commit
from services.errors import InvalidCommandError
from services.frame import Frame, require
from services.models.organisation import Post
from services.models.succession import Substitution
from services.queries.heads import heads_at
from services.queries.people import list_posts
from services.queries.principals import of_substitution
from services.queries.standing_in import held_on
from services.queries.substitutions import confirmers_of, may_confirm, may_revoke
from services.succession import deeds
from services.succession.deeds import (
    LOCK,
    DeedNotFoundError,
    DeedRefusedError,
    find_sent,
    get_deed,
    require_undecided,
)
from services.uploads import AcceptedUpload, keep_upload
from workflows.permissions import Actor
from workflows.substitution import AbsenceReason, actions_of, may_be_stood_in_for, may_stand_in
from workflows.vocabulary import Action, Role


@dataclass(frozen=True, kw_only=True)
class ProposeSubstitution:
    """Asks that a person use another's post for some days. The authority is a scan."""

    nonce: str
    post_id: int
    substitute_id: int
    from_on: date | None
    to_on: date | None
    reason: AbsenceReason | None
    note: str = ""
    excluded: tuple[Action, ...] = ()
    authority: AcceptedUpload | None


def propose_substitution(frame: Frame, command: ProposeSubstitution) -> int:
    """Put the authority on record; it has no effect before its confirmation. Returns its id.

    The same form sent twice makes one.
    """
    session = frame.session
    lock_until_commit(session, LOCK)
    sent = find_sent(session, Substitution, command.nonce, frame.actor.person_id)
    if sent is not None:
        return sent.id
    post = _post_to_stand_in_for(frame, command.post_id)
    require(command, "substitute_id", "from_on", "to_on", "reason", "authority")
    assert command.from_on
    assert command.to_on
    assert command.reason
    assert command.authority
    _refuse_days(frame, command.from_on, command.to_on)
    if command.reason is AbsenceReason.OTHER:
        require(command, "note")
    if not set(command.excluded) <= set(actions_of(Role(post.role))):
        raise InvalidCommandError({"excluded": "choice"})
    stored = keep_upload(frame.office.files, command.authority)
    row = Substitution(
        post_id=post.id,
        principal_person_id=post.person_id,
        substitute_person_id=command.substitute_id,
        from_on=command.from_on,
        to_on=command.to_on,
        reason=command.reason.value,
        note=command.note,
        excluded=sorted(command.excluded),
        authority_sha256=stored.sha256,
        authority_original_sha256=stored.original_sha256,
        authority_media_type=stored.media_type,
        authority_file_name=command.authority.file_name,
        proposed_by_id=frame.actor.person_id,
        proposed_at=frame.now,
        form_nonce=command.nonce,
        salt=deeds.new_salt(),
    )
    row.post = post
    _refuse_unsound(session, row, frame.today)
    if not confirmers_of(session, row, frame.today):
        raise DeedRefusedError(reason="nobody_confirms")
    return deeds.propose(frame, row)


def confirm_substitution(frame: Frame, substitution_id: int) -> None:
    """The second person agrees: from its first day, at the earliest now, the authority holds.

    PrincipalBannedError when an entry of the register stops the substitute.
    """
    session = frame.session
    lock_until_commit(session, LOCK)
    row = get_deed(session, Substitution, substitution_id)
    require_undecided(row)
    if not may_confirm(session, frame.actor, row, frame.today):
        raise DeedRefusedError(reason="not_the_second_person")
    if row.to_on < frame.today:
        raise DeedRefusedError(reason="days_over")
    _refuse_unsound(session, row, frame.today)
    refuse_banned(frame, of_substitution(row, frame.today))
    deeds.confirm(frame, row)


def revoke_substitution(frame: Frame, substitution_id: int) -> None:
    """End it at once, or withdraw the proposal. What was done under it stays done by both."""
    lock_until_commit(frame.session, LOCK)
    row = get_deed(frame.session, Substitution, substitution_id)
    if not may_revoke(frame.session, frame.actor, row, frame.today):
        raise DeedRefusedError(reason="may_not_revoke")
    deeds.revoke(frame, row)


def may_propose(actor: Actor, post: Post) -> bool:
    """The absent person, or a head of the same organisation, each in person."""
    return actor.person_id == post.person_id or post.organisation_id in heads_at(actor)


def _post_to_stand_in_for(frame: Frame, post_id: int) -> Post:
    """A post held today whose absence the actor may arrange."""
    post = frame.session.scalars(
        sa.select(Post).where(Post.id == post_id, held_on(frame.today))
    ).one_or_none()
    if post is None or not may_propose(frame.actor, post):
        raise DeedNotFoundError
    if not may_be_stood_in_for(Role(post.role)):
        raise DeedRefusedError(reason="in_person_only")
    return post


def _refuse_days(frame: Frame, from_on: date, to_on: date) -> None:
    most = frame.office.profile.substitution_most_days
    if from_on < frame.today:
        raise InvalidCommandError({"from_on": "in_the_past"})
    if to_on < from_on:
        raise InvalidCommandError({"to_on": "before_first_day"})
    if to_on - from_on >= timedelta(days=most):
        raise InvalidCommandError({"to_on": f"too_many_days:{most}"})


def _refuse_unsound(session: Session, row: Substitution, today: date) -> None:
    """Same organisation, same side, no administrator, no chain, one substitute at a time."""
    post = row.post
    posts = list_posts(session, row.substitute_person_id, today)
    if row.substitute_person_id == row.principal_person_id or not any(
        held.organisation_id == post.organisation_id for held in posts
    ):
        raise InvalidCommandError({"substitute_id": "choice"})
    if not may_stand_in(Role(post.role), [Role(held.role) for held in posts]):
        raise InvalidCommandError({"substitute_id": "other_side"})
    if _overlapping(session, row, Substitution.post_id == post.id):
        raise InvalidCommandError({"from_on": "already_stood_in_for"})
    if _overlapping(session, row, Substitution.principal_person_id == row.substitute_person_id):
        raise InvalidCommandError({"substitute_id": "absent_too"})
    if _overlapping(session, row, Substitution.substitute_person_id == row.principal_person_id):
        raise InvalidCommandError({"from_on": "stands_in_already"})


def _overlapping(session: Session, row: Substitution, *which: sa.ColumnElement[bool]) -> bool:
    """Whether another authority holds on some of these days."""
    found = session.scalars(
        sa.select(Substitution.id)
        .where(
            Substitution.confirmed_at.is_not(None),
            Substitution.revoked_at.is_(None),
            Substitution.from_on <= row.to_on,
            Substitution.to_on >= row.from_on,
            *which,
        )
        .limit(1)
    ).first()
    return found is not None
