"""One test for each way a case can take through the diagrams."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from workflows.engine.definitions import Definition, collect
from workflows.engine.runner import Advance, OpenTask, complete, open_tasks, start
from workflows.facts import FACTS, FactValue

FOLDER = Path(__file__).parents[2] / "bpmn"
FILES = {
    file.name: file.read_bytes() for file in FOLDER.iterdir() if file.suffix in {".bpmn", ".dmn"}
}
# What may happen at any time until a case ends.
EVENTS = (
    "add_finding",
    "answer_finder",
    "apply_for_resumption",
    "change_responsible_party",
    "lift_refusal",
    "lift_order",
    "lift_suspension",
    "object_to_verdict",
    "propose_correction",
    "propose_escalation",
    "propose_inquiry",
    "propose_order",
    "propose_raise",
    "propose_suspension",
    "record_accident",
    "record_refusal",
    "report_restart",
    "report_stoppage",
    "request_coordination",
    "withdraw_case",
)
UNSET: dict[type, FactValue] = {bool: False, int: 1}


def initial_facts() -> dict[str, FactValue]:
    facts = {name: UNSET[kind] for name, kind in FACTS.items() if isinstance(kind, type)}
    facts["responsible_party_is_enterprise"] = True
    return {
        **facts,
        "track": "listed",
        "to_be_listed": True,
        "draft_comes_back_to": "review",
        "closure_return": "none",
        "early_ending": "none",
        "inquiry_result": "none",
        "handover_answer": "none",
        "receiver_count": 2,
        "visitor_count": 3,
        "inspector_count": 2,
    }


class Walk:
    """A case that keeps its facts, and takes one open step after another."""

    def __init__(self, process_id: str = "hazard_supervision", **facts: FactValue) -> None:
        self.definition: Definition = collect(process_id, FILES)
        self.facts = {**initial_facts(), **facts}
        self.advances: list[Advance] = [start(self.definition, self.facts)]

    @property
    def last(self) -> Advance:
        return self.advances[-1]

    @property
    def open(self) -> tuple[OpenTask, ...]:
        return open_tasks(self.definition, self.last.state)

    @property
    def steps(self) -> list[str]:
        """The open steps, standing ones left out."""
        return sorted(task.step_id for task in self.open if not task.standing)

    @property
    def standing(self) -> list[str]:
        return sorted(task.step_id for task in self.open if task.standing)

    @property
    def documents(self) -> list[str]:
        effects = (effect for advance in self.advances for effect in advance.effects)
        return [effect.parameters["kind"] for effect in effects if effect.name == "issue_document"]

    def task(self, step: str, instance: tuple[int, ...] | None = None) -> OpenTask:
        found = [
            task
            for task in self.open
            if task.step_id == step and instance in {None, task.instance_path}
        ]
        assert found, f"{step} is not open, but {[task.step_id for task in self.open]}"
        return found[0]

    def take(
        self, step: str, instance: tuple[int, ...] | None = None, **facts: FactValue
    ) -> "Walk":
        self.facts.update(facts)
        task_id = self.task(step, instance).task_id
        self.advances.append(complete(self.definition, self.last.state, task_id, self.facts))
        return self

    def take_all(self, steps: Iterable[str]) -> "Walk":
        for step in steps:
            self.take(step)
        return self


def reported() -> Walk:
    return Walk(reported_by_enterprise=True).take("file_first_report")


def verified() -> Walk:
    return reported().take("verify_hazard", is_major=True, listing_condition_met=True)


def admitted() -> Walk:
    """Judged major, and ordered to rectify: listing and rectification are open."""
    return verified().take_all(["confirm_verdict", "issue_rectification_order"])


def listed() -> Walk:
    walk = admitted().take("propose_listing").take("review_draft", draft_accepted=True)
    walk.take("countersign_listing", countersigned=True).take("sign_listing", listing_signed=True)
    return walk.take("serve_listing_notice")


def handed_over() -> Walk:
    walk = listed().take("acknowledge_handover", (0,)).take("acknowledge_handover", (1,))
    return walk.take("report_handover_result", (0,)).take("report_handover_result", (1,))


def plan_accepted(walk: Walk) -> Walk:
    return walk.take("submit_plan").take("review_plan", plan_accepted=True)


def applied(walk: Walk) -> Walk:
    plan_accepted(walk).take("apply_for_acceptance")
    return walk.take("endorse_as_parent_company_head", application_endorsed=True)


def inspected(walk: Walk) -> Walk:
    walk.take("evaluate_effect")
    return walk.take("inspect_rectification", (0,)).take("inspect_rectification", (1,))


def passed(walk: Walk) -> Walk:
    return inspected(walk).take("approve_acceptance", acceptance_passed=True)


def test_enterprise_report_goes_straight_to_delisting_and_archive() -> None:
    walk = reported()
    walk.take_all(["supplement_report", "record_workforce_report", "sign_double_report"])
    walk.take("verify_hazard", is_major=True, listing_condition_met=True)
    walk.take_all(["confirm_verdict", "issue_rectification_order"])
    walk.take("propose_listing").take("review_draft", draft_accepted=True)
    walk.take("countersign_listing", countersigned=True).take("sign_listing", listing_signed=True)
    assert walk.documents == ["listing_notice"]
    walk.take("serve_listing_notice")
    for receiver in ((0,), (1,)):
        walk.take("acknowledge_handover", receiver).take("report_handover_result", receiver)
    passed(applied(walk)).take("endorse_as_leader_in_charge", leader_endorsed=True)
    walk.take("approve_delisting", delisting_approved=True, hazard_closed=True)
    assert walk.documents == ["listing_notice", "delisting_notice"]
    assert (walk.steps, walk.standing) == (["archive_case"], ["propose_correction"])
    walk.take("propose_correction")
    assert (walk.steps, walk.standing) == (["archive_case", "sign_correction"], [])
    walk.take("archive_case")
    assert (walk.last.finished, walk.last.ended_at, walk.open) == (True, "archived", ())


def test_regulators_finding_starts_with_its_registration() -> None:
    walk = Walk()
    assert walk.steps == ["register_hazard"]
    walk.take("register_hazard")
    assert walk.steps == [
        "issue_rectification_order",
        "record_workforce_report",
        "supplement_report",
        "verify_hazard",
    ]
    measures = ["lift_immediate_measures", "order_immediate_measures"]
    assert walk.standing == sorted([*measures, *EVENTS])


def test_verification_is_returned_and_done_again() -> None:
    walk = verified().take("confirm_verdict", verification_returned=True)
    assert "verify_hazard" in walk.steps
    assert "confirm_verdict" not in walk.steps
    walk.take("verify_hazard").take("confirm_verdict", verification_returned=False)
    assert "issue_rectification_order" in walk.steps
    walk.take("issue_rectification_order")
    assert {"propose_listing", "submit_plan"} <= set(walk.steps)


def test_ordinary_hazard_ends_without_delisting() -> None:
    walk = reported().take("verify_hazard").take("confirm_verdict", judged_ordinary=True)
    assert (walk.last.finished, walk.last.ended_at, walk.open) == (
        True,
        "ended_without_delisting",
        (),
    )
    assert "left_as_ordinary" in [element.element_id for element in walk.last.ends]


def test_intake_waits_for_the_rectification_order() -> None:
    walk = verified().take("confirm_verdict")
    assert "submit_plan" not in walk.steps
    walk.take("issue_rectification_order")
    assert "submit_plan" in walk.steps


def test_rectification_order_may_come_before_the_verdict() -> None:
    walk = reported().take("issue_rectification_order").take("verify_hazard", is_major=True)
    assert "submit_plan" not in walk.steps
    walk.take("confirm_verdict")
    assert "submit_plan" in walk.steps


def test_immediate_measures_are_lifted_and_may_be_ordered_again() -> None:
    walk = reported().take("order_immediate_measures")
    measures = ["lift_immediate_measures", "order_immediate_measures"]
    assert walk.standing == sorted([*measures, *EVENTS])
    walk.take("order_immediate_measures").take("lift_immediate_measures")
    assert walk.standing == sorted([*measures, *EVENTS])
    assert "verify_hazard" in walk.steps


def test_measures_ordered_in_intake_are_lifted_in_rectification_and_ordered_again() -> None:
    walk = reported().take("order_immediate_measures").take("verify_hazard", is_major=True)
    walk.take_all(["confirm_verdict", "issue_rectification_order"])
    plan_accepted(walk)
    assert "lift_immediate_measures" in walk.standing
    walk.take("lift_immediate_measures")
    assert "apply_for_acceptance" in walk.steps
    walk.take("order_immediate_measures").take("lift_immediate_measures")


def test_measures_may_be_lifted_until_the_case_is_delisted() -> None:
    walk = passed(applied(handed_over().take("order_immediate_measures")))
    walk.take("endorse_as_leader_in_charge", leader_endorsed=True).take("lift_immediate_measures")
    walk.take("approve_delisting", delisting_approved=True, hazard_closed=True)
    assert (walk.steps, walk.standing) == (["archive_case"], ["propose_correction"])


@pytest.mark.parametrize("phase", [reported, admitted], ids=["intake", "rectification"])
def test_withdrawal_ends_the_measures(phase: Callable[[], Walk]) -> None:
    walk = phase().take("order_immediate_measures")
    assert "lift_immediate_measures" in walk.standing
    walk.take("withdraw_case").take("confirm_withdrawal", withdrawal_confirmed=True)
    assert (walk.last.finished, walk.open) == (True, ())


def test_double_report_may_outlast_intake() -> None:
    walk = admitted().take("supplement_report")
    assert {"record_workforce_report", "sign_double_report", "submit_plan"} <= set(walk.steps)
    walk.take_all(["record_workforce_report", "sign_double_report"])
    assert walk.last.ends[-1].element_id == "double_report_finished"
    assert not walk.last.finished


@pytest.mark.parametrize(
    ("returning_step", "accepted_before"),
    [
        ("review_draft", {}),
        ("countersign_listing", {"review_draft": "draft_accepted"}),
        (
            "sign_listing",
            {"review_draft": "draft_accepted", "countersign_listing": "countersigned"},
        ),
    ],
)
def test_returned_draft_is_proposed_again(
    returning_step: str, accepted_before: dict[str, str]
) -> None:
    walk = admitted().take("propose_listing")
    for step, fact in accepted_before.items():
        walk.facts[fact] = True
        walk.take(step)
    walk.take(returning_step)
    assert "propose_listing" in walk.steps
    assert returning_step not in walk.steps
    assert walk.documents == []
    walk.take("propose_listing").take("review_draft", draft_accepted=True)
    walk.take("countersign_listing", countersigned=True).take("sign_listing", listing_signed=True)
    assert walk.documents == ["listing_notice"]


def test_rectification_waits_neither_for_listing_nor_for_handover() -> None:
    walk = passed(applied(admitted()))
    assert "propose_listing" in walk.steps
    assert "endorse_as_leader_in_charge" in walk.steps


def test_two_receivers_acknowledge_and_report_each_for_itself() -> None:
    walk = listed()
    receivers = [task for task in walk.open if task.step_id == "acknowledge_handover"]
    assert [task.instance_path for task in receivers] == [(0,), (1,)]
    assert {task.process_id for task in receivers} == {"handover"}
    walk.take("acknowledge_handover", (1,)).take("report_handover_result", (1,))
    assert walk.task("acknowledge_handover").instance_path == (0,)
    assert "report_handover_result" not in walk.steps
    walk.take("acknowledge_handover", (0,)).take("report_handover_result", (0,))
    assert walk.last.ends[-1].element_id == "handed_over"


def test_a_handover_that_is_passed_on_is_acknowledged_by_the_next() -> None:
    walk = listed().take("acknowledge_handover", (0,), handover_answer="passed_on")
    assert walk.steps.count("acknowledge_handover") == 2
    walk.take("acknowledge_handover", (0,), handover_answer="acknowledged")
    assert walk.task("report_handover_result").instance_path == (0,)


def test_disputed_competence_is_settled_and_then_acknowledged() -> None:
    walk = listed().take("acknowledge_handover", (1,), handover_answer="disputed")
    assert walk.task("resolve_competence_dispute").instance_path == (1,)
    walk.take("acknowledge_handover", (0,), handover_answer="acknowledged")
    walk.take("resolve_competence_dispute", (1,))
    assert walk.task("acknowledge_handover").instance_path == (1,)
    walk.take("acknowledge_handover", (1,)).take("report_handover_result", (0,))
    walk.take("report_handover_result", (1,))
    assert walk.last.ends[-1].element_id == "handed_over"


def test_each_visitor_visits_again_and_again_without_waiting_for_the_others() -> None:
    walk = admitted()
    visits = [task for task in walk.open if task.step_id == "record_visit"]
    assert [task.instance_path for task in visits] == [(0,), (1,), (2,)]
    assert all(task.standing for task in visits)
    for _ in range(3):
        walk.take("record_visit", (1,))
    assert walk.standing.count("record_visit") == 3
    walk.take("record_visit", (0,))
    assert walk.standing.count("record_visit") == 3


def test_visits_go_on_through_the_rounds_and_end_with_the_case() -> None:
    walk = passed(applied(handed_over())).take("record_visit", (2,))
    walk.take("endorse_as_leader_in_charge", leader_endorsed=True)
    assert walk.standing.count("record_visit") == 3
    walk.take("approve_delisting", delisting_approved=True, hazard_closed=True)
    assert (walk.steps, walk.standing) == (["archive_case"], ["propose_correction"])


def test_without_an_enterprise_the_territory_does_not_visit_itself() -> None:
    walk = Walk(visitor_count=2, responsible_party_is_enterprise=False).take("register_hazard")
    walk.take("verify_hazard", is_major=True)
    walk.take_all(["confirm_verdict", "issue_rectification_order"])
    assert walk.standing.count("record_visit") == 2


def test_returned_plan_is_submitted_again() -> None:
    walk = admitted().take("submit_plan").take("review_plan", plan_accepted=False)
    assert "submit_plan" in walk.steps
    assert "report_progress" not in walk.standing
    plan_accepted(walk)
    assert "apply_for_acceptance" in walk.steps
    assert "report_progress" in walk.standing


def test_an_expert_is_asked_about_the_plan_before_it_is_reviewed() -> None:
    walk = admitted().take("submit_plan").take("review_plan", plan_opinion_asked=True)
    assert "give_expert_opinion" in walk.steps
    assert "recall_expert" in walk.standing
    assert "review_plan" not in walk.steps
    walk.take("give_expert_opinion")
    assert "review_plan" in walk.steps
    assert "recall_expert" not in walk.standing
    walk.take("review_plan").take("recall_expert")
    assert "give_expert_opinion" not in walk.steps
    walk.take("review_plan", plan_opinion_asked=False, plan_accepted=True)
    assert "apply_for_acceptance" in walk.steps


def test_experts_advise_on_acceptance_without_holding_it_up() -> None:
    walk = applied(admitted()).take("invite_expert")
    assert {"give_expert_opinion", "evaluate_effect"} <= set(walk.steps)
    walk.take("give_expert_opinion").take("invite_expert")
    inspected(walk).take("approve_acceptance", acceptance_passed=True)
    assert "give_expert_opinion" not in walk.steps
    assert not {"invite_expert", "recall_expert"} & set(walk.standing)
    assert "endorse_as_leader_in_charge" in walk.steps


def test_progress_is_reported_again_and_again_until_acceptance_is_applied_for() -> None:
    walk = plan_accepted(admitted())
    for _ in range(3):
        walk.take("report_progress")
        assert "report_progress" not in walk.standing
        walk.take("review_progress")
    walk.take("report_progress").take("apply_for_acceptance")
    walk.take("endorse_as_parent_company_head", application_endorsed=True)
    assert "review_progress" not in walk.steps
    assert "report_progress" not in walk.standing


def test_unendorsed_application_is_made_again() -> None:
    walk = plan_accepted(admitted()).take("apply_for_acceptance")
    walk.take("endorse_as_parent_company_head", application_endorsed=False)
    assert "apply_for_acceptance" in walk.steps
    assert "report_progress" in walk.standing
    walk.take("apply_for_acceptance")
    walk.take("endorse_as_parent_company_head", application_endorsed=True)
    assert "evaluate_effect" in walk.steps


def test_failed_acceptance_opens_the_next_round() -> None:
    walk = inspected(applied(admitted())).take("approve_acceptance", acceptance_passed=False)
    assert "submit_plan" in walk.steps
    assert "endorse_as_leader_in_charge" not in walk.steps
    passed(applied(walk))
    assert "endorse_as_leader_in_charge" in walk.steps


@pytest.mark.parametrize("refusing_step", ["endorse_as_leader_in_charge", "approve_delisting"])
@pytest.mark.parametrize(
    ("returned_to", "step"), [("acceptance", "evaluate_effect"), ("rectification", "submit_plan")]
)
def test_refused_closure_returns_the_case(refusing_step: str, returned_to: str, step: str) -> None:
    walk = passed(applied(handed_over()))
    if refusing_step == "approve_delisting":
        walk.take("endorse_as_leader_in_charge", leader_endorsed=True)
    walk.take(refusing_step, closure_return=returned_to)
    assert step in walk.steps
    assert walk.documents == ["listing_notice"]
    assert "archive_case" not in walk.steps

    # A second time round, under the facts of its own closure.
    walk.facts.update(leader_endorsed=False, closure_return="none", acceptance_passed=False)
    passed(walk if returned_to == "acceptance" else applied(walk))
    walk.take("endorse_as_leader_in_charge", leader_endorsed=True)
    walk.take("approve_delisting", delisting_approved=True, hazard_closed=True)
    assert walk.steps == ["archive_case"]


@pytest.mark.parametrize(
    "phase",
    [
        pytest.param(reported, id="intake"),
        pytest.param(admitted, id="listing"),
        pytest.param(listed, id="handover"),
        pytest.param(lambda: plan_accepted(handed_over()), id="rectification"),
        pytest.param(lambda: applied(handed_over()), id="acceptance"),
        pytest.param(lambda: passed(applied(handed_over())), id="closure"),
    ],
)
def test_case_may_be_withdrawn_from_any_phase(phase: object) -> None:
    assert callable(phase)
    walk: Walk = phase()
    walk.take("withdraw_case").take("confirm_withdrawal", withdrawal_confirmed=True)
    assert (walk.last.finished, walk.open) == (True, ())
    assert [element.element_id for element in walk.last.ends] == [
        "withdrawal_decided",
        "withdrawn",
        "ended_without_delisting",
    ]


@pytest.mark.parametrize(
    ("is_major", "condition_met", "own", "track"),
    [
        (False, False, False, "ordinary"),
        (False, True, True, "ordinary"),
        (True, False, False, "tracked"),
        (True, True, False, "listed"),
        (True, False, True, "own_listing"),
        (True, True, True, "own_listing"),
    ],
)
def test_handling_track_is_proposed_with_the_verdict(
    *, is_major: bool, condition_met: bool, own: bool, track: str
) -> None:
    walk = reported().take(
        "verify_hazard",
        is_major=is_major,
        listing_condition_met=condition_met,
        may_list_itself=own,
    )
    assert walk.task("confirm_verdict").proposal["proposed_track"] == track


@pytest.mark.parametrize("crosses_counties", [False, True])
@pytest.mark.parametrize("county_unable", [False, True])
@pytest.mark.parametrize("mass_casualties", [False, True])
def test_listing_level_is_proposed_with_the_listing(
    *, crosses_counties: bool, county_unable: bool, mass_casualties: bool
) -> None:
    reasons = (crosses_counties, county_unable, mass_casualties)
    walk = reported().take(
        "verify_hazard",
        is_major=True,
        crosses_counties=crosses_counties,
        county_unable=county_unable,
        may_cause_mass_casualties=mass_casualties,
    )
    level = walk.task("confirm_verdict").proposal["proposed_level"]
    assert level == ("city" if any(reasons) else "county")


def on_track(track: str) -> Walk:
    walk = reported()
    walk.facts.update(track=track, to_be_listed=track in ("listed", "external_listing"))
    return walk.take_all(["verify_hazard", "confirm_verdict", "issue_rectification_order"])


def test_a_tracked_hazard_is_closed_by_its_department_without_a_listing() -> None:
    walk = on_track("tracked")
    assert "propose_listing" not in walk.steps
    passed(applied(walk))
    assert "endorse_as_leader_in_charge" not in walk.steps
    walk.take("close_tracked_case", hazard_closed=True)
    assert (walk.steps, walk.standing) == (["archive_case"], ["propose_correction"])
    assert walk.documents == []
    assert "tracked_closed" in [element.element_id for element in walk.last.ends]


def test_a_failed_acceptance_of_a_tracked_hazard_opens_the_next_round() -> None:
    walk = inspected(applied(on_track("tracked"))).take("approve_acceptance")
    assert "submit_plan" in walk.steps
    assert "close_tracked_case" not in walk.steps


def test_an_enterprise_lists_accepts_and_closes_its_own_hazard() -> None:
    walk = on_track("own_listing")
    assert "list_own_hazard" in walk.steps
    assert not {"propose_listing", "submit_plan"} & set(walk.steps)
    walk.take("list_own_hazard").take("accept_own_rectification")
    walk.take("close_own_listing", own_closure_approved=False)
    walk.take("accept_own_rectification").take("close_own_listing", own_closure_approved=True)
    walk.take("check_own_closure", own_closure_checked=False)
    walk.take("accept_own_rectification").take("close_own_listing")
    walk.take("check_own_closure", own_closure_checked=True, hazard_closed=True)
    assert (walk.steps, walk.standing) == (["archive_case"], ["propose_correction"])


def test_what_a_body_above_listed_is_delisted_by_it() -> None:
    walk = on_track("external_listing")
    assert "propose_listing" not in walk.steps
    walk.take("record_external_listing", listed_above=True)
    assert walk.documents == []
    assert "acknowledge_handover" in walk.steps
    passed(applied(walk)).take("endorse_as_leader_in_charge", leader_endorsed=True)
    assert "approve_delisting" not in walk.steps
    walk.take("petition_delisting")
    walk.take("record_external_delisting", closure_return="acceptance")
    passed(walk).take("endorse_as_leader_in_charge").take("petition_delisting")
    walk.take("record_external_delisting", delisting_approved=True, hazard_closed=True)
    assert (walk.steps, walk.documents) == (["archive_case"], [])


@pytest.mark.parametrize(
    ("goes_to", "step"),
    [
        ("review", "review_draft"),
        ("countersign", "countersign_listing"),
        ("sign", "sign_listing"),
    ],
)
def test_a_returned_draft_comes_back_as_its_returner_chose(goes_to: str, step: str) -> None:
    walk = admitted().take("propose_listing").take("review_draft", draft_accepted=True)
    walk.take("countersign_listing", countersigned=True)
    walk.take("sign_listing", draft_comes_back_to=goes_to).take("propose_listing")
    assert {"review_draft", "countersign_listing", "sign_listing"} & set(walk.steps) == {step}


@pytest.mark.parametrize("ending", ["withdrawn", "merged", "listing_revoked"])
def test_each_ground_of_withdrawal_ends_in_an_end_of_its_own(ending: str) -> None:
    walk = listed().take("withdraw_case")
    walk.take("confirm_withdrawal", withdrawal_confirmed=True, early_ending=ending)
    assert (walk.last.finished, walk.open) == (True, ())
    assert ending in [element.element_id for element in walk.last.ends]


def test_a_refused_withdrawal_leaves_the_case_as_it_was() -> None:
    walk = listed()
    before = (walk.steps, walk.standing)
    walk.take("withdraw_case").take("confirm_withdrawal", withdrawal_confirmed=False)
    assert (walk.steps, walk.standing) == before


def test_an_objection_is_made_once_and_ends_the_case_when_upheld() -> None:
    rejected = admitted().take("object_to_verdict").take("decide_objection")
    assert "object_to_verdict" not in rejected.standing
    assert "propose_listing" in rejected.steps
    upheld = admitted().take("object_to_verdict")
    upheld.take("decide_objection", objection_upheld=True, early_ending="objection_upheld")
    assert (upheld.last.finished, upheld.open) == (True, ())
    assert "objection_upheld" in [element.element_id for element in upheld.last.ends]


def test_findings_and_answers_come_again_and_again() -> None:
    walk = admitted()
    for _ in range(2):
        walk.take("add_finding").take("answer_finder")
    assert {"add_finding", "answer_finder"} <= set(walk.standing)


def test_a_stoppage_is_confirmed_and_a_restart_reported_beside_it() -> None:
    walk = admitted().take("report_stoppage")
    assert "report_stoppage" not in walk.standing
    walk.take("confirm_stoppage").take("report_restart")
    assert {"report_stoppage", "report_restart"} <= set(walk.standing)


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_legal_hold_lasts_until_it_is_lifted(*, confirmed: bool) -> None:
    walk = admitted().take("record_accident")
    walk.take("confirm_accident", accident_confirmed=confirmed)
    assert ("lift_legal_hold" in walk.standing) == confirmed
    if confirmed:
        walk.take("lift_legal_hold")
    assert "record_accident" in walk.standing


def test_another_party_may_be_proposed_again_after_either_decision() -> None:
    walk = admitted().take("change_responsible_party").take("confirm_party_change")
    assert "change_responsible_party" in walk.standing


# ------------------------------------------------------------------ extension


def asking_for_time() -> Walk:
    return plan_accepted(admitted()).take("request_extension")


def test_an_extension_is_asked_for_reviewed_and_decided_again_and_again() -> None:
    walk = asking_for_time()
    assert "request_extension" not in walk.standing
    walk.take("review_extension", extension_supported=False)
    assert "request_extension" in walk.standing
    walk.take("request_extension").take("review_extension", extension_supported=True)
    walk.take("decide_extension")
    assert "request_extension" in walk.standing


@pytest.mark.parametrize(
    ("listed_above", "listing_signed", "step"),
    [
        (True, False, "petition_extension"),
        (True, True, "petition_extension"),
        (False, True, "decide_extension"),
        (False, False, "decide_extension"),
    ],
)
def test_who_listed_above_is_petitioned(
    *, listed_above: bool, listing_signed: bool, step: str
) -> None:
    walk = asking_for_time().take(
        "review_extension",
        extension_supported=True,
        listed_above=listed_above,
        listing_signed=listing_signed,
    )
    assert {"petition_extension", "decide_extension"} & set(walk.steps) == {step}
    if step == "petition_extension":
        walk.take("petition_extension").take("record_external_extension")
        assert "request_extension" in walk.standing


def test_an_open_request_falls_away_with_the_end_of_rectification() -> None:
    walk = asking_for_time().take("apply_for_acceptance")
    walk.take("endorse_as_parent_company_head", application_endorsed=True)
    assert "review_extension" not in walk.steps


def test_a_mine_that_lists_itself_may_ask_for_time() -> None:
    walk = on_track("own_listing").take("list_own_hazard")
    walk.take("request_extension").take("accept_own_rectification")
    assert "review_extension" in walk.steps
    walk.take("close_own_listing", own_closure_approved=True)
    walk.take("check_own_closure", own_closure_checked=True, hazard_closed=True)
    assert "review_extension" not in walk.steps


def test_a_new_party_is_served_where_the_former_one_was() -> None:
    walk = admitted().take("change_responsible_party")
    walk.take("confirm_party_change", new_party_to_be_served=True)
    assert "change_responsible_party" not in walk.standing
    walk.take("serve_on_new_party")
    assert "change_responsible_party" in walk.standing


# ------------------------------------------------------------------ pressing on


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize("by_leader", [False, True])
@pytest.mark.parametrize("answer_due", [False, True])
@pytest.mark.parametrize("is_talk", [False, True])
def test_what_presses_on_is_decided_told_and_answered(
    *, confirmed: bool, by_leader: bool, answer_due: bool, is_talk: bool
) -> None:
    walk = admitted().take("propose_escalation")
    walk.take(
        "confirm_escalation",
        escalation_confirmed=confirmed,
        escalation_by_leader=by_leader,
        escalation_answer_due=answer_due,
        escalation_is_talk=is_talk,
    )
    if confirmed and by_leader:
        assert "serve_escalation" not in walk.steps
        walk.take("approve_escalation", escalation_approved=True)
    if confirmed:
        walk.take("serve_escalation")
    if confirmed and is_talk:
        assert "answer_escalation" not in walk.steps
        walk.take("record_talk")
    if confirmed and answer_due:
        walk.take("answer_escalation").take("review_escalation_answer", escalation_answered=False)
        walk.take("answer_escalation").take("review_escalation_answer", escalation_answered=True)
    assert "propose_escalation" in walk.standing


def test_what_the_leader_does_not_approve_is_not_told() -> None:
    walk = admitted().take("propose_escalation")
    walk.take("confirm_escalation", escalation_confirmed=True, escalation_by_leader=True)
    walk.take("approve_escalation", escalation_approved=False)
    assert "serve_escalation" not in walk.steps
    assert "propose_escalation" in walk.standing


def test_coordination_is_asked_for_and_answered_again_and_again() -> None:
    walk = admitted().take("request_coordination")
    assert "request_coordination" not in walk.standing
    walk.take("answer_coordination")
    assert "request_coordination" in walk.standing


# ------------------------------------------------------------------ suspension penalty


def told_of_penalty() -> Walk:
    walk = admitted().take("propose_suspension")
    return walk.take("review_legality", penalty_is_legal=True).take("serve_penalty_notice")


def test_a_penalty_that_is_not_legal_is_never_told() -> None:
    walk = admitted().take("propose_suspension")
    assert "propose_suspension" not in walk.standing
    walk.take("review_legality", penalty_is_legal=False)
    assert "serve_penalty_notice" not in walk.steps
    assert "propose_suspension" in walk.standing


@pytest.mark.parametrize("answer", ["answer_penalty_notice", "record_no_answer"])
@pytest.mark.parametrize("imposed", [False, True])
def test_a_penalty_is_decided_once_the_party_could_answer(answer: str, *, imposed: bool) -> None:
    walk = told_of_penalty()
    assert "decide_suspension" not in walk.steps
    walk.take(answer)
    assert not {"answer_penalty_notice", "record_no_answer"} & {task.step_id for task in walk.open}
    walk.take("decide_suspension", suspension_imposed=imposed)
    assert ("serve_suspension" in walk.steps) == imposed
    if imposed:
        walk.take("serve_suspension")
    assert {"propose_suspension", "lift_suspension"} <= set(walk.standing)


def test_a_hearing_that_is_asked_for_is_held_before_the_decision() -> None:
    walk = told_of_penalty().take("answer_penalty_notice", hearing_asked=True)
    assert "decide_suspension" not in walk.steps
    walk.take("record_hearing")
    assert "decide_suspension" not in walk.steps
    walk.take("review_after_hearing")
    assert "decide_suspension" in walk.steps


def test_a_suspension_is_lifted_beside_the_penalty() -> None:
    walk = admitted().take("lift_suspension")
    assert {"propose_suspension", "lift_suspension"} <= set(walk.standing)


# ------------------------------------------------------------------ refusal


def test_a_refusal_is_recorded_and_decided_again_and_again() -> None:
    walk = admitted().take("record_refusal")
    assert "record_refusal" not in walk.standing
    assert "confirm_refusal" in walk.steps
    walk.take("confirm_refusal")
    assert {"record_refusal", "lift_refusal"} <= set(walk.standing)
    walk.take("lift_refusal")
    assert "lift_refusal" in walk.standing


# ------------------------------------------------------------------ corrections


def test_corrections_are_proposed_and_signed_one_after_the_other() -> None:
    walk = admitted().take("propose_correction")
    assert "propose_correction" not in walk.standing
    assert "sign_correction" in walk.steps
    walk.take("sign_correction")
    assert "propose_correction" in walk.standing


# ------------------------------------------------------------------ enforcement orders


@pytest.mark.parametrize("reviewed", [False, True])
@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("by_government", [False, True])
@pytest.mark.parametrize("by_others", [False, True])
def test_an_order_takes_the_steps_that_its_kind_asks_for(
    *, reviewed: bool, heard: bool, by_government: bool, by_others: bool
) -> None:
    walk = admitted().take(
        "propose_order",
        order_reviewed_first=reviewed,
        order_heard_first=heard,
        order_by_government=by_government,
        order_executed_by_others=by_others,
    )
    assert "propose_order" not in walk.standing
    if reviewed:
        walk.take("review_order", order_is_legal=True)
    if heard:
        walk.take("hear_party")
    walk.take("approve_order", order_approved=True)
    if by_government:
        assert "serve_order" not in walk.steps
        walk.take("decide_closure", closure_decided=True)
    walk.take("serve_order")
    if by_others:
        assert "propose_order" not in walk.standing
        walk.take("record_order_receipt")
    assert {"propose_order", "lift_order"} <= set(walk.standing)


@pytest.mark.parametrize("refused", ["review_order", "approve_order", "decide_closure"])
def test_an_order_that_is_refused_is_not_served(refused: str) -> None:
    walk = admitted().take("propose_order", order_reviewed_first=True, order_by_government=True)
    walk.take("review_order", order_is_legal=refused != "review_order")
    if refused != "review_order":
        walk.take("approve_order", order_approved=refused != "approve_order")
    if refused == "decide_closure":
        walk.take("decide_closure", closure_decided=False)
    assert "serve_order" not in walk.steps
    assert "propose_order" in walk.standing


@pytest.mark.parametrize("by_government", [False, True])
@pytest.mark.parametrize("restored", [False, True])
def test_an_order_is_lifted_by_whoever_decided_and_restored_by_receipt(
    *, by_government: bool, restored: bool
) -> None:
    walk = admitted().take(
        "lift_order", lifting_by_government=by_government, restoration_due=restored
    )
    walk.take("confirm_order_lifting", order_lifting_confirmed=True)
    if by_government:
        walk.take("decide_closure_lifting")
    elif restored:
        walk.take("record_restoration")
    assert {"propose_order", "lift_order"} <= set(walk.standing)


def test_a_lifting_that_is_not_agreed_to_ends() -> None:
    walk = admitted().take("lift_order", restoration_due=True)
    walk.take("confirm_order_lifting", order_lifting_confirmed=False)
    assert "record_restoration" not in walk.steps
    assert "lift_order" in walk.standing


# ------------------------------------------------------------------ inquiry


def test_an_inquiry_that_is_not_agreed_to_is_proposed_again() -> None:
    walk = admitted().take("propose_inquiry")
    assert "propose_inquiry" not in walk.standing
    walk.take("confirm_inquiry", inquiry_confirmed=False)
    assert "approve_inquiry" not in walk.steps
    assert "propose_inquiry" in walk.standing


def test_a_finding_is_written_until_it_is_approved() -> None:
    walk = admitted().take("propose_inquiry", inquiry_opened=True)
    walk.take("confirm_inquiry", inquiry_confirmed=True)
    assert "approve_inquiry" not in walk.steps
    walk.take("record_inquiry_finding")
    walk.take("approve_inquiry", inquiry_result="finding_returned")
    assert "record_inquiry_finding" in walk.steps
    walk.take("record_inquiry_finding").take("approve_inquiry", inquiry_result="approved")
    assert "propose_inquiry" in walk.standing


@pytest.mark.parametrize("result", ["approved", "not_approved"])
def test_that_there_is_no_inquiry_is_approved_as_well(result: str) -> None:
    walk = admitted().take("propose_inquiry", inquiry_opened=False)
    walk.take("confirm_inquiry", inquiry_confirmed=True)
    assert "record_inquiry_finding" not in walk.steps
    walk.take("approve_inquiry", inquiry_result=result)
    assert "propose_inquiry" in walk.standing


# ------------------------------------------------------------------ raised supervision


def test_what_is_not_agreed_to_is_not_petitioned() -> None:
    walk = admitted().take("propose_raise")
    assert "propose_raise" not in walk.standing
    walk.take("confirm_raise", raise_confirmed=False)
    assert "petition_raise" not in walk.steps
    assert "propose_raise" in walk.standing


def test_a_petition_waits_for_its_answer() -> None:
    walk = admitted().take("propose_raise").take("confirm_raise", raise_confirmed=True)
    walk.take("petition_raise")
    assert "propose_raise" not in walk.standing
    walk.take("record_raise_answer")
    assert "propose_raise" in walk.standing


def test_what_is_supervised_above_is_delisted_above() -> None:
    walk = applied(handed_over())
    inspected(walk).take("approve_acceptance", acceptance_passed=True)
    walk.take("endorse_as_leader_in_charge", leader_endorsed=True, listed_above=True)
    assert "approve_delisting" not in walk.steps
    assert "petition_delisting" in walk.steps


# ------------------------------------------------------------------ resumption


def inspected_for_resumption(**facts: FactValue) -> Walk:
    walk = admitted().take("apply_for_resumption", inspector_count=2)
    assert "apply_for_resumption" not in walk.standing
    for _ in range(2):
        assert "approve_resumption" not in walk.steps
        walk.take("inspect_resumption")
    return walk.take("approve_resumption", None, **facts)


def test_a_resumption_that_is_refused_may_be_applied_for_again() -> None:
    walk = inspected_for_resumption(resumption_approved=False)
    assert "serve_resumption" not in walk.steps
    assert "apply_for_resumption" in walk.standing


def test_a_resumption_outside_coal_is_served_once_the_head_agrees() -> None:
    walk = inspected_for_resumption(resumption_approved=True).take("serve_resumption")
    assert "apply_for_resumption" in walk.standing


@pytest.mark.parametrize("refused_by", ["administration", "government", None])
def test_a_coal_mine_needs_consent_and_the_governments_signature(refused_by: str | None) -> None:
    walk = inspected_for_resumption(resumption_approved=True, resumption_by_government=True)
    assert not {"serve_resumption", "sign_resumption"} & set(walk.steps)
    walk.take("record_resumption_consent", resumption_consented=refused_by != "administration")
    if refused_by != "administration":
        walk.take("sign_resumption", resumption_signed=refused_by is None)
    if refused_by is None:
        walk.take("serve_resumption")
    assert "serve_resumption" not in walk.steps
    assert "apply_for_resumption" in walk.standing
