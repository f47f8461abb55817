"""What a leaver holds: posts, the open steps that wait for them, drafts; and who may take over."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import FormDraft, SupervisionCase
from services.models.organisation import Organisation, Person, Post
from services.models.succession import Departure
from services.queries.duties import DutyRow, list_duties
from services.queries.form_key import FormKey
from services.queries.heads import heads_at, list_confirmers
from services.queries.people import post_record
from services.queries.standing_in import held_on
from workflows.permissions import ROLES_OF, Actor
from workflows.substitution import may_take_over
from workflows.vocabulary import Action, Role

MOST_STEPS = 500
MOST_PEOPLE = 300
# Steps that wait for a post, whoever holds it: nobody has done anything in any case.
_NOBODY = 0


@dataclass(frozen=True)
class PersonChoice:
    """Somebody who may leave, with what they hold."""

    person_id: int
    name: str
    posts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DraftRow:
    """A kept form; its words stay unseen."""

    form_key: str
    action: Action
    number: str
    saved_at: datetime


def posts_to_end(session: Session, person_id: int, last_on: date) -> list[Post]:
    """The posts that would go on after a day."""
    return list(
        session.scalars(
            sa.select(Post)
            .where(
                Post.person_id == person_id,
                Post.valid_from <= last_on,
                sa.or_(Post.valid_to.is_(None), Post.valid_to > last_on),
            )
            .order_by(Post.id)
        )
    )


def list_leavers(session: Session, actor: Actor, text: str, today: date) -> list[PersonChoice]:
    """People with posts at the organisations that one answers for; administrators: everybody."""
    conditions = [held_on(today)]
    if not is_system_admin(actor):
        conditions.append(Post.organisation_id.in_(sorted(heads_at(actor))))
    if text:
        conditions.append(
            sa.or_(
                Person.name.contains(text, autoescape=True),
                Organisation.name.contains(text, autoescape=True),
            )
        )
    rows = session.execute(
        sa.select(Person.id, Person.name, Post.title, Organisation.name.label("organisation_name"))
        .join(Post, Post.person_id == Person.id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(*conditions)
        .order_by(Organisation.name, Person.name, Post.id)
        .limit(MOST_PEOPLE)
    )
    found: dict[int, PersonChoice] = {}
    for row in rows:
        known = found.get(row.id, PersonChoice(row.id, row.name, ()))
        posts = (*known.posts, (row.title, row.organisation_name))
        found[row.id] = PersonChoice(row.id, row.name, posts)
    return list(found.values())


def may_prepare(actor: Actor, posts: Iterable[Post]) -> bool:
    """The system administrator; or who answers for every organisation that the leaver leaves."""
    organisations = {post.organisation_id for post in posts}
    return is_system_admin(actor) or (bool(organisations) and organisations <= heads_at(actor))


def is_system_admin(actor: Actor) -> bool:
    """Whether the actor keeps organisations and people, in person."""
    return any(post.role is Role.SYSTEM_ADMIN for post in actor.own_posts)


def departure_confirmers(session: Session, row: Departure, today: date) -> list[Post]:
    """A head for one of the posts; neither who prepared it, nor the leaver, nor a successor."""
    excluded = {row.proposed_by_id, row.person_id}
    excluded |= {item["successor_id"] for item in row.plan if item["successor_id"]}
    found: dict[int, Post] = {}
    for item in row.plan:
        post = session.get_one(Post, item["post_id"])
        for confirmer in list_confirmers(session, post, excluded, today):
            found.setdefault(confirmer.person_id, confirmer)
    return list(found.values())


def list_successors(session: Session, post: Post, today: date) -> Mapping[int, str]:
    """Colleagues, and people without any post, whose side fits and who do not hold it already."""
    here = sa.select(Post.person_id).where(
        Post.organisation_id == post.organisation_id, held_on(today)
    )
    anywhere = sa.select(Post.person_id).where(held_on(today))
    people = session.execute(
        sa.select(Person.id, Person.name)
        .where(
            Person.id != post.person_id,
            sa.or_(Person.id.in_(here), Person.id.not_in(anywhere)),
        )
        .order_by(Person.id.not_in(here), Person.name, Person.id)
        .limit(MOST_PEOPLE)
    ).all()
    held = posts_of(session, [row.id for row in people], today)
    return {row.id: row.name for row in people if may_succeed(post, held.get(row.id, ()))}


def may_succeed(post: Post, held: Collection[Post]) -> bool:
    """Whether somebody with these posts may get an equal one: sides fit, and it is a new one."""
    return may_take_over(Role(post.role), [Role(own.role) for own in held]) and not any(
        own.organisation_id == post.organisation_id
        and own.role == post.role
        and _sectors(post) <= _sectors(own)
        for own in held
    )


def posts_of(session: Session, person_ids: Collection[int], today: date) -> dict[int, list[Post]]:
    """The posts that each of these people holds on a day."""
    found: dict[int, list[Post]] = {}
    for post in session.scalars(
        sa.select(Post).where(Post.person_id.in_(person_ids), held_on(today)).order_by(Post.id)
    ):
        found.setdefault(post.person_id, []).append(post)
    return found


def others_in_role(session: Session, post: Post, on: date) -> list[Post]:
    """Equal posts of others on a day, whose end is not set: two leavers cover for nobody."""
    return list(
        session.scalars(
            sa.select(Post)
            .where(
                Post.organisation_id == post.organisation_id,
                Post.role == post.role,
                Post.person_id != post.person_id,
                Post.valid_from <= on,
                Post.valid_to.is_(None),
            )
            .order_by(Post.id)
        )
    )


def steps_waiting_for(session: Session, post: Post) -> list[DutyRow]:
    """The open steps that fall to this post, soonest due first."""
    nobody = Actor(_NOBODY, "", (post_record(post),))
    return list_duties(session, nobody, MOST_STEPS)


def list_drafts_of(session: Session, person_id: int) -> list[DraftRow]:
    """What the leaver kept, by form and case."""
    rows = session.scalars(
        sa.select(FormDraft).where(FormDraft.person_id == person_id).order_by(FormDraft.id)
    ).all()
    keys = {row.id: FormKey.find(row.form_key) for row in rows}
    case_ids = {key.case_id for key in keys.values() if key and key.case_id}
    numbers: dict[int | None, str] = {
        row.id: row.number
        for row in session.execute(
            sa.select(
                SupervisionCase.id,
                sa.func.coalesce(SupervisionCase.case_number, SupervisionCase.intake_number).label(
                    "number"
                ),
            ).where(SupervisionCase.id.in_(case_ids))
        )
    }
    return [
        DraftRow(row.form_key, key.action, numbers.get(key.case_id, ""), row.saved_at)
        for row in rows
        if (key := keys[row.id]) is not None
    ]


def successor_for(
    session: Session, action: Action, plan: Iterable[Mapping[str, int]]
) -> int | None:
    """Who gets a draft of this act: the successor in the first post that may do it."""
    for item in plan:
        role = Role(session.get_one(Post, item["post_id"]).role)
        if item["successor_id"] and role in ROLES_OF[action]:
            return item["successor_id"]
    return None


def _sectors(post: Post) -> frozenset[str]:
    return frozenset(item.sector for item in post.sectors)


@dataclass(frozen=True)
class PostToEnd:
    """One post of the leaver, the steps that wait for it, and who may take over."""

    post_id: int
    title: str
    role: Role
    organisation_name: str
    steps: int
    others: tuple[str, ...]
    successors: Mapping[int, str]


@dataclass(frozen=True)
class Leaver:
    """Who leaves, and what has to be taken over."""

    person_id: int
    name: str
    posts: tuple[PostToEnd, ...]
    drafts: int


def find_leaver(session: Session, actor: Actor, person_id: int, today: date) -> Leaver | None:
    """For who may prepare the deed; None for everybody else, and for people without a post."""
    person = session.get(Person, person_id)
    posts = posts_to_end(session, person_id, today)
    if person is None or not posts or not may_prepare(actor, posts):
        return None
    return Leaver(
        person.id,
        person.name,
        tuple(
            PostToEnd(
                post.id,
                post.title,
                Role(post.role),
                post.organisation.name,
                len(steps_waiting_for(session, post)),
                tuple(other.person.name for other in others_in_role(session, post, today)),
                list_successors(session, post, today),
            )
            for post in posts
        ),
        len(list_drafts_of(session, person_id)),
    )
