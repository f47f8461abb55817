"""A supervision letter and its answer through real pages, on a wide and on a narrow screen."""

from playwright.sync_api import expect

from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from tests.builders import CONTENT
from web.labels import label_of
from workflows.vocabulary import Action, Track


def test_a_letter_is_proposed_confirmed_served_and_answered(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    propose = Action.PROPOSE_ESCALATION
    page = installation.page("case_officer")
    page.goto(f"{installation.address}/cases/{case_id}")
    page.get_by_role("link", name=label_of(propose), exact=False).first.click()
    shot(page, "escalation-propose")
    fill(page, dict(CONTENT[propose](world)))
    page.click("button[name=outcome][value=done]")
    page.wait_for_url("**/cases/*")
    do("department_head", Action.CONFIRM_ESCALATION)
    page = do("case_officer", Action.SERVE_ESCALATION)
    expect(page.locator("main")).to_contain_text("督办函")
    page = installation.page("principal")
    page.goto(f"{installation.address}/tasks")
    page.get_by_role("link", name=label_of(Action.ANSWER_ESCALATION), exact=False).first.click()
    expect(page.locator("main")).to_contain_text("五日内报告到货计划。")
    shot(page, "escalation-answer")
    fill(page, dict(CONTENT[Action.ANSWER_ESCALATION](world)))
    page.click("button[name=outcome][value=done]")
    page.wait_for_url("**/cases/*")
    page = do("case_officer", Action.REVIEW_ESCALATION_ANSWER)
    shot(page, "escalation-settled")
    assert installation.violations == []
