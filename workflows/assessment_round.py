"""A round of assessment: its steps, who takes them, and what its diagram reads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workflows.errors import RuleError
from workflows.facts import FactKind, FactValue
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import OrganisationKind, Outcome, Role
from workflows.working_days import Calendar, is_working_day


class AssessmentStep(StrEnum):
    """A human step of the diagrams `assessment` and `score_objection`."""

    SCORE = "score_units"
    SHOW = "show_scores"
    FREEZE = "freeze_scores"
    APPROVE = "approve_ranking"
    PUBLISH = "publish_ranking"
    OBJECT = "object_to_score"
    ANSWER = "answer_objection"


class RoundState(StrEnum):
    """Where a round stands. `published`: the ranking went out; `dropped`: it counts for nothing."""

    UNDER_WAY = "under_way"
    PUBLISHED = "published"
    DROPPED = "dropped"


OFFICE = (Role.COMMITTEE_OFFICER, Role.COMMITTEE_OFFICE_HEAD)
UNITS = (
    Role.GOVERNMENT_OFFICER,
    Role.GOVERNMENT_PRINCIPAL,
    Role.CASE_OFFICER,
    Role.DEPARTMENT_HEAD,
)
LEADERS = (Role.AUTHORISED_SIGNATORY, Role.LEADER_IN_CHARGE)
READERS = (*OFFICE, *UNITS, *LEADERS)
# In which houses these posts have to do with rounds; leaders of a group or a department have not.
_HOUSES: Mapping[OrganisationKind, tuple[Role, ...]] = {
    OrganisationKind.COMMITTEE_OFFICE: OFFICE,
    OrganisationKind.SAFETY_COMMITTEE: LEADERS,
    OrganisationKind.GOVERNMENT: UNITS,
    OrganisationKind.DEPARTMENT: UNITS,
}
_ABOVE_COUNTIES = "00"
ROLES: Mapping[AssessmentStep, tuple[Role, ...]] = {
    AssessmentStep.SCORE: (Role.COMMITTEE_OFFICER,),
    AssessmentStep.SHOW: (Role.COMMITTEE_OFFICER,),
    AssessmentStep.FREEZE: (Role.COMMITTEE_OFFICER,),
    AssessmentStep.APPROVE: LEADERS,
    AssessmentStep.PUBLISH: OFFICE,
    AssessmentStep.OBJECT: UNITS,
    AssessmentStep.ANSWER: OFFICE,
}
OUTCOMES: Mapping[AssessmentStep, tuple[Outcome, ...]] = {
    AssessmentStep.SCORE: (Outcome.DONE,),
    AssessmentStep.SHOW: (Outcome.DONE, Outcome.DECLINED),
    AssessmentStep.FREEZE: (Outcome.DONE,),
    AssessmentStep.APPROVE: (Outcome.ACCEPTED, Outcome.RETURNED),
    AssessmentStep.PUBLISH: (Outcome.DONE,),
    AssessmentStep.OBJECT: (Outcome.DONE,),
    AssessmentStep.ANSWER: (Outcome.ACCEPTED, Outcome.DECLINED),
}
ASSESSMENT_FACTS: Mapping[str, FactKind] = {
    "assessment_result": ("none", "dropped", "approved", "returned"),
}


class AssessmentRefusedError(RuleError):
    """The step is not this person's. `detail["reason"]` says why."""

    code = "assessment_refused"


@dataclass(frozen=True)
class RoundStep:
    """What a rule needs to know about one step that was taken. `principal_id`: stood in for."""

    step: AssessmentStep
    outcome: Outcome
    person_id: int
    principal_id: int | None = None


def takes_part(role: Role, house: OrganisationKind, division_code: str | None) -> bool:
    """Whether rounds concern somebody in this post: counties and departments are assessed.

    The government of a city or a province is assessed by no office of its own.
    """
    if house is OrganisationKind.GOVERNMENT and (division_code or "").endswith(_ABOVE_COUNTIES):
        return False
    return role in _HOUSES.get(house, ())


def derive(steps: Sequence[RoundStep]) -> dict[str, FactValue]:
    """The fact that the diagram reads, from the steps taken so far."""
    last = steps[-1] if steps else None
    decided = {
        (AssessmentStep.SHOW, Outcome.DECLINED): "dropped",
        (AssessmentStep.APPROVE, Outcome.ACCEPTED): "approved",
        (AssessmentStep.APPROVE, Outcome.RETURNED): "returned",
    }
    return {"assessment_result": decided.get((last.step, last.outcome), "none") if last else "none"}


def find_post(actor: Actor, step: AssessmentStep, house_id: int) -> PostRecord | None:
    """The post at this organisation by which the person takes such a step, or None."""
    return next(
        (
            post
            for post in actor.posts
            if post.role in ROLES[step] and post.organisation_id == house_id
        ),
        None,
    )


def check_post(
    actor: Actor, step: AssessmentStep, house_id: int, kept_apart: Collection[int]
) -> PostRecord:
    """The post by which the person may take the step; AssessmentRefusedError otherwise.

    `kept_apart`: persons who had a hand in what is decided now.
    """
    post = find_post(actor, step, house_id)
    if post is None:
        raise AssessmentRefusedError(reason="no_post")
    own = {actor.person_id, *([post.principal_person_id] if post.principal_person_id else [])}
    if own & set(kept_apart):
        raise AssessmentRefusedError(reason="took_part")
    return post


def persons_of(steps: Sequence[RoundStep], *only: AssessmentStep) -> frozenset[int]:
    """Who took these steps, in person or as the one stood in for."""
    return frozenset(
        who for one in steps if one.step in only for who in (one.person_id, one.principal_id) if who
    )


def kept_apart(step: AssessmentStep, steps: Sequence[RoundStep]) -> frozenset[int]:
    """Who may not take this step: whoever computed answers no objection and approves nothing."""
    if step is AssessmentStep.ANSWER:
        return persons_of(steps, AssessmentStep.SCORE, AssessmentStep.SHOW)
    if step is AssessmentStep.APPROVE:
        return persons_of(steps, AssessmentStep.SCORE, AssessmentStep.SHOW, AssessmentStep.FREEZE)
    return frozenset()


def reads_evidence(actor: Actor, office_id: int, unit_id: int) -> bool:
    """Whether the person reads the files of an objection: the office, and the unit that objects."""
    return any(
        (post.role in OFFICE and post.organisation_id == office_id)
        or (post.role in UNITS and post.organisation_id == unit_id)
        for post in actor.posts
    )


def window_ends_on(shown_on: date, working_days: int, calendar: Calendar) -> date:
    """The last day on which units may object: so many working days after the day of showing."""
    day, left = shown_on, working_days
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, calendar)
    return day
