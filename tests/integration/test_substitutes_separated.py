"""Over random acts of people and their substitutes, duties that must be separate stay separate."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from services.models.case import Act, SupervisionCase
from services.models.organisation import Person, Post
from services.models.succession import Substitution
from services.queries.facts import load_record, standing_of
from services.queries.people import find_actor
from tests.builders import PEOPLE as BUILT
from tests.builders import START, World
from tests.invariants import SUPERVISED_SIDE, SUPERVISING_SIDE
from workflows.permissions import PERMISSIONS, ROLES_OF, Actor, PermissionRefusedError, check
from workflows.vocabulary import Action, Role

# Colleagues who may stand in for each other, and so mix what one person each does otherwise.
HOUSES = (
    ("case_officer", "second_officer", "department_head", "reviewer", "second_reviewer"),
    ("committee_officer", "office_head", "second_clerk"),
    ("leader", "signatory", "committee_clerk"),
    ("safety_officer", "principal", "case_officer", "department_head"),
)
# Second posts, and people who hold none of their own that could act.
FURTHER = (
    ("reviewer", "department", Role.DEPARTMENT_HEAD),
    ("second_officer", "department", Role.ACCEPTANCE_REVIEWER),
    ("office_head", "office", Role.COMMITTEE_OFFICER),
    ("leader", "committee", Role.AUTHORISED_SIGNATORY),
    ("second_clerk", "office", Role.COMMITTEE_OFFICER),
    ("committee_clerk", "committee", Role.COMMITTEE_OFFICER),
    ("principal", "department", Role.DEPARTMENT_HEAD),
    ("case_officer", "mine", Role.ENTERPRISE_SAFETY_OFFICER),
    ("department_head", "mine", Role.ENTERPRISE_PRINCIPAL),
)
# Acts that some rule keeps apart from others.
APART = tuple(
    action
    for action in Action
    if any(row.once_a_round and row.action is action for row in PERMISSIONS)
    or any(row.action is action and row.forbids for row in PERMISSIONS)
    or any(action in row.forbids for row in PERMISSIONS)
)


@dataclass(frozen=True)
class StandIn:
    """A new authority in place of the principal's and the substitute's old ones."""

    principal: str
    substitute: str
    choice: int


@dataclass(frozen=True)
class Try:
    """One of the things that this person's posts allow at all, whatever has been done."""

    person: str
    choice: int


@dataclass(frozen=True)
class NextRound:
    """Rectification begins anew."""


@dataclass(frozen=True)
class Done:
    """One act as a rule of separation sees it."""

    action: Action
    role: Role
    round_number: int
    people: frozenset[int]


def _stories(house: tuple[str, ...]) -> st.SearchStrategy[list[StandIn | Try | NextRound]]:
    """What happens among the colleagues of one house."""
    pairs = [(one, other) for one in house for other in house if one != other]
    stand_ins = st.builds(
        lambda pair, choice: StandIn(pair[0], pair[1], choice),
        st.sampled_from(pairs),
        st.integers(0, 1),
    )
    tries = st.builds(Try, st.sampled_from(house), st.integers(0, 20))
    happening = st.one_of(stand_ins, tries, tries, tries, tries)
    return st.lists(st.one_of(*[happening] * 9, st.builds(NextRound)), min_size=20, max_size=40)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=st.sampled_from(HOUSES).flatmap(_stories))
def test_no_person_and_no_name_stands_on_both_sides_of_a_separation(
    world: World, happenings: list[StandIn | Try | NextRound]
) -> None:
    with Session(world.engine, autoflush=False) as session:
        case = _case(world, session)
        for happening in happenings:
            match happening:
                case StandIn():
                    _authorise(world, session, happening)
                case Try():
                    _try(world, session, case, happening)
                case NextRound():
                    case.round_number += 1
            session.flush()
        acts = _acts(session)
        session.rollback()
    assert list(_broken(acts)) == []
    assert _people_of(acts, SUPERVISED_SIDE) & _people_of(acts, SUPERVISING_SIDE) == set()


