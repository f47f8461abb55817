"""Sectors and divisions of the jurisdiction."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.reference.criteria import catalogue
from services.reference.divisions import divisions, divisions_below, read_divisions
from services.reference.errors import ReferenceDataError
from services.reference.sectors import read_sectors, sectors

SHUOZHOU = "140600"


def written(folder: Path, values: dict[str, Any]) -> Path:
    file = folder / "data.json"
    file.write_text(json.dumps(values), encoding="utf-8")
    return file


def test_twenty_two_sectors() -> None:
    assert len(sectors()) == 22
    assert sectors()["coal_mine"].name == "煤矿"


def test_every_part_of_the_criteria_serves_a_sector() -> None:
    served = {sector.criteria_sector for sector in sectors().values()}
    assert {document.sector for document in catalogue().documents} <= served


def test_city_has_six_counties_and_a_development_zone() -> None:
    below = divisions_below(SHUOZHOU)
    names = [division.name for division in below]
    assert sorted(names) == sorted(
        ["朔城区", "平鲁区", "山阴县", "应县", "右玉县", "怀仁市", "朔州经济开发区"]
    )
    assert [division.code for division in below if not division.in_gb_t_2260] == ["140671"]
    assert divisions()[SHUOZHOU].name == "朔州市"


def test_sector_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, {"sectors": [{"key": "a", "name": "A"}, {"key": "a", "name": "B"}]})
    with pytest.raises(ReferenceDataError, match="sectors a: this key stands twice"):
        read_sectors(file)


@pytest.mark.parametrize(
    ("codes", "fault"), [(["140602", "140602"], "stands twice"), (["1406"], "six digits")]
)
def test_broken_division_code_is_refused(tmp_path: Path, codes: list[str], fault: str) -> None:
    rows = [
        {"code": code, "name": "A", "kind": "B", "parent_code": SHUOZHOU, "gb_t_2260": True}
        for code in codes
    ]
    with pytest.raises(ReferenceDataError, match=fault):
        read_divisions(written(tmp_path, {"divisions": rows}))
