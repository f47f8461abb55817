"""An organisation is dissolved: by one deed a successor takes its place in every open case."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.bans.check import refuse_banned
from services.database import lock_until_commit
from services.errors import InvalidCommandError
from services.former_values import keep_former
from services.frame import Frame, require
from services.models.case import CaseParty, Handover, Invitation, SupervisionCase
from services.models.deadline import Deadline
from services.models.organisation import Organisation, Post
from services.models.process import process_instance
from services.models.succession import CaseSuccession, Dissolution
from services.queries.dissolutions import (
    PLACES,
    count_as_party,
    count_unsigned,
    may_confirm_dissolution,
    may_prepare_dissolution,
    places_held,
    posts_at,
)
from services.queries.principals import of_dissolution
from services.succession import deeds
from services.succession.deeds import (
    LOCK,
    DeedNotFoundError,
    DeedRefusedError,
    find_sent,
    get_deed,
    require_undecided,
)
from services.succession.departures import equal_post
from services.uploads import AcceptedUpload, keep_upload


@dataclass(frozen=True, kw_only=True)
class PrepareDissolution:
    """`post_ids`: the posts that go on at the successor; all others end."""

    nonce: str
    organisation_id: int
    successor_id: int
    dissolved_on: date | None
    document_number: str
    document: AcceptedUpload | None
    post_ids: tuple[int, ...]


def prepare_dissolution(frame: Frame, command: PrepareDissolution) -> int:
    """Put the deed on record; nothing changes before its confirmation. Returns its id."""
    session = frame.session
    lock_until_commit(session, LOCK)
    if not may_prepare_dissolution(frame.actor):
        raise DeedNotFoundError
    sent = find_sent(session, Dissolution, command.nonce, frame.actor.person_id)
    if sent is not None:
        return sent.id
    require(command, "successor_id", "dissolved_on", "document_number", "document")
    assert command.dissolved_on
    assert command.document
    organisation = session.get(Organisation, command.organisation_id)
    successor = session.get(Organisation, command.successor_id)
    if organisation is None or successor is None:
        raise DeedNotFoundError
    stored = keep_upload(frame.office.files, command.document)
    row = Dissolution(
        organisation_id=organisation.id,
        successor_id=successor.id,
        dissolved_on=command.dissolved_on,
        document_number=command.document_number,
        document_sha256=stored.sha256,
        document_original_sha256=stored.original_sha256,
        document_media_type=stored.media_type,
        document_file_name=command.document.file_name,
        plan=sorted(command.post_ids),
        proposed_by_id=frame.actor.person_id,
        proposed_at=frame.now,
        form_nonce=command.nonce,
        salt=deeds.new_salt(),
    )
    row.organisation, row.successor = organisation, successor
    _refuse_unsound(session, row, frame.today)
    return deeds.propose(frame, row)


def confirm_dissolution(frame: Frame, dissolution_id: int) -> None:
    """From now on the successor stands where the dissolved one stood; due dates do not move.

    PrincipalBannedError when an entry of the register stops a principal who would go on there.
    """
    session = frame.session
    lock_until_commit(session, LOCK)
    row = get_deed(session, Dissolution, dissolution_id)
    require_undecided(row)
    if not may_confirm_dissolution(frame.actor, row.proposed_by_id):
        raise DeedRefusedError(reason="not_the_second_person")
    if row.dissolved_on > frame.today:
        raise DeedRefusedError(reason="day_not_come")
    _refuse_unsound(session, row, frame.today)
    refuse_banned(frame, of_dissolution(session, row, frame.today))
    _claim_cases(session, row.organisation_id)
    # Who was in the middle of an act has finished now: read again what is open.
    _refuse_open_ends(session, row)
    places = places_held(session, row.organisation_id)
    posts = posts_at(session, row.organisation_id, frame.today)
    row.content = {
        "organisation": row.organisation.name,
        "successor": row.successor.name,
        "cases": [
            {"number": number, "places": places[case_id]}
            for case_id, number in _numbers(session, list(places))
        ],
        "deadlines": _pass_deadlines(frame, row, list(places)),
        "posts": [
            {
                "person": post.person.name,
                "title": post.title,
                "role": post.role,
                "goes_on": post.id in row.plan,
            }
            for post in posts
        ],
    }
    _pass_cases(frame, row, places)
    _pass_posts(session, row, posts, frame.today)
    _pass_register(session, row)
    deeds.confirm(frame, row)


def revoke_dissolution(frame: Frame, dissolution_id: int) -> None:
    """Withdraw a deed that waits; a confirmed one is never undone."""
    lock_until_commit(frame.session, LOCK)
    row = get_deed(frame.session, Dissolution, dissolution_id)
    require_undecided(row)
    is_mine = row.proposed_by_id == frame.actor.person_id
    if not is_mine and not may_confirm_dissolution(frame.actor, row.proposed_by_id):
        raise DeedRefusedError(reason="may_not_revoke")
    deeds.revoke(frame, row)


def _refuse_unsound(session: Session, row: Dissolution, today: date) -> None:
    """Two different organisations of one kind, both there; posts of the one that is dissolved."""
    old, new = row.organisation, row.successor
    if old.dissolved_on is not None:
        raise DeedRefusedError(reason="already_dissolved")
    same_kind = new.kind == old.kind and new.dissolved_on is None
    if new.id == old.id or not same_kind:
        raise InvalidCommandError({"successor_id": "choice"})
    if old.mark and not new.mark:
        raise InvalidCommandError({"successor_id": "without_mark"})
    known = {post.id for post in posts_at(session, old.id, today)}
    if not set(row.plan) <= known:
        raise InvalidCommandError({"post_ids": "choice"})
    _refuse_open_ends(session, row)


def _refuse_open_ends(session: Session, row: Dissolution) -> None:
    """What cannot pass: the duty of a responsible party, and pages that bear the old name."""
    if count := count_as_party(session, row.organisation_id):
        raise DeedRefusedError(reason="is_responsible_party", count=str(count))
    if count := count_unsigned(session, row.organisation_id):
        raise DeedRefusedError(reason="drafts_unsigned", count=str(count))


def _claim_cases(session: Session, organisation_id: int) -> None:
    """Wait for acts that are under way, and let later ones wait: they claim the same rows."""
    case_ids = list(places_held(session, organisation_id))
    session.execute(
        sa.select(process_instance.c.id)
        .where(*_of_cases(case_ids))
        .order_by(process_instance.c.id)
        .with_for_update()
    ).all()
    session.expire_all()


def _of_cases(case_ids: list[int]) -> tuple[sa.ColumnElement[bool], ...]:
    instance = process_instance.c
    return instance.subject_kind == "case", instance.subject_id.in_(case_ids)


def _numbers(session: Session, case_ids: list[int]) -> list[tuple[int, str]]:
    rows = session.execute(
        sa.select(
            SupervisionCase.id,
            sa.func.coalesce(SupervisionCase.case_number, SupervisionCase.intake_number).label(
                "number"
            ),
        )
        .where(SupervisionCase.id.in_(case_ids))
        .order_by(SupervisionCase.id)
    )
    return [(row.id, row.number) for row in rows]


def _pass_deadlines(frame: Frame, row: Dissolution, case_ids: list[int]) -> int:
    held = sa.and_(
        Deadline.case_id.in_(case_ids),
        Deadline.holder_id == row.organisation_id,
        Deadline.ended_at.is_(None),
    )
    keep_former(frame.session, Deadline, ("holder_id",), frame.now, held)
    passed = frame.session.execute(
        sa.update(Deadline).where(held).values(holder_id=row.successor_id).returning(Deadline.id)
    )
    return len(passed.all())


def _pass_cases(frame: Frame, row: Dissolution, places: dict[int, list[str]]) -> None:
    session, case_ids = frame.session, list(places)
    _keep_places(frame, row, case_ids)
    for column in PLACES.values():
        session.execute(
            sa.update(SupervisionCase)
            .where(SupervisionCase.id.in_(case_ids), column == row.organisation_id)
            .values({column: row.successor_id})
        )
    session.execute(
        sa.update(Handover)
        .where(
            Handover.case_id.in_(case_ids),
            Handover.receiver_id == row.organisation_id,
            Handover.reported_at.is_(None),
        )
        .values(receiver_id=row.successor_id)
    )
    session.execute(
        sa.update(CaseParty)
        .where(CaseParty.case_id.in_(case_ids), CaseParty.organisation_id == row.organisation_id)
        .values(organisation_id=row.successor_id, name=row.successor.name)
    )
    # What an earlier act found names the dissolved organisation: it is not put back any more.
    session.execute(
        sa.update(process_instance)
        .where(*_of_cases(case_ids))
        .values(state_before=sa.null(), found_before=sa.null())
    )
    for case_id, relations in places.items():
        session.add(
            CaseSuccession(
                dissolution_id=row.id, case_id=case_id, relations=relations, at=frame.now
            )
        )
        body = {"dissolution_id": row.id, "relations": relations, "at": frame.now.isoformat()}
        audit.append(session, case_id, body, frame.now)
    session.flush()


def _keep_places(frame: Frame, row: Dissolution, case_ids: list[int]) -> None:
    """Who stood where until now is read again when a day before is asked for."""
    session, old = frame.session, row.organisation_id
    columns = [column.key for column in PLACES.values()]
    keep_former(session, SupervisionCase, columns, frame.now, SupervisionCase.id.in_(case_ids))
    receiving = sa.and_(Handover.case_id.in_(case_ids), Handover.receiver_id == old)
    keep_former(session, Handover, ("receiver_id",), frame.now, receiving)
    taking_part = sa.and_(CaseParty.case_id.in_(case_ids), CaseParty.organisation_id == old)
    keep_former(session, CaseParty, ("organisation_id", "name"), frame.now, taking_part)


def _pass_posts(session: Session, row: Dissolution, posts: list[Post], today: date) -> None:
    """Equal posts begin today, and end when the old ones would have ended.

    Whoever holds the same role there already gets no second one. An expert who is being asked
    stays asked at the post that goes on.
    """
    held = {
        (post.person_id, post.role): post for post in posts_at(session, row.successor_id, today)
    }
    for post in posts:
        if post.id in row.plan:
            key = post.person_id, post.role
            if key not in held:
                begins = max(post.valid_from, today)
                held[key] = equal_post(post, post.person_id, begins, row.successor_id)
                held[key].valid_to = post.valid_to
                session.add(held[key])
                session.flush()
            session.execute(
                sa.update(Invitation)
                .where(Invitation.post_id == post.id, Invitation.ended_at.is_(None))
                .values(post_id=held[key].id)
            )
        post.valid_to = today
    session.flush()


def _pass_register(session: Session, row: Dissolution) -> None:
    """New cases begin with the successor; enterprises are supervised, and led, by it."""
    old, new = row.organisation, row.successor
    if new.parent_id == old.id:
        new.parent_id = old.parent_id
    if new.supervised_by_id == old.id:
        new.supervised_by_id = old.supervised_by_id
    session.flush()
    for column in (Organisation.parent_id, Organisation.supervised_by_id):
        session.execute(sa.update(Organisation).where(column == old.id).values({column: new.id}))
    old.dissolved_on, old.succeeded_by_id = row.dissolved_on, new.id
    session.flush()
