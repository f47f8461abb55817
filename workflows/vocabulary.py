"""The field's words as enums: one name per thing, the same in diagrams, code, data and tests."""

from enum import StrEnum


class Action(StrEnum):
    """What a person can do to a case. Every human task id in a diagram is one of these."""

    FILE_FIRST_REPORT = "file_first_report"
    REGISTER_HAZARD = "register_hazard"
    SUPPLEMENT_REPORT = "supplement_report"
    RECORD_WORKFORCE_REPORT = "record_workforce_report"
    SIGN_DOUBLE_REPORT = "sign_double_report"
    CONFIRM_CRITERION = "confirm_criterion"
    ORDER_IMMEDIATE_MEASURES = "order_immediate_measures"
    LIFT_IMMEDIATE_MEASURES = "lift_immediate_measures"
    ISSUE_RECTIFICATION_ORDER = "issue_rectification_order"
    VERIFY_HAZARD = "verify_hazard"
    CONFIRM_VERDICT = "confirm_verdict"
    PROPOSE_LISTING = "propose_listing"
    REVIEW_DRAFT = "review_draft"
    COUNTERSIGN_LISTING = "countersign_listing"
    SIGN_LISTING = "sign_listing"
    SERVE_LISTING_NOTICE = "serve_listing_notice"
    ACKNOWLEDGE_HANDOVER = "acknowledge_handover"
    RESOLVE_COMPETENCE_DISPUTE = "resolve_competence_dispute"
    REPORT_HANDOVER_RESULT = "report_handover_result"
    SUBMIT_PLAN = "submit_plan"
    GIVE_EXPERT_OPINION = "give_expert_opinion"
    RECALL_EXPERT = "recall_expert"
    REVIEW_PLAN = "review_plan"
    REPORT_PROGRESS = "report_progress"
    REVIEW_PROGRESS = "review_progress"
    RECORD_VISIT = "record_visit"
    UPDATE_FIVE_IN_PLACE = "update_five_in_place"
    REQUEST_EXTENSION = "request_extension"
    REVIEW_EXTENSION = "review_extension"
    DECIDE_EXTENSION = "decide_extension"
    PETITION_EXTENSION = "petition_extension"
    RECORD_EXTERNAL_EXTENSION = "record_external_extension"
    APPLY_FOR_ACCEPTANCE = "apply_for_acceptance"
    ENDORSE_AS_PARENT_COMPANY_HEAD = "endorse_as_parent_company_head"
    EVALUATE_EFFECT = "evaluate_effect"
    INVITE_EXPERT = "invite_expert"
    INSPECT_RECTIFICATION = "inspect_rectification"
    APPROVE_ACCEPTANCE = "approve_acceptance"
    ENDORSE_MONTHLY_PROGRESS = "endorse_monthly_progress"
    ENDORSE_AS_LEADER_IN_CHARGE = "endorse_as_leader_in_charge"
    RECORD_SPOT_CHECK = "record_spot_check"
    APPROVE_DELISTING = "approve_delisting"
    REQUEST_COORDINATION = "request_coordination"
    ANSWER_COORDINATION = "answer_coordination"
    PROPOSE_ESCALATION = "propose_escalation"
    CONFIRM_ESCALATION = "confirm_escalation"
    APPROVE_ESCALATION = "approve_escalation"
    SERVE_ESCALATION = "serve_escalation"
    RECORD_TALK = "record_talk"
    ANSWER_ESCALATION = "answer_escalation"
    REVIEW_ESCALATION_ANSWER = "review_escalation_answer"
    PROPOSE_SUSPENSION = "propose_suspension"
    REVIEW_LEGALITY = "review_legality"
    SERVE_PENALTY_NOTICE = "serve_penalty_notice"
    ANSWER_PENALTY_NOTICE = "answer_penalty_notice"
    RECORD_NO_ANSWER = "record_no_answer"
    RECORD_HEARING = "record_hearing"
    REVIEW_AFTER_HEARING = "review_after_hearing"
    DECIDE_SUSPENSION = "decide_suspension"
    SERVE_SUSPENSION = "serve_suspension"
    LIFT_SUSPENSION = "lift_suspension"
    RECORD_REFUSAL = "record_refusal"
    CONFIRM_REFUSAL = "confirm_refusal"
    PROPOSE_CORRECTION = "propose_correction"
    SIGN_CORRECTION = "sign_correction"
    LIFT_REFUSAL = "lift_refusal"
    PROPOSE_ORDER = "propose_order"
    REVIEW_ORDER = "review_order"
    HEAR_PARTY = "hear_party"
    APPROVE_ORDER = "approve_order"
    DECIDE_CLOSURE = "decide_closure"
    SERVE_ORDER = "serve_order"
    RECORD_ORDER_RECEIPT = "record_order_receipt"
    LIFT_ORDER = "lift_order"
    CONFIRM_ORDER_LIFTING = "confirm_order_lifting"
    DECIDE_CLOSURE_LIFTING = "decide_closure_lifting"
    RECORD_RESTORATION = "record_restoration"
    PROPOSE_INQUIRY = "propose_inquiry"
    CONFIRM_INQUIRY = "confirm_inquiry"
    RECORD_INQUIRY_FINDING = "record_inquiry_finding"
    APPROVE_INQUIRY = "approve_inquiry"
    PROPOSE_RAISE = "propose_raise"
    CONFIRM_RAISE = "confirm_raise"
    PETITION_RAISE = "petition_raise"
    RECORD_RAISE_ANSWER = "record_raise_answer"
    APPLY_FOR_RESUMPTION = "apply_for_resumption"
    INSPECT_RESUMPTION = "inspect_resumption"
    APPROVE_RESUMPTION = "approve_resumption"
    RECORD_RESUMPTION_CONSENT = "record_resumption_consent"
    SIGN_RESUMPTION = "sign_resumption"
    SERVE_RESUMPTION = "serve_resumption"
    WITHDRAW_CASE = "withdraw_case"
    CONFIRM_WITHDRAWAL = "confirm_withdrawal"
    OBJECT_TO_VERDICT = "object_to_verdict"
    DECIDE_OBJECTION = "decide_objection"
    ADD_FINDING = "add_finding"
    ANSWER_FINDER = "answer_finder"
    CHANGE_RESPONSIBLE_PARTY = "change_responsible_party"
    CONFIRM_PARTY_CHANGE = "confirm_party_change"
    SERVE_ON_NEW_PARTY = "serve_on_new_party"
    REPORT_STOPPAGE = "report_stoppage"
    CONFIRM_STOPPAGE = "confirm_stoppage"
    REPORT_RESTART = "report_restart"
    RECORD_ACCIDENT = "record_accident"
    CONFIRM_ACCIDENT = "confirm_accident"
    LIFT_LEGAL_HOLD = "lift_legal_hold"
    CLOSE_TRACKED_CASE = "close_tracked_case"
    RECORD_EXTERNAL_LISTING = "record_external_listing"
    PETITION_DELISTING = "petition_delisting"
    RECORD_EXTERNAL_DELISTING = "record_external_delisting"
    LIST_OWN_HAZARD = "list_own_hazard"
    ACCEPT_OWN_RECTIFICATION = "accept_own_rectification"
    CLOSE_OWN_LISTING = "close_own_listing"
    CHECK_OWN_CLOSURE = "check_own_closure"
    ARCHIVE_CASE = "archive_case"
    TAKE_BACK = "take_back"