def _people_of(acts: list[Done], side: frozenset[Action]) -> set[int]:
    """Everybody as whose act something of this side counts."""
    return {person for act in acts if act.action in side for person in act.people}


def _broken(acts: list[Done]) -> Iterable[tuple[Done, Done]]:
    """Pairs that the table keeps apart, done by the same person or in the same name."""
    for place, later in enumerate(acts):
        rows = [row for row in PERMISSIONS if (row.action, row.role) == (later.action, later.role)]
        for earlier in acts[:place]:
            twice = (earlier.action, earlier.round_number) == (later.action, later.round_number)
            apart = any(
                earlier.action in row.forbids or (row.once_a_round and twice) for row in rows
            )
            if apart and earlier.people & later.people:
                yield earlier, later


def _case(world: World, session: Session) -> SupervisionCase:
    """One case of the world, made at the first example, and the people who join it."""
    if not session.scalars(sa.select(SupervisionCase)).first():
        session.rollback()
        world.file_report()
    for name, organisation, role in FURTHER:
        if name not in BUILT:
            person = Person(name=name)
            session.add(person)
            session.flush()
            world.person_ids[name] = person.id
        session.add(
            Post(
                person_id=world.person_ids[name],
                organisation_id=world.ids[organisation],
                role=role.value,
                title=role.value,
                valid_from=date(2025, 1, 1),
            )
        )
    session.flush()
    return session.scalars(sa.select(SupervisionCase)).one()


def _authorise(world: World, session: Session, wanted: StandIn) -> None:
    principal, substitute = world.person_ids[wanted.principal], world.person_ids[wanted.substitute]
    both = [principal, substitute]
    session.execute(
        sa.update(Substitution)
        .where(
            sa.or_(
                Substitution.principal_person_id.in_(both),
                Substitution.substitute_person_id.in_(both),
            )
        )
        .values(revoked_at=START)
    )
    posts = session.scalars(
        sa.select(Post).where(Post.person_id == principal).order_by(Post.id)
    ).all()
    post = posts[wanted.choice % len(posts)]
    count = session.scalars(sa.select(sa.func.count(Substitution.id))).one()
    session.add(
        Substitution(
            post_id=post.id,
            principal_person_id=principal,
            substitute_person_id=substitute,
            from_on=START.date(),
            to_on=START.date(),
            reason="leave",
            note="",
            excluded=[],
            authority_sha256="0" * 64,
            authority_media_type="application/pdf",
            authority_file_name="授权书.pdf",
            proposed_by_id=principal,
            proposed_at=START,
            confirmed_by_id=world.person_ids["office_head"],
            confirmed_at=START,
            form_nonce=str(count),
            salt="0" * 32,
        )
    )


def _try(world: World, session: Session, case: SupervisionCase, wanted: Try) -> None:
    """Do it if the rules let it pass, as if the case always stood where it can be done."""
    actor = find_actor(session, world.person_ids[wanted.person], START.date())
    assert actor is not None
    possible = _possible(actor)
    action = possible[wanted.choice % len(possible)]
    standing = standing_of(session, case, load_record(session, case, world.office.profile))
    standing = replace(standing, needs_met=dict.fromkeys(standing.needs_met, True))
    try:
        post = check(actor, action, standing)
    except PermissionRefusedError:
        return
    session.add(
        Act(
            case_id=case.id,
            action=action.value,
            outcome="done",
            # What the record is read for: in whose favour a dispute was settled.
            content={"receiver_id": case.competent_department_id},
            round_number=case.round_number,
            person_id=actor.person_id,
            post_id=post.post_id,
            substitution_id=post.authority.substitution_id if post.authority else None,
            at=START,
            nonce="0" * 32,
        )
    )


def _possible(actor: Actor) -> list[Action]:
    roles = {post.role for post in actor.posts}
    return [action for action in APART if roles & set(ROLES_OF[action])]


def _acts(session: Session) -> list[Done]:
    return [
        Done(
            Action(row.action),
            Role(row.post.role),
            row.round_number,
            frozenset({row.person_id, row.post.person_id}),
        )
        for row in session.scalars(sa.select(Act).order_by(Act.id))
    ]
