"""Referrals (移送): who may take which step of one, what each may decide, the diagram's facts.

A referral is no case: it has a vocabulary, permissions and facts of its own, and nobody but its
parties can tell that there is one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from workflows.errors import RuleError
from workflows.facts import FactKind, FactValue
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import OrganisationKind, Role


class ReferralAction(StrEnum):
    """A step of a referral; the ids of the steps in the diagram `referral`."""

    PROPOSE_REFERRAL = "propose_referral"
    DECIDE_REFERRAL = "decide_referral"
    SEAL_PACKAGE = "seal_package"
    DELIVER_REFERRAL = "deliver_referral"
    ACKNOWLEDGE_REFERRAL = "acknowledge_referral"
    DECIDE_FILING = "decide_filing"
    OBJECT_TO_FILING = "object_to_filing"
    ANSWER_FILING_OBJECTION = "answer_filing_objection"
    REPORT_REFERRAL_OUTCOME = "report_referral_outcome"
    ASK_SENDER = "ask_sender"
    ANSWER_RECEIVER = "answer_receiver"


class ReferralOutcome(StrEnum):
    """What a step of a referral decided."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    SEALED = "sealed"
    DELIVERED_ONLINE = "delivered_online"
    DELIVERED_OFFLINE = "delivered_offline"
    CAME_ON_MEDIUM = "came_on_medium"
    ACKNOWLEDGED = "acknowledged"
    PASSED_ON = "passed_on"
    RETURNED = "returned"
    FILED = "filed"
    NOT_FILED = "not_filed"
    OBJECTED = "objected"
    NO_OBJECTION = "no_objection"
    UPHELD = "upheld"
    SANCTIONED = "sanctioned"
    NOT_SANCTIONED = "not_sanctioned"
    REPLIED = "replied"
    ASKED = "asked"
    ANSWERED = "answered"


class ReceiverKind(StrEnum):
    """To what kind of organ a referral goes."""

    DISCIPLINE = "discipline"
    ORGANISATION = "organisation"
    POLICE = "police"
    PROCURATORATE = "procuratorate"


class CadreLevel(StrEnum):
    """At which level the cadres' authority lies that manages a person (干部管理权限)."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    NOT_MANAGED = "not_managed"


class ReferralStage(StrEnum):
    """How far a referral has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DELIVERED = "delivered"
    WITH_RECEIVER = "with_receiver"
    REFUSED = "refused"
    RETURNED = "returned"
    NOT_FILED = "not_filed"
    SETTLED = "settled"


class Route(StrEnum):
    """How a package travels outside of the system."""

    CONFIDENTIAL_POST = "confidential_post"
    COURIER = "courier"


class ReferralRule(StrEnum):
    """What the worker proposes by itself, for a head to decide."""

    REFUSAL = "refusal"
    FOUND_BY_OTHERS = "found_by_others"
    RECURRENCE = "recurrence"
    OVERDUE = "overdue"


# What a page may send. That a package came on a medium only its import says.
REFERRAL_OUTCOMES: Mapping[ReferralAction, tuple[ReferralOutcome, ...]] = {
    ReferralAction.PROPOSE_REFERRAL: (ReferralOutcome.PROPOSED,),
    ReferralAction.DECIDE_REFERRAL: (ReferralOutcome.APPROVED, ReferralOutcome.REFUSED),
    ReferralAction.SEAL_PACKAGE: (ReferralOutcome.SEALED,),
    ReferralAction.DELIVER_REFERRAL: (
        ReferralOutcome.DELIVERED_ONLINE,
        ReferralOutcome.DELIVERED_OFFLINE,
    ),
    ReferralAction.ACKNOWLEDGE_REFERRAL: (
        ReferralOutcome.ACKNOWLEDGED,
        ReferralOutcome.PASSED_ON,
        ReferralOutcome.RETURNED,
    ),
    ReferralAction.DECIDE_FILING: (ReferralOutcome.FILED, ReferralOutcome.NOT_FILED),
    ReferralAction.OBJECT_TO_FILING: (ReferralOutcome.OBJECTED, ReferralOutcome.NO_OBJECTION),
    ReferralAction.ANSWER_FILING_OBJECTION: (ReferralOutcome.FILED, ReferralOutcome.UPHELD),
    ReferralAction.REPORT_REFERRAL_OUTCOME: (
        ReferralOutcome.SANCTIONED,
        ReferralOutcome.NOT_SANCTIONED,
        ReferralOutcome.REPLIED,
    ),
    ReferralAction.ASK_SENDER: (ReferralOutcome.ASKED,),
    ReferralAction.ANSWER_RECEIVER: (ReferralOutcome.ANSWERED,),
}

REFERRAL_FACTS: Mapping[str, FactKind] = {
    "referral_approved": bool,
    "referral_receipt": ("none", "acknowledged", "passed_on", "returned"),
    "referral_filed": bool,
    "referral_objection_possible": bool,
    "referral_objected": bool,
}

