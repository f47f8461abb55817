"""Facts that diagrams, decisions and permissions read, and how they follow from the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.orders import (
    NOT_IN_FORCE,
    NOT_PENDING,
    RULES,
    STOPPING,
    OrderRule,
    Signer,
    kind_named,
    orders_of,
)
from workflows.vocabulary import (
    Action,
    Addressee,
    CaseFlag,
    EscalationKind,
    HazardSource,
    InquiryKind,
    InquiryStage,
    Lateness,
    NextMeasure,
    Outcome,
    PartyKind,
    Role,
    ServiceMethod,
    StoppageKind,
    Track,
    WithdrawalGround,
)

FactKind = type[bool] | type[int] | tuple[str, ...]
FactValue = bool | int | str

# The track of a case before its verdict.
UNDECIDED = "undecided"
FACTS: Mapping[str, FactKind] = {
    "reported_by_enterprise": bool,
    "responsible_party_is_enterprise": bool,
    "verification_returned": bool,
    "judged_ordinary": bool,
    "is_major": bool,
    "listing_condition_met": bool,
    "may_list_itself": bool,
    "track": (UNDECIDED, *Track),
    "to_be_listed": bool,
    "crosses_counties": bool,
    "county_unable": bool,
    "may_cause_mass_casualties": bool,
    "draft_accepted": bool,
    "countersigned": bool,
    "listing_signed": bool,
    "draft_comes_back_to": ("review", "countersign", "sign"),
    "receiver_count": int,
    "visitor_count": int,
    "handover_answer": ("none", "acknowledged", "passed_on", "disputed"),
    "plan_opinion_asked": bool,
    "plan_accepted": bool,
    "extension_supported": bool,
    "listed_above": bool,
    "application_endorsed": bool,
    "inspector_count": int,
    "acceptance_passed": bool,
    "leader_endorsed": bool,
    "delisting_approved": bool,
    "closure_return": ("none", "rectification", "acceptance"),
    "own_closure_approved": bool,
    "own_closure_checked": bool,
    "hazard_closed": bool,
    "new_party_to_be_served": bool,
    "stoppage_confirmed": bool,
    "accident_confirmed": bool,
    "escalation_confirmed": bool,
    "escalation_by_leader": bool,
    "escalation_approved": bool,
    "escalation_is_talk": bool,
    "escalation_answer_due": bool,
    "escalation_answered": bool,
    "penalty_is_legal": bool,
    "hearing_asked": bool,
    "suspension_imposed": bool,
    "order_reviewed_first": bool,
    "order_is_legal": bool,
    "order_heard_first": bool,
    "order_approved": bool,
    "order_by_government": bool,
    "closure_decided": bool,
    "order_executed_by_others": bool,
    "order_lifting_confirmed": bool,
    "lifting_by_government": bool,
    "restoration_due": bool,
    "inquiry_confirmed": bool,
    "inquiry_opened": bool,
    "inquiry_result": ("none", "approved", "finding_returned", "not_approved"),
    "raise_confirmed": bool,
    "resumption_approved": bool,
    "resumption_by_government": bool,
    "resumption_consented": bool,
    "resumption_signed": bool,
    "withdrawal_confirmed": bool,
    "objection_upheld": bool,
    "early_ending": ("none", "withdrawn", "merged", "listing_revoked", "objection_upheld"),
}
# What is asked about a deadline that has passed, outside of any act.
LATE_FACTS: Mapping[str, FactKind] = {
    "verdict_is_major": bool,
    "lateness": tuple(Lateness),
    "letters_served": int,
    "notice_refused": bool,
    "refused_without_penalty": bool,
}
DECISION_OUTPUTS: Mapping[str, FactKind] = {
    "proposed_track": ("ordinary", "tracked", "listed", "own_listing"),
    "proposed_level": ("county", "city"),
    "extension_decider": ("department", "listing_body", "superior"),
    "proposed_escalation": ("none", *NextMeasure),
    "escalation_ground": (
        "not_major",
        "no_letter_yet",
        "late_after_letter",
        "notice_refused",
        "late_after_letters",
        "rectification_refused",
    ),
}
EFFECTS = frozenset({"issue_document"})

_RETURN_TARGETS = {
    Outcome.RETURN_TO_RECTIFICATION: "rectification",
    Outcome.RETURN_TO_ACCEPTANCE: "acceptance",
}
_DELISTING = (Action.APPROVE_DELISTING, Action.RECORD_EXTERNAL_DELISTING)
_OWN_CLOSING = (Action.CLOSE_OWN_LISTING, Action.CHECK_OWN_CLOSURE)
_CLOSING = (Action.ENDORSE_AS_LEADER_IN_CHARGE, *_DELISTING)
# Found so, a major hazard is handled as if it were an accident (Shuo An Fa 2022 No. 3, item 28).
LIKE_ACCIDENT_SOURCES = frozenset({HazardSource.HIGHER_INSPECTION, HazardSource.VERIFIED_TIP})
# Whoever may not know of a tip reads of it as what it was verified by: an informant works there.
TOLD_AS: Mapping[HazardSource, HazardSource] = {
    **{source: source for source in HazardSource},
    HazardSource.VERIFIED_TIP: HazardSource.REGULATOR_FINDING,
}
# Whoever sent the finding is owed an answer.
ANSWERED_SOURCES = frozenset({HazardSource.HIGHER_INSPECTION})
# Parties that produce or operate, and so owe the double report (Work Safety Law, article 41).
OPERATING_PARTIES = frozenset(PartyKind) - {PartyKind.OWNERLESS, PartyKind.ILLEGAL_SITE}
# Nobody above them but the government: its principal endorses.
ENDORSED_BY_GOVERNMENT = (PartyKind.OWNERLESS, PartyKind.ILLEGAL_SITE, PartyKind.SOLE_TRADER)
# The rectification limit is met by these, and runs on after those: it never starts anew.
LIMIT_MET_BY = (Action.APPLY_FOR_ACCEPTANCE, Action.ACCEPT_OWN_RECTIFICATION)
SENT_BACK = (
    (Action.ENDORSE_AS_PARENT_COMPANY_HEAD, Outcome.RETURNED),
    (Action.APPROVE_ACCEPTANCE, Outcome.FAILED),
    (Action.ENDORSE_AS_LEADER_IN_CHARGE, Outcome.RETURN_TO_RECTIFICATION),
    (Action.APPROVE_DELISTING, Outcome.RETURN_TO_RECTIFICATION),
    (Action.RECORD_EXTERNAL_DELISTING, Outcome.RETURN_TO_RECTIFICATION),
    (Action.CLOSE_OWN_LISTING, Outcome.RETURNED),
    (Action.CHECK_OWN_CLOSURE, Outcome.RETURNED),
)
# Named in public, or before others: only with the approval of the leader in charge.
BY_LEADER = (EscalationKind.CIRCULAR, EscalationKind.EXPOSURE)
# To the one who is pressed on; the other kinds are told to many and ask for no answer.
ANSWERED = (EscalationKind.SUPERVISION_LETTER, EscalationKind.REGULATORY_TALK)
_NO_PENALTY = (
    (Action.REVIEW_LEGALITY, Outcome.RETURNED),
    (Action.DECIDE_SUSPENSION, Outcome.NOT_IMPOSED),
)
_NO_RESUMPTION = (
    (Action.APPROVE_RESUMPTION, Outcome.RETURNED),
    (Action.RECORD_RESUMPTION_CONSENT, Outcome.RETURNED),
    (Action.SIGN_RESUMPTION, Outcome.RETURNED),
)
_FINDINGS = (Action.REGISTER_HAZARD, Action.ADD_FINDING)
# They say what was found; whether a round has failed is decided on them.
_OPINIONS_ONLY = (
    Action.INSPECT_RECTIFICATION,
    Action.RECORD_SPOT_CHECK,
    Action.INSPECT_RESUMPTION,
)
# There is something that could have been disobeyed.
_ORDERS = (Action.ISSUE_RECTIFICATION_ORDER, Action.ORDER_IMMEDIATE_MEASURES)
# Who signs a correction, as a need: whoever signed what is corrected.
CORRECTED_BY: Mapping[Role, str] = {
    Role.AUTHORISED_SIGNATORY: "correction_by_signatory",
    Role.DEPARTMENT_HEAD: "correction_by_department",
    Role.COMMITTEE_OFFICE_HEAD: "correction_by_office",
    Role.LEADER_IN_CHARGE: "correction_by_leader",
    Role.GOVERNMENT_PRINCIPAL: "correction_by_government",
}
_HANDOVER_ANSWERS = {
    Outcome.DONE: "acknowledged",
    Outcome.PASSED_ON: "passed_on",
    Outcome.DISPUTED: "disputed",
}


@dataclass(frozen=True)
class ActRecord:
    """What a rule needs to know about one act."""

    action: Action
    outcome: Outcome
    person_id: int
    round_number: int
    content: Mapping[str, object] = field(default_factory=dict)
    on: date | None = None
    principal_person_id: int | None = None


@dataclass(frozen=True)
class CaseRecord:
    """One case as the rules see it: its acts in order, and what has been put on record about it.

    `acts` are those that count; `taken_back` those that no longer do.
    `inquiry_offered`: the diagram that the case keeps to has the steps of an inquiry.
    """

    source: HazardSource
    has_parent_company: bool
    acts: tuple[ActRecord, ...]
    receiver_count: int
    receivers_reported: int
    visitor_count: int
    inspector_count: int
    criterion_on_record: bool
    criterion_confirmed: bool
    missing_fields: tuple[str, ...] = ()
    taken_back: tuple[ActRecord, ...] = ()
    party_kind: PartyKind = PartyKind.ENTERPRISE
    sector_may_list_itself: bool = False
    office_drafts_listing: bool = True
    service_open: bool = False
    inquiry_offered: bool = True
    party_is_sole_trader: bool = False
    sector_resumes_by_government: bool = False

    @property
    def endorsed_by_government(self) -> bool:
        """True where nobody but the government stands above the responsible party."""
        alone = self.party_kind in ENDORSED_BY_GOVERNMENT or self.party_is_sole_trader
        return alone and not self.has_parent_company

    @property
    def responsible_party_is_enterprise(self) -> bool:
        """True when the party produces or operates: it owes the double report and rectifies."""
        return self.party_kind in OPERATING_PARTIES

    def last(self, action: Action) -> ActRecord | None:
        """The latest act of this kind, or None."""
        return next((act for act in reversed(self.acts) if act.action is action), None)

    def last_on(self, action: Action) -> date | None:
        """The day of the latest act of this kind, or None."""
        act = self.last(action)
        return act.on if act else None

    def last_index(self, action: Action) -> int:
        """The place of the latest act of this kind among all acts, or -1."""
        places = [place for place, act in enumerate(self.acts) if act.action is action]
        return places[-1] if places else -1

    def failed_inspections_this_round(self) -> bool:
        """True when an inspector of the present round found the work wanting."""
        present = round_number(self.acts)
        return any(
            act.action is Action.INSPECT_RECTIFICATION
            and act.outcome is Outcome.FAILED
            and act.round_number == present
            for act in self.acts
        )

    def last_outcome_is(self, action: Action, outcome: Outcome) -> bool:
        """True when the latest act of this kind had this outcome."""
        act = self.last(action)
        return act is not None and act.outcome is outcome


def derive(record: CaseRecord) -> dict[str, FactValue]:
    """All diagram facts of a case. Pure: the same record gives the same facts."""
    finding = record.last(Action.VERIFY_HAZARD)
    content = finding.content if finding else {}
    is_major = finding is not None and finding.outcome is Outcome.MAJOR
    return {
        "reported_by_enterprise": record.source is HazardSource.ENTERPRISE_REPORT,
        "responsible_party_is_enterprise": record.responsible_party_is_enterprise,
        "verification_returned": record.last_outcome_is(Action.CONFIRM_VERDICT, Outcome.RETURNED),
        "judged_ordinary": record.last_outcome_is(Action.CONFIRM_VERDICT, Outcome.ORDINARY),
        "is_major": is_major,
        "listing_condition_met": is_major and bool(content.get("listing_conditions")),
        "may_list_itself": is_major and _may_list_itself(record),
        "track": track_of(record),
        "to_be_listed": track_of(record) in (Track.LISTED, Track.EXTERNAL_LISTING),
        "crosses_counties": bool(content.get("crosses_counties")),
        "county_unable": bool(content.get("county_unable")),
        "may_cause_mass_casualties": bool(content.get("may_cause_mass_casualties")),
        "draft_accepted": record.last_outcome_is(Action.REVIEW_DRAFT, Outcome.ACCEPTED),
        "countersigned": record.last_outcome_is(Action.COUNTERSIGN_LISTING, Outcome.ACCEPTED),
        "listing_signed": record.last_outcome_is(Action.SIGN_LISTING, Outcome.ACCEPTED),
        "draft_comes_back_to": _draft_comes_back_to(record),
        "receiver_count": record.receiver_count,
        "visitor_count": record.visitor_count,
        "handover_answer": _handover_answer(record),
        "plan_opinion_asked": record.last_outcome_is(Action.REVIEW_PLAN, Outcome.EXPERT_ASKED),
        "plan_accepted": record.last_outcome_is(Action.REVIEW_PLAN, Outcome.ACCEPTED),
        "extension_supported": record.last_outcome_is(Action.REVIEW_EXTENSION, Outcome.ACCEPTED),
        "listed_above": record.last(Action.RECORD_EXTERNAL_LISTING) is not None or raised(record),
        "application_endorsed": record.last_outcome_is(
            Action.ENDORSE_AS_PARENT_COMPANY_HEAD, Outcome.ACCEPTED
        ),
        "inspector_count": record.inspector_count,
        "acceptance_passed": record.last_outcome_is(Action.APPROVE_ACCEPTANCE, Outcome.PASSED),
        "leader_endorsed": record.last_outcome_is(
            Action.ENDORSE_AS_LEADER_IN_CHARGE, Outcome.ACCEPTED
        ),
        "delisting_approved": _delisting_approved(record),
        "closure_return": _closure_return(record),
        "own_closure_approved": record.last_outcome_is(Action.CLOSE_OWN_LISTING, Outcome.ACCEPTED),
        "own_closure_checked": record.last_outcome_is(Action.CHECK_OWN_CLOSURE, Outcome.ACCEPTED),
        "hazard_closed": _delisting_approved(record)
        or record.last(Action.CLOSE_TRACKED_CASE) is not None
        or record.last_outcome_is(Action.CHECK_OWN_CLOSURE, Outcome.ACCEPTED),
        "new_party_to_be_served": _new_party_to_be_served(record),
        # Read by the diagrams of cases that began before resumption had one of its own.
        "stoppage_confirmed": record.last_outcome_is(Action.CONFIRM_STOPPAGE, Outcome.ACCEPTED),
        "accident_confirmed": record.last_outcome_is(Action.CONFIRM_ACCIDENT, Outcome.ACCEPTED),
        "escalation_confirmed": record.last_outcome_is(Action.CONFIRM_ESCALATION, Outcome.ACCEPTED),
        "escalation_by_leader": escalation_kind(record) in BY_LEADER,
        "escalation_approved": record.last_outcome_is(Action.APPROVE_ESCALATION, Outcome.ACCEPTED),
        "escalation_is_talk": escalation_kind(record) is EscalationKind.REGULATORY_TALK,
        "escalation_answer_due": escalation_kind(record) in ANSWERED,
        "escalation_answered": record.last_outcome_is(
            Action.REVIEW_ESCALATION_ANSWER, Outcome.ACCEPTED
        ),
        "penalty_is_legal": record.last_outcome_is(Action.REVIEW_LEGALITY, Outcome.ACCEPTED),
        "hearing_asked": _hearing_asked(record),
        "suspension_imposed": record.last_outcome_is(Action.DECIDE_SUSPENSION, Outcome.IMPOSED),
        **_order_facts(record),
        "inquiry_confirmed": record.last_outcome_is(Action.CONFIRM_INQUIRY, Outcome.ACCEPTED),
        "inquiry_opened": _inquiry_opened(record),
        "inquiry_result": _inquiry_result(record),
        "raise_confirmed": record.last_outcome_is(Action.CONFIRM_RAISE, Outcome.ACCEPTED),
        "resumption_approved": record.last_outcome_is(Action.APPROVE_RESUMPTION, Outcome.ACCEPTED),
        "resumption_by_government": record.sector_resumes_by_government,
        "resumption_consented": record.last_outcome_is(
            Action.RECORD_RESUMPTION_CONSENT, Outcome.ACCEPTED
        ),
        "resumption_signed": record.last_outcome_is(Action.SIGN_RESUMPTION, Outcome.ACCEPTED),
        "withdrawal_confirmed": record.last_outcome_is(Action.CONFIRM_WITHDRAWAL, Outcome.ACCEPTED),
        "objection_upheld": record.last_outcome_is(Action.DECIDE_OBJECTION, Outcome.ACCEPTED),
        "early_ending": _early_ending(record),
    }


def track_of(record: CaseRecord) -> str:
    """How the case is handled, by the verdict; `undecided` before it."""
    verdict = record.last(Action.CONFIRM_VERDICT)
    if verdict is None or verdict.outcome is Outcome.RETURNED:
        return UNDECIDED
    if verdict.outcome is Outcome.ORDINARY:
        return Track.ORDINARY
    return str(verdict.content.get("track") or Track.LISTED)


def flags_of(record: CaseRecord) -> tuple[CaseFlag, ...]:
    """The circumstances that hold now, in the order in which they are told."""
    is_major = judged_major(record)
    listed_by_unit = [act.content.get("on_units_list") for act in _findings(record)]
    holds = {
        CaseFlag.LEGAL_HOLD: _in_force(record, Action.CONFIRM_ACCIDENT, Action.LIFT_LEGAL_HOLD),
        CaseFlag.STOPPED: bool(_stoppages(record)),
        CaseFlag.SUSPENDED: suspension_in_force(record),
        CaseFlag.REFUSED: rectification_refused(record),
        CaseFlag.LIKE_ACCIDENT: is_major and bool(LIKE_ACCIDENT_SOURCES & sources_of(record)),
        CaseFlag.UNLISTED: is_major and "not_listed" in listed_by_unit,
        CaseFlag.RAISED: raised(record),
    }
    return tuple(flag for flag, holding in holds.items() if holding)


def judged_major(record: CaseRecord) -> bool:
    """By the verdict, where it stands; before it, by the verification."""
    track = track_of(record)
    if track == UNDECIDED:
        return record.last_outcome_is(Action.VERIFY_HAZARD, Outcome.MAJOR)
    return track != Track.ORDINARY


def sources_of(record: CaseRecord) -> frozenset[HazardSource]:
    """Every way in which this one hazard came to the office's knowledge."""
    added = (act.content.get("source") for act in _findings(record))
    return frozenset({record.source, *(HazardSource(str(source)) for source in added if source)})


