"""A talk through real pages: notice, minutes, and the party that opens what it was sent."""

from playwright.sync_api import expect

from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from tests.builders import CONTENT
from web.labels import label_of
from workflows.vocabulary import Action, EscalationKind, Track

UNDERTAKINGS = "阻燃皮带到货；2026-03-17；甲某\n安装完毕；2026-04-05；乙某"


def test_a_talk_is_registered_and_its_notice_opened(installation: Installation) -> None:
    world, do, talk = installation.world, installation.do, Action.RECORD_TALK
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    kind = EscalationKind.REGULATORY_TALK
    world.do("case_officer", case_id, Action.PROPOSE_ESCALATION, escalation_kind=kind)
    do("department_head", Action.CONFIRM_ESCALATION)
    do("case_officer", Action.SERVE_ESCALATION)
    page = installation.page("case_officer")
    page.goto(f"{installation.address}/tasks")
    page.get_by_role("link", name=label_of(talk), exact=False).first.click()
    content = dict(CONTENT[talk](world))
    fill(page, content | {"undertakings": UNDERTAKINGS + "\n没有日期"})
    shot(page, "talk-form")
    page.click("button[name=outcome][value=done]")
    expect(page.locator("main")).to_contain_text("第 3 行不完整")
    shot(page, "talk-refused")
    fill(page, {"undertakings": UNDERTAKINGS, "uploads": ()})
    page.click("button[name=outcome][value=done]")
    page.wait_for_url(f"**/cases/{case_id}")
    expect(page.locator(".printouts")).to_contain_text("约谈纪要")
    party = installation.page("principal")
    party.goto(f"{installation.address}/cases/{case_id}")
    row = party.get_by_role("row").filter(has_text="约谈通知")
    expect(row).to_contain_text("受送达单位尚未在系统中打开")
    shot(party, "talk-party")
    with party.expect_popup() as opened:
        row.get_by_role("button", name="打开正式文书").click()
    assert opened.value.url.endswith("/issued")
    party.reload()
    expect(row).to_contain_text("首次打开：")
    page.reload()
    expect(page.get_by_role("row").filter(has_text="约谈通知")).to_contain_text("首次打开：")
    shot(page, "talk-officer")
    assert installation.violations == []
