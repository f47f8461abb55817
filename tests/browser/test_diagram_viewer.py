"""The diagram drawn in the browser: loads under our content policy, tells who did a step."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, expect_to_fit
from workflows.vocabulary import Action


def _opened(installation: Installation, process: str) -> Page:
    world = installation.world
    case_id = world.register()
    world.to_listing(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    page = installation.page("case_officer")
    page.goto(f"{installation.address}/cases/{case_id}/diagram?process={process}")
    page.get_by_role("button", name="可缩放流程图").click()
    page.wait_for_selector(".viewer .djs-element[data-element-id]")
    return page


def test_a_click_on_a_step_tells_who_did_it_and_when(installation: Installation) -> None:
    page = _opened(installation, "rectification")
    expect(page.locator(".viewer-step")).to_contain_text("方案审查")
    page.click(".viewer [data-element-id=submit_plan]")
    expect(page.locator(".viewer-step")).to_contain_text("safety_officer（示例煤业）")
    expect(page.locator(".viewer-step")).to_contain_text("2026-03-02")
    expect(page.locator(".viewer-step")).to_contain_text("已办")
    picture = page.locator("#picture")
    expect(picture).to_be_hidden()
    page.get_by_role("button", name="返回静态图").click()
    expect(picture).to_be_visible()
    assert installation.violations == []


def test_the_viewer_colours_the_way_as_the_picture_of_the_server_does(
    installation: Installation,
) -> None:
    page = _opened(installation, "rectification")
    marks = """(root) => Object.fromEntries(
      [...document.querySelectorAll(`${root} [data-element-id]`)]
        .map(g => [g.dataset.elementId, [...g.classList].find(name => name.startsWith('is-')
          && name !== 'is-chosen')])
        .filter(([, name]) => name))"""
    drawn, live = page.evaluate(marks, "#picture"), page.evaluate(marks, ".viewer-canvas")
    assert drawn == live
    assert live["submit_plan"] == "is-done"
    assert live["review_plan"] == "is-current"
    colour = page.evaluate(
        "getComputedStyle(document.querySelector("
        "'.viewer [data-element-id=submit_plan] .djs-visual > rect')).fill"
    )
    assert colour == "rgb(223, 242, 229)"


def test_the_mark_of_bpmn_io_stays_in_sight(installation: Installation) -> None:
    page = _opened(installation, "rectification")
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    page.click(".bjs-powered-by")
    expect(page.locator(".bjs-powered-by-lightbox")).to_contain_text("bpmn.io")
    assert installation.violations == []


def test_keys_choose_a_step_zoom_and_pan(installation: Installation) -> None:
    page = _opened(installation, "rectification")
    step = page.locator(".viewer [data-element-id=report_progress][role=button]")
    step.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".viewer-step")).to_contain_text("报送整改进展")
    transform = "document.querySelector('.viewer .viewport').getAttribute('transform')"
    seen = [page.evaluate(transform)]
    for key in ("+", "ArrowLeft", "0", "-"):
        page.keyboard.press(key)
        seen.append(page.evaluate(transform))
    assert len(set(seen)) == len(seen)


def test_a_step_that_stands_for_a_diagram_leads_to_it(installation: Installation) -> None:
    page = _opened(installation, "")
    page.locator(".viewer [data-element-id=rectification]").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="打开这一步骤的流程图").click()
    page.wait_for_url("**/diagram?process=rectification")


@pytest.mark.parametrize("width", [375, 1440])
def test_a_viewer_that_cannot_load_leaves_the_picture(
    installation: Installation, width: int
) -> None:
    page = installation.page("case_officer")
    page.set_viewport_size({"width": width, "height": 900})
    page.route("**/*.bpmn", lambda route: route.abort())
    case_id = installation.world.register()
    page.goto(f"{installation.address}/cases/{case_id}/diagram")
    page.get_by_role("button", name="可缩放流程图").click()
    expect(page.locator("main")).to_contain_text("可缩放流程图没有载入")
    expect(page.locator("#picture")).to_be_visible()
    expect_to_fit(page)
