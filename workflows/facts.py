"""Facts that diagrams, decisions and permissions read, and how they follow from the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from workflows.vocabulary import Action, HazardSource, Outcome

FactKind = type[bool] | type[int] | tuple[str, ...]
FactValue = bool | int | str

FACTS: Mapping[str, FactKind] = {
    "reported_by_enterprise": bool,
    "responsible_party_is_enterprise": bool,
    "verification_returned": bool,
    "judged_ordinary": bool,
    "is_major": bool,
    "listing_condition_met": bool,
    "crosses_counties": bool,
    "county_unable": bool,
    "may_cause_mass_casualties": bool,
    "draft_accepted": bool,
    "countersigned": bool,
    "listing_signed": bool,
    "receiver_count": int,
    "plan_accepted": bool,
    "application_endorsed": bool,
    "inspector_count": int,
    "acceptance_passed": bool,
    "leader_endorsed": bool,
    "delisting_approved": bool,
    "closure_return": ("none", "rectification", "acceptance"),
}
DECISION_OUTPUTS: Mapping[str, FactKind] = {
    "proposed_track": ("ordinary", "listed"),
    "proposed_level": ("county", "city"),
}
EFFECTS = frozenset({"issue_document"})

_RETURN_TARGETS = {
    Outcome.RETURN_TO_RECTIFICATION: "rectification",
    Outcome.RETURN_TO_ACCEPTANCE: "acceptance",
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


@dataclass(frozen=True)
class CaseRecord:
    """One case as the rules see it: its acts in order, and what has been put on record about it."""

    source: HazardSource
    has_parent_company: bool
    responsible_party_is_enterprise: bool
    acts: tuple[ActRecord, ...]
    receiver_count: int
    receivers_reported: int
    inspector_count: int
    criterion_on_record: bool
    criterion_confirmed: bool
    missing_fields: tuple[str, ...] = ()

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
        "crosses_counties": bool(content.get("crosses_counties")),
        "county_unable": bool(content.get("county_unable")),
        "may_cause_mass_casualties": bool(content.get("may_cause_mass_casualties")),
        "draft_accepted": record.last_outcome_is(Action.REVIEW_DRAFT, Outcome.ACCEPTED),
        "countersigned": record.last_outcome_is(Action.COUNTERSIGN_LISTING, Outcome.ACCEPTED),
        "listing_signed": record.last_outcome_is(Action.SIGN_LISTING, Outcome.ACCEPTED),
        "receiver_count": record.receiver_count,
        "plan_accepted": record.last_outcome_is(Action.REVIEW_PLAN, Outcome.ACCEPTED),
        "application_endorsed": record.last_outcome_is(
            Action.ENDORSE_AS_PARENT_COMPANY_HEAD, Outcome.ACCEPTED
        ),
        "inspector_count": record.inspector_count,
        "acceptance_passed": record.last_outcome_is(Action.APPROVE_ACCEPTANCE, Outcome.PASSED),
        "leader_endorsed": record.last_outcome_is(
            Action.ENDORSE_AS_LEADER_IN_CHARGE, Outcome.ACCEPTED
        ),
        "delisting_approved": record.last_outcome_is(Action.APPROVE_DELISTING, Outcome.ACCEPTED),
        "closure_return": _closure_return(record),
    }


def _closure_return(record: CaseRecord) -> str:
    closing = (Action.ENDORSE_AS_LEADER_IN_CHARGE, Action.APPROVE_DELISTING)
    last = next((act for act in reversed(record.acts) if act.action in closing), None)
    return _RETURN_TARGETS.get(last.outcome, "none") if last else "none"


def round_number(acts: tuple[ActRecord, ...]) -> int:
    """The round of rectification and acceptance: one more for each failure or refused closing."""
    return 1 + sum(
        act.outcome is Outcome.FAILED
        or (
            act.action in (Action.ENDORSE_AS_LEADER_IN_CHARGE, Action.APPROVE_DELISTING)
            and act.outcome in _RETURN_TARGETS
        )
        for act in acts
        if act.action is not Action.INSPECT_RECTIFICATION
    )


def needs_met(record: CaseRecord) -> dict[str, bool]:
    """Facts that permissions ask for before an act, by name."""
    listed = record.last(Action.SIGN_LISTING)
    served = record.last(Action.SERVE_LISTING_NOTICE) is not None
    measures = record.last_index(Action.ORDER_IMMEDIATE_MEASURES)
    lifted = record.last_index(Action.LIFT_IMMEDIATE_MEASURES)
    return {
        "has_parent_company": record.has_parent_company,
        "no_parent_company": record.responsible_party_is_enterprise
        and not record.has_parent_company,
        "no_enterprise": not record.responsible_party_is_enterprise,
        "not_listed_yet": listed is None or listed.outcome is not Outcome.ACCEPTED,
        "listed": listed is not None and listed.outcome is Outcome.ACCEPTED,
        "listing_served": served,
        "every_receiver_reported": record.receiver_count > 0
        and record.receivers_reported == record.receiver_count,
        "measures_in_force": measures > lifted,
        "no_measures_in_force": measures <= lifted,
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
