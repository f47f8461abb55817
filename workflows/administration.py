"""Who may hold which post, and the three administrators kept apart: rules without storage."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.vocabulary import OrganisationKind, Role

# 三员: they run the system, hold no other office in it, and see no case.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})

# Whoever produces or operates reports, rectifies and endorses; it judges nothing.
_SUPERVISED = frozenset(
    {
        Role.ENTERPRISE_SAFETY_OFFICER,
        Role.ENTERPRISE_PRINCIPAL,
        Role.PARENT_COMPANY_HEAD,
        Role.ACTUAL_CONTROLLER,
    }
)

# Which roles fit which kind of organisation. What does not stand here cannot be given.
ROLES_OF_KIND: Mapping[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.GOVERNMENT: frozenset(
        {
            Role.GOVERNMENT_OFFICER,
            Role.GOVERNMENT_PRINCIPAL,
            Role.TOWNSHIP_OFFICER,
            Role.AUTHORISED_SIGNATORY,
            Role.LEADER_IN_CHARGE,
        }
    ),
    OrganisationKind.DEPARTMENT: frozenset(
        {
            Role.CASE_OFFICER,
            Role.LEGALITY_REVIEWER,
            Role.ACCEPTANCE_REVIEWER,
            Role.DEPARTMENT_HEAD,
            Role.AUTHORISED_SIGNATORY,
            Role.LEADER_IN_CHARGE,
            Role.EXPERT,
            Role.SECRECY_REVIEWER,
            Role.POLICE_LIAISON,
            Role.INFORMANT_CUSTODIAN,
        }
    ),
    OrganisationKind.SAFETY_COMMITTEE: frozenset(
        {Role.AUTHORISED_SIGNATORY, Role.LEADER_IN_CHARGE}
    ),
    OrganisationKind.COMMITTEE_OFFICE: frozenset(
        {
            Role.COMMITTEE_OFFICER,
            Role.COMMITTEE_OFFICE_HEAD,
            Role.LEGALITY_REVIEWER,
            Role.EXPERT,
            Role.SECRECY_REVIEWER,
            Role.INFORMANT_CUSTODIAN,
            *ADMINISTRATORS,
        }
    ),
    OrganisationKind.DISCIPLINE_ORGAN: frozenset(
        {Role.DISCIPLINE_RECEIVER, Role.DISCIPLINE_HANDLER}
    ),
    # A group's headquarters lists hazards of its own companies, and signs for that.
    OrganisationKind.ENTERPRISE: _SUPERVISED | {Role.AUTHORISED_SIGNATORY, Role.LEADER_IN_CHARGE},
    OrganisationKind.INSTITUTION: _SUPERVISED,
    OrganisationKind.SOLE_TRADER: _SUPERVISED,
    # No part of the government: owes no return, is not assessed, handles no case.
    OrganisationKind.OTHER_ORGAN: frozenset(
        {Role.ORGANISATION_LIAISON, Role.PROCURATORATE_LIAISON}
    ),
    OrganisationKind.EXPERT_POOL: frozenset({Role.EXPERT}),
}
# Only one of these per division: a case finds them by kind and division.
ONE_PER_DIVISION = frozenset(
    {
        OrganisationKind.GOVERNMENT,
        OrganisationKind.SAFETY_COMMITTEE,
        OrganisationKind.COMMITTEE_OFFICE,
    }
)


class ChangeKind(StrEnum):
    """What one administrator proposes and another confirms."""

    ADD_ORGANISATION = "add_organisation"
    EDIT_ORGANISATION = "edit_organisation"
    ADD_PERSON = "add_person"
    GIVE_POST = "give_post"
    END_POST = "end_post"
    DISABLE_ACCOUNT = "disable_account"
    ENABLE_ACCOUNT = "enable_account"
    LOAD_HOLIDAYS = "load_holidays"
    ISSUE_LINK = "issue_link"
    RESET_SECOND_FACTOR = "reset_second_factor"


# A confirmed change of this kind lets the system administrator make one link for the person.
GIVES_A_LINK = frozenset({ChangeKind.ADD_PERSON, ChangeKind.ISSUE_LINK})


class ProposalState(StrEnum):
    """Where a proposed change stands."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class LinkPurpose(StrEnum):
    """Why somebody sets a password by a link."""

    INVITATION = "invitation"
    RESET = "reset"


class AccountState(StrEnum):
    """Whether somebody can sign in."""

    NONE = "none"
    WAITING = "waiting"
    ACTIVE = "active"
    DISABLED = "disabled"


class RegistrationState(StrEnum):
    """Where the registration of an enterprise stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


class EntryKind(StrEnum):
    """What an entry of the administration's log records."""

    INSTALLED = "installed"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LINK_MADE = "link_made"
    LINK_USED = "link_used"
    REQUEST_CLOSED = "request_closed"
    REGISTRATION_CONFIRMED = "registration_confirmed"
    REGISTRATION_REFUSED = "registration_refused"
    INCIDENT_RETRIED = "incident_retried"
    FEED_MADE = "feed_made"
    FEED_ENDED = "feed_ended"
    DEVICE_BOUND = "device_bound"
    DEVICE_RESET = "device_reset"


@dataclass(frozen=True)
class Span:
    """A role held from one day to another, the last day included; open without one."""

    role: Role
    first: date
    last: date | None


def overlap(one: Span, other: Span) -> bool:
    """Whether both are held on at least one day."""
    return (one.last is None or other.first <= one.last) and (
        other.last is None or one.first <= other.last
    )


def fits(role: Role, kind: OrganisationKind) -> bool:
    """Whether organisations of this kind have such a post."""
    return role in ROLES_OF_KIND[kind]


def keeps_administrators_apart(held: Iterable[Span], new: Span) -> bool:
    """三员分立: whoever administers holds no second role, neither another of the three nor any
    that acts on cases; a second post in the same administrator's role is no second role.
    """
    return not any(
        overlap(span, new)
        and span.role is not new.role
        and (span.role in ADMINISTRATORS or new.role in ADMINISTRATORS)
        for span in held
    )


def may_confirm(confirmer_id: int, proposer_id: int, subject_id: int | None) -> bool:
    """The second person is another one, and is not the one whom the change concerns."""
    return confirmer_id not in (proposer_id, subject_id)
