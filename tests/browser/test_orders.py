"""Enforcement orders through real pages: power stopped and restored, a party closed down."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from tests.builders import CONTENT
from web.labels import label_of
from workflows.vocabulary import Action, OrderKind, Track


def propose(installation: Installation, case_id: int, kind: OrderKind) -> Page:
    """Open the standing task on the page of the case, and fill its form."""
    page = open_step(installation, "case_officer", case_id, Action.PROPOSE_ORDER)
    values = {**CONTENT[Action.PROPOSE_ORDER](installation.world), "enforcement_kind": kind}
    fill(page, values)
    return page


def open_step(installation: Installation, name: str, case_id: int, action: Action) -> Page:
    page = installation.page(name)
    page.goto(f"{installation.address}/cases/{case_id}")
    page.get_by_role("link", name=label_of(action), exact=False).first.click()
    return page


def send(installation: Installation, page: Page, button: str = "done") -> None:
    page.click(f"button[name=outcome][value={button}]")
    page.wait_for_url("**/cases/*")
    installation.work()


def sign_in_again(installation: Installation) -> None:
    """A day later nobody is signed in any more."""
    for page in installation.pages.values():
        page.context.close()
    installation.pages.clear()


def test_power_is_stopped_by_receipt_and_restored_by_receipt(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    page = propose(installation, case_id, OrderKind.POWER_STOP)
    shot(page, "order-propose")
    send(installation, page)
    party = installation.page("principal")
    party.goto(f"{installation.address}/cases/{case_id}")
    expect(party.locator("main")).not_to_contain_text("停止供电")
    page = open_step(installation, "department_head", case_id, Action.APPROVE_ORDER)
    expect(page.locator("main")).to_contain_text("安全生产法第七十条")
    shot(page, "order-approve")
    send(installation, page, "accepted")
    page = open_step(installation, "case_officer", case_id, Action.SERVE_ORDER)
    values = dict(CONTENT[Action.SERVE_ORDER](world))
    fill(page, {**values, "stops_at": world.now + timedelta(hours=23)})
    page.click("button[name=outcome][value=done]")
    expect(page.locator("main")).to_contain_text("提前24小时通知企业")
    shot(page, "order-too-soon")
    fill(page, {"stops_at": values["stops_at"]})
    send(installation, page)
    world.later(days=1)
    sign_in_again(installation)
    page = do("case_officer", Action.RECORD_ORDER_RECEIPT)
    measures = page.get_by_role("region", name="在执行的措施")
    expect(measures).to_contain_text("停止供电")
    expect(measures).to_contain_text("取得恢复回执后解除")
    shot(page, "order-in-force")
    party = installation.page("principal")
    party.goto(f"{installation.address}/cases/{case_id}")
    expect(party.get_by_role("region", name="在执行的措施")).to_contain_text("停止供电")
    measures.get_by_role("link", name="提请解除措施").click()
    fill(page, dict(CONTENT[Action.LIFT_ORDER](world)))
    shot(page, "order-lift")
    send(installation, page)
    expect(measures).to_contain_text("正在解除")
    page = open_step(installation, "department_head", case_id, Action.CONFIRM_ORDER_LIFTING)
    send(installation, page, "accepted")
    page = do("case_officer", Action.RECORD_RESTORATION)
    expect(page.get_by_role("region", name="在执行的措施")).to_have_count(0)
    assert installation.violations == []


def test_a_government_closes_a_party_down(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    page = propose(installation, case_id, OrderKind.GOVERNMENT_CLOSURE)
    fill(page, {"decision_refused": ""})
    send(installation, page)
    do("legality_reviewer", Action.REVIEW_ORDER)
    page = open_step(installation, "case_officer", case_id, Action.HEAR_PARTY)
    fill(page, dict(CONTENT[Action.HEAR_PARTY](world)))
    shot(page, "closure-hear")
    send(installation, page)
    do("department_head", Action.APPROVE_ORDER)
    page = open_step(installation, "government_principal", case_id, Action.DECIDE_CLOSURE)
    expect(page.locator("main")).to_contain_text("三月一日现场检查记录")
    fill(page, {k: v for k, v in CONTENT[Action.DECIDE_CLOSURE](world).items() if k != "outcome"})
    shot(page, "closure-decide")
    send(installation, page, "accepted")
    page = open_step(installation, "case_officer", case_id, Action.SERVE_ORDER)
    expect(page.locator("[name=stops_at]")).to_have_count(0)
    asked = ("told_at", "stops_at")
    fill(page, {k: v for k, v in CONTENT[Action.SERVE_ORDER](world).items() if k not in asked})
    send(installation, page)
    page = do("case_officer", Action.RECORD_ORDER_RECEIPT)
    measures = page.get_by_role("region", name="在执行的措施")
    expect(measures).to_contain_text("示例政决〔2026〕9号")
    expect(measures).to_contain_text("由属地政府决定解除")
    shot(page, "closure-in-force")
    assert installation.violations == []
