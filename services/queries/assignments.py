"""Who holds the open steps of a case, how they came by them, and to whom a step may be given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.assignment import StepAssignment
from services.models.process import open_task
from services.queries.facts import load_record, standing_of
from services.queries.people import Colleague, find_actor, list_people_at
from services.queries.scope import get_visible_case
from services.queries.tasks import TaskRow, find_open_task, task_row, who_was_faster
from services.reference.profile import Profile
from workflows.assignments import (
    AssignmentRefusedError,
    DelegationRefusedError,
    StepAtHand,
    StepClaimedError,
    delegating_post,
    falls_to,
    holds_for,
    is_same,
    transferring_post,
)
from workflows.errors import TaskNotReadyError
from workflows.permissions import (
    ROLES_OF,
    Actor,
    CaseStanding,
    PermissionRefusedError,
    PostRecord,
    sees_inside,
    untold_to,
)
from workflows.vocabulary import Action, AssignmentKind


@dataclass(frozen=True)
class Claim:
    """Who holds a step since when. A step that was given names by whom, and why."""

    holder: Actor
    kind: AssignmentKind
    given_by: str
    reason: str
    since: datetime

    def is_held_by(self, actor: Actor) -> bool:
        """Whether this person is the holder, or stands in for the holder."""
        return holds_for(self.holder, actor)


@dataclass(frozen=True)
class ClaimRow:
    """Who holds an open step of a case since when, as the reader of its page sees it."""

    holder_name: str
    since: datetime
    is_mine: bool


@dataclass(frozen=True)
class DeedRow:
    """One claim, release, transfer or delegation. `withheld`: the reason is not for this reader."""

    task_id: str
    kind: AssignmentKind
    action: Action
    person_name: str
    principal_name: str
    post_title: str
    organisation_name: str
    holder_name: str
    former_holder_name: str
    reason: str
    withheld: bool
    at: datetime


@dataclass(frozen=True)
class AssignmentOptions:
    """What a person may do about who does an open step."""

    action: Action
    claim: Claim | None
    is_held_by_me: bool
    may_claim: bool
    may_release: bool
    transfer_to: tuple[Colleague, ...]
    delegate_to: tuple[Colleague, ...]


Rule = Callable[[Actor, Actor, StepAtHand, Actor | None], PostRecord]


def step_at_hand(task: TaskRow, standing: CaseStanding) -> StepAtHand:
    """The open step as the rules see it."""
    return StepAtHand(
        task.step,
        standing,
        standing.receiver_at(task.process_id, task.position),
        is_duty=not task.standing or task.due_at is not None,
    )


def find_claim(session: Session, task_id: str, step: StepAtHand, today: date) -> Claim | None:
    """Who holds the step. Whoever no longer has the duty holds it no more: then it is free."""
    last = find_last_assignment(session, task_id)
    if last is None or last.holder_id is None:
        return None
    holder = find_actor(session, last.holder_id, today)
    if holder is None or not falls_to(holder, step):
        return None
    given_by = last.person.name if last.person_id != last.holder_id else ""
    return Claim(holder, AssignmentKind(last.kind), given_by, last.reason, last.at)


def refuse_if_held_by_another(actor: Actor, claim: Claim | None) -> None:
    """StepClaimedError naming the holder, unless the step is free or the actor's own."""
    if claim is not None and not claim.is_held_by(actor):
        raise StepClaimedError(person=claim.holder.name, at=claim.since.isoformat())


def find_last_assignment(session: Session, task_id: str) -> StepAssignment | None:
    """The row of a step that counts."""
    return session.scalars(
        sa.select(StepAssignment)
        .where(StepAssignment.task_id == task_id)
        .order_by(StepAssignment.number.desc())
        .limit(1)
    ).first()


def find_claims(
    session: Session, actor: Actor, case_id: int, today: date, profile: Profile
) -> Mapping[str, ClaimRow]:
    """The open steps of a case that somebody holds, by task."""
    held = session.execute(
        sa.select(open_task).where(
            open_task.c.case_id == case_id,
            sa.exists().where(StepAssignment.task_id == open_task.c.task_id),
        )
    ).all()
    if not held:
        return {}
    standing = get_standing(session, actor, case_id, profile)
    claims = {
        row.task_id: find_claim(session, row.task_id, step_at_hand(task_row(row), standing), today)
        for row in held
    }
    return {
        task_id: ClaimRow(claim.holder.name, claim.since, claim.is_held_by(actor))
        for task_id, claim in claims.items()
        if claim is not None
    }