class Outcome(StrEnum):
    """What an act decided. Acts that only report or record are `done`."""

    DONE = "done"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    ORDINARY = "ordinary"
    MAJOR = "major"
    PASSED = "passed"
    FAILED = "failed"
    PASSED_ON = "passed_on"
    DISPUTED = "disputed"
    KEPT = "kept"
    REASSIGNED = "reassigned"
    EXPERT_ASKED = "expert_asked"
    DECLINED = "declined"
    STATED = "stated"
    HEARING_ASKED = "hearing_asked"
    WAIVED = "waived"
    IMPOSED = "imposed"
    NOT_IMPOSED = "not_imposed"
    TAKEN_OVER = "taken_over"
    NOT_TAKEN_OVER = "not_taken_over"
    PETITION_WITHDRAWN = "petition_withdrawn"
    RETURN_TO_RECTIFICATION = "return_to_rectification"
    RETURN_TO_ACCEPTANCE = "return_to_acceptance"


class Role(StrEnum):
    """A post's duty. Roles are held at an organisation between two dates."""

    ENTERPRISE_SAFETY_OFFICER = "enterprise_safety_officer"
    ENTERPRISE_PRINCIPAL = "enterprise_principal"
    PARENT_COMPANY_HEAD = "parent_company_head"
    ACTUAL_CONTROLLER = "actual_controller"
    CASE_OFFICER = "case_officer"
    LEGALITY_REVIEWER = "legality_reviewer"
    ACCEPTANCE_REVIEWER = "acceptance_reviewer"
    DEPARTMENT_HEAD = "department_head"
    COMMITTEE_OFFICER = "committee_officer"
    COMMITTEE_OFFICE_HEAD = "committee_office_head"
    AUTHORISED_SIGNATORY = "authorised_signatory"
    LEADER_IN_CHARGE = "leader_in_charge"
    GOVERNMENT_OFFICER = "government_officer"
    GOVERNMENT_PRINCIPAL = "government_principal"
    TOWNSHIP_OFFICER = "township_officer"
    EXPERT = "expert"
    SECRECY_REVIEWER = "secrecy_reviewer"
    DISCIPLINE_RECEIVER = "discipline_receiver"
    DISCIPLINE_HANDLER = "discipline_handler"
    POLICE_LIAISON = "police_liaison"
    ORGANISATION_LIAISON = "organisation_liaison"
    PROCURATORATE_LIAISON = "procuratorate_liaison"
    INFORMANT_CUSTODIAN = "informant_custodian"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"


