"""What can be signed on paper, and who puts it on record: one registers, a second confirms."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from workflows.outcomes import OUTCOMES
from workflows.permissions import (
    PERMISSIONS,
    SUPERVISED_SIDE_ACTS,
    Actor,
    CaseStanding,
    PermissionRefusedError,
    PostRecord,
    Relation,
    rows_of,
    stands_so,
)
from workflows.vocabulary import Action, Role

# Signed without a choice: an act that only reports is sent in, not signed on a sheet of its own.
_SIGN_OFFS = frozenset(
    {
        Action.SIGN_DOUBLE_REPORT,
        Action.PETITION_DELISTING,
        Action.CLOSE_TRACKED_CASE,
        Action.LIST_OWN_HAZARD,
        Action.ACCEPT_OWN_RECTIFICATION,
        Action.LIFT_LEGAL_HOLD,
    }
)
SIGNED_ON_PAPER: frozenset[Action] = _SIGN_OFFS | {
    action for action, outcomes in OUTCOMES.items() if len(outcomes) > 1
}
SUPERVISING: frozenset[Action] = frozenset(
    row.action for row in PERMISSIONS if row.forbids >= SUPERVISED_SIDE_ACTS
)


class PaperState(StrEnum):
    """Where a registration stands. Void: the step was done otherwise, or can no longer be done."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    VOID = "void"


class PaperManner(StrEnum):
    """How an act came from paper: signed for an open step, or with a case listed on paper."""

    SIGNED = "signed"
    REPLAYED = "replayed"


@dataclass(frozen=True)
class Registry:
    """Where the paper of a holder is put on record: whose officers, and who heads them."""

    at: Relation
    officers: frozenset[Role]
    heads: frozenset[Role]


_R = Role
_COMMITTEE_OFFICE = Registry(
    Relation.LISTING_OFFICE,
    frozenset({_R.COMMITTEE_OFFICER}),
    frozenset({_R.COMMITTEE_OFFICE_HEAD}),
)
# A department or a group's headquarters that lists keeps its own paper.
_OWN_BODY = Registry(
    Relation.LISTING_BODY,
    frozenset({_R.CASE_OFFICER, _R.ENTERPRISE_SAFETY_OFFICER}),
    frozenset({_R.DEPARTMENT_HEAD, _R.ENTERPRISE_PRINCIPAL}),
)
# The relation in which the holder of a step stands to the case -> where its paper is registered.
REGISTRIES: Mapping[Relation, Registry] = {
    Relation.OWN: Registry(
        Relation.OWN,
        frozenset({_R.ENTERPRISE_SAFETY_OFFICER, _R.GOVERNMENT_OFFICER}),
        frozenset({_R.ENTERPRISE_PRINCIPAL, _R.ACTUAL_CONTROLLER, _R.GOVERNMENT_PRINCIPAL}),
    ),
    Relation.CO_PARTY: Registry(
        Relation.CO_PARTY,
        frozenset({_R.ENTERPRISE_SAFETY_OFFICER}),
        frozenset({_R.ENTERPRISE_PRINCIPAL}),
    ),
    Relation.PARENT: Registry(
        Relation.PARENT,
        frozenset({_R.ENTERPRISE_SAFETY_OFFICER}),
        frozenset({_R.PARENT_COMPANY_HEAD}),
    ),
    Relation.COMPETENT_DEPARTMENT: Registry(
        Relation.COMPETENT_DEPARTMENT,
        frozenset({_R.CASE_OFFICER}),
        frozenset({_R.DEPARTMENT_HEAD}),
    ),
    Relation.TERRITORY: Registry(
        Relation.TERRITORY,
        frozenset({_R.GOVERNMENT_OFFICER}),
        frozenset({_R.GOVERNMENT_PRINCIPAL}),
    ),
    # A government signs on what its department laid before it: the department keeps the sheet.
    Relation.DEPARTMENTS_GOVERNMENT: Registry(
        Relation.COMPETENT_DEPARTMENT,
        frozenset({_R.CASE_OFFICER}),
        frozenset({_R.DEPARTMENT_HEAD}),
    ),
    # A committee has no clerks of its own: its office keeps the paper of its signatories.
    Relation.LISTING_BODY: _COMMITTEE_OFFICE,
    Relation.LISTING_BODY_SECTOR: _COMMITTEE_OFFICE,
    Relation.LISTING_OFFICE: _COMMITTEE_OFFICE,
    Relation.COMMITTEE_SECTOR: _COMMITTEE_OFFICE,
    Relation.RECEIVER: Registry(
        Relation.RECEIVER,
        frozenset({_R.CASE_OFFICER, _R.GOVERNMENT_OFFICER}),
        frozenset({_R.DEPARTMENT_HEAD, _R.GOVERNMENT_PRINCIPAL}),
    ),
    # What an expert signs is kept by the department that asked.
    Relation.INVITED: Registry(
        Relation.COMPETENT_DEPARTMENT,
        frozenset({_R.CASE_OFFICER}),
        frozenset({_R.DEPARTMENT_HEAD}),
    ),
}
# Who puts a case that was listed on paper on record.
RECORDING_ROLES: frozenset[Role] = frozenset({_R.CASE_OFFICER, _R.COMMITTEE_OFFICER})
CONFIRMING_ROLES: frozenset[Role] = frozenset(
    role for registry in REGISTRIES.values() for role in registry.officers | registry.heads
)