def refuse_if_held(
    session: Session, actor: Actor, case_id: int, task_id: str, today: date, profile: Profile
) -> None:
    """StepClaimedError when somebody else holds this step of a case."""
    claim = find_claims(session, actor, case_id, today, profile).get(task_id)
    if claim is not None and not claim.is_mine:
        raise StepClaimedError(person=claim.holder_name, at=claim.since.isoformat())


def list_deeds(
    session: Session, actor: Actor, case_id: int, profile: Profile
) -> tuple[DeedRow, ...]:
    """All assignments of a case in order. Reasons are read inside, and where they were given."""
    rows = session.scalars(
        sa.select(StepAssignment)
        .where(StepAssignment.case_id == case_id)
        .order_by(StepAssignment.id)
        .limit(1000)
    ).all()
    if not rows:
        return ()
    standing = get_standing(session, actor, case_id, profile)
    inside, untold = sees_inside(actor, standing), untold_to(actor, standing)
    houses = {post.organisation_id for post in actor.posts}
    return tuple(
        _deed(row, readable=inside or row.post.organisation_id in houses)
        for row in rows
        if row.action not in untold
    )


def get_assignment_options(
    session: Session, actor: Actor, case_id: int, task_id: str, today: date, profile: Profile
) -> AssignmentOptions:
    """What the actor may do about an open step; CaseNotFoundError, TaskNotReadyError."""
    standing = get_standing(session, actor, case_id, profile)
    task = find_open_task(session, case_id, task_id)
    if task is None:
        raise TaskNotReadyError(**who_was_faster(session, case_id, task_id))
    step = step_at_hand(task, standing)
    claim = find_claim(session, task_id, step, today)
    holder = claim.holder if claim else None
    people = list_people_at(session, case_houses(standing), ROLES_OF[step.action], today)
    others = [item for item in people if not is_same(item.actor, actor)]
    is_mine = falls_to(actor, step)
    shared = any(falls_to(item.actor, step) for item in others)
    return AssignmentOptions(
        action=step.action,
        claim=claim,
        is_held_by_me=holds_for(holder, actor),
        may_claim=is_mine and step.is_duty and shared and holder is None,
        may_release=holds_for(holder, actor),
        transfer_to=tuple(
            item for item in others if _passes(transferring_post, actor, item.actor, step, holder)
        ),
        delegate_to=tuple(
            item for item in others if _passes(delegating_post, actor, item.actor, step, holder)
        ),
    )


def _passes(rule: Rule, actor: Actor, to: Actor, step: StepAtHand, holder: Actor | None) -> bool:
    try:
        rule(actor, to, step, holder)
    except (AssignmentRefusedError, DelegationRefusedError, PermissionRefusedError):
        return False
    return True


def case_houses(standing: CaseStanding) -> set[int]:
    """The organisations at which somebody could have a duty in a case."""
    numbers = {
        standing.responsible_party_id,
        standing.parent_company_id,
        standing.competent_department_id,
        standing.territorial_government_id,
        standing.departments_government_id,
        standing.listing_body_id,
        standing.listing_office_id,
        standing.safety_committee_id,
        *standing.receiver_ids,
        *standing.co_party_ids,
    }
    return {number for number in numbers if number is not None}


def get_standing(session: Session, actor: Actor, case_id: int, profile: Profile) -> CaseStanding:
    """To whom a case that the actor may see belongs; CaseNotFoundError."""
    case = get_visible_case(session, actor, case_id)
    return standing_of(session, case, load_record(session, case, profile))


def _deed(row: StepAssignment, *, readable: bool) -> DeedRow:
    return DeedRow(
        row.task_id,
        AssignmentKind(row.kind),
        Action(row.action),
        row.person.name,
        row.post.person.name if row.post.person_id != row.person_id else "",
        row.post.title,
        row.post.organisation.name,
        row.holder.name if row.holder else "",
        row.former_holder.name if row.former_holder else "",
        row.reason if readable else "",
        bool(row.reason) and not readable,
        row.at,
    )