def answers_owed(record: CaseRecord) -> int:
    """How many findings wait for an answer to those who sent them: one act answers all so far."""
    answered = record.last_index(Action.ANSWER_FINDER)
    return sum(
        place > answered and _owes_answer(act)
        for place, act in enumerate(record.acts)
        if act.action in _FINDINGS
    )


def _owes_answer(finding: ActRecord) -> bool:
    content = finding.content
    return content.get("source") in ANSWERED_SOURCES and not content.get("answered")


def _findings(record: CaseRecord) -> tuple[ActRecord, ...]:
    return tuple(act for act in record.acts if act.action in _FINDINGS)


def _in_force(record: CaseRecord, begins: Action, ends: Action) -> bool:
    """True while the latest accepted beginning has no end after it."""
    return _last_place(record, (begins, Outcome.ACCEPTED)) > record.last_index(ends)


def _last_place(record: CaseRecord, *decided: tuple[Action, Outcome]) -> int:
    """The place of the latest act that decided one of these, or -1."""
    places = (
        place for place, act in enumerate(record.acts) if (act.action, act.outcome) in decided
    )
    return max(places, default=-1)


def _resumed(record: CaseRecord) -> int:
    """The place of the act that told the party last that it may resume production, or -1."""
    return _last_place(record, (Action.SERVE_RESUMPTION, Outcome.DONE))


