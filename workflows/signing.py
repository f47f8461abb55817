"""Which acts are signatures: whoever does one of them in the system proves once more who they are.

An act stands here when only responsible leaders may do it (heads and principals, signatories,
leaders in charge) and it puts their name

- under a document that leaves their office: a notice, a decision, a petition, a report; or
- under an endorsement of somebody else's result; or
- under the end of supervision, of a stop, or of the sealing of a file.

Every outcome of such an act counts: whoever returns or refuses is to be known as well.

Not here: reviews that stay in the house and lead to a signature by another; what parties state in
their own defence; and the orders of officers at the place of danger, whom two persons sign for on
the spot and whom no device may hold up.
"""

from workflows.vocabulary import Action

SIGNED_ACTS: frozenset[Action] = frozenset(
    {
        Action.SIGN_DOUBLE_REPORT,
        Action.COUNTERSIGN_LISTING,
        Action.SIGN_LISTING,
        Action.DECIDE_EXTENSION,
        Action.PETITION_EXTENSION,
        Action.ENDORSE_AS_PARENT_COMPANY_HEAD,
        Action.APPROVE_ACCEPTANCE,
        Action.ENDORSE_MONTHLY_PROGRESS,
        Action.ENDORSE_AS_LEADER_IN_CHARGE,
        Action.APPROVE_DELISTING,
        Action.PETITION_DELISTING,
        Action.CONFIRM_ESCALATION,
        Action.APPROVE_ESCALATION,
        Action.DECIDE_SUSPENSION,
        Action.LIFT_SUSPENSION,
        Action.APPROVE_ORDER,
        Action.SIGN_CORRECTION,
        Action.DECIDE_CLOSURE,
        Action.CONFIRM_ORDER_LIFTING,
        Action.DECIDE_CLOSURE_LIFTING,
        Action.APPROVE_INQUIRY,
        Action.CONFIRM_RAISE,
        Action.APPROVE_RESUMPTION,
        Action.SIGN_RESUMPTION,
        Action.CONFIRM_WITHDRAWAL,
        Action.DECIDE_OBJECTION,
        Action.CLOSE_TRACKED_CASE,
        Action.LIFT_LEGAL_HOLD,
        Action.LIST_OWN_HAZARD,
        Action.ACCEPT_OWN_RECTIFICATION,
        Action.CLOSE_OWN_LISTING,
    }
)
