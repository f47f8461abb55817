"""Bulletins, statistics and open data of the public site."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from services.database import transaction
from services.models.public import PublicCase
from tests.builders import World
from tests.public_rows import app_of, put_bulletin, put_public, take_down
from web.labels.public import band_of
from workflows.disclosure import Exposure

CELL = re.compile(r'<th scope="row">([^<]+)</th><td class="no-wrap">([^<]+)</td>')
BAR = re.compile(r'<rect width="(\d+)"')


@pytest.fixture
def client(world: World, tmp_path: Path) -> FlaskClient:
    return app_of(world, tmp_path).test_client()


# ------------------------------------------------------------------ bulletins


def test_a_bulletin_shows_its_texts_its_table_and_its_anchor(
    world: World, client: FlaskClient
) -> None:
    old, new = put_bulletin(world, "2026-09"), put_bulletin(world, "2026-10")
    listed = re.findall(r'href="/public/bulletins/(\d+)"', client.get("/public/bulletins").text)
    assert [int(found) for found in listed] == [new, old]
    page = client.get(f"/public/bulletins/{new}").text
    for text in (
        "示例市安委办",
        "一、总体情况",
        "本月新增挂牌 2 件",
        "示例煤业有限公司",
        "345",
        "ab" * 32,
    ):
        assert text in page
    assert '<th scope="col">隐患名称</th>' in page
    file = client.get(f"/public/bulletins/{new}.pdf")
    assert file.content_type == "application/pdf"
    assert file.data == b"%PDF 2026-10"
    assert f'href="/public/bulletins/{new}"' in client.get("/public").text


def test_a_bulletin_that_is_not_printed_yet_still_has_its_page(
    world: World, client: FlaskClient
) -> None:
    number = put_bulletin(world, sha256=None)
    assert ".pdf" not in client.get(f"/public/bulletins/{number}").text
    assert ".pdf" not in client.get("/public/bulletins").text
    assert client.get(f"/public/bulletins/{number}.pdf").status_code == 404
    assert client.get("/public/bulletins/99").status_code == 404


# ------------------------------------------------------------------ statistics


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0"), (1, "<5"), (4, "<5"), (5, "5–9"), (9, "5–9"), (10, "10–14"), (123, "120–124")],
)
def test_a_number_is_told_as_its_band(count: int, said: str) -> None:
    assert band_of(count) == said


def test_cases_that_are_only_counted_are_in_the_statistics_and_not_to_be_worked_out(
    each_world: World, tmp_path: Path
) -> None:
    world = each_world
    for number in range(6):
        put_public(world, division_code="140602", listed_on=date(2026, 3, 1 + number))
    for _ in range(2):
        put_public(world, exposure=Exposure.COUNTED.value, division_code="140602")
    put_public(
        world,
        exposure=Exposure.COUNTED.value,
        division_code="140621",
        sector="chemical",
        listed_on=date(2025, 12, 1),
        delisted_on=date(2026, 1, 5),
    )
    take_down(world, put_public(world, sector="transport", division_code="140622"))
    client = app_of(world, tmp_path).test_client()
    page = client.get("/public/statistics").text
    told = dict(CELL.findall(page))
    assert told["朔城区"] == "5–9"
    assert told["山阴县"] == told["危险化学品"] == told["2025-12"] == told["已摘牌"] == "&lt;5"
    assert told["应县"] == "0"
    assert told["煤矿"] == told["2026-03"] == "5–9"
    assert "交通运输（道路交通）" not in told
    assert "合计</th>" not in page
    # The bars say no more than the bands: one length for one band.
    assert set(BAR.findall(page)) == {"100", "50", "0"}
    # What is public is six; eight are counted, and no page says eight.
    assert "共 6 件" in client.get("/public/cases").text


# ------------------------------------------------------------------ open data


def rows_of(client: FlaskClient) -> list[dict[str, str]]:
    content = client.get("/public/data/cases.csv").data
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_both_files_hold_the_same_columns_and_cases(world: World, client: FlaskClient) -> None:
    put_public(world, title='一,二\n"三"', delisted_on=date(2026, 5, 1), ending="closed_down")
    unnamed = put_public(world, exposure=Exposure.UNNAMED.value)
    with transaction(world.engine) as session:
        session.get_one(PublicCase, unnamed).party_name = "不该出现的公司"
    put_public(world, exposure=Exposure.COUNTED.value)
    take_down(world, put_public(world))
    table = rows_of(client)
    answer = client.get("/public/data/cases.json")
    assert answer.content_type == "application/json; charset=utf-8"
    found = json.loads(answer.data)
    assert [column["name"] for column in found["columns"]] == list(table[0])
    assert [{name: str(value or "") for name, value in row.items()} for row in found["rows"]] == [
        dict(row) for row in table
    ]
    assert [row["public_id"] for row in table] == ["2", "1"]
    assert table[1]["title"] == '一,二\n"三"'
    assert table[1]["ending"] == "关闭"
    assert table[1]["page"] == "http://localhost/public/cases/1"
    assert table[0]["party_name"] == table[0]["case_number"] == ""
    assert "不该出现" not in answer.text


def test_the_dictionary_explains_every_column(client: FlaskClient) -> None:
    page = client.get("/public/data").text
    columns = json.loads(client.get("/public/data/cases.json").data)["columns"]
    assert len(columns) > 20
    for column in columns:
        assert f"<code>{column['name']}</code>" in page
        assert column["title"] in page


@pytest.fixture(params=["=HYPERLINK(1)", "+1", "-1", "@x", "\t=1", "＝1"])
def formula(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_no_text_in_the_table_calculates(world: World, client: FlaskClient, formula: str) -> None:
    put_public(world, title=formula, summary=formula)
    row = rows_of(client)[0]
    assert row["title"] == row["summary"] == f"'{formula}"