@dataclass(frozen=True)
class _Stoppage:
    """A stoppage that was found true: where it was reported, and whether it had been ordered."""

    reported: int
    ordered: bool


def _stoppages(record: CaseRecord) -> tuple[_Stoppage, ...]:
    """Those that have been ended neither by a restart nor by leave to resume."""
    ended = max(record.last_index(Action.REPORT_RESTART), _resumed(record))
    reported, found = -1, []
    for place, act in enumerate(record.acts):
        if act.action is Action.REPORT_STOPPAGE:
            reported = place
        elif act.action is Action.CONFIRM_STOPPAGE and act.outcome is Outcome.ACCEPTED:
            kind = record.acts[reported].content.get("stoppage_kind")
            if place > ended:
                found.append(_Stoppage(reported, kind == StoppageKind.ORDERED))
    return tuple(found)


def measures_in_force(record: CaseRecord) -> bool:
    """True from the order on the spot until it is lifted or production may resume."""
    ordered = record.last_index(Action.ORDER_IMMEDIATE_MEASURES)
    return ordered > max(record.last_index(Action.LIFT_IMMEDIATE_MEASURES), _resumed(record))


def stop_is_ordered(record: CaseRecord) -> bool:
    """True while an organ's order to stop stands: nothing restarts without its leave."""
    ordered = any(stoppage.ordered for stoppage in _stoppages(record))
    enforced = STOPPING & orders_of(record.acts).in_force.keys()
    return ordered or measures_in_force(record) or suspension_in_force(record) or bool(enforced)