PROPOSERS = frozenset({Role.CASE_OFFICER, Role.COMMITTEE_OFFICER})
HEADS = frozenset({Role.DEPARTMENT_HEAD, Role.COMMITTEE_OFFICE_HEAD})
SENDERS = PROPOSERS | HEADS
# What a receiver does, and what of the sender's they wait for: the words that go to and fro.
OF_RECEIVER = frozenset(
    {
        ReferralAction.ACKNOWLEDGE_REFERRAL,
        ReferralAction.DECIDE_FILING,
        ReferralAction.ANSWER_FILING_OBJECTION,
        ReferralAction.REPORT_REFERRAL_OUTCOME,
        ReferralAction.ASK_SENDER,
    }
)
OF_SENDER = frozenset({ReferralAction.OBJECT_TO_FILING, ReferralAction.ANSWER_RECEIVER})
# One role each: of a discipline organ, the case-supervision office alone.
RECEIVER_ROLES: Mapping[ReceiverKind, Role] = {
    ReceiverKind.DISCIPLINE: Role.DISCIPLINE_RECEIVER,
    ReceiverKind.ORGANISATION: Role.ORGANISATION_LIAISON,
    ReceiverKind.POLICE: Role.POLICE_LIAISON,
    ReceiverKind.PROCURATORATE: Role.PROCURATORATE_LIAISON,
}
RECEIVERS = frozenset(RECEIVER_ROLES.values())
# Whose work is a receiver's reads packages and no case.
WITHOUT_CASES = RECEIVERS | {Role.DISCIPLINE_HANDLER}
RECEIVER_ORGANS: Mapping[ReceiverKind, OrganisationKind] = {
    ReceiverKind.DISCIPLINE: OrganisationKind.DISCIPLINE_ORGAN,
    ReceiverKind.ORGANISATION: OrganisationKind.OTHER_ORGAN,
    ReceiverKind.POLICE: OrganisationKind.DEPARTMENT,
    ReceiverKind.PROCURATORATE: OrganisationKind.OTHER_ORGAN,
}
# Who receives by the level at which a person is managed.
BY_CADRE_LEVEL = frozenset({ReceiverKind.DISCIPLINE, ReceiverKind.ORGANISATION})
# What the receiver reads of the record; how the sender came to refer is not handed over.
SHARED = frozenset(ReferralAction) - {
    ReferralAction.PROPOSE_REFERRAL,
    ReferralAction.DECIDE_REFERRAL,
    ReferralAction.SEAL_PACKAGE,
}


class ReferralRefusedError(RuleError):
    """Nobody with these posts may take this step. `detail["reason"]`: post, acted, concerned."""

    code = "referral_refused"


class Side(StrEnum):
    """For which side of a referral somebody acts."""

    PROPOSER = "proposer"
    HEAD = "head"
    SENDER = "sender"
    RECEIVER = "receiver"


@dataclass(frozen=True)
class ReferralPermission:
    """Who may take a step; `forbids`: steps that the same person may not have taken in it."""

    action: ReferralAction
    side: Side
    forbids: frozenset[ReferralAction] = frozenset()


REFERRAL_PERMISSIONS: Mapping[ReferralAction, ReferralPermission] = {
    row.action: row
    for row in (
        ReferralPermission(ReferralAction.PROPOSE_REFERRAL, Side.PROPOSER),
        ReferralPermission(
            ReferralAction.DECIDE_REFERRAL, Side.HEAD, frozenset({ReferralAction.PROPOSE_REFERRAL})
        ),
        ReferralPermission(ReferralAction.SEAL_PACKAGE, Side.SENDER),
        ReferralPermission(ReferralAction.DELIVER_REFERRAL, Side.SENDER),
        ReferralPermission(ReferralAction.ACKNOWLEDGE_REFERRAL, Side.RECEIVER),
        ReferralPermission(ReferralAction.DECIDE_FILING, Side.RECEIVER),
        ReferralPermission(ReferralAction.OBJECT_TO_FILING, Side.SENDER),
        ReferralPermission(ReferralAction.ANSWER_FILING_OBJECTION, Side.RECEIVER),
        ReferralPermission(ReferralAction.REPORT_REFERRAL_OUTCOME, Side.RECEIVER),
        ReferralPermission(ReferralAction.ASK_SENDER, Side.RECEIVER),
        ReferralPermission(ReferralAction.ANSWER_RECEIVER, Side.SENDER),
    )
}


@dataclass(frozen=True)
class ReferralStep:
    """One step that was taken, as the rules see it. `person_id` None: by a rule."""

    action: ReferralAction
    outcome: ReferralOutcome
    person_id: int | None


