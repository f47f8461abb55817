"""Who may stand in for whom: the sides that never mix, and the posts that nobody stands in for."""

from collections.abc import Iterable
from enum import StrEnum

from workflows.permissions import ROLES_OF
from workflows.vocabulary import Action, Role


class Side(StrEnum):
    """On which side of the supervision a role stands."""

    SUPERVISED = "supervised"
    SUPERVISING = "supervising"
    ADMINISTERING = "administering"


class AbsenceReason(StrEnum):
    """Why somebody is away."""

    BUSINESS_TRIP = "business_trip"
    SICK_LEAVE = "sick_leave"
    LEAVE = "leave"
    TRAINING = "training"
    SECONDMENT = "secondment"
    OTHER = "other"


_SIDES = {
    Role.ENTERPRISE_SAFETY_OFFICER: Side.SUPERVISED,
    Role.ENTERPRISE_PRINCIPAL: Side.SUPERVISED,
    Role.PARENT_COMPANY_HEAD: Side.SUPERVISED,
    Role.ACTUAL_CONTROLLER: Side.SUPERVISED,
    Role.CASE_OFFICER: Side.SUPERVISING,
    Role.LEGALITY_REVIEWER: Side.SUPERVISING,
    Role.ACCEPTANCE_REVIEWER: Side.SUPERVISING,
    Role.DEPARTMENT_HEAD: Side.SUPERVISING,
    Role.COMMITTEE_OFFICER: Side.SUPERVISING,
    Role.COMMITTEE_OFFICE_HEAD: Side.SUPERVISING,
    Role.AUTHORISED_SIGNATORY: Side.SUPERVISING,
    Role.LEADER_IN_CHARGE: Side.SUPERVISING,
    Role.GOVERNMENT_OFFICER: Side.SUPERVISING,
    Role.GOVERNMENT_PRINCIPAL: Side.SUPERVISING,
    Role.TOWNSHIP_OFFICER: Side.SUPERVISING,
    Role.SECRECY_REVIEWER: Side.SUPERVISING,
    Role.SYSTEM_ADMIN: Side.ADMINISTERING,
    Role.SECURITY_ADMIN: Side.ADMINISTERING,
    Role.AUDIT_ADMIN: Side.ADMINISTERING,
}
# Who answers for an organisation, and so for its people's absences.
HEAD_ROLES = frozenset(
    {
        Role.ENTERPRISE_PRINCIPAL,
        Role.PARENT_COMPANY_HEAD,
        Role.DEPARTMENT_HEAD,
        Role.COMMITTEE_OFFICE_HEAD,
        Role.GOVERNMENT_PRINCIPAL,
    }
)
# Above the office stands its committee, which has no head of its own.
COMMITTEE_ROLES = frozenset({Role.AUTHORISED_SIGNATORY, Role.LEADER_IN_CHARGE})


def side_of(role: Role) -> Side | None:
    """The side of a role; None for those that are held in person only (experts, walled organs)."""
    return _SIDES.get(role)


def may_be_stood_in_for(role: Role) -> bool:
    """Administrators, experts, the informants' custodian and walled organs act in person."""
    return side_of(role) in (Side.SUPERVISED, Side.SUPERVISING)


def may_stand_in(role: Role, own_roles: Iterable[Role]) -> bool:
    """True when every post of the substitute stands on the side of the post stood in for."""
    return may_be_stood_in_for(role) and shares_side(role, own_roles)


def may_take_over(role: Role, own_roles: Iterable[Role]) -> bool:
    """Sides do not mix in one person, and no administrator is a second kind of administrator."""
    own = tuple(own_roles)
    alone = side_of(role) is not Side.ADMINISTERING or all(held is role for held in own)
    return alone and shares_side(role, own)


def shares_side(role: Role, own_roles: Iterable[Role]) -> bool:
    """True when a role stands on the same side as all of these."""
    return all(side_of(own) is side_of(role) for own in own_roles)


def actions_of(role: Role) -> tuple[Action, ...]:
    """What a role may do at all: what an authority may leave out."""
    return tuple(action for action, roles in ROLES_OF.items() if role in roles)
