"""Tips: who may take which step of one, what each step may decide, and the facts of the diagram.

A tip is no case: it has a vocabulary, permissions and facts of its own, and is never read
together with cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflows.errors import RuleError
from workflows.facts import FactKind
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Role


class TipAction(StrEnum):
    """A step of a tip; the ids of the steps in the diagram `tip`."""

    REGISTER_TIP = "register_tip"
    VERIFY_TIP = "verify_tip"
    REASSIGN_TIP = "reassign_tip"
    SIGN_TIP_FINDING = "sign_tip_finding"
    OPEN_TIP_CASE = "open_tip_case"
    ANSWER_INFORMANT = "answer_informant"
    PROPOSE_REWARD = "propose_reward"
    APPROVE_REWARD = "approve_reward"
    PAY_REWARD = "pay_reward"
    REQUEST_IDENTITY = "request_identity"
    DECIDE_IDENTITY_REQUEST = "decide_identity_request"


class TipOutcome(StrEnum):
    """What a step of a tip decided."""

    REGISTERED = "registered"
    NOT_TAKEN = "not_taken"
    PROVEN = "proven"
    PARTLY_PROVEN = "partly_proven"
    NOT_PROVEN = "not_proven"
    NOT_OURS = "not_ours"
    REASSIGNED = "reassigned"
    SIGNED = "signed"
    SENT_BACK = "sent_back"
    CASE_OPENED = "case_opened"
    HANDLED_OTHERWISE = "handled_otherwise"
    ANSWERED = "answered"
    PROPOSED = "proposed"
    NO_REWARD = "no_reward"
    APPROVED = "approved"
    REFUSED = "refused"
    PAID = "paid"
    UNCLAIMED = "unclaimed"
    REQUESTED = "requested"
    GRANTED = "granted"


class TipChannel(StrEnum):
    """Through which form a tip came."""

    PUBLIC = "public"
    EMPLOYEE = "employee"


class TipStage(StrEnum):
    """How far a tip has come, as its informant and the offices read it."""

    RECEIVED = "received"
    UNDER_VERIFICATION = "under_verification"
    VERIFIED = "verified"
    ANSWERED = "answered"
    NOT_TAKEN = "not_taken"


class IdentityGround(StrEnum):
    """For what an officer may ask who the informant is."""

    FACTS_UNCLEAR = "facts_unclear"
    PROTECTION = "protection"
    ON_THE_SPOT = "on_the_spot"
    EVIDENCE = "evidence"


class OrganReports(StrEnum):
    """What becomes of a tip about an organ or its head."""

    NOT_STORED = "not_stored"
    ROUTED_PAST = "routed_past"


TIP_OUTCOMES: Mapping[TipAction, tuple[TipOutcome, ...]] = {
    TipAction.REGISTER_TIP: (TipOutcome.REGISTERED, TipOutcome.NOT_TAKEN),
    TipAction.VERIFY_TIP: (
        TipOutcome.PROVEN,
        TipOutcome.PARTLY_PROVEN,
        TipOutcome.NOT_PROVEN,
        TipOutcome.NOT_OURS,
    ),
    TipAction.REASSIGN_TIP: (TipOutcome.REASSIGNED,),
    TipAction.SIGN_TIP_FINDING: (TipOutcome.SIGNED, TipOutcome.SENT_BACK),
    TipAction.OPEN_TIP_CASE: (TipOutcome.CASE_OPENED, TipOutcome.HANDLED_OTHERWISE),
    TipAction.ANSWER_INFORMANT: (TipOutcome.ANSWERED,),
    TipAction.PROPOSE_REWARD: (TipOutcome.PROPOSED, TipOutcome.NO_REWARD),
    TipAction.APPROVE_REWARD: (TipOutcome.APPROVED, TipOutcome.REFUSED),
    TipAction.PAY_REWARD: (TipOutcome.PAID, TipOutcome.UNCLAIMED),
    TipAction.REQUEST_IDENTITY: (TipOutcome.REQUESTED,),
    TipAction.DECIDE_IDENTITY_REQUEST: (TipOutcome.GRANTED, TipOutcome.REFUSED),
}
PROVEN = frozenset({TipOutcome.PROVEN, TipOutcome.PARTLY_PROVEN})

TIP_FACTS: Mapping[str, FactKind] = {
    "tip_taken": bool,
    "tip_not_ours": bool,
    "tip_finding_signed": bool,
    "tip_proven": bool,
    "tip_reward_proposed": bool,
    "tip_reward_approved": bool,
}

CUSTODIAN = frozenset({Role.INFORMANT_CUSTODIAN})
HANDLERS = frozenset({Role.CASE_OFFICER, Role.COMMITTEE_OFFICER})
HEADS = frozenset({Role.DEPARTMENT_HEAD, Role.COMMITTEE_OFFICE_HEAD})
# Whoever may open the list of tips at all.
TIP_READERS = HANDLERS | HEADS


class TipRefusedError(RuleError):
    """Nobody with these posts may take this step of this tip. `detail["reason"]`: post, acted."""

    code = "tip_refused"


@dataclass(frozen=True)
class TipPermission:
    """Who may take a step. Handlers and heads: of the organisation that handles the tip only.

    `forbids` names steps that the same person may not have taken in this tip.
    """

    action: TipAction
    roles: frozenset[Role]
    forbids: frozenset[TipAction] = frozenset()


TIP_PERMISSIONS: Mapping[TipAction, TipPermission] = {
    row.action: row
    for row in (
        TipPermission(TipAction.REGISTER_TIP, CUSTODIAN),
        TipPermission(TipAction.VERIFY_TIP, HANDLERS),
        TipPermission(TipAction.REASSIGN_TIP, CUSTODIAN, frozenset({TipAction.VERIFY_TIP})),
        TipPermission(TipAction.SIGN_TIP_FINDING, HEADS, frozenset({TipAction.VERIFY_TIP})),
        TipPermission(TipAction.OPEN_TIP_CASE, HANDLERS),
        TipPermission(TipAction.ANSWER_INFORMANT, HANDLERS),
        TipPermission(TipAction.PROPOSE_REWARD, HANDLERS),
        TipPermission(TipAction.APPROVE_REWARD, HEADS, frozenset({TipAction.PROPOSE_REWARD})),
        TipPermission(TipAction.PAY_REWARD, HANDLERS, frozenset({TipAction.APPROVE_REWARD})),
        TipPermission(TipAction.REQUEST_IDENTITY, HANDLERS),
        TipPermission(
            TipAction.DECIDE_IDENTITY_REQUEST, CUSTODIAN, frozenset({TipAction.REQUEST_IDENTITY})
        ),
    )
}


@dataclass(frozen=True)
class TipStep:
    """One step that was taken, as the rules see it."""

    action: TipAction
    outcome: TipOutcome
    person_id: int


@dataclass(frozen=True)
class TipStanding:
    """Which organisation handles a tip, and what was done in it, in order."""

    handler_id: int | None
    taken: tuple[TipStep, ...]


def check_tip(actor: Actor, action: TipAction, standing: TipStanding) -> PostRecord:
    """The post by which the actor may take the step; TipRefusedError otherwise.

    Own posts only: nobody stands in for another where informants are protected.
    """
    row = TIP_PERMISSIONS[action]
    post = next(
        (
            post
            for post in actor.own_posts
            if post.role in row.roles
            and (row.roles == CUSTODIAN or post.organisation_id == standing.handler_id)
        ),
        None,
    )
    if post is None:
        raise TipRefusedError(reason="post")
    if any(
        step.action in row.forbids and step.person_id == actor.person_id for step in standing.taken
    ):
        raise TipRefusedError(reason="acted")
    return post


def may_take(actor: Actor, action: TipAction, standing: TipStanding) -> bool:
    """Whether `check_tip` lets the actor pass."""
    try:
        check_tip(actor, action, standing)
    except TipRefusedError:
        return False
    return True


def handles_at(actor: Actor) -> frozenset[int]:
    """The organisations whose tips the actor may read."""
    return frozenset(post.organisation_id for post in actor.own_posts if post.role in TIP_READERS)


def is_custodian(actor: Actor) -> bool:
    """Whether the actor keeps the informants' identities."""
    return any(post.role in CUSTODIAN for post in actor.own_posts)


