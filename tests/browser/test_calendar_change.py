"""A new holiday notice through the pages of three people."""

from datetime import datetime

from playwright.sync_api import expect

from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from workflows.deadlines import SHANGHAI

NOTICE = {
    "year": 2027,
    "notice_title": "关于2027年部分节假日安排的通知",
    "notice_number": "示例〔2026〕1号",
    "off_days": "2027-01-01 至 2027-01-05 元旦",
    "make_up_days": "2027-01-09 元旦调休上班",
    "reason": "国务院公报",
}


def test_a_notice_is_entered_confirmed_and_its_limits_accepted(installation: Installation) -> None:
    world, address = installation.world, installation.address
    world.now = datetime(2026, 12, 30, 10, tzinfo=SHANGHAI)
    world.file_report()
    page = installation.page("system_admin")
    page.goto(f"{address}/administration")
    page.get_by_role("link", name="录入放假安排").click()
    fill(page, {**NOTICE, "off_days": "元旦放假"})
    page.get_by_role("button", name="提出变更").click()
    expect(page.locator("main")).to_contain_text("“元旦放假”这一行不能识别")
    shot(page, "holidays-form")
    fill(page, NOTICE)
    page.get_by_role("button", name="提出变更").click()
    expect(page.locator("main")).to_contain_text("等待安全保密管理员确认")
    proposal = page.url
    page = installation.page("security_admin")
    page.goto(proposal)
    expect(page.locator("main")).to_contain_text("2027-01-09 元旦调休上班")
    shot(page, "holidays-proposal")
    page.get_by_role("button", name="确认").first.click()
    expect(page.locator("main")).to_contain_text("已生效")
    page = installation.page("office_head")
    page.goto(f"{address}/home")
    expect(page.locator("main")).to_contain_text("项期限需要核定")
    page.get_by_role("link", name="查看并核定").click()
    expect(page.locator("main")).to_contain_text("填报续报")
    shot(page, "recounts")
    page.get_by_role("button", name="核定所选期限").click()
    expect(page.locator("main")).to_contain_text("没有需要核定的期限")
    assert installation.violations == []