class Phase(StrEnum):
    """Where a case stands, read from the diagram's positions and never assigned by hand."""

    INTAKE = "intake"
    LISTING = "listing"
    HANDOVER = "handover"
    RECTIFICATION = "rectification"
    ACCEPTANCE = "acceptance"
    CLOSURE = "closure"
    DELISTED = "delisted"
    ARCHIVED = "archived"


class CaseEnding(StrEnum):
    """How supervision of a case came to its end."""

    DELISTED = "delisted"
    TRACKED_CLOSED = "tracked_closed"
    OWN_LISTING_CLOSED = "own_listing_closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    LISTING_REVOKED = "listing_revoked"
    OBJECTION_UPHELD = "objection_upheld"
    ORDINARY = "ordinary"


class Track(StrEnum):
    """How a hazard is handled once it has been judged."""

    ORDINARY = "ordinary"
    TRACKED = "tracked"
    LISTED = "listed"
    OWN_LISTING = "own_listing"
    EXTERNAL_LISTING = "external_listing"


class ListingLevel(StrEnum):
    """The level of the body that lists a hazard."""

    COUNTY = "county"
    CITY = "city"
    GROUP = "group"


class HazardSource(StrEnum):
    """How a hazard came to the office's knowledge."""

    ENTERPRISE_REPORT = "enterprise_report"
    REGULATOR_FINDING = "regulator_finding"
    HIGHER_INSPECTION = "higher_inspection"
    VERIFIED_TIP = "verified_tip"
    MONITORING_ALARM = "monitoring_alarm"
    GROUP_HEADQUARTERS = "group_headquarters"


class PartyKind(StrEnum):
    """What kind of party answers for a hazard, and so what it owes."""

    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    SOLE_TRADER = "sole_trader"
    SEVERAL_OWNERS = "several_owners"
    CONTRACT_PARTIES = "contract_parties"
    OWNERLESS = "ownerless"
    ILLEGAL_SITE = "illegal_site"


class PartyRole(StrEnum):
    """What a further party has to do with a hazard."""

    CO_OWNER = "co_owner"
    CLIENT = "client"
    CONTRACTOR = "contractor"
    MANAGER = "manager"
    ILLEGAL_OPERATOR = "illegal_operator"


class Affiliation(StrEnum):
    """To which level an enterprise belongs."""

    CENTRAL = "central"
    PROVINCIAL = "provincial"
    CITY = "city"
    COUNTY = "county"
    PRIVATE = "private"


class WithdrawalGround(StrEnum):
    """Why supervision of a case is to end early."""

    REGISTERED_IN_ERROR = "registered_in_error"
    MERGED = "merged"
    LISTING_REVOKED = "listing_revoked"
    OTHER = "other"


class LiftingGround(StrEnum):
    """Why a stop that was ordered ends without leave to resume production."""

    DANGER_REMOVED = "danger_removed"
    REVOKED = "revoked"
    CLOSED_FOR_GOOD = "closed_for_good"


class StoppageKind(StrEnum):
    """By whose decision a party has stopped production."""

    ORDERED = "ordered"
    OWN_DECISION = "own_decision"
    MARKET_OR_SEASON = "market_or_season"


