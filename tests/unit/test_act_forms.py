"""Every act has a form whose fields are its command's fields, with words for all of them."""

import re
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from services.action_table import ACTIONS
from services.frame import BASE_FIELDS
from services.orders import TOLD as TOLD_OF_ORDER
from services.penalty import TOLD
from services.plan import PlanStep
from web.forms.acts import ACT_FORMS, Target, command_of, outcome_of
from web.forms.criterion import CRITERION_FIELDS, CriterionForm
from web.forms.escalation import RecordTalkForm
from web.forms.rectification import SubmitPlanForm
from web.forms.report import FileFirstReportForm
from web.forms.verdict import VerifyHazardForm
from web.labels import (
    ASKED,
    CHOICES,
    DECISIONS,
    FIELD_GROUPS,
    FIELD_HINTS,
    FIELD_LABELS,
    FIELD_PROBLEMS,
    MENDS,
    NEEDS,
    PHRASES,
    PROPOSALS,
    field_label,
)
from web.views.form_rows import MACROS
from workflows.facts import DECISION_OUTPUTS
from workflows.outcomes import OUTCOMES
from workflows.vocabulary import Action, DelistingKind, ListingLevel, Outcome, ServiceMethod, Stance

WEB = Path(__file__).resolve().parents[2] / "web"
FILLED_IN_LATER = {
    "expert",
    "endorses_as",
    "act_id",
    "receiver_name",
    "supporting_receivers",
    "current_limit_on",
    "ask_by",
    "late",
    "former_limit_on",
    "former_party",
    "new_party",
    "notice_number",
    "corrected_kind",
    "corrected_number",
    "signed_as",
    "letter_number",
    "letter_text",
    "self_reported",
    "unit_number",
    "head_number",
    "order_kind",
    "order_number",
    "enforcement_number",
    "lifting_number",
    "legal_basis",
}
# They name the kind of order that is under way.
ADDING_THE_KIND = (
    Action.RECORD_ORDER_RECEIPT,
    Action.CONFIRM_ORDER_LIFTING,
    Action.DECIDE_CLOSURE_LIFTING,
    Action.RECORD_RESTORATION,
)
EVERY_ACTION = pytest.mark.parametrize("action", list(Action), ids=lambda action: action.value)


def names_asked(action: Action) -> set[str]:
    form = ACT_FORMS[action]()
    names = {field.short_name for field in form} - {"opinion", "uploads"}
    if isinstance(form, CriterionForm):
        names = names - set(CRITERION_FIELDS) | {"criterion"}
    return names


@EVERY_ACTION
def test_a_form_asks_for_exactly_what_its_command_takes(action: Action) -> None:
    command = ACTIONS[action].command
    taken = {field.name for field in fields(command)} - BASE_FIELDS - FILLED_IN_LATER
    if action is Action.SERVE_ESCALATION:  # repeats what was proposed
        taken -= {"escalation_kind"}
    if action is Action.SERVE_PENALTY_NOTICE:
        taken -= set(TOLD)
    if action is Action.SERVE_SUSPENSION:
        taken -= {"unit_penalty", "head_name", "head_penalty"}
    if action is Action.CONFIRM_REFUSAL:
        taken -= {"refused_on"}
    if action is Action.SIGN_CORRECTION:
        taken -= {"corrected_id"}
    if action in (Action.PETITION_RAISE, Action.RECORD_RAISE_ANSWER):
        taken -= {"superior_name"}
    if action in (Action.HEAR_PARTY, Action.SERVE_ORDER):
        taken -= {"enforcement_kind", *TOLD_OF_ORDER}
    if action in ADDING_THE_KIND:
        taken -= {"enforcement_kind"}
    assert names_asked(action) == taken


@EVERY_ACTION
def test_every_field_has_a_word_and_a_way_to_be_drawn(action: Action) -> None:
    for field in ACT_FORMS[action]():
        if field.short_name != "nonce":
            assert field_label(action, field.short_name)
        assert any(isinstance(field, kind) for kind, _ in MACROS)


@EVERY_ACTION
def test_every_button_says_what_will_happen(action: Action) -> None:
    assert ASKED[action]
    for outcome in OUTCOMES[action]:
        assert DECISIONS[action, outcome].consequence.endswith("。")


def test_the_steps_of_a_plan_are_read_line_by_line() -> None:
    form = SubmitPlanForm(
        MultiDict({"steps": "拆除；2026-04-01；乙某\n\n 安装 ; 2026-04-20;丙某 "})
    )
    assert form.further_problems(Outcome.DONE) == {}
    assert form.values()["steps"] == (
        PlanStep("拆除", date(2026, 4, 1), "乙某"),
        PlanStep("安装", date(2026, 4, 20), "丙某"),
    )


