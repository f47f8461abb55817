"""A delisted hazard comes back: looked at, gone back through, compiled, reviewed, decided, read."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from services.clock import local_date
from services.tracebacks.proposing import propose_by_rule
from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from tests.builders import START, World

FINDINGS = "采掘工作面通风系统再次不合理，部位与原隐患相同；验收时两名人员到场。"
BLAME = "验收没有核对通风系统图，是复燃没有被提前发现的原因之一。"


@pytest.fixture
def recurred(installation: Installation) -> int:
    """A delisted case whose first check is due; the second day ended with the listing."""
    world = installation.world
    case_id = world.register()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.later(days=2)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.close(case_id)
    installation.work()
    world.later(days=40)
    return case_id


def look(page: Page, name: str) -> None:
    """At both sizes: nothing beside the screen; no fault that axe finds."""
    shot(page, name)
    assert Axe().run(page).response["violations"] == [], name


def propose(world: World) -> None:
    """What the worker does at its beat."""
    assert propose_by_rule(world.engine, world.office, world.now) == 1


def from_home(installation: Installation, name: str, duty: str) -> Page:
    """The traceback that waits for this person, opened from the first page."""
    page = installation.page(name)
    page.goto(f"{installation.address}/home")
    page.locator("p.notice", has_text="追溯：").get_by_role("link").click()
    page.get_by_role("link", name=re.compile("^办理")).click()
    expect(page.get_by_role("heading", name=duty, exact=True)).to_be_visible()
    return page


def find_recurrence(installation: Installation, case_id: int) -> None:
    page = installation.page("case_officer")
    page.goto(f"{installation.address}/lookbacks/{case_id}")
    today = local_date(installation.world.now).isoformat()
    fill(page, {"done_on": today, "result": "recurred", "note": "同一工作面再次串联通风。"})
    page.get_by_role("button", name="记录").click()
    expect(page.get_by_text("回头看发现隐患复燃。")).to_be_visible()


def go_back(installation: Installation, page: Page, case_id: int) -> None:
    """What the person who compiles reads before: who knew what, the chain, a past day."""
    here = page.url
    page.get_by_role("link", name="谁在何时知道什么").click()
    expect(page.locator("main")).to_contain_text("在手时间")
    look(page, "traceback-knowledge")
    page.goto(here)
    page.get_by_role("link", name="查看追溯链").click()
    expect(page.get_by_role("heading", name="整改验收")).to_be_visible()
    look(page, "traceback-chain")
    day = local_date(START + timedelta(days=1)).isoformat()
    page.get_by_label("查看某一天的情况").fill(day)
    page.get_by_role("button", name="查看当时情况").click()
    expect(page.get_by_role("heading", name=f"{day} 当日的情况")).to_be_visible()
    expect(page.get_by_role("heading", name="在办环节")).to_be_visible()
    look(page, "traceback-past-day")
    page.goto(here)


def test_a_recurrence_is_gone_back_through_to_the_report(
    installation: Installation, recurred: int
) -> None:
    world = installation.world
    find_recurrence(installation, recurred)
    propose(world)
    officer = from_home(installation, "committee_officer", "编制追溯报告")
    expect(officer.locator("main")).to_contain_text("同一工作面再次串联通风。")
    expect(officer.locator("main")).to_contain_text("系统按规则提出")
    go_back(installation, officer, recurred)
    fill(officer, {"findings": FINDINGS})
    officer.get_by_role("button", name="送法制审核").click()
    expect(officer.get_by_role("alert")).to_contain_text("责任分析")
    expect(officer.get_by_label("查明的情况")).to_have_value(FINDINGS)
    look(officer, "traceback-compile-refused")
    fill(officer, {"responsibility": BLAME})
    officer.get_by_role("button", name="送法制审核").click()
    officer.get_by_text("追溯链（编制时的记录）").click()
    expect(officer.locator("main")).to_contain_text("登记隐患")
    look(officer, "traceback-compiled")

    reviewer = from_home(installation, "legality_reviewer", "审核追溯报告")
    look(reviewer, "traceback-review")
    reviewer.get_by_role("button", name="退回修改").click()
    expect(reviewer.get_by_role("alert")).to_contain_text("意见")
    fill(reviewer, {"opinion": "责任分析没有写明依据哪一份验收意见。"})
    reviewer.get_by_role("button", name="退回修改").click()
    expect(reviewer.get_by_text("待编制追溯报告")).to_be_visible()
    expect(reviewer.get_by_role("button", name="退回修改")).to_have_count(0)

    officer = from_home(installation, "committee_officer", "编制追溯报告")
    expect(officer.get_by_label("责任分析")).to_have_value(BLAME)
    expect(officer.locator("p.notice")).to_contain_text("责任分析没有写明依据哪一份验收意见。")
    look(officer, "traceback-returned")
    fill(officer, {"responsibility": f"{BLAME}依据现场验收意见。"})
    officer.get_by_role("button", name="送法制审核").click()
    expect(officer.get_by_text("待审核追溯报告")).to_be_visible()
    reviewer = from_home(installation, "legality_reviewer", "审核追溯报告")
    fill(reviewer, {"opinion": "事实清楚。"})
    reviewer.get_by_role("button", name="审核通过").click()
    expect(reviewer.get_by_text("待决定责任追究")).to_be_visible()

    head = from_home(installation, "office_head", "决定责任追究")
    look(head, "traceback-decide")
    fill(head, {"opinion": "验收深度不够，对监管部门约谈提醒。"})
    head.locator("button[name=outcome][value=accepted]").click()
    expect(head.get_by_role("alert")).to_contain_text("决定")
    expect(head.locator("[name=opinion]")).to_have_value("验收深度不够，对监管部门约谈提醒。")
    fill(head, {"decision": "measures"})
    head.locator("button[name=outcome][value=accepted]").click()
    expect(head.get_by_text("已办结")).to_be_visible()
    installation.work()
    read_report(installation, head)
    record_outcome(installation)
    assert installation.violations == []


def read_report(installation: Installation, page: Page) -> None:
    page.reload()
    address = page.get_by_role("link", name="打开报告（PDF）").get_attribute("href")
    answer = page.context.request.get(f"{installation.address}{address}")
    assert answer.ok
    assert answer.body().startswith(b"%PDF-")


def record_outcome(installation: Installation) -> None:
    page = installation.page("committee_officer")
    page.goto(f"{installation.address}/tracebacks")
    page.get_by_role("link", name=re.compile("^查看")).click()
    fill(page, {"kind": "talk", "subject": "示例市应急管理局", "organ_name": "示例市安委办"})
    page.get_by_role("button", name="登记处理结果").click()
    expect(page.get_by_role("alert")).to_contain_text("文号")
    expect(page.locator("[name=subject]")).to_have_value("示例市应急管理局")
    today = local_date(installation.world.now).isoformat()
    fill(page, {"document_number": "示例约〔2026〕1号", "done_on": today, "note": "约谈提醒。"})
    page.get_by_role("button", name="登记处理结果").click()
    expect(page.locator("main")).to_contain_text("示例约〔2026〕1号")
    look(page, "traceback-ended")
    page.goto(f"{installation.address}/tracebacks")
    look(page, "traceback-list")


@pytest.mark.parametrize(
    ("name", "status"), [("case_officer", 404), ("signatory", 404), ("principal", 403)]
)
def test_whoever_is_asked_about_finds_none(
    installation: Installation, recurred: int, name: str, status: int
) -> None:
    find_recurrence(installation, recurred)
    propose(installation.world)
    page = installation.page(name)
    for address in ("home", "tracebacks", f"cases/{recurred}"):
        page.goto(f"{installation.address}/{address}")
        expect(page.locator("p.notice", has_text="追溯：")).to_have_count(0)
        expect(page.locator("main")).not_to_contain_text("系统按规则提出")
    answer = page.goto(f"{installation.address}/tracebacks/1")
    assert answer is not None
    assert answer.status == status
    assert installation.violations == []
