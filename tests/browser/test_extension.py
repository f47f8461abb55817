"""An extension, asked for and decided through real pages, on a wide and on a narrow screen."""

import os

from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, expect_to_fit, fill
from tests.builders import CONTENT
from web.labels import label_of
from workflows.vocabulary import Action, Track

SHOTS = os.environ.get("GUAPAI_SHOTS")


def shot(page: Page, name: str) -> None:
    """Kept only where a folder is named; always checked for a page too wide."""
    for width in (1440, 375):
        page.set_viewport_size({"width": width, "height": 900})
        expect_to_fit(page)
        if SHOTS:
            page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_more_time_is_asked_for_and_granted(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    page = installation.page("principal")
    page.goto(f"{installation.address}/cases/{case_id}")
    request = Action.REQUEST_EXTENSION
    page.get_by_role("link", name=label_of(request), exact=False).first.click()
    expect(page.locator("main")).to_contain_text("原整改期限照常计算")
    shot(page, "extension-request")
    fill(page, dict(CONTENT[request](world)))
    page.click("button[name=outcome][value=done]")
    page.wait_for_url("**/cases/*")
    page = installation.page("case_officer")
    do("case_officer", Action.REVIEW_EXTENSION)
    page = do("department_head", Action.DECIDE_EXTENSION)
    expect(page.locator("main")).to_contain_text("已延期")
    shot(page, "extension-decided")
    assert installation.violations == []
