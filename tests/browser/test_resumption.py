"""Leave to resume production through real pages: asked for, inspected, signed, served."""

from playwright.sync_api import expect

from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from tests.builders import CONTENT
from web.labels import label_of
from workflows.vocabulary import Action, Outcome, Track

BOTH = "恢复生产不等于摘牌销号，摘牌销号也不等于恢复生产"


def test_a_coal_mine_resumes_once_all_have_signed(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    world.do("case_officer", case_id, Action.ORDER_IMMEDIATE_MEASURES)
    world.do("principal", case_id, Action.REPORT_STOPPAGE, stoppage_kind="ordered")
    page = do("case_officer", Action.CONFIRM_STOPPAGE)
    expect(page.locator("main")).to_contain_text(BOTH)
    apply = Action.APPLY_FOR_RESUMPTION
    party = installation.page("principal")
    party.goto(f"{installation.address}/cases/{case_id}")
    expect(party.locator("main")).to_contain_text(BOTH)
    party.get_by_role("link", name=label_of(apply), exact=False).first.click()
    expect(party.locator("main")).to_contain_text("恢复生产与摘牌销号是两项决定")
    fill(party, dict(CONTENT[apply](world)))
    shot(party, "resumption-apply")
    party.click("button[name=outcome][value=done]")
    party.wait_for_url("**/cases/*")
    page = installation.page("reviewer")
    page.goto(f"{installation.address}/cases/{case_id}")
    page.get_by_role("link", name=label_of(Action.INSPECT_RESUMPTION), exact=False).first.click()
    shot(page, "resumption-inspect")
    do("reviewer", Action.INSPECT_RESUMPTION)
    world.do("case_officer", case_id, Action.PROPOSE_SUSPENSION)
    do("second_reviewer", Action.INSPECT_RESUMPTION)
    party = installation.page("principal")
    party.goto(f"{installation.address}/cases/{case_id}")
    expect(party.locator("main")).not_to_contain_text("处罚")
    page = installation.page("department_head")
    page.goto(f"{installation.address}/cases/{case_id}")
    approve = label_of(Action.APPROVE_RESUMPTION)
    page.get_by_role("link", name=approve, exact=False).first.click()
    expect(page.locator("main")).to_contain_text("停产停业整顿的处罚尚未办结")
    shot(page, "resumption-barred")
    world.do(
        "legality_reviewer",
        case_id,
        Action.REVIEW_LEGALITY,
        outcome=Outcome.RETURNED,
        opinion="证据不足。",
    )
    do("department_head", Action.APPROVE_RESUMPTION)
    do("case_officer", Action.RECORD_RESUMPTION_CONSENT)
    page = installation.page("government_principal")
    page.goto(f"{installation.address}/cases/{case_id}")
    page.get_by_role("link", name=label_of(Action.SIGN_RESUMPTION), exact=False).first.click()
    expect(page.locator("main")).to_contain_text("自动灭火装置已更换并试运行")
    shot(page, "resumption-sign")
    do("government_principal", Action.SIGN_RESUMPTION)
    page = installation.page("case_officer")
    page.goto(f"{installation.address}/cases/{case_id}")
    page.get_by_role("link", name=label_of(Action.SERVE_RESUMPTION), exact=False).first.click()
    shot(page, "resumption-serve")
    page = do("case_officer", Action.SERVE_RESUMPTION)
    expect(page.locator("main")).not_to_contain_text("已停产停业")
    shot(page, "resumption-resumed")
    party = installation.page("principal")
    party.goto(f"{installation.address}/cases/{case_id}")
    expect(party.locator("main")).to_contain_text("恢复生产通知书")
    assert installation.violations == []
