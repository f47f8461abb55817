"""The public site: what everybody reads, and what nobody reads there."""

import ast
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from services.database import transaction
from services.models.public import PublicCase, PublicPicture
from services.settings import REPOSITORY
from tests.builders import World
from tests.public_rows import (
    PICTURE,
    add_entry,
    add_picture,
    app_of,
    put_bulletin,
    put_public,
    take_down,
)
from web.headers import KEPT_BY_EVERYBODY
from workflows.disclosure import Exposure, PublicationKind

# Days alone: no table.
MONTHS = "services.queries.months"
ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = (
    "/public",
    "/public/cases",
    "/public/bulletins",
    "/public/statistics",
    "/public/data",
    "/public/data/cases.csv",
    "/public/data/cases.json",
    "/public/contacts",
    "/public/log",
    "/public/feeds",
    "/public/feeds/all.atom",
    "/public/feeds/all.rss",
)


@pytest.fixture
def client(world: World, tmp_path: Path) -> FlaskClient:
    return app_of(world, tmp_path).test_client()


def listed(client: FlaskClient, **asked: str) -> list[str]:
    """The titles in the list, in its order."""
    page = client.get("/public/cases", query_string=asked)
    assert page.status_code == 200
    return re.findall(r'<a href="/public/cases/\d+">([^<]*)</a>', page.text)


# ------------------------------------------------------------------ the list


def test_the_list_finds_by_sector_county_status_and_year(each_world: World, tmp_path: Path) -> None:
    world = each_world
    world.now = datetime(2026, 11, 20, 2, tzinfo=UTC)
    put_public(world, title="甲", sector="coal_mine", division_code="140602")
    put_public(
        world,
        title="乙",
        sector="chemical",
        division_code="140621",
        listed_on=date(2025, 12, 31),
        limit_on=date(2026, 11, 20),
    )
    put_public(
        world, title="丙", sector="chemical", division_code="140602", delisted_on=date(2026, 5, 1)
    )
    put_public(world, title="丁", sector="transport", limit_on=None, listed_on=date(2025, 1, 1))
    client = app_of(world, tmp_path).test_client()
    assert sorted(listed(client)) == ["丁", "丙", "乙", "甲"]
    assert sorted(listed(client, sector="chemical")) == ["丙", "乙"]
    assert listed(client, county="140621") == ["乙"]
    assert listed(client, status="over_limit") == ["甲"]
    assert listed(client, status="rectifying") == ["乙", "丁"]
    assert listed(client, status="delisted") == ["丙"]
    assert listed(client, year="2025") == ["乙", "丁"]
    assert listed(client, year="2026", sector="chemical") == ["丙"]
    assert len(listed(client, sector="none", county="x", status="y", year="0000")) == 4


def test_a_search_takes_what_it_is_given_by_the_letter(each_world: World, tmp_path: Path) -> None:
    put_public(each_world, title="储罐 100% 未检测", party_name="示例ABC公司", summary="")
    put_public(each_world, title="储罐 1000 个", party_name="另一公司", summary="见 a_b 记录")
    client = app_of(each_world, tmp_path).test_client()
    assert listed(client, text="100%") == ["储罐 100% 未检测"]
    assert listed(client, text="a_b") == ["储罐 1000 个"]
    assert listed(client, text="abc") == ["储罐 100% 未检测"]
    assert listed(client, text="a%b") == []
    assert listed(client, text="' OR 1=1 --") == []


def test_the_list_is_paged_and_keeps_what_was_asked(world: World, client: FlaskClient) -> None:
    for number in range(21):
        put_public(world, title=f"隐患{number:02d}", listed_on=date(2026, 3, 1 + number))
    first = listed(client, sector="coal_mine")
    assert first[0] == "隐患20"
    assert len(first) == 20
    page = client.get("/public/cases?sector=coal_mine").text
    assert 'href="/public/cases?sector=coal_mine&amp;page=2"' in page
    assert listed(client, sector="coal_mine", page="2") == ["隐患00"]
    assert listed(client, page="99999") == []


# ------------------------------------------------------------------ one case


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"limit_on": date(2026, 11, 28)}, "还有 8 天"),
        ({"limit_on": date(2026, 11, 20)}, "今天到期"),
        ({"limit_on": date(2026, 11, 17)}, "已超过 3 天"),
        ({"limit_on": None}, "整改期限尚未公布"),
        ({"delisted_on": date(2026, 10, 9), "ending": "rectified"}, "2026-10-09 摘牌</b>（治理）"),
    ],
)
def test_the_band_counts_on_the_day_of_reading(
    world: World, client: FlaskClient, changes: dict[str, object], said: str
) -> None:
    public_id = put_public(world, **changes)
    world.now = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)  # past midnight in Shanghai
    page = client.get(f"/public/cases/{public_id}").text
    assert said in page
    assert "判定依据：《煤矿重大事故隐患判定标准》第九条" in page


