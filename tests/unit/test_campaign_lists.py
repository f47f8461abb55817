"""The task lists of the source notices."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.reference.campaigns import FOLDER, read_task_list, task_lists
from services.reference.errors import ReferenceDataError

COUNTS = {
    "shuozhou_2022": 58,
    "xinzhou_2024": 45,
    "ordos_2022": 66,
    "macun_2022": 58,
    "datong_2023": 48,
}


def written(folder: Path, **changes: Any) -> Path:
    """A list of two tasks, the second of them changed."""
    task = {
        "number": 1,
        "heading": "标题",
        "text": "任务",
        "units_text": "甲、乙",
        "units": ["甲", "乙"],
        "deadline_text": "5月底前",
        "due_on": "2022-05-31",
        "standing": False,
        "frequencies": [],
    }
    whole = {
        "title": "清单",
        "short_title": "清单",
        "document": "通知",
        "number": None,
        "issued_by": "某机关",
        "issued_on": "2022-04-29",
        "division_code": "140600",
        "certainty": "原文",
        "count": 2,
        "tasks": [task, {**task, "number": 2, **changes.pop("task", {})}],
        **changes,
    }
    file = folder / "list_2022.json"
    file.write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    return file


def test_every_task_of_the_five_documents_is_there() -> None:
    assert {key: len(found.tasks) for key, found in task_lists().items()} == COUNTS
    for key, found in task_lists().items():
        rows = json.loads((FOLDER / f"{key}.json").read_text(encoding="utf-8"))["tasks"]
        assert [task.text for task in found.tasks] == [row["text"] for row in rows]


def test_the_deadlines_are_those_of_the_documents() -> None:
    """Dated, standing, and none: as many as the documents print."""
    kinds = {
        key: (
            sum(task.due_on is not None for task in found.tasks),
            sum(task.standing for task in found.tasks),
            sum(not task.deadline_text for task in found.tasks),
        )
        for key, found in task_lists().items()
    }
    assert kinds == {
        "shuozhou_2022": (34, 24, 0),
        "ordos_2022": (2, 66, 0),
        "xinzhou_2024": (0, 0, 45),
        "macun_2022": (0, 0, 58),
        "datong_2023": (0, 0, 48),
    }
    dated = {task.number: task.due_on for task in task_lists()["shuozhou_2022"].tasks}
    assert (dated[1], dated[6], dated[17]) == (
        date(2022, 5, 31),
        date(2023, 1, 31),
        date(2022, 12, 31),
    )


def test_a_misprint_keeps_its_print_and_says_where_the_date_is_from() -> None:
    task = task_lists()["shuozhou_2022"].tasks[24]
    assert (task.deadline_text, task.due_on) == ("5月10月底前", date(2022, 5, 10))
    assert "5月10日前" in task.note


def test_only_the_notice_of_datong_names_no_units() -> None:
    without = {key for key, found in task_lists().items() if any(not t.units for t in found.tasks)}
    assert without == {"datong_2023"}


def test_task_27_of_shuozhou_is_the_supervision_of_listed_hazards() -> None:
    loops = {key: found.case_loop_item for key, found in task_lists().items()}
    assert loops == {**dict.fromkeys(COUNTS), "shuozhou_2022": 27}
    text = task_lists()["shuozhou_2022"].tasks[26].text
    assert "双报告" in text
    assert "挂牌督办制度" in text


def test_frequencies_are_words_of_the_text() -> None:
    tasks = [task for found in task_lists().values() for task in found.tasks]
    assert all(word in task.text for task in tasks for word in task.frequencies)
    assert task_lists()["shuozhou_2022"].tasks[1].frequencies == ("每季度",)


def test_every_list_says_where_it_comes_from() -> None:
    numbers = {key: found.document_number for key, found in task_lists().items()}
    assert numbers == {
        "shuozhou_2022": "朔安发〔2022〕3号",
        "xinzhou_2024": "忻政发〔2024〕1号",
        "ordos_2022": None,
        "macun_2022": "马办〔2022〕26号",
        "datong_2023": "同安发〔2023〕15号",
    }
    assert "文号不详" in task_lists()["ordos_2022"].certainty


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"count": 3}, "count"),
        ({"task": {"number": 3}}, "without a gap"),
        ({"task": {"due_on": "2022-02-30"}}, "tasks 2"),
        ({"task": {"due_on": "2022-04-01"}}, "before the document"),
        ({"task": {"due_on": None}}, "tasks 2"),
        ({"task": {"deadline_text": ""}}, "tasks 2"),
        ({"task": {"units": []}}, "both given or both empty"),
        ({"task": {"text": " "}}, "tasks 2"),
        ({"case_loop_item": 9}, "case_loop_item"),
        ({"issued_on": None}, "issued_on"),
    ],
)
def test_what_is_wrong_with_a_list_is_named(
    tmp_path: Path, changes: dict[str, Any], named: str
) -> None:
    assert len(read_task_list(written(tmp_path)).tasks) == 2
    with pytest.raises(ReferenceDataError, match=named):
        read_task_list(written(tmp_path, **changes))
