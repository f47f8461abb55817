"""Which facts a definition reads, what they are called, and which of them stay inside."""

from services.definitions import current_definition
from services.settings import REPOSITORY
from web.labels import FACT_LABELS, FACT_VALUES, fact_said
from workflows.engine.facts_read import facts_read
from workflows.facts import FACTS, LATE_FACTS, ActRecord, CaseRecord, derive
from workflows.outcomes import OUTCOMES
from workflows.permissions import INSIDE_ACTS, INSIDE_FACTS
from workflows.vocabulary import HazardSource

# What an act may say that a fact follows from.
CONTENTS: tuple[dict[str, object], ...] = (
    {},
    {"comes_back": "straight"},
    {"escalation_kind": "circular"},
    {"escalation_kind": "supervision_letter"},
    {"escalation_kind": "regulatory_talk"},
    {"enforcement_kind": "government_closure"},
    {"inquiry_kind": "opened"},
)


def _derived(*acts: ActRecord) -> dict[str, object]:
    record = CaseRecord(
        source=HazardSource.ENTERPRISE_REPORT,
        has_parent_company=True,
        acts=acts,
        receiver_count=2,
        receivers_reported=0,
        visitor_count=3,
        inspector_count=2,
        criterion_on_record=True,
        criterion_confirmed=True,
    )
    return dict(derive(record))


def test_gateways_and_decision_tables_tell_what_they_read() -> None:
    read = facts_read(current_definition(REPOSITORY / "bpmn"))
    assert read["listing", "draft_review"] == ("draft_accepted",)
    assert read["hazard_supervision", "where_returned"] == ("closure_return",)
    assert read["intake", "decide_handling_track"] == (
        "is_major",
        "listing_condition_met",
        "may_list_itself",
    )
    assert ("hazard_supervision", "round_begins") not in read


def test_nothing_is_read_that_is_no_fact() -> None:
    read = facts_read(current_definition(REPOSITORY / "bpmn"))
    assert {name for names in read.values() for name in names} <= set(FACTS)


def test_every_fact_has_a_name_and_every_value_a_word() -> None:
    assert set(FACT_LABELS) == {*FACTS, *LATE_FACTS}
    for name, kind in {**FACTS, **LATE_FACTS}.items():
        if isinstance(kind, tuple):
            assert set(FACT_VALUES[name]) == set(kind)


def test_facts_are_said_in_words() -> None:
    assert fact_said("is_major", True) == ("现场核查核定为重大事故隐患", "是")
    assert fact_said("countersigned", False) == ("会签同意", "否")
    assert fact_said("receiver_count", 2) == ("接收移交的单位数", "2")
    assert fact_said("closure_return", "acceptance") == ("背书或审批退回", "退回重新验收")
    assert fact_said("of_former_days", True) == ("of_former_days", "是")


def test_facts_that_tell_of_acts_inside_the_office_stay_inside() -> None:
    nothing = _derived()
    telling = {
        name
        for action in INSIDE_ACTS
        for outcome in OUTCOMES[action]
        for content in CONTENTS
        for name, value in _derived(ActRecord(action, outcome, 1, 1, content)).items()
        if value != nothing[name]
    }
    assert telling == INSIDE_FACTS