def test_a_case_shows_its_texts_and_its_log_and_escapes_both(
    world: World, client: FlaskClient
) -> None:
    public_id = put_public(world, progress="<b>已停产</b>\n第二行")
    add_entry(
        world, public_id, PublicationKind.CORRECTION, fields=["place"], reason="所在地写错一字"
    )
    page = client.get(f"/public/cases/{public_id}").text
    assert "&lt;b&gt;已停产&lt;/b&gt;\n第二行" in page
    for text in ("更正", "所在地写错一字", "政府信息公开条例", "挂牌公开"):
        assert text in page


def test_an_unnamed_case_tells_no_party_whatever_its_row_holds(
    world: World, client: FlaskClient
) -> None:
    public_id = put_public(world, exposure=Exposure.UNNAMED.value)
    with transaction(world.engine) as session:
        case = session.get_one(PublicCase, public_id)
        case.party_name, case.case_number = "不该出现的公司", "不该出现的编号"
    assert listed(client, text="不该出现") == []
    for address in (*PAGES, f"/public/cases/{public_id}"):
        assert "不该出现" not in client.get(address).text
    assert "不公布单位名称" in client.get(f"/public/cases/{public_id}").text


def test_a_case_that_is_only_counted_has_no_page(world: World, client: FlaskClient) -> None:
    public_id = put_public(world, exposure=Exposure.COUNTED.value)
    add_entry(world, public_id, PublicationKind.CORRECTION, reason="只在统计中")
    token = add_picture(world, public_id)
    assert client.get(f"/public/cases/{public_id}").status_code == 404
    assert client.get(f"/public/pictures/{token}").status_code == 404
    assert listed(client) == []
    for address in PAGES:
        text = client.get(address).text
        assert f"/public/cases/{public_id}" not in text
        assert "只在统计中" not in text


# ------------------------------------------------------------------ takedown


def test_what_was_taken_down_says_so_and_nothing_else(world: World, client: FlaskClient) -> None:
    public_id = put_public(world, title="泄密的标题")
    add_entry(world, public_id, PublicationKind.CORRECTION, reason="泄密的更正事由")
    take_down(world, public_id, reason="涉及商业秘密")
    with transaction(world.engine) as session:  # even if something had been left behind
        session.get_one(PublicCase, public_id).title = "泄密的标题"
    page = client.get(f"/public/cases/{public_id}")
    assert page.status_code == 410
    assert page.headers["Cache-Control"] == "no-store"
    assert "涉及商业秘密" in page.text
    assert "第十五条" in page.text
    assert "泄密" not in page.text
    assert listed(client) == []
    for address in set(PAGES) - {"/public/log"}:
        assert f"/public/cases/{public_id}" not in client.get(address).text
    log = client.get("/public/log").text
    assert "涉及商业秘密" in log
    assert "泄密的更正事由" not in log


def test_a_picture_is_served_until_it_is_revoked(world: World, client: FlaskClient) -> None:
    public_id = put_public(world)
    token = add_picture(world, public_id)
    answer = client.get(f"/public/pictures/{token}")
    assert answer.data == PICTURE
    assert answer.content_type == "image/png"
    assert answer.headers["Cache-Control"] == KEPT_BY_EVERYBODY
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert f"/public/pictures/{token}" in client.get(f"/public/cases/{public_id}").text
    with transaction(world.engine) as session:
        session.execute(sa.update(PublicPicture).values(revoked_at=world.now))
    gone = client.get(f"/public/pictures/{token}")
    assert gone.status_code == 404
    assert gone.headers["Cache-Control"] == "no-store"
    assert token not in client.get(f"/public/cases/{public_id}").text


def test_a_picture_of_a_case_taken_down_is_gone_at_once(world: World, client: FlaskClient) -> None:
    public_id = put_public(world)
    token = add_picture(world, public_id)
    take_down(world, public_id)
    assert client.get(f"/public/pictures/{token}").status_code == 404
    assert client.get("/public/pictures/none").status_code == 404


# ------------------------------------------------------------------ feeds


