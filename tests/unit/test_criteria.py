"""The criteria catalogue: the text that stood on the finding date, and honest gaps."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.reference.criteria import (
    FILE,
    ClauseUnknownError,
    catalogue,
    clause,
    clauses_on,
    documents_on,
    needs_hand_entry,
    read_catalogue,
)
from services.reference.errors import ReferenceDataError

ORDER_4, ORDER_21 = "应急管理部令第4号", "应急管理部令第21号"


def numbers_on(sector: str, found_on: str) -> list[str]:
    return [document.number for document in documents_on(sector, date.fromisoformat(found_on))]


def test_catalogue_holds_all_documents_and_clauses() -> None:
    assert len(catalogue().documents) == 17
    assert len(catalogue().clauses) == 235


@pytest.mark.parametrize(
    ("sector", "found_on", "numbers"),
    [
        ("coal_mine", "2020-12-31", []),
        ("coal_mine", "2021-01-01", [ORDER_4]),
        ("coal_mine", "2026-06-30", [ORDER_4]),
        ("coal_mine", "2026-07-01", [ORDER_21]),
        ("fire", "2025-10-31", ["GB 35181-2017"]),
        ("fire", "2025-11-01", ["GB 35181-2025"]),
        # No effective date known: from the year in its number the old text is not offered.
        ("construction", "2023-12-31", ["建质规〔2022〕2号"]),
        ("construction", "2024-01-01", ["建质规〔2024〕5号"]),
        # A supplement stands beside the text that it supplements.
        ("noncoal_mine", "2026-03-02", ["矿安〔2022〕88号", "矿安〔2024〕41号"]),
        # Sectors of the office that another part of the catalogue serves.
        ("transport", "2026-03-02", ["交办运〔2023〕52号"]),
        ("confined_space", "2026-03-02", ["应急管理部令第10号"]),
        ("railway", "2026-03-02", []),
        ("no_such_sector", "2026-03-02", []),
    ],
)
def test_documents_offered_are_those_that_stood_on_the_finding_date(
    sector: str, found_on: str, numbers: list[str]
) -> None:
    assert numbers_on(sector, found_on) == numbers


def test_superseded_text_is_not_offered_once_its_replacement_is_in_force() -> None:
    assert len(clauses_on("coal_mine", date(2026, 6, 30))) == 95
    assert clauses_on("coal_mine", date(2026, 7, 1)) == ()


def test_clauses_offered_belong_to_documents_that_stand() -> None:
    found = clauses_on("noncoal_mine", date(2026, 3, 2))
    assert len(found) == 24
    assert {item.document.number for item in found} == {"矿安〔2022〕88号"}


@pytest.mark.parametrize(
    ("sector", "found_on", "needed"),
    [
        ("coal_mine", date(2026, 6, 30), False),
        ("coal_mine", date(2026, 7, 1), True),
        ("chemical", date(2026, 7, 1), False),
        ("industry_trade", date(2026, 7, 1), True),
        ("school", date(2026, 7, 1), True),
    ],
)
def test_hand_entry_is_asked_for_where_text_may_be_missing(
    sector: str, found_on: date, needed: bool
) -> None:
    assert needs_hand_entry(sector, found_on) is needed


def test_document_with_metadata_only_says_that_its_text_is_missing() -> None:
    (order_21,) = documents_on("coal_mine", date(2026, 7, 1))
    assert order_21.text_missing
    assert order_21.title == "煤矿重大事故隐患判定标准（2026年修订）"
    assert order_21.effective_on == date(2026, 7, 1)


def test_superseded_clause_can_still_be_read_by_key() -> None:
    found = clause("COAL-01-05")
    assert found.text == "瓦斯抽采不达标组织生产的"
    assert found.article == "第四条（五）"
    assert (found.document.number, found.document.status) == (ORDER_4, "superseded")
    assert found.document.replaced_on == date(2026, 7, 1)
    assert found.verified


def test_clause_from_general_knowledge_is_not_verified() -> None:
    assert not clause("FIRE-6-5").verified


def test_unknown_clause_is_refused() -> None:
    with pytest.raises(ClauseUnknownError):
        clause("COAL-99")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"effective_on": None}, "neither `effective_on` nor `assumed_from`"),
        ({"effective_on": "2021-13-01"}, "is not a date"),
        ({"replaced_by": "第999号"}, "not in the catalogue"),
        ({"replaced_by": None}, "names the one that replaces it"),
        ({"text_missing": True}, "`text_missing` must say"),
        ({"clauses": [{"key": "A"}]}, "`text` is missing"),
        ({"partial": "yes"}, "`partial` must be bool"),
    ],
)
def test_broken_catalogue_is_refused_with_the_document(
    tmp_path: Path, change: dict[str, Any], fault: str
) -> None:
    values = json.loads(FILE.read_text(encoding="utf-8"))
    values["documents"][0] |= change
    broken = tmp_path / "criteria.json"
    broken.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=fault) as refused:
        read_catalogue(broken)
    assert ORDER_4 in refused.value.where


def test_clause_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    values = json.loads(FILE.read_text(encoding="utf-8"))
    values["documents"][0]["clauses"] *= 2
    broken = tmp_path / "criteria.json"
    broken.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match="stands twice"):
        read_catalogue(broken)


@pytest.mark.parametrize("text", ["", "[]", "{"])
def test_file_that_is_not_an_object_is_refused(tmp_path: Path, text: str) -> None:
    broken = tmp_path / "criteria.json"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceDataError):
        read_catalogue(broken)