def _stopping_order_open(record: CaseRecord) -> bool:
    """True from the proposal of an order that stops production until it is lifted."""
    orders = orders_of(record.acts)
    return bool(STOPPING & {orders.pending, orders.lifting, *orders.in_force})


def stopped_since_application(record: CaseRecord) -> bool:
    """True when an order to stop has come after the application to resume: it is not judged yet."""
    applied = record.last_index(Action.APPLY_FOR_RESUMPTION)
    measures = record.last_index(Action.ORDER_IMMEDIATE_MEASURES)
    suspended = record.last_index(Action.SERVE_SUSPENSION)
    enforced = orders_of(record.acts).in_force
    return (
        any(stoppage.ordered and stoppage.reported > applied for stoppage in _stoppages(record))
        or (measures_in_force(record) and measures > applied)
        or (suspension_in_force(record) and suspended > applied)
        or any(kind in STOPPING and place > applied for kind, place in enforced.items())
    )


def resumption_pending(record: CaseRecord) -> bool:
    """True from an application until it is refused, or its notice is served or given up."""
    concluded = max(
        _last_place(record, *_NO_RESUMPTION), record.last_index(Action.SERVE_RESUMPTION)
    )
    return record.last_index(Action.APPLY_FOR_RESUMPTION) > concluded


