"""Deeds about leavers and dissolved organisations as their pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.organisation import Person, Post
from services.models.succession import Departure, Dissolution, Substitution
from services.queries.departures import departure_confirmers
from services.queries.dissolutions import may_confirm_dissolution, places_held, posts_at
from services.queries.heads import heads_at
from services.queries.substitutions import ConfirmerRow, Decided, list_to_confirm
from workflows.permissions import Actor
from workflows.substitution import Side, side_of
from workflows.vocabulary import Action

MOST_ROWS = 200


class DeedState(StrEnum):
    """Where a deed stands."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"


@dataclass(frozen=True)
class HandedStep:
    """An open step as it stood; `claimed` by the leaver: free again after the last day."""

    action: Action
    claimed: bool
    number: str
    opened_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class HandedPost:
    """A post that ended: who took it over, and what waited for it."""

    title: str
    organisation_name: str
    successor_name: str
    others: tuple[str, ...]
    steps: tuple[HandedStep, ...]


@dataclass(frozen=True)
class HandedDraft:
    """A kept form, and to whom it passes."""

    action: Action
    number: str
    saved_at: datetime
    successor_name: str


@dataclass(frozen=True)
class HandedOver:
    """Everything that a deed handed over, as it stood when it was confirmed."""

    posts: tuple[HandedPost, ...]
    drafts: tuple[HandedDraft, ...]


@dataclass(frozen=True)
class DepartureRow:
    """One deed of handing over. `content` is what passed, once confirmed."""

    departure_id: int
    person_name: str
    posts: tuple[str, ...]
    last_on: date
    note: str
    proposed: Decided
    confirmed: Decided | None
    revoked: Decided | None
    settled_at: datetime | None
    content: HandedOver | None
    state: DeedState


@dataclass(frozen=True)
class DeparturePage:
    """One deed for a reader: what the reader may do, and who may confirm."""

    row: DepartureRow
    confirmers: tuple[ConfirmerRow, ...]
    may_confirm: bool
    may_revoke: bool


@dataclass(frozen=True)
class DissolutionRow:
    """One dissolution. `content` is what passed, or what would pass today."""

    dissolution_id: int
    organisation_name: str
    successor_name: str
    dissolved_on: date
    document_number: str
    document_sha256: str
    document_media_type: str
    document_file_name: str
    proposed: Decided
    confirmed: Decided | None
    revoked: Decided | None
    content: Mapping[str, Any]
    state: DeedState


@dataclass(frozen=True)
class DissolutionPage:
    """One dissolution for a reader."""

    row: DissolutionRow
    may_confirm: bool
    may_revoke: bool


def count_waiting(session: Session, actor: Actor, today: date) -> int:
    """How many deeds of all kinds wait for the actor as the second person."""
    kinds = (Substitution, Departure, Dissolution)
    waiting = (
        sa.exists().where(kind.confirmed_at.is_(None), kind.revoked_at.is_(None)) for kind in kinds
    )
    if not session.scalars(sa.select(sa.or_(*waiting))).one():
        return 0
    return (
        len(list_to_confirm(session, actor, today))
        + len(_departures_to_confirm(session, actor, today))
        + len(_dissolutions_to_confirm(session, actor))
    )


def list_departures(session: Session, actor: Actor, today: date) -> list[DepartureRow]:
    """Those that concern the actor, and those that wait for the actor; newest first."""
    waiting = _departures_to_confirm(session, actor, today)
    rows = session.scalars(
        sa.select(Departure)
        .where(sa.or_(_concerns(actor), Departure.id.in_(waiting)))
        .order_by(Departure.id.desc())
        .limit(MOST_ROWS)
    )
    return [_departure_row(session, row) for row in rows]


def find_departure_page(
    session: Session, actor: Actor, departure_id: int, today: date
) -> DeparturePage | None:
    """For whom it concerns and who may confirm it; None for everybody else."""
    row = session.get(Departure, departure_id)
    if row is None:
        return None
    waits = row.confirmed_at is None and row.revoked_at is None
    confirmers = departure_confirmers(session, row, today) if waits else []
    mine = actor.person_id in {post.person_id for post in confirmers}
    concerned = session.scalars(
        sa.select(Departure.id).where(Departure.id == departure_id, _concerns(actor))
    ).first()
    if not mine and concerned is None:
        return None
    return DeparturePage(
        _departure_row(session, row),
        tuple(
            ConfirmerRow(post.person.name, post.title, post.organisation.name)
            for post in confirmers
        ),
        may_confirm=mine,
        may_revoke=waits and (mine or row.proposed_by_id == actor.person_id),
    )


def list_dissolutions(session: Session) -> list[DissolutionRow]:
    """All of them, newest first."""
    rows = session.scalars(sa.select(Dissolution).order_by(Dissolution.id.desc()).limit(MOST_ROWS))
    return [_dissolution_row(row, row.content or {}) for row in rows]


