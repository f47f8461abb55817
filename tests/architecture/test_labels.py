"""Every word that can reach a screen has a Chinese label."""

import importlib
import pkgutil
from enum import StrEnum

import pytest

import services
import web
import workflows
from services.definitions import read_folder
from services.settings import REPOSITORY
from services.sign_in_rules import PasswordProblem
from web.errors import STATUS
from web.labels import (
    ENUMS,
    ERRORS,
    FIELD_PROBLEMS,
    NEEDS,
    STANDING_GROUPS,
    TITLES,
    error_sentence,
    label_of,
)
from workflows import vocabulary
from workflows.assessment_round import AssessmentStep
from workflows.disclosure import DisclosureStep
from workflows.engine.definitions import BPMN, read_xml
from workflows.errors import RuleError
from workflows.outline import read_outline
from workflows.permissions import PERMISSIONS
from workflows.referral import ReferralAction
from workflows.returns import ReturnStep
from workflows.tips import TipAction
from workflows.traceback import TracebackStep
from workflows.vocabulary import Action

SHOWN_ENUMS = [
    value
    for value in vars(vocabulary).values()
    if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum
]


def all_rule_errors() -> set[type[RuleError]]:
    for package in (workflows, services, web):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith("services.uploads.inspection"):
                importlib.import_module(module.name)
    found, waiting = {RuleError}, [RuleError]
    while waiting:
        for child in waiting.pop().__subclasses__():
            found.add(child)
            waiting.append(child)
    return found


@pytest.mark.parametrize(
    "enum", sorted({*SHOWN_ENUMS, *ENUMS}, key=str), ids=lambda enum: enum.__name__
)
def test_every_enum_member_has_a_label(enum: type[StrEnum]) -> None:
    assert all(label_of(member).strip() for member in enum)


def test_every_refusal_has_a_sentence_that_can_be_filled() -> None:
    for error in all_rule_errors():
        assert error_sentence(error.code, {}).strip(), error.code


def test_every_status_belongs_to_a_refusal_and_has_a_title() -> None:
    assert set(STATUS) - {"form_token_missing"} <= {error.code for error in all_rule_errors()}
    assert set(STATUS.values()) <= set(TITLES)


def test_every_need_of_the_permission_table_has_a_reason() -> None:
    assert {need for row in PERMISSIONS for need in row.needs} <= set(NEEDS)


def test_every_password_problem_has_a_sentence() -> None:
    assert {problem.value for problem in PasswordProblem} <= set(FIELD_PROBLEMS)


def test_no_sentence_asks_for_a_placeholder_that_nobody_fills() -> None:
    for code in ERRORS:
        assert "{" not in error_sentence(code, {"file_name": "a.pdf", "reason": "x"})


def test_a_step_has_one_name_in_the_diagram_and_on_screen() -> None:
    names = {
        element.get("id"): element.get("name")
        for name, content in read_folder(REPOSITORY / "bpmn").items()
        for element in read_xml(name, content).iter(f"{{{BPMN}}}userTask")
    }
    known = (*Action, *DisclosureStep, *ReturnStep, *TipAction, *AssessmentStep, *ReferralAction)
    steps: dict[str, StrEnum] = {step.value: step for step in (*known, *TracebackStep)}
    assert names == {name: label_of(steps[name]) for name in names}


def test_every_act_that_may_be_done_at_any_time_stands_under_one_heading() -> None:
    standing = {
        node.id
        for name, content in read_folder(REPOSITORY / "bpmn").items()
        if name.endswith(".bpmn")
        for node in read_outline(content).nodes.values()
        if node.standing and node.id not in {*TipAction, *ReturnStep, *ReferralAction}
    }
    placed = [act.value for acts in STANDING_GROUPS.values() for act in acts]
    assert sorted(placed) == sorted(standing)