def _resumption_inspected(record: CaseRecord) -> bool:
    """True when nobody who inspected since the application found anything wanting."""
    applied = record.last_index(Action.APPLY_FOR_RESUMPTION)
    return all(
        act.outcome is Outcome.PASSED
        for act in record.acts[applied + 1 :]
        if act.action is Action.INSPECT_RESUMPTION
    )


def escalation_kind(record: CaseRecord) -> EscalationKind | None:
    """What was proposed last to press the case on, or None."""
    proposed = record.last(Action.PROPOSE_ESCALATION)
    kind = proposed.content.get("escalation_kind") if proposed else None
    return EscalationKind(str(kind)) if kind else None


def escalation_addressee(record: CaseRecord) -> Addressee | None:
    """Whom the last proposal presses on, or None."""
    proposed = record.last(Action.PROPOSE_ESCALATION)
    addressee = proposed.content.get("addressee") if proposed else None
    return Addressee(str(addressee)) if addressee else None


def correction_signatory(record: CaseRecord) -> Role | None:
    """Whose signature the correction that was proposed last needs, or None.

    What an officer or a reviewer issued alone, the head of the department corrects.
    """
    proposed = record.last(Action.PROPOSE_CORRECTION)
    if proposed is None:
        return None
    role = Role(str(proposed.content["signed_as"]))
    return role if role in CORRECTED_BY else Role.DEPARTMENT_HEAD


def penalty_pending(record: CaseRecord) -> bool:
    """True from a proposal until it is returned, not followed, or its decision is served."""
    concluded = max(_last_place(record, *_NO_PENALTY), record.last_index(Action.SERVE_SUSPENSION))
    return record.last_index(Action.PROPOSE_SUSPENSION) > concluded


def suspension_in_force(record: CaseRecord) -> bool:
    """True from the service of the decision until it is lifted or production may resume."""
    ended = max(record.last_index(Action.LIFT_SUSPENSION), _resumed(record))
    return record.last_index(Action.SERVE_SUSPENSION) > ended


def rectification_refused(record: CaseRecord) -> bool:
    """True from the confirmation that an order was not obeyed until that is lifted."""
    return _in_force(record, Action.CONFIRM_REFUSAL, Action.LIFT_REFUSAL)


def _order_facts(record: CaseRecord) -> dict[str, FactValue]:
    """What the diagrams ask about the order that was proposed, and the one to be lifted, last."""
    proposed = _rule_named(record, Action.PROPOSE_ORDER)
    lifted = _rule_named(record, Action.LIFT_ORDER)
    return {
        "order_reviewed_first": proposed.reviewed_first,
        "order_is_legal": record.last_outcome_is(Action.REVIEW_ORDER, Outcome.ACCEPTED),
        "order_heard_first": proposed.heard_first,
        "order_approved": record.last_outcome_is(Action.APPROVE_ORDER, Outcome.ACCEPTED),
        "order_by_government": proposed.signer is Signer.GOVERNMENT,
        "closure_decided": record.last_outcome_is(Action.DECIDE_CLOSURE, Outcome.ACCEPTED),
        "order_executed_by_others": proposed.executed_by_others,
        "order_lifting_confirmed": record.last_outcome_is(
            Action.CONFIRM_ORDER_LIFTING, Outcome.ACCEPTED
        ),
        "lifting_by_government": lifted.signer is Signer.GOVERNMENT,
        "restoration_due": lifted.restored,
    }


