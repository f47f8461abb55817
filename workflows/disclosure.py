"""The three disclosures: what is published, how much of it, in which steps and by whom.

What a publication decides follows from its own steps, never from the case's record.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflows.errors import RuleError
from workflows.facts import FactKind, FactValue
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import HazardSource, Outcome, Role


class PublicationKind(StrEnum):
    """What one publication is about: one of the three disclosures, or what amends them."""

    LISTING = "listing"
    PROGRESS = "progress"
    RESULT = "result"
    CORRECTION = "correction"
    TAKEDOWN = "takedown"
    BULLETIN = "bulletin"


class Exposure(StrEnum):
    """How much the public is told of a case: with the party's name, without it, only counted."""

    NAMED = "named"
    UNNAMED = "unnamed"
    COUNTED = "counted"


class DisclosureStep(StrEnum):
    """A human step of the diagram `disclosure`."""

    PREPARE = "prepare_disclosure"
    REVIEW_SECRECY = "review_secrecy"
    APPROVE = "approve_disclosure"


class PublicationState(StrEnum):
    """Where a publication stands."""

    UNDER_WAY = "under_way"
    PUBLISHED = "published"
    DROPPED = "dropped"


# Regulations on Open Government Information, article 17: reviewed before publication. That three
# persons take the three steps is the office's own setting, stricter than the article.
ROLES: Mapping[DisclosureStep, tuple[Role, ...]] = {
    DisclosureStep.PREPARE: (Role.COMMITTEE_OFFICER, Role.CASE_OFFICER),
    DisclosureStep.REVIEW_SECRECY: (Role.SECRECY_REVIEWER,),
    DisclosureStep.APPROVE: (Role.COMMITTEE_OFFICE_HEAD, Role.DEPARTMENT_HEAD),
}
OUTCOMES: Mapping[DisclosureStep, tuple[Outcome, ...]] = {
    DisclosureStep.PREPARE: (Outcome.DONE, Outcome.DECLINED),
    DisclosureStep.REVIEW_SECRECY: (Outcome.ACCEPTED, Outcome.RETURNED),
    DisclosureStep.APPROVE: (Outcome.ACCEPTED, Outcome.RETURNED, Outcome.DECLINED),
}
# The texts that are typed anew for a publication of that kind; the others stay as published.
TYPED: Mapping[PublicationKind, tuple[str, ...]] = {
    PublicationKind.LISTING: ("title", "place", "summary"),
    PublicationKind.PROGRESS: ("progress",),
    PublicationKind.RESULT: ("result",),
    PublicationKind.CORRECTION: ("title", "place", "summary", "progress", "result"),
    PublicationKind.TAKEDOWN: (),
    PublicationKind.BULLETIN: (),
}
REQUIRED: Mapping[PublicationKind, tuple[str, ...]] = {
    PublicationKind.LISTING: ("title", "place", "summary", "basis"),
    PublicationKind.PROGRESS: ("progress", "basis"),
    PublicationKind.RESULT: ("result", "basis"),
    PublicationKind.CORRECTION: ("title", "place", "summary", "reason", "basis"),
    PublicationKind.TAKEDOWN: ("reason", "basis"),
    PublicationKind.BULLETIN: (),
}
# What the reviewer for secrecy confirms, point by point: Regulations on Open Government
# Information, articles 14 (first two), 15 (next two) and 16 (last one).
CHECKS = ("state_secrets", "public_safety", "business_secrets", "privacy", "internal_matters")
SHOWS_PICTURES = (PublicationKind.LISTING, PublicationKind.PROGRESS, PublicationKind.RESULT)
DISCLOSURE_FACTS: Mapping[str, FactKind] = {
    "secrecy_cleared": bool,
    "disclosure_result": ("none", "approved", "dropped"),
}


class DisclosureRefusedError(RuleError):
    """The step of the publication is not this person's."""

    code = "disclosure_refused"


@dataclass(frozen=True)
class StepRecord:
    """What a rule needs to know about one step that was taken. `principal_id`: stood in for."""

    step: DisclosureStep
    outcome: Outcome
    person_id: int
    principal_id: int | None = None


def exposure_of(
    sources: Collection[HazardSource], exposure: Mapping[HazardSource, Exposure]
) -> Exposure:
    """How much is told of a case with these sources: what the most telling of them allows.

    Whoever reported its own hazard is shown more when somebody else had found it as well.
    """
    told = {exposure[source] for source in sources}
    return next(level for level in Exposure if level in told)


def derive(steps: Sequence[StepRecord]) -> dict[str, FactValue]:
    """The facts that the diagram reads, from the steps taken so far."""
    last = steps[-1] if steps else None
    decided = (last.step, last.outcome) if last else None
    return {
        "secrecy_cleared": decided == (DisclosureStep.REVIEW_SECRECY, Outcome.ACCEPTED),
        "disclosure_result": _result(last),
    }


def _result(last: StepRecord | None) -> str:
    if last is None:
        return "none"
    if last.outcome is Outcome.DECLINED:
        return "dropped"
    approved = (last.step, last.outcome) == (DisclosureStep.APPROVE, Outcome.ACCEPTED)
    return "approved" if approved else "none"


def check_step(
    actor: Actor, step: DisclosureStep, office_id: int, taken: Sequence[StepRecord]
) -> PostRecord:
    """The post by which this person may take the step; DisclosureRefusedError otherwise."""
    post = find_post(actor, step, office_id)
    if post is None:
        raise DisclosureRefusedError(step=step.value, reason="no_post")
    own = {actor.person_id, *([post.authority.principal_person_id] if post.authority else [])}
    if own & involved_before(step, taken):
        raise DisclosureRefusedError(step=step.value, reason="took_part")
    return post


def involved_before(step: DisclosureStep, taken: Sequence[StepRecord]) -> frozenset[int]:
    """Who may not take this step: whoever ever prepared it, or took a step of the present copy.

    Anybody may prepare it anew: what was typed goes before the others again.
    """
    if step is DisclosureStep.PREPARE:
        return frozenset()
    prepared = [one for one in taken if one.step is DisclosureStep.PREPARE]
    steps = (*prepared, *since_prepared(taken))
    return frozenset(who for one in steps for who in (one.person_id, one.principal_id) if who)


def find_post(actor: Actor, step: DisclosureStep, office_id: int) -> PostRecord | None:
    """The post at this office by which the person takes such a step, or None."""
    return next(
        (
            post
            for post in actor.posts
            if post.role in ROLES[step] and post.organisation_id == office_id
        ),
        None,
    )


def since_prepared(taken: Sequence[StepRecord]) -> tuple[StepRecord, ...]:
    """The steps from the latest preparation on."""
    starts = [at for at, one in enumerate(taken) if one.step is DisclosureStep.PREPARE]
    return tuple(taken[starts[-1] :]) if starts else ()