def tip_facts(taken: Sequence[TipStep]) -> Mapping[str, bool]:
    """What the diagram's gateways ask, from the steps taken."""
    latest = {step.action: step.outcome for step in taken}
    return {
        "tip_taken": latest.get(TipAction.REGISTER_TIP) is TipOutcome.REGISTERED,
        "tip_not_ours": latest.get(TipAction.VERIFY_TIP) is TipOutcome.NOT_OURS,
        "tip_finding_signed": latest.get(TipAction.SIGN_TIP_FINDING) is TipOutcome.SIGNED,
        "tip_proven": latest.get(TipAction.VERIFY_TIP) in PROVEN,
        "tip_reward_proposed": latest.get(TipAction.PROPOSE_REWARD) is TipOutcome.PROPOSED,
        "tip_reward_approved": latest.get(TipAction.APPROVE_REWARD) is TipOutcome.APPROVED,
    }


def stage_of(taken: Sequence[TipStep]) -> TipStage:
    """How far the tip has come."""
    latest = {step.action: step.outcome for step in taken}
    if latest.get(TipAction.REGISTER_TIP) is TipOutcome.NOT_TAKEN:
        return TipStage.NOT_TAKEN
    if TipAction.ANSWER_INFORMANT in latest:
        return TipStage.ANSWERED
    if latest.get(TipAction.SIGN_TIP_FINDING) is TipOutcome.SIGNED:
        return TipStage.VERIFIED
    if TipAction.REGISTER_TIP in latest:
        return TipStage.UNDER_VERIFICATION
    return TipStage.RECEIVED