@pytest.mark.parametrize(
    "line", ["拆除", "拆除；2026-04-01", "拆除；四月；乙某", "；2026-04-01；乙某", "a；b；c；d"]
)
def test_a_line_that_is_no_step_is_named(line: str) -> None:
    form = SubmitPlanForm(MultiDict({"steps": f"安装；2026-04-20；丙某\n{line}"}))
    assert form.further_problems(Outcome.DONE) == {"steps": "step_line:2"}


def test_the_undertakings_of_a_talk_are_read_line_by_line() -> None:
    form = RecordTalkForm(MultiDict({"undertakings": "到货；2026-04-01；甲某\n安装；2026-04-20"}))
    assert form.further_problems(Outcome.DONE) == {"undertakings": "undertaking_line:2"}
    form = RecordTalkForm(MultiDict({"undertakings": "到货；2026-04-01；甲某"}))
    assert form.further_problems(Outcome.DONE) == {}
    step = PlanStep("到货", date(2026, 4, 1), "甲某")
    assert form.values()["undertakings"] == (step,)
    assert RecordTalkForm().values()["undertakings"] == ()


def test_minutes_recorded_again_begin_with_their_undertakings_as_lines() -> None:
    step = {"name": "到货", "due_on": "2026-04-01", "person": "甲某"}
    values = RecordTalkForm.typed_again({"venue": "会议室", "undertakings": [step]})
    assert values["undertakings"] == "到货；2026-04-01；甲某"
    assert values["venue"] == "会议室"


def test_a_plan_handed_in_again_begins_with_its_steps_as_lines() -> None:
    step = {"name": "拆除", "due_on": "2026-04-01", "person": "乙某"}
    values = SubmitPlanForm.typed_again({"objectives": "消除", "steps": [step]})
    assert values["steps"] == "拆除；2026-04-01；乙某"
    assert values["objectives"] == "消除"


def test_no_button_is_described_that_nobody_offers() -> None:
    offered = {(action, o) for action, offered in OUTCOMES.items() for o in offered}
    assert set(DECISIONS) == offered


def test_words_for_fields_name_actions_and_fields_that_exist() -> None:
    actions = {action.value for action in Action}
    for key in (*FIELD_LABELS, *FIELD_HINTS, *FIELD_GROUPS):
        action, dot, name = key.rpartition(".")
        if dot and action != "reasoned":
            assert action in actions
            assert name in {field.short_name for field in ACT_FORMS[Action(action)]()}


def test_choices_offer_every_member_of_their_enums() -> None:
    assert set(CHOICES["level"]) == set(ListingLevel)
    assert set(CHOICES["method"]) == set(ServiceMethod)
    assert set(CHOICES["kind"]) == set(DelistingKind)
    assert set(CHOICES["stance"]) == set(Stance)
    assert set(PROPOSALS) == set(DECISION_OUTPUTS)
    for name, kind in DECISION_OUTPUTS.items():
        assert isinstance(kind, tuple)
        assert set(kind) <= set(PROPOSALS[name])


def test_what_mends_a_need_belongs_to_a_need() -> None:
    assert set(MENDS) <= set(NEEDS)


def test_every_problem_that_forms_and_acts_can_name_has_a_sentence() -> None:
    said = set()
    for path in (*WEB.glob("forms/*.py"), *WEB.parent.glob("services/**/*.py")):
        if path.parent.name == "operations":  # the command line has words of its own
            continue
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r'InvalidCommandError\(\s*\{"\w+": "(\w+)"\}', text))
        said |= set(re.findall(r'^\s+name: "(\w+)"$', text, re.MULTILINE))
        if path.parent.name == "forms":
            said |= set(re.findall(r'(?:StopValidation|ValueError)\(f?"(\w+)', text))
    assert {"in_future", "over_one_year", "not_a_date", "upload_required"} <= said
    assert said <= set(FIELD_PROBLEMS), sorted(said - set(FIELD_PROBLEMS))


def test_choices_become_the_enums_that_acts_ask_for() -> None:
    form = ACT_FORMS[Action.SERVE_LISTING_NOTICE](
        MultiDict(
            {"method": "left_at_premises", "served_on": "2026-03-02", "received_by": " 张某 "}
        )
    )
    target = Target(7, "t", "s")
    command = command_of(Action.SERVE_LISTING_NOTICE, form, target, Outcome.DONE, ())
    assert command.method is ServiceMethod.LEFT_AT_PREMISES  # type: ignore[attr-defined]
    assert command.served_on == date(2026, 3, 2)  # type: ignore[attr-defined]
    assert command.received_by == "张某"  # type: ignore[attr-defined]
    assert (command.case_id, command.task_id, command.shown) == (7, "t", "s")


