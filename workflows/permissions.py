"""Who may do what to a case: one deny-by-default table, and the checks that read it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from workflows.errors import RuleError
from workflows.facts import CORRECTED_BY
from workflows.orders import NO_ORDER_OPEN
from workflows.vocabulary import Action, Role

# The processes whose instances belong to one organisation each: a receiver, a visitor.
HANDOVER = "handover"
VISITS = "supervision_visits"


class Relation(StrEnum):
    """How a post's organisation must stand to a case for the post to count."""

    OWN = "own"
    PARENT = "parent"
    COMPETENT_DEPARTMENT = "competent_department"
    TERRITORY = "territory"
    DEPARTMENTS_GOVERNMENT = "departments_government"
    CO_PARTY = "co_party"
    LISTING_BODY = "listing_body"
    LISTING_BODY_SECTOR = "listing_body_sector"
    LISTING_OFFICE = "listing_office"
    COMMITTEE_SECTOR = "committee_sector"
    RECEIVER = "receiver"
    VISITOR = "visitor"
    INVITED = "invited"
    SUPERIOR_OFFICE = "superior_office"


class PermissionRefusedError(RuleError):
    """Nobody with these posts may do this to this case now. `detail["reason"]` says why."""

    code = "permission_refused"


@dataclass(frozen=True)
class Authority:
    """By which substitution somebody uses another's post, and which acts it leaves out."""

    substitution_id: int
    principal_person_id: int
    principal_name: str
    excluded: frozenset[Action] = frozenset()


@dataclass(frozen=True)
class PostRecord:
    """A post as the rules see it, valid at the moment of asking; with an authority: another's."""

    post_id: int
    role: Role
    organisation_id: int
    sectors: frozenset[str] = frozenset()
    authority: Authority | None = None

    @property
    def principal_person_id(self) -> int | None:
        """In whose name a substitute uses the post; None for one's own."""
        return self.authority.principal_person_id if self.authority else None

    def covers(self, action: Action) -> bool:
        """False for what the written authority leaves out."""
        return self.authority is None or action not in self.authority.excluded


@dataclass(frozen=True)
class Actor:
    """A person with the posts held now, own ones first, then those stood in for."""

    person_id: int
    name: str
    posts: tuple[PostRecord, ...]

    @property
    def own_posts(self) -> tuple[PostRecord, ...]:
        """The posts that the person holds in person."""
        return tuple(post for post in self.posts if post.authority is None)


@dataclass(frozen=True)
class CaseStanding:
    """To whom a case belongs, which needs are met, and who has done what in it.

    An act by a substitute counts as done by both, in `acted` and in who `entered_clause`.
    `invited` is the post of the expert who is asked now, and the organisation of that post.
    """

    responsible_party_id: int
    parent_company_id: int | None
    competent_department_id: int | None
    territorial_government_id: int
    listing_body_id: int
    listing_office_id: int
    safety_committee_id: int | None
    sector: str
    receiver_ids: tuple[int, ...]
    settled_receiver_ids: frozenset[int]
    invited: tuple[int, int] | None
    needs_met: Mapping[str, bool]
    acted: Mapping[Action, frozenset[int]]
    acted_this_round: Mapping[Action, frozenset[int]]
    co_party_ids: frozenset[int] = frozenset()
    entered_clause: frozenset[int] = frozenset()
    superior_office_id: int | None = None
    departments_government_id: int | None = None

    @property
    def visitor_ids(self) -> tuple[int | None, ...]:
        """Who visits on site, by position. The territory stands last: it does not visit itself."""
        return (
            self.competent_department_id,
            self.listing_office_id,
            self.territorial_government_id,
        )

    def receiver_at(self, process_id: str, position: int) -> int | None:
        """Whose a step of a handover or of the visits is; None for other steps."""
        if process_id == VISITS:
            return self.visitor_ids[position]
        return self.receiver_ids[position] if process_id == HANDOVER else None

    def needs_for(self, receiver: int | None) -> Mapping[str, bool]:
        """The needs with those that hold for one receiver only."""
        return {**self.needs_met, "competence_open": receiver not in self.settled_receiver_ids}


@dataclass(frozen=True)
class PermissionRow:
    """One permission: this role, standing so to the case, when the needs hold, unless acted.

    `forbids` names acts that the same person may not have done in this case, ever;
    `once_a_round` bars a second act of the same kind by the same person in one round of the
    case, or since the latest act by which the act's own rounds begin (`round_begins`);
    `not_own_clause` bars whoever entered the clause that the case is judged by.
    """

    action: Action
    role: Role
    relation: Relation
    needs: tuple[str, ...] = ()
    forbids: frozenset[Action] = frozenset()
    once_a_round: bool = False
    round_begins: Action | None = None
    not_own_clause: bool = False


_ENTERPRISE_ACTS = frozenset(
    {
        Action.FILE_FIRST_REPORT,
        Action.SUPPLEMENT_REPORT,
        Action.SIGN_DOUBLE_REPORT,
        Action.RECORD_WORKFORCE_REPORT,
        Action.SUBMIT_PLAN,
        Action.REPORT_PROGRESS,
        Action.UPDATE_FIVE_IN_PLACE,
        Action.REQUEST_EXTENSION,
        Action.ANSWER_PENALTY_NOTICE,
        Action.APPLY_FOR_RESUMPTION,
        Action.APPLY_FOR_ACCEPTANCE,
        Action.EVALUATE_EFFECT,
        Action.OBJECT_TO_VERDICT,
        Action.LIST_OWN_HAZARD,
        Action.ACCEPT_OWN_RECTIFICATION,
        Action.CLOSE_OWN_LISTING,
    }
)
# Whoever acted for the supervised side decides nothing for the supervising one, and the reverse.
_OTHER_SIDE = _ENTERPRISE_ACTS | {Action.ENDORSE_AS_PARENT_COMPANY_HEAD}
SUPERVISED_SIDE = _OTHER_SIDE
_DRAFTING = frozenset({Action.PROPOSE_LISTING})
_REVIEWING = frozenset({Action.REVIEW_DRAFT})
_FINDING = frozenset({Action.REGISTER_HAZARD, Action.VERIFY_HAZARD})
_INSPECTING = frozenset({Action.INSPECT_RECTIFICATION})
_ACCEPTING = frozenset({Action.APPROVE_ACCEPTANCE})
_WITHDRAWING = _OTHER_SIDE | {Action.WITHDRAW_CASE}
_ESCALATING = frozenset({Action.PROPOSE_ESCALATION})
_ANSWERING = frozenset({Action.ANSWER_ESCALATION})
_PENALISING = frozenset({Action.PROPOSE_SUSPENSION})
_LEGALITY = frozenset({Action.REVIEW_LEGALITY, Action.REVIEW_AFTER_HEARING})
_ORDERING = frozenset({Action.PROPOSE_ORDER})
_DECIDING_ORDERS = frozenset({Action.APPROVE_ORDER, Action.DECIDE_CLOSURE})
# A government may also stand in the place of a parent company: that bars it from nothing here.
_GOVERNING = _ENTERPRISE_ACTS | _ORDERING | {Action.REVIEW_ORDER, Action.APPROVE_ORDER}
_INQUIRING = frozenset({Action.PROPOSE_INQUIRY, Action.RECORD_INQUIRY_FINDING})
_JUDGING = _FINDING | {Action.CONFIRM_VERDICT}
_REPORTING = frozenset({Action.REPORT_PROGRESS, Action.APPLY_FOR_ACCEPTANCE})