def find_dissolution_page(
    session: Session, actor: Actor, dissolution_id: int, today: date
) -> DissolutionPage | None:
    """What passed; while it waits, what would pass today."""
    row = session.get(Dissolution, dissolution_id)
    if row is None:
        return None
    waits = row.confirmed_at is None and row.revoked_at is None
    second = waits and may_confirm_dissolution(actor, row.proposed_by_id)
    content = row.content or _would_pass(session, row, today)
    return DissolutionPage(
        _dissolution_row(row, content),
        may_confirm=second,
        may_revoke=waits and (second or row.proposed_by_id == actor.person_id),
    )


def _departures_to_confirm(session: Session, actor: Actor, today: date) -> list[int]:
    waiting = session.scalars(
        sa.select(Departure)
        .where(Departure.confirmed_at.is_(None), Departure.revoked_at.is_(None))
        .limit(MOST_ROWS)
    )
    return [
        row.id
        for row in waiting
        if actor.person_id in {p.person_id for p in departure_confirmers(session, row, today)}
    ]


def _dissolutions_to_confirm(session: Session, actor: Actor) -> list[int]:
    waiting = session.execute(
        sa.select(Dissolution.id, Dissolution.proposed_by_id)
        .where(Dissolution.confirmed_at.is_(None), Dissolution.revoked_at.is_(None))
        .limit(MOST_ROWS)
    )
    return [row.id for row in waiting if may_confirm_dissolution(actor, row.proposed_by_id)]


def _concerns(actor: Actor) -> sa.ColumnElement[bool]:
    if any(side_of(post.role) is Side.ADMINISTERING for post in actor.own_posts):
        return sa.true()
    me = actor.person_id
    here = sa.select(Post.person_id).where(Post.organisation_id.in_(sorted(heads_at(actor))))
    return sa.or_(
        Departure.person_id == me,
        Departure.proposed_by_id == me,
        Departure.confirmed_by_id == me,
        Departure.person_id.in_(here),
    )


def _departure_row(session: Session, row: Departure) -> DepartureRow:
    posts = session.scalars(
        sa.select(Post).where(Post.id.in_([item["post_id"] for item in row.plan])).order_by(Post.id)
    )
    return DepartureRow(
        departure_id=row.id,
        person_name=row.person.name,
        posts=tuple(f"{post.organisation.name} {post.title}" for post in posts),
        last_on=row.last_on,
        note=row.note,
        proposed=Decided(row.proposed_by.name, row.proposed_at),
        confirmed=_decided(row.confirmed_by, row.confirmed_at),
        revoked=_decided(row.revoked_by, row.revoked_at),
        settled_at=row.settled_at,
        content=_handed_over(row.content) if row.content else None,
        state=_state(row),
    )


def _handed_over(content: Mapping[str, Any]) -> HandedOver:
    return HandedOver(
        tuple(
            HandedPost(
                post["title"],
                post["organisation"],
                post["successor"],
                tuple(post["others"]),
                tuple(
                    HandedStep(
                        Action(step["action"]),
                        step["claimed"],
                        step["number"],
                        datetime.fromisoformat(step["opened_at"]),
                        datetime.fromisoformat(step["due_at"]) if step["due_at"] else None,
                    )
                    for step in post["steps"]
                ),
            )
            for post in content["posts"]
        ),
        tuple(
            HandedDraft(
                Action(draft["action"]),
                draft["number"],
                datetime.fromisoformat(draft["saved_at"]),
                draft["successor"],
            )
            for draft in content["drafts"]
        ),
    )


def _would_pass(session: Session, row: Dissolution, today: date) -> dict[str, Any]:
    return {
        "cases": len(places_held(session, row.organisation_id)),
        "posts": [
            {
                "person": post.person.name,
                "title": post.title,
                "role": post.role,
                "goes_on": post.id in row.plan,
            }
            for post in posts_at(session, row.organisation_id, today)
        ],
    }


def _dissolution_row(row: Dissolution, content: Mapping[str, Any]) -> DissolutionRow:
    return DissolutionRow(
        dissolution_id=row.id,
        organisation_name=row.organisation.name,
        successor_name=row.successor.name,
        dissolved_on=row.dissolved_on,
        document_number=row.document_number,
        document_sha256=row.document_sha256,
        document_media_type=row.document_media_type,
        document_file_name=row.document_file_name,
        proposed=Decided(row.proposed_by.name, row.proposed_at),
        confirmed=_decided(row.confirmed_by, row.confirmed_at),
        revoked=_decided(row.revoked_by, row.revoked_at),
        content=content,
        state=_state(row),
    )


def _decided(person: Person | None, at: datetime | None) -> Decided | None:
    return Decided(person.name, at) if person is not None and at is not None else None


def _state(row: Departure | Dissolution) -> DeedState:
    if row.revoked_at is not None:
        return DeedState.REVOKED
    return DeedState.PROPOSED if row.confirmed_at is None else DeedState.CONFIRMED
