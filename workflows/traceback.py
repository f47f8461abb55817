"""Traceback (一追溯): why one begins, who takes which step, and what may come of it.

What a traceback decides follows from its own steps, never from the record of the case. No source
found says who takes them: roles and separation are the office's own setting.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflows.errors import RuleError
from workflows.facts import FactKind, FactValue
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Action, Outcome, Role


class TracebackTrigger(StrEnum):
    """Why the chain is gone back. The first four are found by rule, all are proposed by persons."""

    RECURRENCE = "recurrence"
    ACCIDENT = "accident"
    LATE = "late"
    NOT_HANDLED = "not_handled"
    FALSE_CLOSURE = "false_closure"
    DEMAND = "demand"


class TracebackStep(StrEnum):
    """A human step of the diagram `traceback`."""

    COMPILE = "compile_traceback"
    REVIEW = "review_traceback"
    DECIDE = "decide_accountability"


class TracebackDecision(StrEnum):
    """What was decided. Handed to the head, nothing further is kept here."""

    HANDED_TO_HEAD = "handed_to_head"
    MEASURES = "measures"
    NONE = "none"


class DispositionKind(StrEnum):
    """What was done about somebody, as far as it is told of here."""

    TALK = "talk"
    CIRCULAR = "circular"
    DISPOSITION = "disposition"


ROLES: Mapping[TracebackStep, tuple[Role, ...]] = {
    TracebackStep.COMPILE: (Role.COMMITTEE_OFFICER, Role.CASE_OFFICER),
    TracebackStep.REVIEW: (Role.LEGALITY_REVIEWER,),
    TracebackStep.DECIDE: (
        Role.COMMITTEE_OFFICE_HEAD,
        Role.DEPARTMENT_HEAD,
        Role.LEADER_IN_CHARGE,
        Role.AUTHORISED_SIGNATORY,
    ),
}
READERS = frozenset(role for roles in ROLES.values() for role in roles)
OUTCOMES: Mapping[TracebackStep, tuple[Outcome, ...]] = {
    TracebackStep.COMPILE: (Outcome.DONE,),
    TracebackStep.REVIEW: (Outcome.ACCEPTED, Outcome.RETURNED),
    TracebackStep.DECIDE: (Outcome.ACCEPTED, Outcome.RETURNED),
}
# Whoever judged, accepted or signed is asked about, and asks nobody.
REPORTED_ACTS = (
    Action.VERIFY_HAZARD,
    Action.CONFIRM_VERDICT,
    Action.INSPECT_RECTIFICATION,
    Action.APPROVE_ACCEPTANCE,
    Action.RECORD_SPOT_CHECK,
    Action.ENDORSE_AS_LEADER_IN_CHARGE,
    Action.APPROVE_DELISTING,
    Action.CLOSE_TRACKED_CASE,
    Action.CLOSE_OWN_LISTING,
    Action.CHECK_OWN_CLOSURE,
)
TRACEBACK_FACTS: Mapping[str, FactKind] = {
    "traceback_reviewed": bool,
    "accountability_decided": bool,
}


class TracebackRefusedError(RuleError):
    """Not this person's step. `detail["reason"]`: `no_post`, `took_part` or `reported`."""

    code = "traceback_refused"


@dataclass(frozen=True)
class StepRecord:
    """What a rule needs to know about one step that was taken. `principal_id`: stood in for."""

    step: TracebackStep
    outcome: Outcome
    person_id: int
    principal_id: int | None = None


@dataclass(frozen=True)
class Houses:
    """Where the steps are taken: the listing office, its body, and the competent department."""

    office_id: int
    body_id: int
    department_id: int | None

    def of(self, step: TracebackStep) -> frozenset[int | None]:
        """The organisations whose step it is."""
        match step:
            case TracebackStep.COMPILE:
                return frozenset({self.office_id})
            case TracebackStep.REVIEW:
                return frozenset({self.office_id, self.department_id})
            case TracebackStep.DECIDE:
                return frozenset({self.office_id, self.body_id})


def derive(steps: Sequence[StepRecord]) -> dict[str, FactValue]:
    """The facts that the diagram reads, from the steps taken so far."""
    last = (steps[-1].step, steps[-1].outcome) if steps else None
    return {
        "traceback_reviewed": last == (TracebackStep.REVIEW, Outcome.ACCEPTED),
        "accountability_decided": last == (TracebackStep.DECIDE, Outcome.ACCEPTED),
    }


def check_step(
    actor: Actor,
    step: TracebackStep,
    houses: Houses,
    taken: Sequence[StepRecord],
    reported: Collection[int],
) -> PostRecord:
    """The post by which this person may take the step; TracebackRefusedError otherwise.

    `reported`: who judged, accepted or signed in the case. Three persons take the three steps;
    whoever compiled it compiles it again after a return.
    """
    post = find_post(actor, step, houses)
    if post is None:
        raise TracebackRefusedError(step=step.value, reason="no_post")
    own = {actor.person_id, post.principal_person_id} - {None}
    if own & set(reported):
        raise TracebackRefusedError(step=step.value, reason="reported")
    others = {
        who for one in taken if one.step is not step for who in (one.person_id, one.principal_id)
    }
    if own & others:
        raise TracebackRefusedError(step=step.value, reason="took_part")
    return post


def find_post(actor: Actor, step: TracebackStep, houses: Houses) -> PostRecord | None:
    """The post by which the person takes such a step of this traceback, or None."""
    at = houses.of(step)
    return next(
        (post for post in actor.posts if post.role in ROLES[step] and post.organisation_id in at),
        None,
    )


def may_read(actor: Actor, houses: Houses, reported: Collection[int]) -> bool:
    """Whoever takes one of the steps, and is not asked about."""
    if actor.person_id in reported:
        return False
    return any(find_post(actor, step, houses) is not None for step in TracebackStep)
