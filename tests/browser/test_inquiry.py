"""An inquiry as into an accident through real pages: what is missing, finding, approval."""

from playwright.sync_api import expect

from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from tests.builders import CONTENT
from web.labels import label_of
from workflows.vocabulary import Action, HazardSource, Track

MISSING = "结论批准之前不得销号"


def test_a_flagged_case_says_what_is_missing_until_the_finding_is_approved(
    installation: Installation,
) -> None:
    world, do = installation.world, installation.do
    case_id = world.register(
        source=HazardSource.HIGHER_INSPECTION,
        finder="省督导检查组",
        finder_reference="示例督〔2026〕3号",
    )
    world.to_listing(case_id, track=Track.TRACKED)
    address = f"{installation.address}/cases/{case_id}"
    page = installation.page("case_officer")
    page.goto(address)
    expect(page.locator(".notice-flag").first).to_contain_text(MISSING)
    shot(page, "inquiry-missing")
    propose = Action.PROPOSE_INQUIRY
    page.get_by_role("link", name=label_of(propose), exact=False).first.click()
    content = dict(CONTENT[propose](world))
    fill(page, {**content, "inquiry_members": "丙某（监察科）"})
    page.click("button[name=outcome][value=done]")
    expect(page.locator("main")).to_contain_text("调查人员不得少于 2 人")
    ground = page.locator("[name=inquiry_ground]")
    expect(ground).to_have_value(str(content["inquiry_ground"]))
    fill(page, content)
    shot(page, "inquiry-propose")
    page.click("button[name=outcome][value=done]")
    page.wait_for_url("**/cases/*")
    do("office_head", Action.CONFIRM_INQUIRY)
    find = Action.RECORD_INQUIRY_FINDING
    page.goto(f"{installation.address}/tasks")
    page.get_by_role("link", name=label_of(find), exact=False).first.click()
    expect(page.locator("main")).to_contain_text("只写单位的责任，不写对个人的处理")
    fill(page, dict(CONTENT[find](world)))
    shot(page, "inquiry-finding")
    page.click("button[name=outcome][value=done]")
    page.wait_for_url("**/cases/*")
    leader = installation.page("leader")
    leader.goto(f"{installation.address}/tasks")
    leader.get_by_role("link", name=label_of(Action.APPROVE_INQUIRY), exact=False).first.click()
    expect(leader.locator("main")).to_contain_text("装置失效后没有列入检修计划")
    shot(leader, "inquiry-approve")
    do("leader", Action.APPROVE_INQUIRY)
    page.goto(address)
    expect(page.locator(".notice-flag").first).to_contain_text("不再因此限制销号")
    shot(page, "inquiry-settled")
    party = installation.page("principal")
    for ending in ("", "/record"):
        party.goto(address + ending)
        expect(party.locator("main")).not_to_contain_text("调查结论")
    assert installation.violations == []
