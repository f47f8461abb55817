"""Who holds an open step that falls to several, and who may give it to whom."""

from dataclasses import dataclass

from workflows.errors import RuleError
from workflows.permissions import (
    Actor,
    CaseStanding,
    PostRecord,
    check,
    duty_posts,
    stood_in_for,
)
from workflows.vocabulary import Action, Role


class AssignmentRefusedError(RuleError):
    """The step cannot be claimed, given back or given on like this. `detail["reason"]` says why."""

    code = "assignment_refused"


class DelegationRefusedError(RuleError):
    """Only the head of the organisation whose people could do the step assigns it."""

    code = "delegation_refused"


class StepClaimedError(RuleError):
    """Somebody else holds the step; `detail` names the person and since when."""

    code = "step_claimed"


@dataclass(frozen=True)
class StepAtHand:
    """One open step. A standing one without a clock is nobody's duty and stays free to all."""

    action: Action
    case: CaseStanding
    receiver: int | None
    is_duty: bool


# Who may assign a step of the own organisation: the head's role -> the roles of those who get it.
# A setting of the office after the ranks of its posts; no regulation names them.
DELEGATIONS: frozenset[tuple[Role, Role]] = frozenset(
    {
        (Role.DEPARTMENT_HEAD, Role.CASE_OFFICER),
        (Role.DEPARTMENT_HEAD, Role.LEGALITY_REVIEWER),
        (Role.DEPARTMENT_HEAD, Role.ACCEPTANCE_REVIEWER),
        (Role.COMMITTEE_OFFICE_HEAD, Role.COMMITTEE_OFFICER),
        (Role.GOVERNMENT_PRINCIPAL, Role.GOVERNMENT_OFFICER),
        (Role.ENTERPRISE_PRINCIPAL, Role.ENTERPRISE_SAFETY_OFFICER),
    }
)


def falls_to(person: Actor, step: StepAtHand) -> bool:
    """True when the step falls to the person now. A claim by anybody else counts for nothing."""
    return bool(_posts(person, step))


def claiming_post(actor: Actor, step: StepAtHand, holder: Actor | None) -> PostRecord:
    """The post under which the actor claims a step that nobody holds."""
    _require_duty(step)
    posts = _required_posts(actor, step)
    if holder is not None:
        raise AssignmentRefusedError(reason="held")
    return posts[0]


def releasing_post(actor: Actor, step: StepAtHand, holder: Actor | None) -> PostRecord:
    """The post under which the holder gives the step back to all whom it falls to."""
    posts = _required_posts(actor, step)
    if not holds_for(holder, actor):
        raise AssignmentRefusedError(reason="not_held")
    return posts[0]


def transferring_post(
    actor: Actor, to: Actor, step: StepAtHand, holder: Actor | None
) -> PostRecord:
    """The post under which the actor hands the step to a colleague who holds the same duty."""
    _require_duty(step)
    posts = _required_posts(actor, step)
    if holder is not None and not holds_for(holder, actor):
        raise AssignmentRefusedError(reason="not_held")
    receiving = {post.organisation_id for post in _posts(to, step)}
    found = next((post for post in posts if post.organisation_id in receiving), None)
    if found is None or is_same(to, actor):
        raise AssignmentRefusedError(reason="no_duty")
    return found


def delegating_post(actor: Actor, to: Actor, step: StepAtHand, holder: Actor | None) -> PostRecord:
    """The post under which a head assigns the step, claimed or not, to one of the own people.

    What is held by another head, or in another organisation, stays there.
    """
    _require_duty(step)
    if not is_head(actor, step):
        raise DelegationRefusedError
    if is_same(holder, to):
        raise AssignmentRefusedError(reason="held")
    if holder is not None and not _may_take_from(actor, holder, step):
        raise AssignmentRefusedError(reason="not_your_people")
    found = _heading_post(actor, to, step)
    if found is None or is_same(to, actor):
        raise AssignmentRefusedError(reason="no_duty")
    return found


def is_head(actor: Actor, step: StepAtHand) -> bool:
    """True when people of the actor's own, by the table, could do the step by their posts.

    A substitute does the head's steps, but gives none to others.
    """
    return any(
        bool(_posts(Actor(0, "", (PostRecord(0, to, post.organisation_id),)), step))
        for post in actor.own_posts
        for head, to in DELEGATIONS
        if post.role is head
    )


def holds_for(holder: Actor | None, actor: Actor) -> bool:
    """True when the actor is the holder, or stands in for the holder."""
    return holder is not None and holder.person_id in stood_in_for(actor)


def is_same(one: Actor | None, other: Actor) -> bool:
    """True when the two are one person."""
    return one is not None and one.person_id == other.person_id


def _may_take_from(actor: Actor, holder: Actor, step: StepAtHand) -> bool:
    return is_same(holder, actor) or _heading_post(actor, holder, step) is not None


def _heading_post(actor: Actor, other: Actor, step: StepAtHand) -> PostRecord | None:
    """The post by which the actor heads the organisation where the other has this duty."""
    pairs = ((mine, theirs) for mine in actor.own_posts for theirs in _posts(other, step))
    return next((mine for mine, theirs in pairs if _heads(mine, theirs)), None)


def _heads(post: PostRecord, other: PostRecord) -> bool:
    same_house = post.organisation_id == other.organisation_id
    return same_house and (post.role, other.role) in DELEGATIONS


def _posts(person: Actor, step: StepAtHand) -> tuple[PostRecord, ...]:
    return duty_posts(person, step.action, step.case, step.receiver)


def _required_posts(actor: Actor, step: StepAtHand) -> tuple[PostRecord, ...]:
    """PermissionRefusedError with the reason when the step does not fall to the actor."""
    return _posts(actor, step) or (check(actor, step.action, step.case, step.receiver),)


def _require_duty(step: StepAtHand) -> None:
    if not step.is_duty:
        raise AssignmentRefusedError(reason="standing")
