"""Which acts are signatures."""

from workflows.outcomes import OUTCOMES
from workflows.paper import SIGNED_ON_PAPER
from workflows.permissions import ROLES_OF
from workflows.signing import SIGNED_ACTS
from workflows.vocabulary import Action, Role

LEADERS = frozenset(
    {
        Role.ENTERPRISE_PRINCIPAL,
        Role.PARENT_COMPANY_HEAD,
        Role.ACTUAL_CONTROLLER,
        Role.DEPARTMENT_HEAD,
        Role.COMMITTEE_OFFICE_HEAD,
        Role.AUTHORISED_SIGNATORY,
        Role.LEADER_IN_CHARGE,
        Role.GOVERNMENT_PRINCIPAL,
    }
)
# Only leaders may do these, too: reviews that stay in the house, what parties state in their own
# defence, and what must not wait for a device.
LEADERS_OWN_BUT_NO_SIGNATURE = frozenset(
    {
        Action.CONFIRM_VERDICT,
        Action.REVIEW_DRAFT,
        Action.RESOLVE_COMPETENCE_DISPUTE,
        Action.ANSWER_COORDINATION,
        Action.ANSWER_PENALTY_NOTICE,
        Action.CONFIRM_REFUSAL,
        Action.LIFT_REFUSAL,
        Action.CONFIRM_INQUIRY,
        Action.OBJECT_TO_VERDICT,
        Action.CONFIRM_PARTY_CHANGE,
        Action.CONFIRM_ACCIDENT,
    }
)


def test_every_act_of_leaders_is_a_signature_or_named_here_as_none() -> None:
    of_leaders = {action for action, roles in ROLES_OF.items() if roles and set(roles) <= LEADERS}
    assert of_leaders == SIGNED_ACTS | LEADERS_OWN_BUT_NO_SIGNATURE
    assert not SIGNED_ACTS & LEADERS_OWN_BUT_NO_SIGNATURE


def test_whatever_a_leader_signs_in_the_system_can_be_signed_on_paper() -> None:
    """All but the monthly sheet, which is a sitting of its own."""
    beside = {action for action in SIGNED_ACTS if action not in SIGNED_ON_PAPER}
    assert all(len(OUTCOMES[action]) == 1 for action in beside)
    assert Action.ENDORSE_MONTHLY_PROGRESS in beside
