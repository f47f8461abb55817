"""Substitutions as their pages show them, limited to whom they concern."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.errors import DocumentNotFoundError
from services.models.case import Act, SupervisionCase
from services.models.organisation import Person, Post
from services.models.succession import Substitution
from services.queries.heads import heads_at, list_confirmers
from services.queries.scope import visible_to
from services.queries.standing_in import held_on
from workflows.permissions import Actor
from workflows.substitution import (
    AbsenceReason,
    Side,
    may_be_stood_in_for,
    may_stand_in,
    side_of,
)
from workflows.vocabulary import Action, Role

MOST_ROWS = 200


class SubstitutionState(StrEnum):
    """Where an authority stands on a day."""

    PROPOSED = "proposed"
    TO_COME = "to_come"
    RUNNING = "running"
    OVER = "over"
    REVOKED = "revoked"
    NOT_CONFIRMED = "not_confirmed"


@dataclass(frozen=True)
class Decided:
    """Who decided, and when."""

    name: str
    at: datetime


@dataclass(frozen=True)
class SubstitutionRow:
    """One authority; `acts`: how often it was used."""

    substitution_id: int
    principal_name: str
    substitute_name: str
    post_title: str
    role: Role
    organisation_name: str
    from_on: date
    to_on: date
    reason: AbsenceReason
    note: str
    excluded: tuple[Action, ...]
    file_name: str
    proposed: Decided
    confirmed: Decided | None
    revoked: Decided | None
    state: SubstitutionState
    acts: int


@dataclass(frozen=True)
class ConfirmerRow:
    """Somebody who may confirm."""

    name: str
    title: str
    organisation_name: str


@dataclass(frozen=True)
class SubstitutionPage:
    """One authority for a reader: what it says, and what the reader may do."""

    row: SubstitutionRow
    confirmers: tuple[ConfirmerRow, ...]
    may_confirm: bool
    may_revoke: bool


@dataclass(frozen=True)
class AuthorityFile:
    """The scan of a written authority."""

    sha256: str
    media_type: str
    file_name: str


@dataclass(frozen=True)
class PostChoice:
    """A post whose absence may be arranged."""

    post_id: int
    person_name: str
    title: str
    role: Role
    organisation_name: str
    is_own: bool


def list_for(session: Session, actor: Actor, today: date) -> list[SubstitutionRow]:
    """Those that concern the actor, newest first; administrators see all."""
    rows = session.scalars(
        sa.select(Substitution)
        .join(Post, Post.id == Substitution.post_id)
        .where(_concerns(actor))
        .order_by(Substitution.id.desc())
        .limit(MOST_ROWS)
    ).all()
    used = _acts(session, [row.id for row in rows])
    return [_row(row, today, used.get(row.id, 0)) for row in rows]


def list_to_confirm(session: Session, actor: Actor, today: date) -> list[SubstitutionRow]:
    """Proposals that wait for the actor as the second person, soonest first day first."""
    if not actor.own_posts:
        return []
    waiting = session.scalars(
        sa.select(Substitution)
        .where(
            Substitution.confirmed_at.is_(None),
            Substitution.revoked_at.is_(None),
            Substitution.to_on >= today,
        )
        .order_by(Substitution.from_on, Substitution.id)
        .limit(MOST_ROWS)
    ).all()
    return [_row(row, today, 0) for row in waiting if may_confirm(session, actor, row, today)]


def confirmers_of(session: Session, row: Substitution, today: date) -> list[Post]:
    """Who may confirm: neither who proposed it, nor the absent person, nor the substitute."""
    excluded = {row.proposed_by_id, row.principal_person_id, row.substitute_person_id}
    return list_confirmers(session, row.post, excluded, today)


def may_confirm(session: Session, actor: Actor, row: Substitution, today: date) -> bool:
    """Whether the actor is a second person for this one."""
    return actor.person_id in {post.person_id for post in confirmers_of(session, row, today)}


def may_revoke(session: Session, actor: Actor, row: Substitution, today: date) -> bool:
    """Everybody who has to do with it: both persons, who proposed or confirmed, and the heads."""
    concerned = {
        row.principal_person_id,
        row.substitute_person_id,
        row.proposed_by_id,
        row.confirmed_by_id,
    }
    return (
        actor.person_id in concerned
        or row.post.organisation_id in heads_at(actor)
        or (row.confirmed_at is None and may_confirm(session, actor, row, today))
    )


def get_substitution_page(
    session: Session, actor: Actor, substitution_id: int, today: date
) -> SubstitutionPage | None:
    """For whom it concerns and for who may confirm it; None for everybody else."""
    row = session.get(Substitution, substitution_id)
    if row is None:
        return None
    waits = row.confirmed_at is None and row.revoked_at is None and row.to_on >= today
    confirmers = confirmers_of(session, row, today) if waits else []
    mine = actor.person_id in {post.person_id for post in confirmers}
    if not mine and not _is_concerned(session, actor, substitution_id):
        return None
    ends = row.revoked_at is None and row.to_on >= today
    return SubstitutionPage(
        row=_row(row, today, _acts(session, [row.id]).get(row.id, 0)),
        confirmers=tuple(
            ConfirmerRow(post.person.name, post.title, post.organisation.name)
            for post in confirmers
        ),
        may_confirm=mine,
        may_revoke=ends and may_revoke(session, actor, row, today),
    )


def _is_concerned(session: Session, actor: Actor, substitution_id: int) -> bool:
    found = session.scalars(
        sa.select(Substitution.id)
        .join(Post, Post.id == Substitution.post_id)
        .where(Substitution.id == substitution_id, _concerns(actor))
    ).first()
    return found is not None


def get_authority_file(
    session: Session, actor: Actor, substitution_id: int, today: date
) -> AuthorityFile:
    """The scan, for whom it concerns and for who sees a case in which it was used."""
    row = session.get(Substitution, substitution_id)
    if row is None or not (
        _is_concerned(session, actor, substitution_id)
        or may_confirm(session, actor, row, today)
        or _is_seen_in_a_case(session, actor, row)
    ):
        raise DocumentNotFoundError
    return AuthorityFile(row.authority_sha256, row.authority_media_type, row.authority_file_name)


def list_posts_to_arrange(session: Session, actor: Actor, today: date) -> list[PostChoice]:
    """One's own posts, then those of the organisations that one answers for."""
    rows = session.scalars(
        sa.select(Post)
        .where(
            held_on(today),
            sa.or_(
                Post.person_id == actor.person_id, Post.organisation_id.in_(sorted(heads_at(actor)))
            ),
        )
        .order_by(Post.person_id != actor.person_id, Post.organisation_id, Post.id)
        .limit(MOST_ROWS)
    )
    return [
        PostChoice(
            post.id,
            post.person.name,
            post.title,
            Role(post.role),
            post.organisation.name,
            post.person_id == actor.person_id,
        )
        for post in rows
        if may_be_stood_in_for(Role(post.role))
    ]


