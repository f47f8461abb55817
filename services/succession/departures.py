"""A person leaves: one deed ends the posts, names who takes over, and lists what is handed over."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.bans.check import refuse_banned
from services.calendar_feeds import end_feeds
from services.clock import LOCAL_ZONE, local_date
from services.database import lock_until_commit
from services.errors import InvalidCommandError
from services.frame import Frame, require
from services.messages.outbox import put
from services.models.case import Act, FormDraft
from services.models.organisation import Person, Post, PostSector
from services.models.succession import Departure
from services.queries.assignments import find_last_assignment
from services.queries.departures import (
    departure_confirmers,
    list_drafts_of,
    may_prepare,
    may_succeed,
    others_in_role,
    posts_of,
    posts_to_end,
    steps_waiting_for,
    successor_for,
)
from services.queries.form_key import FormKey
from services.queries.principals import of_departure
from services.succession import deeds
from services.succession.deeds import (
    LOCK,
    DeedNotFoundError,
    DeedRefusedError,
    find_sent,
    get_deed,
    require_undecided,
)
from services.topics import Topic
from workflows.substitution import Side, side_of
from workflows.vocabulary import Role

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class PrepareDeparture:
    """`successors`: post -> who gets an equal one, or None where others hold the same role."""

    nonce: str
    person_id: int
    last_on: date | None
    note: str = ""
    successors: Mapping[int, int | None]


def prepare_departure(frame: Frame, command: PrepareDeparture) -> int:
    """Put the deed on record; nothing changes before its confirmation. Returns its id."""
    session = frame.session
    lock_until_commit(session, LOCK)
    sent = find_sent(session, Departure, command.nonce, frame.actor.person_id)
    if sent is not None:
        return sent.id
    require(command, "last_on")
    assert command.last_on
    if command.last_on < frame.today - ONE_DAY:
        raise InvalidCommandError({"last_on": "long_past"})
    person = session.get(Person, command.person_id)
    posts = posts_to_end(session, command.person_id, command.last_on)
    if person is None or not may_prepare(frame.actor, posts):
        raise DeedNotFoundError
    row = Departure(
        person_id=person.id,
        last_on=command.last_on,
        note=command.note,
        plan=[
            {"post_id": post.id, "successor_id": command.successors.get(post.id)} for post in posts
        ],
        proposed_by_id=frame.actor.person_id,
        proposed_at=frame.now,
        form_nonce=command.nonce,
        salt=deeds.new_salt(),
    )
    _refuse_unsound(session, row, frame.today)
    if not departure_confirmers(session, row, frame.today):
        raise DeedRefusedError(reason="nobody_confirms")
    return deeds.propose(frame, row)


def confirm_departure(frame: Frame, departure_id: int) -> None:
    """A head agrees: posts end with the day, successors begin on the next; clocks run on.

    PrincipalBannedError when an entry of the register stops a successor.
    """
    session = frame.session
    lock_until_commit(session, LOCK)
    row = get_deed(session, Departure, departure_id)
    require_undecided(row)
    if frame.actor.person_id not in _confirming(session, row, frame.today):
        raise DeedRefusedError(reason="not_the_second_person")
    _refuse_unsound(session, row, frame.today)
    refuse_banned(frame, of_departure(session, row, frame.today))
    row.content = handed_over(session, row, frame.today)
    for item in row.plan:
        post = session.get_one(Post, item["post_id"])
        if item["successor_id"]:
            session.add(equal_post(post, item["successor_id"], _begins(row, frame.today)))
        post.valid_to = row.last_on
    key = f"{Topic.SETTLE_DEPARTURE}:{row.id}"
    over = datetime.combine(row.last_on + ONE_DAY, time(), LOCAL_ZONE)
    payload = {"departure_id": row.id}
    put(session, key, Topic.SETTLE_DEPARTURE, payload, frame.now, max(over, frame.now))
    deeds.confirm(frame, row)


def revoke_departure(frame: Frame, departure_id: int) -> None:
    """Withdraw a deed that waits; a confirmed one is mended by new posts, never undone."""
    lock_until_commit(frame.session, LOCK)
    row = get_deed(frame.session, Departure, departure_id)
    require_undecided(row)
    concerned = _confirming(frame.session, row, frame.today) | {row.proposed_by_id}
    if frame.actor.person_id not in concerned:
        raise DeedRefusedError(reason="may_not_revoke")
    deeds.revoke(frame, row)


def settle_departure(session: Session, departure_id: int, now: datetime) -> None:
    """After the last day: drafts pass to the successors, the leaver's calendar address ends.

    Called once by the worker.
    """
    row = get_deed(session, Departure, departure_id)
    for draft in session.scalars(sa.select(FormDraft).where(FormDraft.person_id == row.person_id)):
        key = FormKey.find(draft.form_key)
        successor = successor_for(session, key.action, row.plan) if key else None
        if successor is not None and not _keeps_own(session, successor, draft.form_key):
            draft.person_id = successor
    end_feeds(session, row.person_id, now)
    row.settled_at = now
    session.flush()


def handed_over(session: Session, row: Departure, today: date) -> dict[str, object]:
    """What the deed lists, in words, so that it can be read when names have changed."""
    return {
        "posts": [_post_words(session, item, _begins(row, today)) for item in row.plan],
        "drafts": [
            {
                "action": draft.action.value,
                "number": draft.number,
                "saved_at": draft.saved_at.isoformat(),
                "successor": _name(session, successor_for(session, draft.action, row.plan)),
            }
            for draft in list_drafts_of(session, row.person_id)
        ],
    }


def equal_post(
    post: Post, person_id: int, begins: date, organisation_id: int | None = None
) -> Post:
    """The same post for another person, or at the organisation that succeeds."""
    return Post(
        person_id=person_id,
        organisation_id=organisation_id or post.organisation_id,
        role=post.role,
        title=post.title,
        valid_from=begins,
        sectors=[PostSector(sector=item.sector) for item in post.sectors],
    )


def _begins(row: Departure, today: date) -> date:
    return max(row.last_on + ONE_DAY, today)


def _confirming(session: Session, row: Departure, today: date) -> set[int]:
    return {post.person_id for post in departure_confirmers(session, row, today)}


def _refuse_unsound(session: Session, row: Departure, today: date) -> None:
    """No act after the last day, fitting successors, and nobody's step without a holder."""
    last_act = session.scalars(
        sa.select(Act.at).where(Act.person_id == row.person_id).order_by(Act.id.desc()).limit(1)
    ).first()
    if last_act and local_date(last_act) > row.last_on:
        raise InvalidCommandError({"last_on": "before_last_act"})
    ending = {post.id for post in posts_to_end(session, row.person_id, row.last_on)}
    if not ending or ending != {item["post_id"] for item in row.plan}:
        raise InvalidCommandError({"last_on": "posts_changed"})
    problems = {
        f"successor_{item['post_id']}": problem
        for item in row.plan
        if (problem := _problem(session, item, _begins(row, today)))
    }
    if problems:
        raise InvalidCommandError(problems)