def _rule_named(record: CaseRecord, action: Action) -> OrderRule:
    """The rule of the kind that the latest act of this kind names."""
    act = record.last(action)
    kind = kind_named(act) if act else None
    return RULES[kind] if kind else OrderRule()


def inquiry_stage(record: CaseRecord) -> InquiryStage:
    """How far the inquiry has come. That none is opened holds only for what was known by then."""
    stage, opened = InquiryStage.NONE, False
    for act in record.acts:
        match act.action, act.outcome:
            case Action.PROPOSE_INQUIRY, _:
                stage, opened = InquiryStage.PROPOSED, _opens(act)
            case Action.CONFIRM_INQUIRY, Outcome.ACCEPTED:
                stage = InquiryStage.UNDER_WAY if opened else InquiryStage.TO_APPROVE
            case Action.CONFIRM_INQUIRY, _:
                stage = InquiryStage.NONE
            case Action.RECORD_INQUIRY_FINDING, _:
                stage = InquiryStage.TO_APPROVE
            case Action.APPROVE_INQUIRY, Outcome.ACCEPTED:
                stage = InquiryStage.SETTLED
            case Action.APPROVE_INQUIRY, _:
                stage = InquiryStage.UNDER_WAY if opened else InquiryStage.NONE
            case Action.ADD_FINDING, _ if _calls_for_inquiry(act) and not opened:
                stage = InquiryStage.NONE if stage is InquiryStage.SETTLED else stage
    return stage


def inquiry_is_due(record: CaseRecord) -> bool:
    """True while a major hazard found so is not yet dealt with as if it were an accident."""
    flagged = {CaseFlag.LIKE_ACCIDENT, CaseFlag.UNLISTED} & set(flags_of(record))
    settled = inquiry_stage(record) is InquiryStage.SETTLED
    return record.inquiry_offered and bool(flagged) and not settled


def _opens(proposal: ActRecord) -> bool:
    return proposal.content.get("inquiry_kind") == InquiryKind.OPENED


def _calls_for_inquiry(finding: ActRecord) -> bool:
    source = HazardSource(str(finding.content["source"]))
    unlisted = finding.content.get("on_units_list") == "not_listed"
    return source in LIKE_ACCIDENT_SOURCES or unlisted


def _inquiry_opened(record: CaseRecord) -> bool:
    proposed = record.last(Action.PROPOSE_INQUIRY)
    return proposed is not None and _opens(proposed)


def _inquiry_result(record: CaseRecord) -> str:
    approval = record.last(Action.APPROVE_INQUIRY)
    if approval is None:
        return "none"
    if approval.outcome is Outcome.ACCEPTED:
        return "approved"
    return "finding_returned" if _inquiry_opened(record) else "not_approved"


def raised(record: CaseRecord) -> bool:
    """True once the level above has taken the supervision over."""
    return record.last_outcome_is(Action.RECORD_RAISE_ANSWER, Outcome.TAKEN_OVER)


def raise_pending(record: CaseRecord) -> bool:
    """True from the decision to ask the level above until its answer is on record."""
    return _in_force(record, Action.CONFIRM_RAISE, Action.RECORD_RAISE_ANSWER)


def _delisting_is_open(record: CaseRecord) -> bool:
    """True from the leader's endorsement until it is decided on the delisting."""
    last = next((act for act in reversed(record.acts) if act.action in _CLOSING), None)
    endorsed = (Action.ENDORSE_AS_LEADER_IN_CHARGE, Outcome.ACCEPTED)
    return last is not None and (last.action, last.outcome) == endorsed


def is_self_reported(record: CaseRecord) -> bool:
    """True when the enterprise itself reported the hazard, whoever else found it too."""
    return HazardSource.ENTERPRISE_REPORT in sources_of(record)


def _hearing_asked(record: CaseRecord) -> bool:
    """Only by an answer to the notice that was served last."""
    served = record.last_index(Action.SERVE_PENALTY_NOTICE)
    answered = record.last_index(Action.ANSWER_PENALTY_NOTICE)
    asked = record.last_outcome_is(Action.ANSWER_PENALTY_NOTICE, Outcome.HEARING_ASKED)
    return asked and answered > served


def _legal_after_hearing(record: CaseRecord) -> bool:
    """True where no hearing was held since the notice, or it was followed by a passed review."""
    heard = record.last_index(Action.RECORD_HEARING)
    passed = _last_place(record, (Action.REVIEW_AFTER_HEARING, Outcome.ACCEPTED))
    return passed > heard or heard < record.last_index(Action.SERVE_PENALTY_NOTICE)


