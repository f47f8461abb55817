"""A suspension penalty through real pages: proposed, reviewed, told, heard, decided, served."""

from playwright.sync_api import expect

from tests.browser.conftest import Installation, fill
from tests.browser.test_extension import shot
from tests.builders import CONTENT
from web.labels import label_of
from workflows.vocabulary import Action, Track


def test_a_penalty_is_told_answered_decided_and_served(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    propose = Action.PROPOSE_SUSPENSION
    page = installation.page("case_officer")
    page.goto(f"{installation.address}/cases/{case_id}")
    page.get_by_role("link", name=label_of(propose), exact=False).first.click()
    expect(page.locator("main")).to_contain_text("自查上报并正在有效消除的，不予处罚")
    fill(page, dict(CONTENT[propose](world)))
    shot(page, "penalty-propose")
    page.click("button[name=outcome][value=done]")
    page.wait_for_url("**/cases/*")
    party = installation.page("principal")
    party.goto(f"{installation.address}/cases/{case_id}")
    expect(party.locator("main")).not_to_contain_text("停产停业整顿")
    do("legality_reviewer", Action.REVIEW_LEGALITY)
    do("case_officer", Action.SERVE_PENALTY_NOTICE)
    answer = Action.ANSWER_PENALTY_NOTICE
    party = installation.page("principal")
    party.goto(f"{installation.address}/cases/{case_id}")
    party.get_by_role("link", name=label_of(answer), exact=False).first.click()
    expect(party.locator("main")).to_contain_text("责令停产停业整顿三十日")
    shot(party, "penalty-answer")
    values = {k: v for k, v in CONTENT[answer](world).items() if k != "outcome"}
    fill(party, values)
    party.click("button[name=outcome][value=stated]")
    party.wait_for_url("**/cases/*")
    page = installation.page("department_head")
    page.goto(f"{installation.address}/cases/{case_id}")
    page.get_by_role("link", name=label_of(Action.DECIDE_SUSPENSION), exact=False).first.click()
    expect(page.get_by_label("对单位的处罚")).to_have_value("责令停产停业整顿三十日。")
    shot(page, "penalty-decide")
    do("department_head", Action.DECIDE_SUSPENSION)
    page = do("case_officer", Action.SERVE_SUSPENSION)
    expect(page.locator("main")).to_contain_text("停产停业整顿执行中")
    shot(page, "penalty-in-force")
    assert installation.violations == []
