"""The monthly sheet in a browser: from the home page to the signature, wide and narrow."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Installation, expect_to_fit
from workflows.vocabulary import Action


@pytest.mark.parametrize("width", [375, 1440])
def test_a_leader_signs_the_month_in_one_sitting(installation: Installation, width: int) -> None:
    world = installation.world
    for hazard_name in ("甲隐患", "乙隐患"):
        world.later(minutes=1)
        case_id = world.register(hazard_name=hazard_name)
        world.to_listing(case_id)
        world.to_signed(case_id)
        world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    page = installation.page("leader")
    page.set_viewport_size({"width": width, "height": 812})
    page.goto(f"{installation.address}/home")
    expect(page.locator("main")).to_contain_text("本月签字背书：2 件待签")
    page.get_by_role("link", name="打开签字背书表").click()
    expect_to_fit(page)
    first = page.locator("section.sheet-line", has_text="甲隐患")
    first.get_by_label("同意并提出要求").check()
    page.get_by_role("button", name="签字背书").click()
    expect(page.locator(".error-summary")).to_contain_text("甲隐患：请填写要求或理由")
    first.get_by_label("要求或理由").fill("每周报告一次进展。")
    page.get_by_role("button", name="签字背书").click()
    expect(page.locator("main")).to_contain_text("已签字背书 1 件")
    expect(page.locator("main")).to_contain_text("已签 1 件，待签 1 件")
    expect(first).to_contain_text("同意并提出要求：每周报告一次进展。")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="签字背书")).to_be_hidden()
    expect(page.locator("section.sheet-line", has_text="乙隐患")).to_contain_text("签字：")
    expect(first).to_be_visible()
    assert installation.violations == []