def derive_late(
    record: CaseRecord, addressee: Addressee, lateness: Lateness
) -> dict[str, FactValue]:
    """What is asked about a case in which this addressee is so late with one deadline."""
    return {
        "verdict_is_major": track_of(record) not in (UNDECIDED, Track.ORDINARY),
        "lateness": lateness,
        "letters_served": _letters_served(record, addressee),
        "notice_refused": addressee is Addressee.PARTY and _notice_refused(record),
        "refused_without_penalty": addressee is Addressee.PARTY and _calls_for_penalty(record),
    }


def _letters_served(record: CaseRecord, addressee: Addressee) -> int:
    is_letter, served = False, 0
    for act in record.acts:
        if act.action is Action.PROPOSE_ESCALATION:
            proposed = (act.content.get("escalation_kind"), act.content.get("addressee"))
            is_letter = proposed == (EscalationKind.SUPERVISION_LETTER, addressee)
        elif act.action is Action.SERVE_ESCALATION:
            served += is_letter
    return served


def _notice_refused(record: CaseRecord) -> bool:
    """True when a notice had to be left at the premises: it was not taken."""
    return any(act.content.get("method") == ServiceMethod.LEFT_AT_PREMISES for act in record.acts)


def _calls_for_penalty(record: CaseRecord) -> bool:
    """Refused by a party that operates, and no suspension is on its way or in force yet."""
    answered = penalty_pending(record) or suspension_in_force(record)
    return rectification_refused(record) and record.responsible_party_is_enterprise and not answered


def _order_needs(record: CaseRecord) -> dict[str, bool]:
    """An order whose lifting has begun is brought to its end, too, before the case ends."""
    orders = orders_of(record.acts)
    under_way = (orders.pending, orders.lifting)
    return {
        **{need: kind not in under_way for kind, need in NOT_PENDING.items()},
        **{need: kind not in orders.in_force for kind, need in NOT_IN_FORCE.items()},
        "order_in_force": bool(orders.in_force),
    }


def limit_runs(record: CaseRecord) -> bool:
    """True from the order on, unless acceptance is applied for and nothing has been sent back."""
    met = max(record.last_index(action) for action in LIMIT_MET_BY)
    sent_back = _last_place(record, *SENT_BACK)
    return record.last(Action.ISSUE_RECTIFICATION_ORDER) is not None and met <= sent_back


def _may_list_itself(record: CaseRecord) -> bool:
    """Reported by itself, stopped as required, in a sector whose profile leaves it the listing;
    somebody above the principal must be there to close it.
    """
    finding = record.last(Action.VERIFY_HAZARD)
    return (
        record.sector_may_list_itself
        and not record.endorsed_by_government
        and sources_of(record) == {HazardSource.ENTERPRISE_REPORT}
        and finding is not None
        and bool(finding.content.get("production_stopped"))
    )


def _draft_comes_back_to(record: CaseRecord) -> str:
    """Whoever returned the draft last says whether it comes back by all steps or straight."""
    targets = {Action.COUNTERSIGN_LISTING: "countersign", Action.SIGN_LISTING: "sign"}
    returning = (Action.REVIEW_DRAFT, *targets)
    last = next((act for act in reversed(record.acts) if act.action in returning), None)
    if last is None or last.outcome is not Outcome.RETURNED:
        return "review"
    straight = last.content.get("comes_back") == "straight"
    return targets.get(last.action, "review") if straight else "review"


def _new_party_to_be_served(record: CaseRecord) -> bool:
    """A notice that was served already went to the former party; one not served yet goes on."""
    served = record.last(Action.SERVE_LISTING_NOTICE) is not None
    return served and record.last_outcome_is(Action.CONFIRM_PARTY_CHANGE, Outcome.ACCEPTED)


def _delisting_approved(record: CaseRecord) -> bool:
    return any(record.last_outcome_is(action, Outcome.ACCEPTED) for action in _DELISTING)


def _spot_check_problem_is_open(record: CaseRecord) -> bool:
    """True from a spot check that found problems until acceptance has been passed again."""
    found = [
        place
        for place, act in enumerate(record.acts)
        if act.action is Action.RECORD_SPOT_CHECK and act.outcome is Outcome.FAILED
    ]
    return bool(found) and found[-1] > record.last_index(Action.APPROVE_ACCEPTANCE)


def _handover_answer(record: CaseRecord) -> str:
    """What the receiver who acted last said: only its own branch goes on in that advance."""
    last = record.last(Action.ACKNOWLEDGE_HANDOVER)
    return _HANDOVER_ANSWERS[last.outcome] if last else "none"


def _closure_return(record: CaseRecord) -> str:
    last = next((act for act in reversed(record.acts) if act.action in _CLOSING), None)
    return _RETURN_TARGETS.get(last.outcome, "none") if last else "none"


def _early_ending(record: CaseRecord) -> str:
    if record.last_outcome_is(Action.DECIDE_OBJECTION, Outcome.ACCEPTED):
        return "objection_upheld"
    asked = record.last(Action.WITHDRAW_CASE)
    if asked is None or not record.last_outcome_is(Action.CONFIRM_WITHDRAWAL, Outcome.ACCEPTED):
        return "none"
    ground = asked.content.get("ground")
    of_its_own = (WithdrawalGround.MERGED, WithdrawalGround.LISTING_REVOKED)
    return str(ground) if ground in of_its_own else "withdrawn"


