"""Monthly returns (一小结、一报表、两清单): who takes which step, and what follows from it.

What a return decides follows from its own steps, never from the record of a case.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflows.errors import RuleError
from workflows.facts import FactKind, FactValue
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Outcome, Role


class ReturnStep(StrEnum):
    """A human step of the diagram `monthly_return`."""

    PREPARE = "prepare_return"
    APPROVE = "approve_return"
    RECEIVE = "receive_return"
    CLOSE_UNREPORTED = "close_unreported"
    CONFIRM_PAPER = "confirm_paper_return"


class ReturnState(StrEnum):
    """Where a return stands."""

    UNDER_WAY = "under_way"
    RECEIVED = "received"
    UNREPORTED = "unreported"


class ReturnPart(StrEnum):
    """How a part of a return is made: written, counted, or listed line by line."""

    SUMMARY = "summary"
    FIGURES = "figures"
    TASK_LIST = "task_list"
    LIST = "list"


class ReturnCovers(StrEnum):
    """Which month is reported by the day that the source names."""

    MONTH_BEFORE = "month_before"
    SAME_MONTH = "same_month"


_OFFICERS = (Role.GOVERNMENT_OFFICER, Role.CASE_OFFICER)
_LEADERS = (Role.GOVERNMENT_PRINCIPAL, Role.DEPARTMENT_HEAD)
_COMMITTEE = (Role.COMMITTEE_OFFICER, Role.COMMITTEE_OFFICE_HEAD)
ROLES: Mapping[ReturnStep, tuple[Role, ...]] = {
    ReturnStep.PREPARE: _OFFICERS,
    ReturnStep.APPROVE: _LEADERS,
    ReturnStep.RECEIVE: _COMMITTEE,
    ReturnStep.CLOSE_UNREPORTED: _COMMITTEE,
    ReturnStep.CONFIRM_PAPER: _COMMITTEE,
}
OF_THE_UNIT = (ReturnStep.PREPARE, ReturnStep.APPROVE)
OUTCOMES: Mapping[ReturnStep, tuple[Outcome, ...]] = {
    ReturnStep.PREPARE: (Outcome.DONE,),
    ReturnStep.APPROVE: (Outcome.ACCEPTED, Outcome.RETURNED),
    ReturnStep.RECEIVE: (Outcome.ACCEPTED, Outcome.RETURNED),
    ReturnStep.CLOSE_UNREPORTED: (Outcome.DONE,),
    ReturnStep.CONFIRM_PAPER: (Outcome.DONE,),
}
READERS = frozenset((*_OFFICERS, *_LEADERS, *_COMMITTEE))
RETURN_FACTS: Mapping[str, FactKind] = {"return_approved": bool, "return_accepted": bool}


class ReturnRefusedError(RuleError):
    """Not this person's step, or not now.

    `detail["reason"]`: `no_post`, `took_part`, `not_overdue` or `paper_pending`.
    """

    code = "return_refused"


@dataclass(frozen=True)
class StepRecord:
    """What a rule needs to know about one step that was taken. `principal_id`: stood in for."""

    step: ReturnStep
    outcome: Outcome
    person_id: int
    principal_id: int | None = None


@dataclass(frozen=True)
class Houses:
    """The unit that reports, and the office of the committee that receives."""

    unit_id: int
    office_id: int

    def of(self, step: ReturnStep) -> int:
        """Whose step it is."""
        return self.unit_id if step in OF_THE_UNIT else self.office_id


def derive(steps: Sequence[StepRecord]) -> dict[str, FactValue]:
    """The facts that the diagram reads, from the steps taken so far."""
    last = (steps[-1].step, steps[-1].outcome) if steps else None
    return {
        "return_approved": last == (ReturnStep.APPROVE, Outcome.ACCEPTED),
        "return_accepted": last == (ReturnStep.RECEIVE, Outcome.ACCEPTED),
    }


def check_step(
    actor: Actor, step: ReturnStep, houses: Houses, taken: Sequence[StepRecord]
) -> PostRecord:
    """The post by which this person may take the step; ReturnRefusedError otherwise."""
    post = find_post(actor, step, houses)
    if post is None:
        raise ReturnRefusedError(step=step.value, reason="no_post")
    own = {actor.person_id, post.principal_person_id}
    if own & involved_before(step, taken):
        raise ReturnRefusedError(step=step.value, reason="took_part")
    return post


def find_post(actor: Actor, step: ReturnStep, houses: Houses) -> PostRecord | None:
    """The post by which the person takes such a step of this return, or None."""
    house = houses.of(step)
    return next(
        (
            post
            for post in actor.posts
            if post.role in ROLES[step] and post.organisation_id == house
        ),
        None,
    )


def involved_before(step: ReturnStep, taken: Sequence[StepRecord]) -> frozenset[int]:
    """Who may not take this step: whoever ever filled it in does not approve it or receive it,
    and whoever approved what is before the office does not receive it, on paper neither.
    """
    if step in (ReturnStep.PREPARE, ReturnStep.CLOSE_UNREPORTED):
        return frozenset()
    barred = {ReturnStep.PREPARE}
    if step in (ReturnStep.RECEIVE, ReturnStep.CONFIRM_PAPER):
        barred.add(ReturnStep.APPROVE)
    return frozenset(
        who
        for one in taken
        if one.step in barred
        for who in (one.person_id, one.principal_id)
        if who
    )


def houses_of(actor: Actor, steps: Collection[ReturnStep]) -> frozenset[int]:
    """Where the actor takes one of these steps."""
    roles = {role for step in steps for role in ROLES[step]}
    return frozenset(post.organisation_id for post in actor.posts if post.role in roles)
