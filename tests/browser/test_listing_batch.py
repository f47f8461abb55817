"""One notice for several cases in a browser: proposed, decided and read, wide and narrow."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, expect_to_fit
from workflows.vocabulary import Action


def picture(installation: Installation, page: Page, name: str) -> None:
    """Keep what the page looks like; nothing of it lies beside the screen."""
    expect_to_fit(page)
    installation.screenshots.mkdir(exist_ok=True)
    page.screenshot(path=installation.screenshots / f"{name}.png", full_page=True)


@pytest.mark.parametrize("width", [375, 1440])
def test_several_cases_are_listed_by_one_notice(installation: Installation, width: int) -> None:
    world = installation.world
    case_ids = []
    for hazard_name in ("采掘工作面通风系统不合理", "主提升系统保护失效", "排水系统能力不足"):
        world.later(minutes=1)
        case_id = world.register(hazard_name=hazard_name)
        world.to_listing(case_id)
        case_ids.append(case_id)
    clerk = installation.page("committee_officer")
    clerk.set_viewport_size({"width": width, "height": 812})
    clerk.goto(f"{installation.address}/tasks")
    expect(clerk.locator("main")).to_contain_text("可以用一份通知书一并挂牌")
    picture(installation, clerk, f"duties-{width}")
    clerk.get_by_role("link", name="合并挂牌").first.click()
    clerk.get_by_role("button", name="合并提出挂牌建议").click()
    expect(clerk.locator(".error-summary")).to_contain_text("请至少选择两件事项")
    picture(installation, clerk, f"proposal-refused-{width}")
    for box in clerk.locator("[name=case_ids]").all():
        box.check()
    clerk.locator("[name=reason]").fill("同一矿区集中排查发现，合并挂牌。")
    clerk.locator("[name=requirements]").fill("按期完成整改\n每周报告进展")
    clerk.get_by_role("button", name="合并提出挂牌建议").click()
    expect(clerk.locator("main")).to_contain_text("已合并提出挂牌建议，共 3 件")
    installation.work()
    for name, action in (
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
        ("signatory", Action.SIGN_LISTING),
    ):
        page = installation.page(name)
        page.set_viewport_size({"width": width, "height": 812})
        task_id = world.task_id(case_ids[1], action)
        page.goto(f"{installation.address}/cases/{case_ids[1]}/tasks/{task_id}")
        expect(page.locator("main")).to_contain_text("本次决定同时用于 3 件事项")
        picture(installation, page, f"{action}-{width}")
        page.click("button[name=outcome][value=accepted]")
        expect(page.locator("main")).to_contain_text("同时记入 3 件事项")
        installation.work()
    signatory = installation.page("signatory")
    signatory.goto(f"{installation.address}/cases/{case_ids[0]}")
    expect(signatory.get_by_role("link", name="合并挂牌全文")).to_be_visible()
    picture(installation, signatory, f"case-{width}")
    party = installation.page("principal")
    party.goto(f"{installation.address}/cases/{case_ids[0]}")
    expect(party.locator("main")).to_contain_text("挂牌督办通知书（节录）")
    assert installation.violations == []
