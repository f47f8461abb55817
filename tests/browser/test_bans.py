"""A ban is entered and confirmed; a registration is stopped until somebody has compared the two."""

from playwright.sync_api import expect

from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from tests.integration.test_registration import register, with_sectors

ENTRY = {
    "name": "负责人 乙",
    "kind": "five_years",
    "ground": "sentence",
    "counted_from": "2024-02-29",
    "organ": "示例区人民法院",
    "document_number": "刑事判决书（示例）刑初1号",
    "document_on": "2022-11-30",
    "note": "演示：某煤矿顶板事故，判处有期徒刑，2024年2月29日执行完毕。",
}


def test_a_ban_stops_a_registration_until_it_is_found_another_person(
    installation: Installation,
) -> None:
    world = with_sectors(installation.world)
    asked = register(world)
    officer = installation.page("committee_officer")
    officer.goto(f"{installation.address}/bans")
    shot(officer, "bans-empty")
    officer.get_by_role("link", name="登记任职限制").click()
    shot(officer, "ban-new")
    fill(officer, ENTRY)
    officer.fill("[name=identity_number]", "123")
    officer.get_by_role("button", name="登记，送另一人复核").click()
    expect(officer.get_by_role("alert")).to_contain_text("身份证件号码应为 18 位")
    shot(officer, "ban-wrong")
    officer.fill("[name=identity_number]", "")
    officer.get_by_role("button", name="登记，送另一人复核").click()
    expect(officer.locator("main")).to_contain_text("须由示例市安委办另一人复核")
    expect(officer.locator("main")).to_contain_text("2029-02-28")
    shot(officer, "ban-own")
    head = installation.page("office_head")
    head.goto(f"{installation.address}/home")
    head.get_by_role("link", name="查看并办理").first.click()
    head.get_by_role("link", name="负责人 乙").click()
    shot(head, "ban-confirm")
    head.get_by_role("button", name="核对无误，复核通过").click()
    expect(head.locator("main")).to_contain_text("复核通过，登记已生效。")
    expect(head.locator("main")).to_contain_text("示例新建煤业")
    shot(head, "ban-standing")
    decider = installation.page("case_officer")
    decider.goto(f"{installation.address}/registrations/{asked}")
    expect(decider.locator("main")).to_contain_text("与任职限制登记同名")
    shot(decider, "ban-registration")
    fill(decider, {"reason": "已对照营业执照原件"})
    decider.get_by_role("button", name="核对无误，通过").click()
    expect(decider.locator("main")).to_contain_text("没有办理，也没有改动")
    expect(decider.locator("main")).to_contain_text("刑事判决书（示例）刑初1号")
    expect(decider.locator("main")).to_contain_text("已对照营业执照原件")
    shot(decider, "ban-stopped")
    decider.get_by_role("link", name="核对同名人员").click()
    shot(decider, "ban-compare")
    decider.get_by_role("button", name="经核对不是同一人").click()
    expect(decider.get_by_role("alert")).to_contain_text("请填写核对情况")
    fill(decider, {"compared": "当面核对身份证件，出生年份和籍贯与判决书所载不同。"})
    decider.get_by_role("button", name="经核对不是同一人").click()
    expect(decider.locator("main")).to_contain_text("没有登记拦截此人")
    shot(decider, "ban-compared")
    decider.get_by_role("link", name="返回继续办理").click()
    decider.get_by_role("button", name="核对无误，通过").click()
    expect(decider.locator("main")).to_contain_text("两名人员的账户")
    head.goto(f"{installation.address}/bans/1")
    expect(head.locator("main")).to_contain_text("出生年份和籍贯与判决书所载不同")
    head.goto(f"{installation.address}/bans")
    shot(head, "bans-list")
    assert installation.violations == []