class CaseFlag(StrEnum):
    """A circumstance that a rule draws attention to for as long as it holds."""

    LIKE_ACCIDENT = "like_accident"
    UNLISTED = "unlisted"
    RAISED = "raised"
    STOPPED = "stopped"
    SUSPENDED = "suspended"
    REFUSED = "refused"
    LEGAL_HOLD = "legal_hold"


class OrganisationKind(StrEnum):
    """What an organisation is."""

    GOVERNMENT = "government"
    DEPARTMENT = "department"
    SAFETY_COMMITTEE = "safety_committee"
    COMMITTEE_OFFICE = "committee_office"
    DISCIPLINE_ORGAN = "discipline_organ"
    OTHER_ORGAN = "other_organ"
    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    SOLE_TRADER = "sole_trader"
    EXPERT_POOL = "expert_pool"


# Kinds of organisation that produce or operate.
OPERATING = (
    OrganisationKind.ENTERPRISE,
    OrganisationKind.INSTITUTION,
    OrganisationKind.SOLE_TRADER,
)


class HandoverKind(StrEnum):
    """Which part a receiver has: the two of the handovers lead, the others support them."""

    LEAD = "lead"
    SUPPORTING = "supporting"


class InvitationPurpose(StrEnum):
    """On what an expert is asked for an opinion."""

    PLAN = "plan"
    ACCEPTANCE = "acceptance"


class InvitationEnd(StrEnum):
    """How an invitation of an expert came to its end."""

    GIVEN = "given"
    CONFLICT = "conflict"
    UNABLE = "unable"
    RECALLED = "recalled"
    SUPERSEDED = "superseded"


class EscalationKind(StrEnum):
    """How slow or weak work is pressed on: from a letter to exposure in public."""

    SUPERVISION_LETTER = "supervision_letter"
    WARNING_LETTER = "warning_letter"
    REGULATORY_TALK = "regulatory_talk"
    CIRCULAR = "circular"
    EXPOSURE = "exposure"


class RaiseGround(StrEnum):
    """Why the level above is asked to supervise a case."""

    CROSSES_REGIONS = "crosses_regions"
    VERY_GRAVE = "very_grave"
    LEVEL_UNABLE = "level_unable"
    NOT_DONE_IN_TIME = "not_done_in_time"
    FALSE_CLOSURE = "false_closure"
    CONCEALED_ACCIDENT = "concealed_accident"
    OTHER = "other"


class MinutesSigning(StrEnum):
    """Whether those talked to signed the minutes of a talk."""

    SIGNED = "signed"
    REFUSED = "refused"


class InquiryKind(StrEnum):
    """Whether an inquiry as into an accident is opened; either is proposed and approved."""

    OPENED = "opened"
    NOT_OPENED = "not_opened"


class InquiryStage(StrEnum):
    """How far the inquiry of a case has come."""

    NONE = "none"
    PROPOSED = "proposed"
    UNDER_WAY = "under_way"
    TO_APPROVE = "to_approve"
    SETTLED = "settled"


class NextMeasure(StrEnum):
    """What the table of escalation can suggest: some kinds of escalation, and the penalty."""

    SUPERVISION_LETTER = "supervision_letter"
    REGULATORY_TALK = "regulatory_talk"
    CIRCULAR = "circular"
    SUSPENSION_PENALTY = "suspension_penalty"


class Lateness(StrEnum):
    """How late a running deadline is, by the profile's own number of days."""

    LATE = "late"
    SERIOUSLY_LATE = "seriously_late"


class Addressee(StrEnum):
    """Who is pressed on, and answers where an answer is due."""

    PARTY = "party"
    TERRITORY = "territory"
    DEPARTMENT = "department"


class OrderKind(StrEnum):
    """What is ordered to enforce the law against a party, beside the penalty of suspension."""

    GOVERNMENT_CLOSURE = "government_closure"
    POWER_STOP = "power_stop"
    EXPLOSIVES_STOP = "explosives_stop"
    SEALING = "sealing"
    ELECTRONIC_SEAL = "electronic_seal"
    APPROVAL_STOP = "approval_stop"
    DISHONESTY_LIST = "dishonesty_list"


class PartyAnswer(StrEnum):
    """What a party said to an order that it was told of before."""

    STATED = "stated"
    HEARING_HELD = "hearing_held"
    WAIVED = "waived"
    NOTHING = "nothing"


