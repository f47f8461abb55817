"""The committee's office runs a month of assessment; a county objects, and is answered."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Installation, expect_to_fit, small_png
from tests.browser.test_extension import shot
from workflows.vocabulary import Action


def play_march(installation: Installation) -> None:
    """One listed hazard, acknowledged by the county after its limit."""
    world = installation.world
    case_id = world.register()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.walk(case_id, ("committee_officer", Action.SERVE_LISTING_NOTICE))
    world.later(days=12)
    world.do("government_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)
    world.now = datetime(2026, 4, 7, 1, 0, tzinfo=UTC)


def sign_in_anew(installation: Installation) -> None:
    """Days later all sign in again."""
    for page in installation.pages.values():
        page.context.close()
    installation.pages.clear()


def opened(installation: Installation, name: str, address: str = "/assessments") -> Page:
    page = installation.page(name)
    page.goto(f"{installation.address}{address}")
    return page


def test_a_month_is_assessed_with_one_objection(installation: Installation) -> None:
    play_march(installation)
    officer = opened(installation, "committee_officer")
    officer.get_by_role("button", name="收集 2026-03 月份的事实并计分").click()
    expect(officer.get_by_role("status")).to_contain_text("得分已算出")
    shot(officer, "assessment-computed")
    address = officer.url.removeprefix(installation.address)
    officer.get_by_role("button", name="送各单位核对").click()
    expect(officer.get_by_role("status")).to_contain_text("异议期自次日起计算")

    county = opened(installation, "government_officer")
    county.get_by_role("link", name="2026-03").click()
    county.get_by_role("link", name="示例区人民政府").click()
    expect(county.locator("main")).to_contain_text("重新计算一致")
    shot(county, "assessment-unit")
    county.emulate_media(media="print")
    expect(county.locator(".masthead, .menu-bar, .trail").first).to_be_hidden()
    folded = county.locator("details:not([open])", has_text="督导巡查及时率")
    expect(folded.locator(".aside-text")).to_be_visible()  # paper shows what is folded
    county.emulate_media(media="screen")
    expect(folded.locator(".aside-text")).to_be_hidden()
    county.set_viewport_size({"width": 375, "height": 800})
    expect_to_fit(county)
    county.set_viewport_size({"width": 1440, "height": 900})
    county.locator("details", has_text="移交回执及时率").get_by_role(
        "link", name="提出异议"
    ).click()
    shot(county, "assessment-fact")
    county.get_by_role("button", name="提出异议").click()
    expect(county.locator(".error-summary")).to_contain_text("请填写")
    county.fill("[name=ground]", "已于期限内在纸质回执上签收。")
    county.fill("[name=evidence]", "移交回执原件，存区政府办公室。")
    receipt = FilePayload(name="回执.png", mimeType="image/png", buffer=small_png())
    county.set_input_files("[name=uploads]", [receipt])
    county.get_by_role("button", name="提出异议").click()
    expect(county.get_by_role("status")).to_contain_text("异议已提出")

    head = opened(installation, "office_head", address)
    head.get_by_role("link", name="答复").first.click()
    expect(head.get_by_role("link", name="回执.png")).to_be_visible()
    head.check("[name=outcome][value=accepted]")
    head.check("[name=counts][value=met]")
    head.fill("[name=opinion]", "经核对回执原件，签收在期限内。")
    shot(head, "assessment-answer")
    head.get_by_role("button", name="答复").click()
    expect(head.get_by_role("status")).to_contain_text("得分已重新计算")

    installation.world.now += timedelta(days=8)
    sign_in_anew(installation)
    officer = opened(installation, "committee_officer", address)
    officer.get_by_role("button", name="冻结得分").click()
    expect(officer.get_by_role("status")).to_contain_text("等待领导审批")
    leader = opened(installation, "leader", address)
    leader.get_by_role("button", name="批准排队").click()
    expect(leader.get_by_role("status")).to_contain_text("等待印发")
    head = opened(installation, "office_head", address)
    head.get_by_role("button", name="印发").click()
    expect(head.get_by_role("status")).to_contain_text("抄送回执")
    head.locator("[name=received_on]").first.fill("2026-04-15")
    head.locator("[name=received_by]").first.fill("机要室签收人")
    head.get_by_role("button", name="登记回执").first.click()
    expect(head.get_by_role("status")).to_contain_text("回执已登记")
    shot(head, "assessment-published")
    head.goto(f"{installation.address}/assessments/composite")
    expect(head.locator("main")).to_contain_text("综合得分")
    shot(head, "assessment-composite")
    for address_of in (address, "/assessments/composite"):
        head.goto(f"{installation.address}{address_of}")
        head.set_viewport_size({"width": 375, "height": 800})
        expect_to_fit(head)
    assert installation.violations == []