@dataclass(frozen=True)
class ReferralStanding:
    """Who refers what to whom, and what was done, in order.

    `chain`: the organisation of whoever is reported, and every one below it. Without a sender it
    came in on a medium: nobody of this installation sent it.
    """

    sender_id: int | None
    receiver_kind: ReceiverKind
    receiver_id: int | None
    proposer_id: int | None
    about_person_id: int | None
    chain: frozenset[int]
    taken: tuple[ReferralStep, ...]
    about_name: str = ""

    @property
    def is_offline(self) -> bool:
        """Whether the package went outside of the system: the sender registers what comes back."""
        latest = {step.action: step.outcome for step in self.taken}
        return latest.get(ReferralAction.DELIVER_REFERRAL) is ReferralOutcome.DELIVERED_OFFLINE

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has it."""
        return any(step.action is ReferralAction.DELIVER_REFERRAL for step in self.taken)


def check_referral(actor: Actor, action: ReferralAction, standing: ReferralStanding) -> PostRecord:
    """The post by which the actor may take the step; ReferralRefusedError otherwise.

    Own posts only: nobody stands in for another where an inquiry depends on silence.
    """
    row = REFERRAL_PERMISSIONS[action]
    # What comes back on paper is put on record by those who sent it.
    side = Side.SENDER if row.side is Side.RECEIVER and standing.is_offline else row.side
    post = next((post for post in actor.own_posts if _stands(actor, post, side, standing)), None)
    if post is None:
        raise ReferralRefusedError(reason="post")
    if any(
        step.action in row.forbids and step.person_id == actor.person_id for step in standing.taken
    ):
        raise ReferralRefusedError(reason="acted")
    return post


def _stands(actor: Actor, post: PostRecord, side: Side, standing: ReferralStanding) -> bool:
    if side is Side.RECEIVER:
        role = RECEIVER_ROLES[standing.receiver_kind]
        mine = post.role is role and post.organisation_id == standing.receiver_id
        return mine and not is_reported(actor, standing)
    if post.organisation_id != standing.sender_id or is_concerned(actor, standing):
        return False
    if side is Side.HEAD:
        return post.role in HEADS
    if side is Side.PROPOSER:
        return post.role in PROPOSERS
    return post.role in HEADS or (
        post.role in PROPOSERS and standing.proposer_id == actor.person_id
    )


def is_concerned(actor: Actor, standing: ReferralStanding) -> bool:
    """Whether the actor is reported, or works where whoever is reported has a say."""
    return is_reported(actor, standing) or any(
        post.organisation_id in standing.chain for post in actor.posts
    )


def is_reported(actor: Actor, standing: ReferralStanding) -> bool:
    """Whether it may be the actor: the person, or who bears the name, where it is not known whom
    of this installation the name means.
    """
    if standing.about_person_id is None:
        return bool(standing.about_name) and standing.about_name == actor.name
    return standing.about_person_id == actor.person_id


def may_take(actor: Actor, action: ReferralAction, standing: ReferralStanding) -> bool:
    """Whether `check_referral` lets the actor pass."""
    try:
        check_referral(actor, action, standing)
    except ReferralRefusedError:
        return False
    return True


def is_sender(actor: Actor, standing: ReferralStanding) -> bool:
    """Whether the actor is a party on the sender's side: who proposed it, or a head."""
    return any(_stands(actor, post, Side.SENDER, standing) for post in actor.own_posts)


def is_receiver(actor: Actor, standing: ReferralStanding) -> bool:
    """Whether the package was given to the actor's office, inside of the system."""
    if not standing.is_delivered or standing.is_offline:
        return False
    return any(_stands(actor, post, Side.RECEIVER, standing) for post in actor.own_posts)


def referral_facts(kind: ReceiverKind, taken: Sequence[ReferralStep]) -> Mapping[str, FactValue]:
    """What the diagram's gateways ask, from the steps taken."""
    latest = {step.action: step.outcome for step in taken}
    acknowledged = latest.get(ReferralAction.ACKNOWLEDGE_REFERRAL)
    decided = latest.get(ReferralAction.ANSWER_FILING_OBJECTION) or latest.get(
        ReferralAction.DECIDE_FILING
    )
    objected = latest.get(ReferralAction.OBJECT_TO_FILING)
    return {
        "referral_approved": latest.get(ReferralAction.DECIDE_REFERRAL) is ReferralOutcome.APPROVED,
        "referral_receipt": acknowledged.value if acknowledged else "none",
        "referral_filed": decided is ReferralOutcome.FILED,
        # Order of the State Council 310, article 9, knows it against the police only.
        "referral_objection_possible": kind is ReceiverKind.POLICE,
        "referral_objected": objected is ReferralOutcome.OBJECTED,
    }


def stage_of(taken: Sequence[ReferralStep], *, finished: bool) -> ReferralStage:
    """How far the referral has come."""
    latest = {step.action: step.outcome for step in taken}
    if latest.get(ReferralAction.DECIDE_REFERRAL) is ReferralOutcome.REFUSED:
        return ReferralStage.REFUSED
    if ReferralAction.REPORT_REFERRAL_OUTCOME in latest:
        return ReferralStage.SETTLED
    acknowledged = latest.get(ReferralAction.ACKNOWLEDGE_REFERRAL)
    if acknowledged is ReferralOutcome.RETURNED:
        return ReferralStage.RETURNED
    if finished:
        return ReferralStage.NOT_FILED
    if acknowledged is ReferralOutcome.ACKNOWLEDGED:
        return ReferralStage.WITH_RECEIVER
    if ReferralAction.DELIVER_REFERRAL in latest:
        return ReferralStage.DELIVERED
    if ReferralAction.DECIDE_REFERRAL in latest:
        return ReferralStage.APPROVED
    return ReferralStage.PROPOSED