class DocumentKind(StrEnum):
    """An official document that leaves the office under a number."""

    LISTING_NOTICE = "listing_notice"
    DELISTING_NOTICE = "delisting_notice"
    RECTIFICATION_ORDER = "rectification_order"
    IMMEDIATE_MEASURES_ORDER = "immediate_measures_order"
    FIRST_REPORT_RECEIPT = "first_report_receipt"
    SUPERVISION_LETTER = "supervision_letter"
    WARNING_LETTER = "warning_letter"
    TALK_NOTICE = "talk_notice"
    CIRCULAR = "circular"
    PENALTY_NOTICE = "penalty_notice"
    UNIT_PENALTY_DECISION = "unit_penalty_decision"
    HEAD_PENALTY_DECISION = "head_penalty_decision"
    ORDER_NOTICE = "order_notice"
    ENFORCEMENT_ORDER = "enforcement_order"
    CLOSURE_PETITION = "closure_petition"
    ORDER_LIFTING_NOTICE = "order_lifting_notice"
    RESUMPTION_NOTICE = "resumption_notice"
    CORRECTION_NOTICE = "correction_notice"


# Documents that press a case on: each is for whom its proposal names.
LETTERS = frozenset(
    {
        DocumentKind.SUPERVISION_LETTER,
        DocumentKind.WARNING_LETTER,
        DocumentKind.TALK_NOTICE,
        DocumentKind.CIRCULAR,
    }
)
# Documents that tell the party to do something, and so can be disobeyed.
ORDERS = (
    DocumentKind.RECTIFICATION_ORDER,
    DocumentKind.IMMEDIATE_MEASURES_ORDER,
    DocumentKind.LISTING_NOTICE,
    DocumentKind.SUPERVISION_LETTER,
    DocumentKind.UNIT_PENALTY_DECISION,
)


class DeadlineUnit(StrEnum):
    """How a time limit is counted."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"
    DAY_OF_MONTH = "day_of_month"
    FIXED_DATE = "fixed_date"


class ClockEvent(StrEnum):
    """What sets a time limit running that is neither a step nor an act of a case."""

    LISTING_SIGNED = "listing_signed"
    DELISTING_APPROVED = "delisting_approved"
    INFORMATION_MADE = "information_made"
    RECTIFICATION_LIMIT_ENDS = "rectification_limit_ends"
    HEARING_HELD = "hearing_held"
    PARTY_TOLD_OF_STOP = "party_told_of_stop"
    COAL_STOPPAGE_ORDERED = "coal_stoppage_ordered"
    COAL_PRODUCTION_RESUMED = "coal_production_resumed"
    TRANSFER_PROPOSED = "transfer_proposed"
    TRANSFER_APPROVED = "transfer_approved"
    CLUE_ESTABLISHED = "clue_established"
    TRANSFER_DELIVERED = "transfer_delivered"
    TRANSFER_ACKNOWLEDGED = "transfer_acknowledged"
    FILING_REFUSED = "filing_refused"
    FILING_OBJECTED = "filing_objected"
    SENDER_ASKED = "sender_asked"
    TIP_RECEIVED = "tip_received"
    TIP_REGISTERED = "tip_registered"
    TIP_VERIFIED = "tip_verified"
    IDENTITY_REQUESTED = "identity_requested"
    PENALTY_DECIDED = "penalty_decided"
    MONTHLY_RETURN = "monthly_return"


class ServiceMethod(StrEnum):
    """How a document reached its addressee."""

    DIRECT = "direct"
    LEFT_AT_PREMISES = "left_at_premises"
    POST = "post"


class Stance(StrEnum):
    """What an endorser says of one case on the monthly sheet."""

    AGREED = "agreed"
    DEMANDS = "demands"
    OBJECTS = "objects"


class DelistingKind(StrEnum):
    """In which way the hazard ceased to exist."""

    RECTIFIED = "rectified"
    DEMOLISHED = "demolished"
    CLOSED_DOWN = "closed_down"
    TAILINGS_POND_CLOSED = "tailings_pond_closed"


class PhotoStage(StrEnum):
    """Of which time a photograph tells: before or after rectification."""

    BEFORE = "before"
    AFTER = "after"


class AssignmentKind(StrEnum):
    """How an open step came to one person, or back to all whom it falls to."""

    CLAIMED = "claimed"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    DELEGATED = "delegated"