def test_left_at_the_premises_needs_an_account_of_it() -> None:
    sent = {"method": "left_at_premises", "served_on": "2026-03-02", "received_by": "张某"}
    form = ACT_FORMS[Action.SERVE_LISTING_NOTICE](MultiDict(sent))
    assert not form.is_complete(Outcome.DONE)
    assert [name for _, name, _ in form.problems()] == ["opinion"]


def test_a_date_that_is_none_stays_as_typed_and_is_named_once() -> None:
    form = ACT_FORMS[Action.SUBMIT_PLAN](MultiDict({"finish_on": "下个月"}))
    assert not form.is_complete(Outcome.DONE)
    assert form["finish_on"].errors == ["not_a_date"]
    assert "下个月" in str(form["finish_on"]())


@pytest.mark.parametrize(("percent", "code"), [("abc", "not_a_number"), ("101", "between:0–100")])
def test_a_number_is_read_and_bounded(percent: str, code: str) -> None:
    sent = MultiDict({"percent": percent, "progress": "到货"})
    form = ACT_FORMS[Action.REPORT_PROGRESS](sent)
    assert not form.is_complete(Outcome.DONE)
    assert list(form["percent"].errors) == [code]


def test_zero_percent_is_an_answer() -> None:
    sent = MultiDict({"percent": "0", "progress": "尚未开工"})
    form = ACT_FORMS[Action.REPORT_PROGRESS](sent)
    assert form.is_complete(Outcome.DONE)


def test_blanks_are_no_answer() -> None:
    form = ACT_FORMS[Action.REPORT_HANDOVER_RESULT](MultiDict({"result": "  \n "}))
    assert not form.is_complete(Outcome.DONE)
    assert form["result"].errors == ["required"]


def test_whoever_returns_says_why() -> None:
    form = ACT_FORMS[Action.REVIEW_PLAN](MultiDict({}))
    assert form.is_complete(Outcome.ACCEPTED)
    assert not form.is_complete(Outcome.RETURNED)


def test_only_an_approval_of_delisting_needs_the_kind() -> None:
    form = ACT_FORMS[Action.APPROVE_DELISTING](MultiDict({"opinion": "不同意"}))
    assert form.is_complete(Outcome.RETURN_TO_ACCEPTANCE)
    assert not form.is_complete(Outcome.ACCEPTED)


def test_a_clause_is_chosen_or_typed_but_not_both() -> None:
    form = FileFirstReportForm(MultiDict({"clause_key": "COAL-01", "wording": "条文"}))
    assert form.further_problems(Outcome.DONE) == {"clause_key": "criterion_twice"}


def test_a_clause_typed_in_part_names_what_is_missing() -> None:
    form = FileFirstReportForm(MultiDict({"wording": "条文", "document": "标准"}))
    assert set(form.further_problems(Outcome.DONE)) == {"uploads", "document_number", "article"}


def test_a_major_hazard_needs_its_clause_and_what_the_report_left_open() -> None:
    form = VerifyHazardForm(MultiDict({}))
    form.needs_criterion = True
    form.leave_out(("place", "description", "measures_taken"))
    assert set(form.further_problems(Outcome.MAJOR)) == {"found_on", "clause_key"}
    assert form.further_problems(Outcome.ORDINARY) == {}


def test_what_may_cost_many_lives_is_a_condition_for_listing_too() -> None:
    sent = MultiDict({"listing_conditions": "needs_suspension", "may_cause_mass_casualties": "y"})
    form = VerifyHazardForm(sent)
    target = Target(1, "t", "s")
    command = command_of(Action.VERIFY_HAZARD, form, target, Outcome.MAJOR, ())
    conditions = command.listing_conditions  # type: ignore[attr-defined]
    assert conditions == ("needs_suspension", "mass_casualties")


def test_what_is_not_offered_is_refused() -> None:
    sent = MultiDict({"meeting_kind": "telephone", "listing_conditions": "nonsense"})
    workforce = ACT_FORMS[Action.RECORD_WORKFORCE_REPORT](sent)
    verify = ACT_FORMS[Action.VERIFY_HAZARD](sent)
    assert not workforce.is_complete(Outcome.DONE)
    assert "choice" in workforce["meeting_kind"].errors
    assert not verify.is_complete(Outcome.ORDINARY)
    assert "choice" in verify["listing_conditions"].errors
    assert outcome_of(Action.REVIEW_PLAN, "passed") is None


def test_every_outcome_has_phrases_to_choose_from() -> None:
    offered = {outcome for outcomes in OUTCOMES.values() for outcome in outcomes}
    assert offered <= set(PHRASES)