def test_feeds_are_valid_stable_and_told_apart(world: World, client: FlaskClient) -> None:
    first = put_public(world, title="A & B <c> ]]> \x0b", division_code="140602")
    put_public(world, title="另一件", sector="chemical", division_code="140621")
    take_down(world, put_public(world, title="撤下的"))
    whole = ET.fromstring(client.get("/public/feeds/all.atom").data)
    titles = [entry.findtext(f"{ATOM}title") for entry in whole.iter(f"{ATOM}entry")]
    assert titles == ["［挂牌公开］另一件", "［挂牌公开］A & B <c> ]]> "]
    ids = [element.text for element in whole.iter(f"{ATOM}id")]
    assert len(set(ids)) == 3
    add_entry(world, first, PublicationKind.PROGRESS, at=world.now)
    again = ET.fromstring(client.get("/public/feeds/all.atom", base_url="http://127.0.0.1").data)
    assert set(ids) < {element.text for element in again.iter(f"{ATOM}id")}
    county = client.get("/public/feeds/county-140621.rss")
    assert county.content_type == "application/rss+xml; charset=utf-8"
    items = list(ET.fromstring(county.data).iter("item"))
    assert [item.findtext("title") for item in items] == ["［挂牌公开］另一件"]
    assert str(items[0].findtext("link")).startswith("http://localhost/public/cases/")
    sector = ET.fromstring(client.get("/public/feeds/sector-chemical.atom").data)
    assert len(list(sector.iter(f"{ATOM}entry"))) == 1
    for name in ("county-999999", "sector-none", "x"):
        assert client.get(f"/public/feeds/{name}.atom").status_code == 404


def test_every_feed_of_the_list_answers_even_with_nothing_in_it(client: FlaskClient) -> None:
    page = client.get("/public/feeds").text
    found = re.findall(r'href="(/public/feeds/[^"]+)"', page)
    assert len(set(found)) > 20
    for address in set(found):
        answer = client.get(address)
        assert answer.status_code == 200
        ET.fromstring(answer.data)


# ------------------------------------------------------------------ every page


@pytest.fixture
def filled(world: World) -> World:
    for number in range(3):
        put_public(world, listed_on=date(2026, 3, 1 + number))
    add_picture(world, 1)
    put_bulletin(world)
    return world


def test_no_page_sets_a_cookie_and_all_may_be_kept_for_a_moment(
    filled: World, client: FlaskClient
) -> None:
    for address in (*PAGES, "/public/cases/1", "/public/bulletins/1", "/public/bulletins/1.pdf"):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "Set-Cookie" not in answer.headers, address
        assert answer.headers["Cache-Control"] == KEPT_BY_EVERYBODY, address
        assert b"<script" not in answer.data


def test_a_page_is_the_same_for_whoever_is_signed_in(filled: World, client: FlaskClient) -> None:
    plain = client.get("/public").text
    client.set_cookie("guapai_session", "anything")
    assert client.get("/public").text == plain


def test_the_front_page_is_light(world: World, client: FlaskClient) -> None:
    for _ in range(10):
        put_public(world, title="长" * 200, party_name="名" * 200)
    page = client.get("/public")
    size = len(page.data)
    loaded = {*re.findall(r'(?:src|rel="stylesheet" href)="([^"]+)"', page.text)}
    assert loaded
    for address in loaded:
        with client.get(address) as answer:
            size += len(answer.data)
    assert size < 150_000


@pytest.fixture
def asked(world: World) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    sa.event.listen(world.engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(world.engine, "before_cursor_execute", note)


def test_public_pages_read_public_tables_alone(
    filled: World, asked: list[str], client: FlaskClient
) -> None:
    asked.clear()
    for address in (*PAGES, "/public/cases/1", "/public/cases?text=x", "/public/pictures/none"):
        client.get(address)
    tables = {name for text in asked for name in re.findall(r"(?:FROM|JOIN)\s+(\w+)", text)}
    public = {"public_case", "public_entry", "public_picture", "public_bulletin"}
    assert public <= tables
    # Whether this is a demonstration is said on every page.
    assert tables - public <= {"installation"}


def test_public_code_imports_no_other_tables_and_no_other_queries() -> None:
    files = [
        *(REPOSITORY / "services/queries/public").glob("*.py"),
        *(REPOSITORY / "web/routes").glob("public*.py"),
        *(REPOSITORY / "web/views").glob("public*.py"),
    ]
    assert len(files) > 5
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            assert not isinstance(node, ast.Import) or not any(
                name.name.startswith("services") for name in node.names
            )
            if module.startswith(("services.models", "services.queries")) and module != MONTHS:
                assert module.startswith(("services.models.public", "services.queries.public"))