def _problem(session: Session, item: Mapping[str, int], begins: date) -> str | None:
    post = session.get_one(Post, item["post_id"])
    successor = item["successor_id"]
    if successor:
        held = posts_of(session, [successor], begins).get(successor, [])
        fits = session.get(Person, successor) and successor != post.person_id
        return None if fits and may_succeed(post, held) else "choice"
    others = others_in_role(session, post, begins)
    if side_of(Role(post.role)) is Side.ADMINISTERING:
        return None if others else "nobody_left"
    covered = {row.task_id for other in others for row in steps_waiting_for(session, other)}
    waiting = [row for row in steps_waiting_for(session, post) if row.task_id not in covered]
    return f"nobody_left:{len(waiting)}" if waiting else None


def _post_words(session: Session, item: Mapping[str, int], begins: date) -> dict[str, object]:
    post = session.get_one(Post, item["post_id"])
    others = others_in_role(session, post, begins)
    return {
        "title": post.title,
        "role": post.role,
        "organisation": post.organisation.name,
        "successor": _name(session, item["successor_id"]),
        "others": [other.person.name for other in others],
        "steps": list(_step_words(session, post)),
    }


def _step_words(session: Session, post: Post) -> Iterable[dict[str, object]]:
    """With a mark on those that the leaver has claimed: they are free when the post has ended."""
    for step in steps_waiting_for(session, post):
        last = find_last_assignment(session, step.task_id)
        yield {
            "claimed": last is not None and last.holder_id == post.person_id,
            "action": step.step.value,
            "number": step.number,
            "opened_at": step.opened_at.isoformat(),
            "due_at": step.due_at.isoformat() if step.due_at else None,
        }


def _name(session: Session, person_id: int | None) -> str:
    return session.get_one(Person, person_id).name if person_id else ""


def _keeps_own(session: Session, person_id: int, form_key: str) -> bool:
    found = session.scalars(
        sa.select(FormDraft.id).where(
            FormDraft.person_id == person_id, FormDraft.form_key == form_key
        )
    ).first()
    return found is not None