def list_substitutes(session: Session, post_id: int, today: date) -> Mapping[int, str]:
    """Who may stand in for a post: others of the same organisation and side, by id."""
    post = session.get_one(Post, post_id)
    here = sa.select(Post.person_id).where(
        Post.organisation_id == post.organisation_id, held_on(today)
    )
    roles: dict[int, list[Role]] = {}
    names: dict[int, str] = {}
    for row in session.execute(
        sa.select(Post.person_id, Post.role, Person.name)
        .join(Person, Person.id == Post.person_id)
        .where(Post.person_id.in_(here), Post.person_id != post.person_id, held_on(today))
        .order_by(Person.name, Post.person_id)
    ):
        roles.setdefault(row.person_id, []).append(Role(row.role))
        names[row.person_id] = row.name
    return {
        number: names[number] for number in names if may_stand_in(Role(post.role), roles[number])
    }


def _concerns(actor: Actor) -> sa.ColumnElement[bool]:
    if any(side_of(post.role) is Side.ADMINISTERING for post in actor.own_posts):
        return sa.true()
    me = actor.person_id
    return sa.or_(
        Substitution.principal_person_id == me,
        Substitution.substitute_person_id == me,
        Substitution.proposed_by_id == me,
        Substitution.confirmed_by_id == me,
        Post.organisation_id.in_(sorted(heads_at(actor))),
    )


def _is_seen_in_a_case(session: Session, actor: Actor, row: Substitution) -> bool:
    found = session.scalars(
        sa.select(Act.id)
        .join(SupervisionCase, SupervisionCase.id == Act.case_id)
        .where(Act.substitution_id == row.id, visible_to(actor))
        .limit(1)
    ).first()
    return found is not None


def _acts(session: Session, substitution_ids: list[int]) -> dict[int, int]:
    rows = session.execute(
        sa.select(Act.substitution_id, sa.func.count(Act.id).label("acts"))
        .where(Act.substitution_id.in_(substitution_ids))
        .group_by(Act.substitution_id)
    )
    return {row.substitution_id: row.acts for row in rows}


def _row(row: Substitution, today: date, acts: int) -> SubstitutionRow:
    return SubstitutionRow(
        substitution_id=row.id,
        principal_name=row.post.person.name,
        substitute_name=row.substitute.name,
        post_title=row.post.title,
        role=Role(row.post.role),
        organisation_name=row.post.organisation.name,
        from_on=row.from_on,
        to_on=row.to_on,
        reason=AbsenceReason(row.reason),
        note=row.note,
        excluded=tuple(Action(name) for name in row.excluded),
        file_name=row.authority_file_name,
        proposed=Decided(row.proposed_by.name, row.proposed_at),
        confirmed=_decided(row.confirmed_by, row.confirmed_at),
        revoked=_decided(row.revoked_by, row.revoked_at),
        state=_state(row, today),
        acts=acts,
    )


def _decided(person: Person | None, at: datetime | None) -> Decided | None:
    return Decided(person.name, at) if person is not None and at is not None else None


def _state(row: Substitution, today: date) -> SubstitutionState:
    if row.revoked_at is not None:
        return SubstitutionState.REVOKED
    if row.confirmed_at is None:
        over = row.to_on < today
        return SubstitutionState.NOT_CONFIRMED if over else SubstitutionState.PROPOSED
    if row.to_on < today:
        return SubstitutionState.OVER
    return SubstitutionState.TO_COME if row.from_on > today else SubstitutionState.RUNNING
