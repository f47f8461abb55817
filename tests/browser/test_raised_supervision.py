"""Raised supervision through real pages: proposed, agreed to, petitioned, waited for, answered."""

from playwright.sync_api import expect

from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from tests.builders import CONTENT
from web.labels import label_of
from workflows.vocabulary import Action


def test_the_level_above_is_asked_and_takes_the_case_over(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    address = f"{installation.address}/cases/{case_id}"
    propose, answer = Action.PROPOSE_RAISE, Action.RECORD_RAISE_ANSWER
    page = installation.page("committee_officer")
    page.goto(address)
    page.get_by_role("link", name=label_of(propose), exact=False).first.click()
    expect(page.get_by_label("上级机关名称")).to_be_visible()
    fill(page, dict(CONTENT[propose](world)))
    shot(page, "raise-propose")
    page.click("button[name=outcome][value=done]")
    page.wait_for_url("**/cases/*")
    head = installation.page("office_head")
    head.goto(f"{installation.address}/tasks")
    head.get_by_role("link", name=label_of(Action.CONFIRM_RAISE), exact=False).first.click()
    expect(head.locator("main")).to_contain_text("涉及省属企业，市级多次督促未果")
    shot(head, "raise-confirm")
    do("office_head", Action.CONFIRM_RAISE)
    do("committee_officer", Action.PETITION_RAISE)
    party = installation.page("principal")
    party.goto(address)
    limit = party.locator("article.deadline").filter(has_text="等待上级答复").first
    limit.locator("details.counting > summary").first.click()
    expect(limit.get_by_text("等待上级答复")).to_be_visible()
    expect(party.locator("main")).not_to_contain_text("涉及省属企业")
    shot(party, "raise-wait")
    page.goto(f"{installation.address}/tasks")
    page.get_by_role("link", name=label_of(answer), exact=False).first.click()
    content = {k: v for k, v in CONTENT[answer](world).items() if k != "outcome"}
    fill(page, {"paper_number": content["paper_number"]})
    page.click("button[name=outcome][value=taken_over]")
    expect(page.locator("main")).to_contain_text("请上传答复文件")
    fill(page, content)
    shot(page, "raise-answer")
    page.click("button[name=outcome][value=taken_over]")
    page.wait_for_url("**/cases/*")
    expect(page.locator(".notice-flag").first).to_contain_text("摘牌、延期和撤销由上级决定")
    expect(page.locator("main")).to_contain_text("原由示例市安全生产委员会挂牌督办")
    shot(page, "raise-taken-over")
    assert installation.violations == []