def round_number(acts: tuple[ActRecord, ...]) -> int:
    """The round of rectification and acceptance: one more for each failure or refused closing."""
    return 1 + sum(
        act.outcome is Outcome.FAILED
        or (act.action in _CLOSING and act.outcome in _RETURN_TARGETS)
        or (act.action in _OWN_CLOSING and act.outcome is Outcome.RETURNED)
        for act in acts
        if act.action not in _OPINIONS_ONLY
    )


def needs_met(record: CaseRecord) -> dict[str, bool]:
    """Facts that permissions ask for before an act, by name."""
    outside = record.last(Action.RECORD_EXTERNAL_LISTING) is not None
    listed = outside or record.last_outcome_is(Action.SIGN_LISTING, Outcome.ACCEPTED)
    served = outside or record.last(Action.SERVE_LISTING_NOTICE) is not None
    track = track_of(record)
    by_government = record.endorsed_by_government
    flags = flags_of(record)
    return {
        "has_parent_company": record.has_parent_company,
        "no_parent_company": not record.has_parent_company and not by_government,
        "endorsed_by_government": by_government,
        "no_enterprise": not record.responsible_party_is_enterprise,
        "office_drafts_listing": record.office_drafts_listing,
        "body_drafts_listing": not record.office_drafts_listing,
        "on_listed_track": track in (UNDECIDED, Track.LISTED, Track.EXTERNAL_LISTING),
        "off_listed_track": track in (Track.ORDINARY, Track.TRACKED, Track.OWN_LISTING),
        "may_list_itself": _may_list_itself(record),
        "verdict_is_major": track not in (UNDECIDED, Track.ORDINARY),
        "answer_owed": answers_owed(record) > 0,
        "no_answer_owed": answers_owed(record) == 0,
        # Starts the clock: a tip starts none, whatever an earlier finding still waits for.
        "latest_finding_owes_answer": any(map(_owes_answer, _findings(record)[-1:])),
        "no_legal_hold": CaseFlag.LEGAL_HOLD not in flags,
        "not_listed_yet": not listed,
        "listed": listed,
        "listing_served": served,
        "listed_here": record.last_outcome_is(Action.SIGN_LISTING, Outcome.ACCEPTED),
        "not_listed_here": not record.last_outcome_is(Action.SIGN_LISTING, Outcome.ACCEPTED),
        "limit_runs": limit_runs(record),
        "new_party_served": not record.service_open,
        "escalated_to_party": escalation_addressee(record) is Addressee.PARTY,
        "escalated_to_territory": escalation_addressee(record) is Addressee.TERRITORY,
        "escalated_to_department": escalation_addressee(record) is Addressee.DEPARTMENT,
        **{need: correction_signatory(record) is role for role, need in CORRECTED_BY.items()},
        "no_open_spot_check_problem": not _spot_check_problem_is_open(record),
        "every_receiver_reported": record.receiver_count > 0
        and record.receivers_reported == record.receiver_count,
        "measures_in_force": measures_in_force(record),
        "no_measures_in_force": not measures_in_force(record),
        "party_operates": record.responsible_party_is_enterprise,
        "no_penalty_pending": not penalty_pending(record),
        "legal_after_hearing": _legal_after_hearing(record),
        "suspension_in_force": suspension_in_force(record),
        "no_suspension_in_force": not suspension_in_force(record),
        "order_on_record": any(record.last(action) for action in _ORDERS),
        "rectification_refused": rectification_refused(record),
        **_order_needs(record),
        "inquiry_called_for": inquiry_is_due(record)
        and inquiry_stage(record) is InquiryStage.NONE
        and track not in (UNDECIDED, Track.ORDINARY),
        "inquiry_settled": not inquiry_is_due(record),
        "raisable": record.last_outcome_is(Action.SIGN_LISTING, Outcome.ACCEPTED)
        and not raised(record),
        "not_raised": not raised(record),
        "no_raise_pending": not raise_pending(record),
        "delisting_not_open": not _delisting_is_open(record),
        "no_inquiry_pending": inquiry_stage(record) in (InquiryStage.NONE, InquiryStage.SETTLED),
        "stopped": CaseFlag.STOPPED in flags,
        "work_stopped": CaseFlag.STOPPED in flags or stop_is_ordered(record),
        "no_ordered_stop": not stop_is_ordered(record),
        "stopped_since_application": stopped_since_application(record),
        "no_stop_since_application": not stopped_since_application(record),
        "resumption_inspected": _resumption_inspected(record),
        "resumption_by_government": record.sector_resumes_by_government,
        "no_resumption_pending": not resumption_pending(record),
        "no_stopping_order_open": not _stopping_order_open(record),
        # Said so that outside the department nothing is learnt of what is being prepared.
        "resumption_unopposed": not penalty_pending(record)
        and not _stopping_order_open(record)
        and not stopped_since_application(record),
        "criterion_confirmed": record.criterion_confirmed,
        "nothing_missing": not record.missing_fields,
        "criterion_on_record": record.criterion_on_record,
        # Without an enterprise nobody owes a double report (Work Safety Law, article 41).
        "double_report_complete": not record.responsible_party_is_enterprise
        or (
            record.last(Action.SIGN_DOUBLE_REPORT) is not None
            and record.last(Action.RECORD_WORKFORCE_REPORT) is not None
        ),
    }
