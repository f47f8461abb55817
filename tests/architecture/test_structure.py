"""Rules of the house that no linter knows."""

import ast
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from services.action_table import ACTIONS
from services.definitions import read_folder
from services.documents.catalog import CATALOG
from services.settings import REPOSITORY
from workflows.assessment_round import AssessmentStep
from workflows.disclosure import DisclosureStep
from workflows.engine.definitions import read_xml
from workflows.referral import ReferralAction
from workflows.returns import ReturnStep
from workflows.tips import TipAction
from workflows.traceback import TracebackStep
from workflows.vocabulary import Action

CODE = [
    path
    for room in ("workflows", "services", "web")
    for path in sorted((REPOSITORY / room).rglob("*.py"))
]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def test_every_action_has_one_entry_and_one_file() -> None:
    assert set(ACTIONS) == set(Action)
    files = {path.stem for path in (REPOSITORY / "services/actions").glob("*.py")} - {"__init__"}
    assert files == {action.value for action in Action}


def test_every_human_step_is_an_action_and_every_other_action_is_known() -> None:
    steps = set[str]()
    for name, content in read_folder(REPOSITORY / "bpmn").items():
        root: etree._Element = read_xml(name, content)
        steps |= {element.get("id", "") for element in root.iter(f"{BPMN}userTask")}
    no_steps = {Action.CONFIRM_CRITERION, Action.ENDORSE_MONTHLY_PROGRESS, Action.TAKE_BACK}
    apart = {*DisclosureStep, *ReturnStep, *TipAction, *AssessmentStep, *ReferralAction}
    assert steps == {*Action, *apart, *TracebackStep} - no_steps


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_only_the_database_commits_and_every_module_says_what_lives_in_it(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    if path.name != "database.py":
        commits = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr == "commit"
        ]
        assert commits == []


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_only_the_clock_asks_what_time_it_is(path: Path) -> None:
    if path.name == "clock.py":
        return
    text = path.read_text(encoding="utf-8")
    assert not any(word in text for word in ("datetime.now(", "date.today(", "time.time("))


def test_every_printed_kind_has_its_template() -> None:
    folder = REPOSITORY / "services/documents/templates"
    assert all((folder / form.template).exists() for form in CATALOG.values())


def test_nothing_committed_reads_from_outside_or_names_a_registry() -> None:
    words = ("../" + "shared", "pypi." + "org", "registry.npm" + "js")
    kinds = {".py", ".toml", ".txt", ".md", ".in", ".html", ".css", ".sh", ""}
    for path in REPOSITORY.rglob("*"):
        parts = path.relative_to(REPOSITORY).parts
        if not path.is_file() or parts[0] in {".git", ".venv", "var"} or "vendor" in parts:
            continue
        if path.suffix in kinds and not any(
            part.startswith(".") and part.endswith("cache") for part in parts
        ):
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not [word for word in words if word in text], path


def _files_with(matches: Callable[[ast.AST], bool]) -> set[str]:
    return {
        str(path.relative_to(REPOSITORY))
        for path in CODE
        if any(matches(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    }


def _calling(name: str) -> set[str]:
    return _files_with(
        lambda node: (
            isinstance(node, ast.Call)
            and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", ""))
        )
    )


def _setting(keyword: str) -> set[str]:
    return _files_with(lambda node: isinstance(node, ast.keyword) and node.arg == keyword)


def test_no_way_to_a_signed_act_goes_round_its_one_time_code() -> None:
    """`record_act` alone writes acts, and takes the code; a code is right only when checked.

    Only paper stands without one, for its two persons; and the play of a demonstration, which
    tells of days gone by.
    """
    assert _calling("Act") == {"services/frame.py"}
    assert _calling("CheckedCode") == {"services/second_factor.py"}
    assert _calling("PaperOrigin") <= {"services/documents/paper.py", "services/paper/replay.py"}
    on_paper = {"services/paper/confirmation.py", "services/paper/registration.py"}
    assert _setting("signed_on_paper") == on_paper
    asked = {"services/office.py", "services/settings.py", "services/demonstration/play.py"}
    assert _setting("second_factor") == asked