def _row(
    action: Action,
    role: Role,
    relation: Relation,
    *needs: str,
    forbids: frozenset[Action] = frozenset(),
) -> PermissionRow:
    return PermissionRow(action, role, relation, needs, forbids)


_A, _R, _T = Action, Role, Relation
_VISITING = (_R.CASE_OFFICER, _R.COMMITTEE_OFFICER, _R.GOVERNMENT_OFFICER)
_PREPARERS = (_R.ENTERPRISE_SAFETY_OFFICER, _R.ENTERPRISE_PRINCIPAL)

# TAKE_BACK has no row: it follows from the act that is taken back, see workflows/taking_back.py.
_ROWS: tuple[PermissionRow, ...] = (
    *(_row(_A.FILE_FIRST_REPORT, role, _T.OWN) for role in _PREPARERS),
    _row(_A.REGISTER_HAZARD, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT),
    *(_row(_A.SUPPLEMENT_REPORT, role, _T.OWN) for role in _PREPARERS),
    *(_row(_A.RECORD_WORKFORCE_REPORT, role, _T.OWN) for role in _PREPARERS),
    _row(_A.SIGN_DOUBLE_REPORT, _R.ENTERPRISE_PRINCIPAL, _T.OWN),
    PermissionRow(
        _A.CONFIRM_CRITERION,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        ("criterion_on_record",),
        forbids=_OTHER_SIDE,
        not_own_clause=True,
    ),
    PermissionRow(
        _A.CONFIRM_CRITERION,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        ("criterion_on_record",),
        forbids=_OTHER_SIDE,
        not_own_clause=True,
    ),
    _row(
        _A.ORDER_IMMEDIATE_MEASURES, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE
    ),
    _row(
        _A.LIFT_IMMEDIATE_MEASURES,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "measures_in_force",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.ISSUE_RECTIFICATION_ORDER, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE
    ),
    _row(_A.VERIFY_HAZARD, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(
        _A.CONFIRM_VERDICT,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        forbids=_FINDING | _OTHER_SIDE,
    ),
    _row(
        _A.PROPOSE_LISTING,
        _R.COMMITTEE_OFFICER,
        _T.LISTING_OFFICE,
        "office_drafts_listing",
        "nothing_missing",
        forbids=_OTHER_SIDE,
    ),
    # A department or a group's headquarters that lists drafts its own notice.
    *(
        _row(
            _A.PROPOSE_LISTING,
            role,
            _T.LISTING_BODY,
            "body_drafts_listing",
            "nothing_missing",
            forbids=_OTHER_SIDE,
        )
        for role in (_R.CASE_OFFICER, _R.ENTERPRISE_SAFETY_OFFICER)
    ),
    _row(
        _A.REVIEW_DRAFT,
        _R.COMMITTEE_OFFICE_HEAD,
        _T.LISTING_OFFICE,
        "office_drafts_listing",
        forbids=_DRAFTING | _OTHER_SIDE,
    ),
    *(
        _row(
            _A.REVIEW_DRAFT,
            role,
            _T.LISTING_BODY,
            "body_drafts_listing",
            forbids=_DRAFTING | _OTHER_SIDE,
        )
        for role in (_R.DEPARTMENT_HEAD, _R.ENTERPRISE_PRINCIPAL)
    ),
    _row(
        _A.COUNTERSIGN_LISTING,
        _R.LEADER_IN_CHARGE,
        _T.LISTING_BODY_SECTOR,
        forbids=_DRAFTING | _REVIEWING | _OTHER_SIDE,
    ),
    _row(
        _A.SIGN_LISTING,
        _R.AUTHORISED_SIGNATORY,
        _T.LISTING_BODY,
        forbids=_DRAFTING | _REVIEWING | _OTHER_SIDE | {Action.COUNTERSIGN_LISTING},
    ),
    _row(
        _A.RECORD_EXTERNAL_LISTING,
        _R.COMMITTEE_OFFICER,
        _T.LISTING_OFFICE,
        "nothing_missing",
        forbids=_OTHER_SIDE,
    ),
    _row(_A.SERVE_LISTING_NOTICE, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE),
    _row(_A.SERVE_LISTING_NOTICE, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT),
    _row(_A.ACKNOWLEDGE_HANDOVER, _R.GOVERNMENT_OFFICER, _T.RECEIVER),
    _row(_A.ACKNOWLEDGE_HANDOVER, _R.CASE_OFFICER, _T.RECEIVER),
    _row(
        _A.RESOLVE_COMPETENCE_DISPUTE,
        _R.COMMITTEE_OFFICE_HEAD,
        _T.LISTING_OFFICE,
        forbids=_OTHER_SIDE,
    ),
    _row(_A.REPORT_HANDOVER_RESULT, _R.GOVERNMENT_OFFICER, _T.RECEIVER),
    _row(_A.REPORT_HANDOVER_RESULT, _R.CASE_OFFICER, _T.RECEIVER),
    *(_row(_A.SUBMIT_PLAN, role, _T.OWN) for role in _PREPARERS),
    _row(_A.SUBMIT_PLAN, _R.GOVERNMENT_OFFICER, _T.OWN, "no_enterprise"),
    _row(
        _A.REVIEW_PLAN,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE,
    ),
    _row(_A.INVITE_EXPERT, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(_A.RECALL_EXPERT, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(_A.GIVE_EXPERT_OPINION, _R.EXPERT, _T.INVITED, forbids=_OTHER_SIDE),
    *(_row(_A.REPORT_PROGRESS, role, _T.OWN) for role in _PREPARERS),
    # Each owner of several, each party of a contract reports what it does.
    *(_row(_A.REPORT_PROGRESS, role, _T.CO_PARTY) for role in _PREPARERS),
    _row(_A.REPORT_PROGRESS, _R.GOVERNMENT_OFFICER, _T.OWN, "no_enterprise"),
    _row(
        _A.REVIEW_PROGRESS,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE,
    ),
    *(_row(_A.RECORD_VISIT, role, _T.VISITOR, forbids=_OTHER_SIDE) for role in _VISITING),
    *(_row(_A.UPDATE_FIVE_IN_PLACE, role, _T.OWN) for role in _PREPARERS),
    _row(_A.UPDATE_FIVE_IN_PLACE, _R.GOVERNMENT_OFFICER, _T.OWN, "no_enterprise"),
    # Signed by the principal (form of Ningbo); who listed decides, before that the department.
    _row(_A.REQUEST_EXTENSION, _R.ENTERPRISE_PRINCIPAL, _T.OWN, "limit_runs"),
    _row(_A.REQUEST_EXTENSION, _R.GOVERNMENT_OFFICER, _T.OWN, "no_enterprise", "limit_runs"),
    _row(_A.REVIEW_EXTENSION, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(
        _A.DECIDE_EXTENSION,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        "not_listed_here",
        forbids=_OTHER_SIDE | {Action.REVIEW_EXTENSION},
    ),
    _row(
        _A.DECIDE_EXTENSION,
        _R.AUTHORISED_SIGNATORY,
        _T.LISTING_BODY,
        "listed_here",
        forbids=_OTHER_SIDE | {Action.REVIEW_EXTENSION},
    ),
    _row(_A.PETITION_EXTENSION, _R.COMMITTEE_OFFICE_HEAD, _T.LISTING_OFFICE, forbids=_OTHER_SIDE),
    _row(
        _A.RECORD_EXTERNAL_EXTENSION, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE, forbids=_OTHER_SIDE
    ),
    _row(_A.APPLY_FOR_ACCEPTANCE, _R.ENTERPRISE_PRINCIPAL, _T.OWN),
    # A hazard without an enterprise is rectified by the territorial government.
    _row(_A.APPLY_FOR_ACCEPTANCE, _R.GOVERNMENT_OFFICER, _T.OWN, "no_enterprise"),
    _row(
        _A.ENDORSE_AS_PARENT_COMPANY_HEAD,
        _R.PARENT_COMPANY_HEAD,
        _T.PARENT,
        "has_parent_company",
        forbids=frozenset({Action.APPLY_FOR_ACCEPTANCE}),
    ),
    _row(
        _A.ENDORSE_AS_PARENT_COMPANY_HEAD,
        _R.ACTUAL_CONTROLLER,
        _T.OWN,
        "no_parent_company",
        forbids=frozenset({Action.APPLY_FOR_ACCEPTANCE}),
    ),
    _row(
        _A.ENDORSE_AS_PARENT_COMPANY_HEAD,
        _R.GOVERNMENT_PRINCIPAL,
        _T.TERRITORY,
        "endorsed_by_government",
        forbids=frozenset({Action.APPLY_FOR_ACCEPTANCE}),
    ),
    *(_row(_A.EVALUATE_EFFECT, role, _T.OWN) for role in _PREPARERS),
    _row(_A.EVALUATE_EFFECT, _R.GOVERNMENT_OFFICER, _T.OWN, "no_enterprise"),
    # At least two inspectors: the second signature must be another person's.
    PermissionRow(
        _A.INSPECT_RECTIFICATION,
        _R.ACCEPTANCE_REVIEWER,
        _T.COMPETENT_DEPARTMENT,
        # Experts advise; they do not sign as inspectors.
        forbids=_OTHER_SIDE | {Action.GIVE_EXPERT_OPINION},
        once_a_round=True,
    ),
    _row(
        _A.APPROVE_ACCEPTANCE,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        forbids=_INSPECTING | _OTHER_SIDE,
    ),
    _row(
        _A.ENDORSE_AS_LEADER_IN_CHARGE,
        _R.LEADER_IN_CHARGE,
        # The government's leader, whoever listed (Shuo An Fa 2022 No. 3, item 27).
        _T.COMMITTEE_SECTOR,
        "listing_served",
        forbids=_INSPECTING | _ACCEPTING | _OTHER_SIDE,
    ),
    # Monthly, on a sheet of all listed cases; nobody endorses a report of their own.
    _row(
        _A.ENDORSE_MONTHLY_PROGRESS,
        _R.LEADER_IN_CHARGE,
        _T.COMMITTEE_SECTOR,
        "listing_served",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.ENDORSE_MONTHLY_PROGRESS,
        _R.PARENT_COMPANY_HEAD,
        _T.PARENT,
        "listing_served",
        forbids=_REPORTING,
    ),
    _row(
        _A.RECORD_SPOT_CHECK,
        _R.COMMITTEE_OFFICER,
        _T.LISTING_OFFICE,
        forbids=_INSPECTING | _ACCEPTING | _OTHER_SIDE,
    ),
    _row(
        _A.APPROVE_DELISTING,
        _R.AUTHORISED_SIGNATORY,
        _T.LISTING_BODY,
        "listing_served",
        "new_party_served",
        "every_receiver_reported",
        "no_measures_in_force",
        "no_penalty_pending",
        "no_suspension_in_force",
        *NO_ORDER_OPEN,
        "no_resumption_pending",
        "no_legal_hold",
        "no_answer_owed",
        "inquiry_settled",
        "double_report_complete",
        forbids=_INSPECTING
        | _ACCEPTING
        | _DRAFTING
        | _REVIEWING
        | _OTHER_SIDE
        | {Action.ENDORSE_AS_LEADER_IN_CHARGE},
    ),
    _row(
        _A.PETITION_DELISTING,
        _R.COMMITTEE_OFFICE_HEAD,
        _T.LISTING_OFFICE,
        "listing_served",
        "new_party_served",
        "every_receiver_reported",
        "no_measures_in_force",
        "no_penalty_pending",
        "no_suspension_in_force",
        *NO_ORDER_OPEN,
        "no_resumption_pending",
        "no_legal_hold",
        "no_answer_owed",
        "inquiry_settled",
        "double_report_complete",
        forbids=_INSPECTING | _ACCEPTING | _OTHER_SIDE | {Action.ENDORSE_AS_LEADER_IN_CHARGE},
    ),
    _row(
        _A.RECORD_EXTERNAL_DELISTING, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE, forbids=_OTHER_SIDE
    ),
    _row(
        _A.CLOSE_TRACKED_CASE,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        "no_measures_in_force",
        "no_penalty_pending",
        "no_suspension_in_force",
        *NO_ORDER_OPEN,
        "no_resumption_pending",
        "no_legal_hold",
        "no_answer_owed",
        "inquiry_settled",
        "double_report_complete",
        forbids=_INSPECTING | _OTHER_SIDE,
    ),
    _row(_A.LIST_OWN_HAZARD, _R.ENTERPRISE_PRINCIPAL, _T.OWN, "nothing_missing"),
    _row(_A.ACCEPT_OWN_RECTIFICATION, _R.ENTERPRISE_PRINCIPAL, _T.OWN, "no_legal_hold"),
    _row(
        _A.CLOSE_OWN_LISTING,
        _R.PARENT_COMPANY_HEAD,
        _T.PARENT,
        "has_parent_company",
        forbids=frozenset({Action.ACCEPT_OWN_RECTIFICATION}),
    ),
    _row(
        _A.CLOSE_OWN_LISTING,
        _R.ACTUAL_CONTROLLER,
        _T.OWN,
        "no_parent_company",
        forbids=frozenset({Action.ACCEPT_OWN_RECTIFICATION}),
    ),
    _row(_A.CHECK_OWN_CLOSURE, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    # What the grass roots cannot solve goes to the committee office (Shuo An Fa 2022 No. 3).
    _row(_A.REQUEST_COORDINATION, _R.ENTERPRISE_PRINCIPAL, _T.OWN, "verdict_is_major"),
    _row(_A.REQUEST_COORDINATION, _R.GOVERNMENT_OFFICER, _T.TERRITORY, "verdict_is_major"),
    _row(_A.REQUEST_COORDINATION, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, "verdict_is_major"),
    _row(
        _A.ANSWER_COORDINATION,
        _R.COMMITTEE_OFFICE_HEAD,
        _T.LISTING_OFFICE,
        forbids=frozenset({Action.REQUEST_COORDINATION}),
    ),
    # Pressing on: before the listing the department, after it the office of who listed.
    _row(
        _A.PROPOSE_ESCALATION,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "verdict_is_major",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.PROPOSE_ESCALATION,
        _R.COMMITTEE_OFFICER,
        _T.LISTING_OFFICE,
        "listed",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.CONFIRM_ESCALATION,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        "not_listed_yet",
        forbids=_OTHER_SIDE | _ESCALATING,
    ),
    _row(
        _A.CONFIRM_ESCALATION,
        _R.COMMITTEE_OFFICE_HEAD,
        _T.LISTING_OFFICE,
        "listed",
        forbids=_OTHER_SIDE | _ESCALATING,
    ),
    _row(
        _A.APPROVE_ESCALATION,
        _R.LEADER_IN_CHARGE,
        _T.COMMITTEE_SECTOR,
        forbids=_OTHER_SIDE | _ESCALATING | {Action.CONFIRM_ESCALATION},
    ),
    _row(
        _A.SERVE_ESCALATION,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "not_listed_yet",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.SERVE_ESCALATION, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE, "listed", forbids=_OTHER_SIDE
    ),
    _row(
        _A.RECORD_TALK,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "not_listed_yet",
        forbids=_OTHER_SIDE,
    ),
    _row(_A.RECORD_TALK, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE, "listed", forbids=_OTHER_SIDE),
    _row(_A.ANSWER_ESCALATION, _R.ENTERPRISE_PRINCIPAL, _T.OWN, "escalated_to_party"),
    _row(
        _A.ANSWER_ESCALATION, _R.GOVERNMENT_OFFICER, _T.OWN, "escalated_to_party", "no_enterprise"
    ),
    _row(_A.ANSWER_ESCALATION, _R.GOVERNMENT_OFFICER, _T.TERRITORY, "escalated_to_territory"),
    _row(_A.ANSWER_ESCALATION, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, "escalated_to_department"),
    _row(
        _A.REVIEW_ESCALATION_ANSWER,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "not_listed_yet",
        forbids=_OTHER_SIDE | _ANSWERING,
    ),
    _row(
        _A.REVIEW_ESCALATION_ANSWER,
        _R.COMMITTEE_OFFICER,
        _T.LISTING_OFFICE,
        "listed",
        forbids=_OTHER_SIDE | _ANSWERING,
    ),
    # A penalty is proposed, reviewed, heard and decided by four different people.
    _row(
        _A.PROPOSE_SUSPENSION,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "verdict_is_major",
        "party_operates",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.REVIEW_LEGALITY,
        _R.LEGALITY_REVIEWER,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | _FINDING | _PENALISING,
    ),
    _row(_A.SERVE_PENALTY_NOTICE, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(_A.ANSWER_PENALTY_NOTICE, _R.ENTERPRISE_PRINCIPAL, _T.OWN),
    _row(_A.RECORD_NO_ANSWER, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    # Whoever investigated chairs no hearing (Administrative Penalty Law, article 64).
    *(
        _row(
            _A.RECORD_HEARING,
            role,
            _T.COMPETENT_DEPARTMENT,
            forbids=_OTHER_SIDE | _FINDING | _PENALISING | _LEGALITY,
        )
        for role in (_R.LEGALITY_REVIEWER, _R.CASE_OFFICER)
    ),
    _row(
        _A.REVIEW_AFTER_HEARING,
        _R.LEGALITY_REVIEWER,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | _FINDING | _PENALISING | {Action.RECORD_HEARING},
    ),
    _row(
        _A.DECIDE_SUSPENSION,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | _FINDING | _PENALISING | _LEGALITY | {Action.RECORD_HEARING},
    ),
    _row(_A.SERVE_SUSPENSION, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(
        _A.LIFT_SUSPENSION,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        "suspension_in_force",
        forbids=_OTHER_SIDE,
    ),
    # That an order was not obeyed: one records it with a second officer, the head confirms.
    _row(
        _A.RECORD_REFUSAL,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "order_on_record",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.CONFIRM_REFUSAL,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | {Action.RECORD_REFUSAL},
    ),
    _row(
        _A.LIFT_REFUSAL,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        "rectification_refused",
        forbids=_OTHER_SIDE,
    ),
    # A mistake in what was issued is put right in the open: an officer prepares it, whoever signs
    # such documents signs it.
    _row(
        _A.PROPOSE_CORRECTION,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "order_on_record",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.PROPOSE_CORRECTION,
        _R.COMMITTEE_OFFICER,
        _T.LISTING_OFFICE,
        "order_on_record",
        forbids=_OTHER_SIDE,
    ),
    *(
        _row(
            _A.SIGN_CORRECTION,
            role,
            relation,
            CORRECTED_BY[role],
            forbids=_OTHER_SIDE | {Action.PROPOSE_CORRECTION},
        )
        for role, relation in (
            (_R.AUTHORISED_SIGNATORY, _T.LISTING_BODY),
            (_R.DEPARTMENT_HEAD, _T.COMPETENT_DEPARTMENT),
            (_R.COMMITTEE_OFFICE_HEAD, _T.LISTING_OFFICE),
            (_R.LEADER_IN_CHARGE, _T.COMMITTEE_SECTOR),
            (_R.GOVERNMENT_PRINCIPAL, _T.DEPARTMENTS_GOVERNMENT),
        )
    ),
    # Enforcement orders: proposed, reviewed, approved and, where the law says so, decided by the
    # government; whoever decided does not ask for the lifting.
    _row(
        _A.PROPOSE_ORDER,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "verdict_is_major",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.REVIEW_ORDER,
        _R.LEGALITY_REVIEWER,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | _FINDING | _ORDERING,
    ),
    _row(_A.HEAR_PARTY, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(
        _A.APPROVE_ORDER,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | _ORDERING | {Action.REVIEW_ORDER},
    ),
    # The department petitions the government that it belongs to.
    _row(
        _A.DECIDE_CLOSURE,
        _R.GOVERNMENT_PRINCIPAL,
        _T.DEPARTMENTS_GOVERNMENT,
        forbids=_GOVERNING,
    ),
    _row(_A.SERVE_ORDER, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(_A.RECORD_ORDER_RECEIPT, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(
        _A.LIFT_ORDER,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "order_in_force",
        forbids=_OTHER_SIDE | _DECIDING_ORDERS,
    ),
    _row(
        _A.CONFIRM_ORDER_LIFTING,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | {Action.LIFT_ORDER},
    ),
    _row(
        _A.DECIDE_CLOSURE_LIFTING,
        _R.GOVERNMENT_PRINCIPAL,
        _T.DEPARTMENTS_GOVERNMENT,
        forbids=_GOVERNING | {Action.LIFT_ORDER, Action.CONFIRM_ORDER_LIFTING},
    ),
    _row(_A.RECORD_RESTORATION, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    # Handled as if an accident: proposed, decided, written and approved by different people.
    _row(
        _A.PROPOSE_INQUIRY,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "inquiry_called_for",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.PROPOSE_INQUIRY,
        _R.COMMITTEE_OFFICER,
        _T.LISTING_OFFICE,
        "inquiry_called_for",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.CONFIRM_INQUIRY,
        _R.COMMITTEE_OFFICE_HEAD,
        _T.LISTING_OFFICE,
        forbids=_OTHER_SIDE | {Action.PROPOSE_INQUIRY},
    ),
    _row(_A.RECORD_INQUIRY_FINDING, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(_A.RECORD_INQUIRY_FINDING, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE, forbids=_OTHER_SIDE),
    _row(
        _A.APPROVE_INQUIRY,
        _R.LEADER_IN_CHARGE,
        _T.COMMITTEE_SECTOR,
        forbids=_OTHER_SIDE | _INQUIRING | {Action.CONFIRM_INQUIRY},
    ),
    # The level above is asked to supervise what was listed here; its answer comes on paper.
    _row(
        _A.PROPOSE_RAISE,
        _R.COMMITTEE_OFFICER,
        _T.LISTING_OFFICE,
        "raisable",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.CONFIRM_RAISE,
        _R.COMMITTEE_OFFICE_HEAD,
        _T.LISTING_OFFICE,
        forbids=_OTHER_SIDE | {Action.PROPOSE_RAISE},
    ),
    _row(_A.PETITION_RAISE, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE, forbids=_OTHER_SIDE),
    _row(_A.RECORD_RAISE_ANSWER, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE, forbids=_OTHER_SIDE),
    # Restart of a stopped party: it applies, others inspect, the head leaves it; a coal mine's
    # also needs the government of the department (Coal Mine Safety Regulation, article 48).
    *(_row(_A.APPLY_FOR_RESUMPTION, role, _T.OWN, "work_stopped") for role in _PREPARERS),
    _row(_A.APPLY_FOR_RESUMPTION, _R.GOVERNMENT_OFFICER, _T.OWN, "no_enterprise", "work_stopped"),
    PermissionRow(
        _A.INSPECT_RESUMPTION,
        _R.ACCEPTANCE_REVIEWER,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | {Action.GIVE_EXPERT_OPINION},
        once_a_round=True,
        round_begins=Action.APPLY_FOR_RESUMPTION,
    ),
    _row(
        _A.APPROVE_RESUMPTION,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | {Action.INSPECT_RESUMPTION},
    ),
    _row(
        _A.RECORD_RESUMPTION_CONSENT, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE
    ),
    _row(
        _A.SIGN_RESUMPTION,
        _R.GOVERNMENT_PRINCIPAL,
        _T.DEPARTMENTS_GOVERNMENT,
        forbids=_OTHER_SIDE | {Action.INSPECT_RESUMPTION, Action.APPROVE_RESUMPTION},
    ),
    _row(_A.SERVE_RESUMPTION, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    # Ending early: one asks, another decides; once listed, the body that listed decides.
    _row(
        _A.WITHDRAW_CASE,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "not_listed_yet",
        forbids=_OTHER_SIDE,
    ),
    _row(_A.WITHDRAW_CASE, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE, "listed", forbids=_OTHER_SIDE),
    _row(
        _A.CONFIRM_WITHDRAWAL,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        "not_listed_yet",
        forbids=_WITHDRAWING,
    ),
    _row(
        _A.CONFIRM_WITHDRAWAL,
        _R.AUTHORISED_SIGNATORY,
        _T.LISTING_BODY,
        "listed",
        forbids=_WITHDRAWING,
    ),
    _row(_A.OBJECT_TO_VERDICT, _R.ENTERPRISE_PRINCIPAL, _T.OWN, "verdict_is_major"),
    _row(
        _A.DECIDE_OBJECTION,
        _R.COMMITTEE_OFFICE_HEAD,
        _T.LISTING_OFFICE,
        forbids=_JUDGING | _OTHER_SIDE,
    ),
    _row(_A.ADD_FINDING, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(
        _A.ANSWER_FINDER,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "answer_owed",
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.CHANGE_RESPONSIBLE_PARTY,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE,
    ),
    _row(
        _A.CONFIRM_PARTY_CHANGE,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | {Action.CHANGE_RESPONSIBLE_PARTY},
    ),
    _row(_A.SERVE_ON_NEW_PARTY, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE),
    _row(_A.SERVE_ON_NEW_PARTY, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT),
    *(_row(_A.REPORT_STOPPAGE, role, _T.OWN) for role in _PREPARERS),
    _row(_A.REPORT_STOPPAGE, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(
        _A.CONFIRM_STOPPAGE,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | {Action.REPORT_STOPPAGE},
    ),
    _row(
        _A.CONFIRM_STOPPAGE,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | {Action.REPORT_STOPPAGE},
    ),
    # Whoever stopped of its own will starts again of its own will.
    *(_row(_A.REPORT_RESTART, role, _T.OWN, "stopped", "no_ordered_stop") for role in _PREPARERS),
    _row(
        _A.REPORT_RESTART,
        _R.CASE_OFFICER,
        _T.COMPETENT_DEPARTMENT,
        "stopped",
        "no_ordered_stop",
        forbids=_OTHER_SIDE,
    ),
    _row(_A.RECORD_ACCIDENT, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, forbids=_OTHER_SIDE),
    _row(_A.RECORD_ACCIDENT, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE, forbids=_OTHER_SIDE),
    _row(
        _A.CONFIRM_ACCIDENT,
        _R.DEPARTMENT_HEAD,
        _T.COMPETENT_DEPARTMENT,
        forbids=_OTHER_SIDE | {Action.RECORD_ACCIDENT},
    ),
    _row(
        _A.LIFT_LEGAL_HOLD,
        _R.COMMITTEE_OFFICE_HEAD,
        _T.LISTING_OFFICE,
        forbids=_OTHER_SIDE | {Action.RECORD_ACCIDENT, Action.CONFIRM_ACCIDENT},
    ),
    # Supervised by a department alone, or listed by the enterprise itself: filed by the department.
    _row(_A.ARCHIVE_CASE, _R.COMMITTEE_OFFICER, _T.LISTING_OFFICE, "on_listed_track"),
    _row(_A.ARCHIVE_CASE, _R.CASE_OFFICER, _T.COMPETENT_DEPARTMENT, "off_listed_track"),
)


def _is_of_supervised_side(row: PermissionRow) -> bool:
    """The party's own acts, its parent's, and what a government does in a parent's place."""
    theirs = (Relation.OWN, Relation.CO_PARTY, Relation.PARENT)
    return row.relation in theirs or row.action in _OTHER_SIDE


# What is done on both sides, as reporting a stoppage, tells nothing of the side.
_SUPERVISING_SIDE = frozenset(
    row.action for row in _ROWS if row.forbids >= _OTHER_SIDE
) - frozenset(row.action for row in _ROWS if _is_of_supervised_side(row)) | {_A.REGISTER_HAZARD}
PERMISSIONS: tuple[PermissionRow, ...] = tuple(
    replace(row, forbids=row.forbids | _SUPERVISING_SIDE) if _is_of_supervised_side(row) else row
    for row in _ROWS
)


def stands_so(
    post: PostRecord, relation: Relation, case: CaseStanding, receiver: int | None
) -> bool:
    """True when the post's organisation stands to the case as the relation asks."""
    organisation = post.organisation_id
    match relation:
        case Relation.RECEIVER if receiver is None:
            return organisation in case.receiver_ids
        case Relation.VISITOR if receiver is None:
            return organisation in case.visitor_ids
        case Relation.INVITED:
            return (post.post_id, organisation) == case.invited
        case Relation.CO_PARTY:
            return organisation in case.co_party_ids
        case Relation.LISTING_BODY_SECTOR | Relation.COMMITTEE_SECTOR:
            theirs = _organisation_of(relation, case, receiver)
            return organisation == theirs and case.sector in post.sectors
        case _:
            return organisation == _organisation_of(relation, case, receiver)


def _organisation_of(relation: Relation, case: CaseStanding, receiver: int | None) -> int | None:
    """The organisation that stands so to the case; None where it is nobody or several."""
    return {
        Relation.OWN: case.responsible_party_id,
        Relation.PARENT: case.parent_company_id,
        Relation.COMPETENT_DEPARTMENT: case.competent_department_id,
        Relation.TERRITORY: case.territorial_government_id,
        Relation.DEPARTMENTS_GOVERNMENT: case.departments_government_id,
        Relation.LISTING_BODY: case.listing_body_id,
        Relation.LISTING_BODY_SECTOR: case.listing_body_id,
        Relation.LISTING_OFFICE: case.listing_office_id,
        Relation.COMMITTEE_SECTOR: case.safety_committee_id,
        Relation.SUPERIOR_OFFICE: case.superior_office_id,
        Relation.RECEIVER: receiver,
        Relation.VISITOR: receiver,
        Relation.INVITED: case.invited[1] if case.invited else None,
    }.get(relation)


def check(
    actor: Actor, action: Action, case: CaseStanding, receiver: int | None = None
) -> PostRecord:
    """The post under which the actor may do this; PermissionRefusedError with the reason if none.

    `receiver` is the organisation that the open step of a handover or of the visits belongs to.
    """
    refusal = {"reason": "no_post", "missing": ""}
    for row, post in ways(actor, action):
        if not stands_so(post, row.relation, case, receiver):
            continue
        if not post.covers(action):
            refusal = {"reason": "left_out", "missing": "", "principal": _principal(post)}
            continue
        unmet = next((need for need in row.needs if not case.needs_met[need]), None)
        if unmet is not None:
            refusal = {"reason": "need_unmet", "missing": unmet}
            continue
        done = _barred_by(actor, post, row, case)
        if done is not None:
            refusal = _separation(actor, row, case, post, done)
            continue
        return post
    raise PermissionRefusedError(action=action, **refusal)


def ways(actor: Actor, action: Action) -> list[tuple[PermissionRow, PostRecord]]:
    """Rows of the table with the posts that fit them; those stood in for come last."""
    ways = [
        (row, post)
        for row in PERMISSIONS
        if row.action is action
        for post in actor.posts
        if post.role is row.role
    ]
    return sorted(ways, key=lambda way: way[1].authority is not None)


def _principal(post: PostRecord) -> str:
    return post.authority.principal_name if post.authority else ""


def _separation(
    actor: Actor, row: PermissionRow, case: CaseStanding, post: PostRecord, done: str
) -> dict[str, str]:
    """Whether the actor is barred, or only the one in whose name the actor would act."""
    own = replace(post, authority=None)
    if _barred_by(actor, own, row, case) is None:
        return {"reason": "separation_of_principal", "missing": done, "principal": _principal(post)}
    return {"reason": "separation_of_duties", "missing": done}


def may(actor: Actor, action: Action, case: CaseStanding, receiver: int | None = None) -> bool:
    """True when `check` would let the actor pass."""
    try:
        check(actor, action, case, receiver)
    except PermissionRefusedError:
        return False
    return True


def holds_duty(
    actor: Actor, action: Action, case: CaseStanding, receiver: int | None = None
) -> bool:
    """True when the act falls to one of the actor's posts, whether or not it can be done yet."""
    return bool(duty_posts(actor, action, case, receiver))


def duty_posts(
    actor: Actor, action: Action, case: CaseStanding, receiver: int | None = None
) -> tuple[PostRecord, ...]:
    """The posts through which the act falls to the actor, own ones first, done yet or not."""
    return tuple(
        post
        for row, post in ways(actor, action)
        if stands_so(post, row.relation, case, receiver)
        and post.covers(action)
        and _applies(row, case)
        and _barred_by(actor, post, row, case) is None
    )


def find_case_officers_post(actor: Actor, department_id: int | None) -> PostRecord | None:
    """The post by which the actor keeps the records of a department's cases, if any."""
    return next(
        (
            post
            for post in actor.own_posts
            if post.role is Role.CASE_OFFICER and post.organisation_id == department_id
        ),
        None,
    )


def may_view(actor: Actor, case: CaseStanding) -> bool:
    """A case is seen by whoever holds a post that some permission of the table could reach."""
    return any(
        post.role is role and stands_so(post, relation, case, None)
        for role, relation in VIEWING
        for post in actor.posts
    )


def sees_inside(actor: Actor, case: CaseStanding) -> bool:
    """The supervising side reads drafts and the opinions on them; the supervised side does not."""
    return any(
        post.role is role and relation in INSIDE_RELATIONS and stands_so(post, relation, case, None)
        for role, relation in VIEWING
        for post in actor.posts
    )


def reads_orders(actor: Actor, case: CaseStanding) -> bool:
    """Inside, or of the territory's government, unless that is itself the responsible party."""
    territory = case.territorial_government_id
    governs = territory != case.responsible_party_id and any(
        post.role in GOVERNMENT_ROLES and post.organisation_id == territory for post in actor.posts
    )
    return governs or sees_inside(actor, case)


def withheld_from(actor: Actor, case: CaseStanding) -> frozenset[Action]:
    """The acts of which the actor reads only that they took place."""
    if sees_inside(actor, case):
        return frozenset()
    return INSIDE_ACTS - ORDER_STEPS if reads_orders(actor, case) else INSIDE_ACTS


def untold_to(actor: Actor, case: CaseStanding) -> frozenset[str]:
    """The steps, and the clocks of the same names, of which the actor is not told."""
    if sees_inside(actor, case):
        return frozenset()
    return UNTOLD_CLOCKS - ORDER_STEPS if reads_orders(actor, case) else UNTOLD_CLOCKS


def sees_sources(actor: Actor, case: CaseStanding) -> bool:
    """Whether a tip may be told from an inspection: never by anybody of the supervised side."""
    supervised = {case.responsible_party_id, case.parent_company_id, *case.co_party_ids}
    return not any(post.organisation_id in supervised for post in actor.posts) and any(
        post.role is role and relation in OFFICIAL and stands_so(post, relation, case, None)
        for role, relation in VIEWING
        for post in actor.posts
    )


def partakes_only(actor: Actor, case: CaseStanding) -> bool:
    """Whether the actor sees the case as a further party alone: what others handed in is theirs."""
    relations = {
        relation
        for role, relation in VIEWING
        for post in actor.posts
        if post.role is role and stands_so(post, relation, case, None)
    }
    return relations == {Relation.CO_PARTY}


GOVERNMENT_ROLES = frozenset({Role.GOVERNMENT_OFFICER, Role.GOVERNMENT_PRINCIPAL})
# An inquiry is never told outside: that there is one would tell of a tip.
NEVER_TOLD_ACTS = _INQUIRING | {Action.CONFIRM_INQUIRY, Action.APPROVE_INQUIRY}
# From where one reads what stays inside the office.
INSIDE_RELATIONS = frozenset(
    {
        Relation.COMPETENT_DEPARTMENT,
        Relation.LISTING_BODY,
        Relation.LISTING_BODY_SECTOR,
        Relation.LISTING_OFFICE,
        Relation.COMMITTEE_SECTOR,
        Relation.SUPERIOR_OFFICE,
    }
)
# The offices that a case concerns; not the party's side, and not the expert who is asked.
OFFICIAL = INSIDE_RELATIONS | {
    Relation.TERRITORY,
    Relation.DEPARTMENTS_GOVERNMENT,
    Relation.RECEIVER,
    Relation.VISITOR,
}
# What is written in them stays inside the office: proposal and opinions on a draft.
INSIDE_ACTS = frozenset(
    {
        Action.PROPOSE_LISTING,
        Action.REVIEW_DRAFT,
        Action.COUNTERSIGN_LISTING,
        Action.SIGN_LISTING,
        Action.PROPOSE_ESCALATION,
        Action.CONFIRM_ESCALATION,
        Action.APPROVE_ESCALATION,
        Action.PROPOSE_SUSPENSION,
        Action.REVIEW_LEGALITY,
        Action.REVIEW_AFTER_HEARING,
        Action.DECIDE_SUSPENSION,
        Action.RECORD_REFUSAL,
        Action.PROPOSE_CORRECTION,
        Action.SIGN_CORRECTION,
        *NEVER_TOLD_ACTS,
        Action.PROPOSE_RAISE,
        Action.CONFIRM_RAISE,
        Action.PROPOSE_ORDER,
        Action.REVIEW_ORDER,
        Action.APPROVE_ORDER,
        Action.DECIDE_CLOSURE,
    }
)
# Outside, nobody learns that a penalty or an order is prepared before the party has been told of
# it. What is proposed, what belongs to it, and what tells the party.
UNTOLD_MATTERS: Mapping[Action, tuple[frozenset[Action], frozenset[Action]]] = {
    Action.PROPOSE_SUSPENSION: (
        frozenset({Action.PROPOSE_SUSPENSION, Action.REVIEW_LEGALITY}),
        frozenset({Action.SERVE_PENALTY_NOTICE}),
    ),
    Action.PROPOSE_ORDER: (
        frozenset(
            {
                Action.PROPOSE_ORDER,
                Action.REVIEW_ORDER,
                Action.APPROVE_ORDER,
                Action.DECIDE_CLOSURE,
            }
        ),
        frozenset({Action.HEAR_PARTY, Action.SERVE_ORDER}),
    ),
    Action.PROPOSE_INQUIRY: (NEVER_TOLD_ACTS, frozenset()),
}
UNTOLD_STEPS = frozenset(
    action for untold, telling in UNTOLD_MATTERS.values() for action in untold | telling
)
# The territory's government decides on closing: of orders it learns as the department does.
ORDER_STEPS = UNTOLD_STEPS & frozenset().union(*UNTOLD_MATTERS[Action.PROPOSE_ORDER])
UNTOLD_CLOCKS = frozenset({*UNTOLD_STEPS, "conclude_penalty", "inquiry_due", "further_inquiry_due"})
# Facts that tell what such an act decided.
INSIDE_FACTS = frozenset(
    {
        "draft_accepted",
        "countersigned",
        "listing_signed",
        "draft_comes_back_to",
        "escalation_confirmed",
        "escalation_by_leader",
        "escalation_approved",
        "escalation_is_talk",
        "escalation_answer_due",
        "penalty_is_legal",
        "inquiry_confirmed",
        "inquiry_opened",
        "inquiry_result",
        "raise_confirmed",
        "suspension_imposed",
        "order_reviewed_first",
        "order_is_legal",
        "order_heard_first",
        "order_approved",
        "order_by_government",
        "closure_decided",
        "order_executed_by_others",
    }
)
# Needs that decide *who* acts; the others only decide *when*.
_WHO_NEEDS = frozenset(
    {
        "has_parent_company",
        "no_parent_company",
        "no_enterprise",
        "endorsed_by_government",
        "office_drafts_listing",
        "body_drafts_listing",
        "on_listed_track",
        "off_listed_track",
        "not_listed_yet",
        "listed",
        "listed_here",
        "not_listed_here",
        "escalated_to_party",
        "escalated_to_territory",
        "escalated_to_department",
        *CORRECTED_BY.values(),
    }
)


def _applies(row: PermissionRow, case: CaseStanding) -> bool:
    return all(case.needs_met[need] for need in row.needs if need in _WHO_NEEDS)


def stood_in_for(actor: Actor) -> frozenset[int]:
    """The actor, and the people whose posts the actor uses as a substitute."""
    principals = {post.principal_person_id for post in actor.posts}
    return frozenset({actor.person_id, *(one for one in principals if one is not None)})


def answers_for(actor: Actor, post: PostRecord) -> frozenset[int]:
    """The people as whose act it counts when the actor uses this post."""
    principal = post.principal_person_id
    return frozenset({actor.person_id} if principal is None else {actor.person_id, principal})


def _barred_by(
    actor: Actor, post: PostRecord, row: PermissionRow, case: CaseStanding
) -> str | None:
    """What keeps the actor, or the one in whose name the post is used, from acting."""
    nobody: frozenset[int] = frozenset()
    people = answers_for(actor, post)
    if row.once_a_round and people & case.acted_this_round.get(row.action, nobody):
        return row.action
    if row.not_own_clause and people & case.entered_clause:
        return "criterion"
    return next(
        (done for done in sorted(row.forbids) if people & case.acted.get(done, nobody)), None
    )


def rows_of(action: Action, case: CaseStanding) -> tuple[PermissionRow, ...]:
    """The rows that say whose act it is in this case."""
    return tuple(row for row in PERMISSIONS if row.action is action and _applies(row, case))


def holder_of(action: Action, case: CaseStanding, receiver: int | None = None) -> int | None:
    """The organisation that an open step waits for, or None where the table names nobody."""
    rows = rows_of(action, case)
    return next((_organisation_of(row.relation, case, receiver) for row in rows), None)


def roles_at_holder(
    action: Action, case: CaseStanding, receiver: int | None = None
) -> tuple[Role, ...]:
    """The roles that may do an open step at the organisation that it waits for."""
    holder = holder_of(action, case, receiver)
    rows = rows_of(action, case)
    return tuple(
        dict.fromkeys(
            row.role for row in rows if _organisation_of(row.relation, case, receiver) == holder
        )
    )


# Who puts on record what a parent company's head has signed on paper must see the case.
_PAPER_VIEWING = frozenset({(Role.ENTERPRISE_SAFETY_OFFICER, Relation.PARENT)})
# The level above reads what it has taken over; what it decides comes on paper.
_RAISED_VIEWING = frozenset(
    (role, Relation.SUPERIOR_OFFICE)
    for role in (Role.COMMITTEE_OFFICER, Role.COMMITTEE_OFFICE_HEAD)
)
VIEWING: tuple[tuple[Role, Relation], ...] = tuple(
    sorted({(row.role, row.relation) for row in PERMISSIONS} | _PAPER_VIEWING | _RAISED_VIEWING)
)
# Rows that bar whoever acted for the supervised side are those of supervising acts.
SUPERVISED_SIDE_ACTS: frozenset[Action] = _OTHER_SIDE
ROLES_OF: Mapping[Action, tuple[Role, ...]] = {
    action: tuple(dict.fromkeys(row.role for row in PERMISSIONS if row.action is action))
    for action in Action
}
# What begins a new round of an act that may be done once by each in a round of its own.
ROUND_BEGINS: Mapping[Action, Action] = {
    row.action: row.round_begins for row in PERMISSIONS if row.round_begins is not None
}
# The application starts a case with these; the organisation is the actor's own.
STARTING_ACTIONS: Mapping[Action, tuple[Role, ...]] = {
    action: ROLES_OF[action] for action in (Action.FILE_FIRST_REPORT, Action.REGISTER_HAZARD)
}


def starting_posts(actor: Actor, action: Action) -> tuple[PostRecord, ...]:
    """The posts under which the actor may begin a case by this act, own ones first."""
    roles = STARTING_ACTIONS.get(action, ())
    return tuple(post for post in actor.posts if post.role in roles and post.covers(action))