@dataclass(frozen=True)
class PaperInQuestion:
    """What the rule of the second person needs to know about a registration."""

    action: Action
    registrar_id: int
    signer_id: int
    organisation_id: int


def registering_post(
    actor: Actor, action: Action, case: CaseStanding, receiver: int | None = None
) -> PostRecord:
    """The post under which the actor may register a signature; PermissionRefusedError if none.

    Registering decides nothing, so nobody is barred from it by earlier acts; a substitute
    registers only under a post of one's own.
    """
    if action in SIGNED_ON_PAPER:
        for row in rows_of(action, case):
            registry = _registry_of(row.relation, case)
            for post in actor.own_posts:
                if post.role in registry.officers and stands_so(post, registry.at, case, receiver):
                    return post
    raise PermissionRefusedError(action=action, reason="paper_registrar", missing="")


def _registry_of(relation: Relation, case: CaseStanding) -> Registry:
    if relation is Relation.LISTING_BODY and case.needs_met["body_drafts_listing"]:
        return _OWN_BODY
    return REGISTRIES[relation]


def may_register(
    actor: Actor, action: Action, case: CaseStanding, receiver: int | None = None
) -> bool:
    """True when `registering_post` finds a post."""
    try:
        registering_post(actor, action, case, receiver)
    except PermissionRefusedError:
        return False
    return True


def check_confirmer(actor: Actor, paper: PaperInQuestion, case: CaseStanding) -> None:
    """The second person: never who registered; of a supervising act, nobody of the other side.

    PermissionRefusedError with the reason otherwise.
    """
    reason = ""
    if actor.person_id == paper.registrar_id:
        reason = "paper_same_person"
    elif paper.action in SUPERVISING and _is_of_other_side(actor, case):
        reason = "paper_other_side"
    elif actor.person_id != paper.signer_id and not _belongs(actor, paper.organisation_id):
        reason = "paper_confirmer"
    if reason:
        raise PermissionRefusedError(action=paper.action, reason=reason, missing="")


def check_case_confirmer(actor: Actor, recorder_id: int, organisation_id: int) -> None:
    """The second person for a whole case from paper: of the recorder's office, never the recorder.

    PermissionRefusedError with the reason otherwise.
    """
    action = Action.REGISTER_HAZARD
    if actor.person_id == recorder_id:
        raise PermissionRefusedError(action=action, reason="paper_same_person", missing="")
    if not _belongs(actor, organisation_id):
        raise PermissionRefusedError(action=action, reason="paper_confirmer", missing="")


def may_confirm(actor: Actor, paper: PaperInQuestion, case: CaseStanding) -> bool:
    """True when `check_confirmer` lets the actor pass."""
    try:
        check_confirmer(actor, paper, case)
    except PermissionRefusedError:
        return False
    return True


def _belongs(actor: Actor, organisation_id: int) -> bool:
    return any(
        post.organisation_id == organisation_id and post.role in CONFIRMING_ROLES
        for post in actor.own_posts
    )


def _is_of_other_side(actor: Actor, case: CaseStanding) -> bool:
    """Acted for the supervised side in this case, or holds a post there."""
    nobody: frozenset[int] = frozenset()
    acted = any(
        actor.person_id in case.acted.get(action, nobody) for action in SUPERVISED_SIDE_ACTS
    )
    # The headquarters of a group that lists stands on the supervising side.
    theirs = {case.responsible_party_id, case.parent_company_id} - {case.listing_body_id}
    return acted or any(post.organisation_id in theirs for post in actor.posts)
