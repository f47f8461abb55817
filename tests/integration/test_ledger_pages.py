"""The ledger as a file through its pages: who gets what, what is kept, and what comes in."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services import accounts
from services.audit import first_broken_link
from services.database import transaction
from services.models.audit import AuditEntry
from services.models.case import SupervisionCase
from services.models.ledger_file import LedgerExport, LedgerImport, NationalNumberEntry
from services.models.organisation import Organisation
from services.operations.case_import import RowResult, check_cases, import_cases
from services.queries import ledger_sheet
from services.settings import Settings
from services.workbook.columns import Use, ledger_columns
from services.workbook.reading import read_workbook
from services.workbook.rows import SourceRow
from tests.builders import World, make_world
from tests.ledgers import HEADINGS, sheet_of
from web.app import create_app
from workflows.vocabulary import Action

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
WHO = (
    "case_officer",
    "second_officer",
    "other_officer",
    "principal",
    "rival_principal",
    "government_officer",
)
ROW: dict[str, Any] = {
    "hazard_name": "皮带老化",
    "division": "朔城区",
    "sector": "煤矿",
    "responsible_party": "示例煤业",
    "place": "主斜井",
    "found_on": date(2026, 2, 1),
}


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in WHO:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    return create_app(settings, office=world.office, now=lambda: world.now)


class Browser:
    """One signed-in visitor."""

    def __init__(self, app: Flask, name: str) -> None:
        self.client: FlaskClient = app.test_client()
        data = {"username": name, "password": PASSWORD}
        assert self.post("/sign-in", data, "/sign-in").status_code == 302

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def post(self, address: str, data: dict[str, Any], page: str = "/cases") -> TestResponse:
        token = TOKEN.search(self.client.get(page).text)
        assert token is not None
        return self.client.post(address, data={**data, "csrf_token": token[1]})

    def upload(self, content: bytes, name: str = "台账.xlsx") -> TestResponse:
        return self.post("/cases/import", {"ledger": (io.BytesIO(content), name)})

    def export(self, **data: str) -> TestResponse:
        return self.post("/cases/export", {"format": "xlsx", **data})


def rows_of(content: bytes) -> list[dict[str, Any]]:
    page: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    lines = list(page.iter_rows(min_row=3, values_only=True))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def listed_case(world: World) -> int:
    case_id = world.file_report(description="=1+1\n皮带巷灭火装置失效。")
    world.complete_double_report(case_id)
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    world.do("safety_officer", case_id, Action.REPORT_PROGRESS)
    return case_id


def test_the_export_says_all_that_is_known_and_what_it_is(world: World, app: Flask) -> None:
    listed_case(world)
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["mine"]).affiliation = "central"
    officer = Browser(app, "case_officer")
    answer = officer.export(text="皮带", division="140602", affiliation="central")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    page: Any = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert page["A1"].value == "重大事故隐患挂牌督办台账"
    assert page["A2"].value == (
        "筛选条件：关键词“皮带”，属地“朔城区”，隶属关系“中央企业”；导出人：case_officer；"
        "导出时间：2026-03-02 09:00；共 1 件"
    )
    assert [cell.value for cell in page[3]] == list(HEADINGS.values())
    assert (page.freeze_panes, page.page_setup.orientation, page.page_setup.paperSize) == (
        "A4",
        "landscape",
        9,
    )
    (row,) = rows_of(answer.data)
    assert row["隐患情况"] == "=1+1\n皮带巷灭火装置失效。"
    assert row["挂牌文号"] == "朔安督〔2026〕1号"
    assert row["整改期限"].date() == date(2026, 5, 31)
    assert row["主要负责人（领衔整治人）"] == "矿长"
    assert row["整改进展"] == "50%　装置已到货。（2026-03-02 报送）"
    assert row["判定依据"].endswith("存在示例情形的，为重大事故隐患。")
    assert row["统一社会信用代码"] == "91140602MA000001A" + row["统一社会信用代码"][-1]
    assert {row["阶段"], row["轮次"], row["摘牌日期"]} >= {1, None}


def test_everybody_gets_what_they_may_see_and_no_draft(world: World, app: Flask) -> None:
    world.file_report()
    world.later(hours=1)
    world.file_report("rival_principal", hazard_name="他人的隐患")
    draft = world.register()
    world.to_listing(draft)
    world.do("committee_officer", draft, Action.PROPOSE_LISTING)
    seen = {
        name: {row["隐患名称"] for row in rows_of(Browser(app, name).export().data)} for name in WHO
    }
    mine = {"主运输皮带防灭火系统失效", "采掘工作面通风系统不合理"}
    assert seen["case_officer"] == seen["principal"] == mine
    assert seen["rival_principal"] == seen["other_officer"] == {"他人的隐患"}
    rows = rows_of(Browser(app, "case_officer").export().data)
    assert [row["挂牌文号"] for row in rows] == [None, None]
    assert "可能造成群死群伤" not in str(rows)


def test_the_filter_of_the_page_is_the_filter_of_the_file(world: World, app: Flask) -> None:
    world.file_report()
    world.later(hours=1)
    world.register()
    browser = Browser(app, "case_officer")
    assert len(rows_of(browser.export().data)) == 2
    page = browser.get("/cases?text=通风").text
    assert '<input type="hidden" name="text" value="通风">' in page
    assert len(rows_of(browser.export(text="通风").data)) == 1
    assert rows_of(browser.export(phase="closure").data) == []


def test_an_export_is_on_record_before_it_is_sent(world: World, app: Flask) -> None:
    world.file_report()
    browser = Browser(app, "principal")
    assert browser.get("/cases/export").status_code == 405
    content = browser.export(text="皮带", format="csv").data
    with transaction(world.engine) as session:
        (entry,) = session.scalars(sa.select(LedgerExport))
        assert (entry.format, entry.asked, entry.case_count) == ("csv", {"text": "皮带"}, 1)
        assert entry.person_id == world.person_ids["principal"]
        last = session.scalars(
            sa.select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(1)
        ).one()
        assert (last.case_id, last.body["ledger_export_id"]) == (None, entry.id)
        assert last.body["sha256"] == entry.sha256
        assert first_broken_link(session) is None
    assert content.startswith(b"\xef\xbb\xbf")


def test_the_csv_calculates_nothing(world: World, app: Flask) -> None:
    world.file_report(hazard_name="=cmd|' /C calc'!A0", place="@SUM(A1)")
    content = Browser(app, "case_officer").export(format="csv").data.decode("utf-8-sig")
    headings, row = csv.reader(io.StringIO(content, newline=""))
    said = dict(zip(headings, row, strict=True))
    assert said["隐患名称"] == "'=cmd|' /C calc'!A0"
    assert said["具体部位"] == "'@SUM(A1)"
    assert said["发现日期"] == "2026-03-01"


def test_a_list_that_is_too_long_says_so(
    world: World, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger_sheet, "MOST_CASES", 1)
    monkeypatch.setattr("web.views.ledger.MOST_CASES", 1)
    world.file_report()
    world.later(hours=1)
    world.register()
    browser = Browser(app, "case_officer")
    assert "一次最多导出 1 件" in browser.get("/cases").text
    content = browser.export().data
    page: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    assert "符合条件的有 2 件，超过上限" in page["A2"].value
    assert len(rows_of(content)) == 1
    assert "超过上限" in browser.export(format="csv").data.decode()


def test_what_was_checked_is_what_is_imported(world: World, app: Flask) -> None:
    browser = Browser(app, "case_officer")
    bad = {**ROW, "hazard_name": "另一隐患", "sector": "煤碳"}
    answer = browser.upload(sheet_of([ROW, bad]))
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "确认导入 1 行" in page
    assert "行业领域：不在目录中" in page
    assert "第 3 行" in page
    with transaction(world.engine) as session:
        assert session.scalars(sa.select(SupervisionCase)).all() == []
        kept = session.scalars(sa.select(LedgerImport)).one().sha256
    assert browser.post(answer.location, {"sha256": "0" * 64}).status_code == 409
    for _again in range(2):
        assert browser.post(answer.location, {"sha256": kept}).status_code == 303
    page = browser.get(answer.location).text
    assert "导入结果" in page
    assert "确认导入" not in page
    with transaction(world.engine) as session:
        case = session.scalars(sa.select(SupervisionCase)).one()
        assert case.intake_number in page
        assert case.hazard_name == "皮带老化"


def test_the_refused_rows_come_back_mended_and_come_in(world: World, app: Flask) -> None:
    browser = Browser(app, "case_officer")
    bad = {**ROW, "sector": "煤碳", "key": "0012", "found_on": "2026-02-30"}
    report = browser.upload(sheet_of([ROW, bad])).location
    content = browser.get(f"{report}/refused").data
    (row,) = rows_of(content)
    assert row["问题"].startswith("行业领域：不在目录中")
    assert "发现日期：不是有效日期" in row["问题"]
    assert (row["原台账编号"], row["发现日期"]) == ("0012", "2026-02-30")
    book = openpyxl.load_workbook(io.BytesIO(content))
    page: Any = book.active
    for name, value in (("sector", "煤矿"), ("found_on", date(2026, 2, 28))):
        page.cell(4, list(HEADINGS).index(name) + 1, value)
    target = io.BytesIO()
    book.save(target)
    mended = browser.get(browser.upload(target.getvalue()).location).text
    assert "确认导入 1 行" in mended
    assert "不认识" not in mended


def test_only_a_case_officer_hands_in_and_only_the_own_file_is_shown(
    world: World, app: Flask
) -> None:
    report = Browser(app, "case_officer").upload(sheet_of([ROW])).location
    assert Browser(app, "second_officer").get(report).status_code == 404
    assert Browser(app, "second_officer").get(f"{report}/refused").status_code == 404
    principal = Browser(app, "principal")
    for address in ("/cases/import", "/cases/import/template", report):
        assert principal.get(address).status_code == 403
    assert "导入台账" not in principal.get("/cases").text
    kept = {"sha256": "0" * 64}
    assert Browser(app, "second_officer").post(report, kept).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("台账.xls", b"x", "只接收 .xlsx 文件"),
        ("台账.xlsx", b"x", "文件打不开"),
        ("台账.xlsx", b"", "表头下面没有内容"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(
    app: Flask, name: str, content: bytes, sentence: str
) -> None:
    answer = Browser(app, "case_officer").upload(content, name)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_no_file_at_all_is_said_so(app: Flask) -> None:
    answer = Browser(app, "case_officer").post("/cases/import", {})
    assert answer.status_code == 422
    assert "请上传台账文件" in answer.text


def test_the_template_is_empty_and_explains_each_column(app: Flask) -> None:
    content = Browser(app, "case_officer").get("/cases/import/template").data
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["台账", "填写说明"]
    assert rows_of(content) == []
    explained = {row[0]: row[2] for row in book["填写说明"].iter_rows(min_row=3, values_only=True)}
    assert set(explained) == set(HEADINGS.values())
    assert "朔城区、平鲁区" in explained["所在地"]
    assert "煤矿、" in explained["行业领域"]


# ------------------------------------------------------------------ there and back


@pytest.fixture
def other_world(postgresql_engine: sa.Engine, tmp_path: Path) -> World:
    folder = tmp_path / "other"
    folder.mkdir()
    other = make_world(postgresql_engine, folder)
    with transaction(other.engine) as session:
        accounts.create_account(session, other.person_ids["case_officer"], "case_officer", HASH)
    return other


def test_an_export_comes_back_equal_elsewhere_and_changes_nothing_here(
    world: World, app: Flask, other_world: World
) -> None:
    listed_case(world)
    world.later(hours=1)
    rows = [
        SourceRow(1, _values(key="（一）7", description="=甲\n乙", national_number="G1")),
        SourceRow(2, _values(hazard_name="@二", clause_key=None, found_on=None)),
    ]
    import_cases(world.engine, world.office, rows, "case_officer", "x", world.now)
    browser = Browser(app, "case_officer")
    content = browser.export().data
    out = read_workbook(content).rows
    assert len(out) == 3

    again = import_cases(world.engine, world.office, out, "case_officer", "x", world.now)
    assert {report.result for report in again} == {RowResult.UNCHANGED}
    assert [report.differs for report in again] == [()] * 3

    there = import_cases(
        other_world.engine, other_world.office, out, "case_officer", "x", other_world.now
    )
    assert {report.result for report in there} == {RowResult.IMPORTED}
    back = _exported(other_world)
    names = [key for key, column in ledger_columns().items() if column.use is Use.VALUE]
    assert [{name: row.get(name) for name in names} for row in back] == [
        {name: row.values.get(name) for name in names} for row in out
    ]


def _values(**changes: str | None) -> dict[str, str]:
    values: dict[str, str | None] = {
        "hazard_name": "皮带老化",
        "division": "140602",
        "sector": "coal_mine",
        "responsible_party": "示例新煤业",
        "place": "主斜井",
        "found_on": "2026-02-01",
    }
    return {name: value for name, value in {**values, **changes}.items() if value}


def _exported(world: World) -> list[dict[str, str]]:
    url = world.engine.url.render_as_string(hide_password=False)
    folder = str(world.office.files._root.parent)
    settings = Settings.from_environment({"GUAPAI_DATA": folder, "DATABASE_URL": url})
    app = create_app(settings, office=world.office, now=lambda: world.now)
    content = Browser(app, "case_officer").export().data
    app.extensions["guapai"].connection.engine.dispose()
    return [row.values for row in read_workbook(content).rows]


def test_a_number_of_another_hazard_is_not_taken_for_the_row(world: World, app: Flask) -> None:
    world.register()
    with transaction(world.engine) as session:
        number = session.scalars(sa.select(SupervisionCase.intake_number)).one()
    rows = [
        SourceRow(1, _values(intake_number=number)),
        SourceRow(2, _values(intake_number="朔隐报2020-0001")),
    ]
    refused, taken = check_cases(world.engine, world.office, rows, "case_officer", world.now)
    assert dict(refused.problems) == {"intake_number": "other_case"}
    assert (taken.result, taken.notes) == (RowResult.IMPORTED, ("number_unknown",))


def test_what_differs_is_said_and_stays(world: World, app: Flask) -> None:
    world.register()
    (row,) = read_workbook(Browser(app, "case_officer").export().data).rows
    changed = SourceRow(4, {**row.values, "place": "3号采区", "national_number": "G-5"})
    checked = check_cases(world.engine, world.office, [changed], "case_officer", world.now)
    (report,) = import_cases(world.engine, world.office, [changed], "case_officer", "x", world.now)
    assert checked == [report]
    assert (report.result, report.differs) == (RowResult.NUMBER_ADDED, ("place",))
    with transaction(world.engine) as session:
        case = session.scalars(sa.select(SupervisionCase)).one()
        assert (case.place, case.national_number) == ("2号采区", "G-5")


def test_a_hazard_found_again_after_its_case_ended_is_not_passed_over(
    world: World, app: Flask
) -> None:
    import_cases(
        world.engine, world.office, [SourceRow(1, _values())], "case_officer", "x", world.now
    )
    with transaction(world.engine) as session:
        case_id = session.scalars(sa.select(SupervisionCase.id)).one()
    world.withdraw(case_id)
    world.later(days=40)
    rows = [SourceRow(1, _values()), SourceRow(2, _values(found_on="2026-04-01"))]
    same, later = check_cases(world.engine, world.office, rows, "case_officer", world.now)
    assert same.result is RowResult.UNCHANGED
    assert dict(later.problems) == {"hazard_name": "recurrence"}


# ------------------------------------------------------------------ the national number


def test_the_officer_of_the_department_keeps_the_national_number(world: World, app: Flask) -> None:
    case_id = world.register()
    address = f"/cases/{case_id}/national-number"
    browser = Browser(app, "case_officer")
    assert address in browser.get(f"/cases/{case_id}").text
    sent = {"shown": "", "national_number": " Ｇ14-001 "}
    assert browser.post(address, sent).status_code == 303
    assert "G14-001" in browser.get(f"/cases/{case_id}").text
    assert "皮带" not in browser.get("/cases?text=G14-001").text
    assert "采掘工作面" in browser.get("/cases?text=G14-001").text
    assert browser.post(address, sent).status_code == 409
    cleared = {"shown": "G14-001", "national_number": ""}
    assert browser.post(address, cleared).status_code == 303
    page = browser.get(address).text
    assert "撤销登记" in page
    with transaction(world.engine) as session:
        entries = session.scalars(sa.select(NationalNumberEntry).order_by(NationalNumberEntry.id))
        assert [(entry.old_number, entry.new_number) for entry in entries] == [
            (None, "G14-001"),
            ("G14-001", None),
        ]
        assert first_broken_link(session) is None


def test_nobody_else_sets_the_national_number(world: World, app: Flask) -> None:
    case_id = world.register()
    address = f"/cases/{case_id}/national-number"
    assert Browser(app, "other_officer").get(address).status_code == 404
    for name in ("principal", "government_officer"):
        browser = Browser(app, name)
        assert browser.get(address).status_code == 403
        assert address not in browser.get(f"/cases/{case_id}").text


def test_one_number_belongs_to_one_case(world: World, app: Flask) -> None:
    first = world.register()
    world.later(minutes=1)
    second = world.register(place="3号采区")
    browser = Browser(app, "case_officer")
    sent = {"shown": "", "national_number": "G1"}
    browser.post(f"/cases/{first}/national-number", sent)
    taken = browser.post(f"/cases/{second}/national-number", sent)
    assert taken.status_code == 422
    assert "已登记在另一事项上" in taken.text
    blank = browser.post(f"/cases/{second}/national-number", {**sent, "national_number": "G 1"})
    assert "不能含有空格" in blank.text
    assert 'value="G 1"' in blank.text
