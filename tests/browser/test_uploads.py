"""Files sent with a form in a real browser: progress, a broken connection, and nothing lost."""

import io
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import CDPSession, FilePayload, Page, expect

from services.database import reading
from services.models.case import Attachment
from tests.browser.conftest import Installation, expect_to_fit, fill
from tests.browser.test_extension import shot
from tests.builders import CONTENT
from tests.integration.test_attachments import rectifying
from workflows.vocabulary import Action

SUMMARY = "向职工代表通报隐患及措施。"


def big_png(seed: int) -> FilePayload:
    """Noise does not shrink: some 400 KB."""
    noise = random.Random(seed).randbytes(360 * 360 * 3)  # a picture, no secret
    target = io.BytesIO()
    Image.frombytes("RGB", (360, 360), noise).save(target, "PNG")
    return FilePayload(name=f"会场{seed}.png", mimeType="image/png", buffer=target.getvalue())


def open_form(installation: Installation) -> Page:
    world = installation.world
    case_id = world.file_report()
    task_id = world.task_id(case_id, Action.RECORD_WORKFORCE_REPORT)
    page = installation.page("safety_officer")
    page.goto(f"{installation.address}/cases/{case_id}/tasks/{task_id}")
    content = dict(CONTENT[Action.RECORD_WORKFORCE_REPORT](world))
    fill(page, {name: value for name, value in content.items() if name != "uploads"})
    return page


def choose(page: Page, *seeds: int) -> None:
    page.set_input_files("input[type=file]", [big_png(seed) for seed in seeds])


def press(page: Page) -> None:
    page.click("button[name=outcome][value=done]")


def sent(installation: Installation) -> list[str]:
    with reading(installation.world.engine) as session:
        names = session.scalars(sa.select(Attachment.file_name).order_by(Attachment.id))
        return [name for name in names if name.startswith("会场")]


@contextmanager
def slow(page: Page, bytes_a_second: int) -> Iterator[CDPSession]:
    """A line that lets through only so much."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
    session.send(
        "Network.emulateNetworkConditions", {**conditions, "uploadThroughput": bytes_a_second}
    )
    yield session
    session.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": -1})


def test_progress_is_shown_and_a_second_press_does_nothing(installation: Installation) -> None:
    page = open_form(installation)
    posts: list[str] = []
    page.on("request", lambda it: posts.append(it.url) if it.method == "POST" else None)
    choose(page, 1, 2)
    with slow(page, 300_000):
        press(page)
        bar = page.locator(".sending progress")
        expect(bar).to_have_attribute("aria-label", "上传进度")
        expect(page.locator(".sending")).to_contain_text("正在上传 2 个文件")
        page.wait_for_function(
            "() => { const bar = document.querySelector('.sending progress');"
            " return bar && bar.value > 0 && bar.value < 100; }"
        )
        expect(page.locator("button[name=outcome]")).to_have_attribute("aria-disabled", "true")
        shot(page, "upload-progress")
        page.locator("button[name=outcome]").dispatch_event("click")
        page.wait_for_url("**/cases/*")
    assert len(posts) == 1
    assert sent(installation) == ["会场1.png", "会场2.png"]
    assert installation.violations == []


def test_a_broken_connection_keeps_texts_and_files(installation: Installation) -> None:
    page = open_form(installation)
    choose(page, 3)
    address = page.url
    page.route(address, lambda route: route.abort("connectionreset"))
    press(page)
    expect(page.get_by_role("alert")).to_contain_text("网络中断，不能确定是否已经提交")
    shot(page, "upload-broken")
    expect(page.locator("[name=summary]")).to_have_value(SUMMARY)
    assert page.locator("input[type=file]").evaluate("input => input.files.length") == 1
    assert sent(installation) == []
    page.unroute(address)
    press(page)
    page.wait_for_url("**/cases/*")
    assert sent(installation) == ["会场3.png"]


@pytest.mark.parametrize("width", [1280, 375])
def test_a_refused_form_comes_back_with_its_files(installation: Installation, width: int) -> None:
    page = open_form(installation)
    page.set_viewport_size({"width": width, "height": 900})
    page.fill("[name=summary]", "")
    choose(page, 4, 5)
    press(page)
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".received-files")).to_contain_text("已收到 2 个文件")
    expect(page.locator(".received-files")).to_contain_text("会场4.png")
    expect_to_fit(page)
    shot(page, f"upload-refused-{width}")
    page.fill("[name=summary]", SUMMARY)
    press(page)
    page.wait_for_url("**/cases/*")
    assert sent(installation) == ["会场4.png", "会场5.png"]
    assert installation.violations == []


def test_an_answer_that_is_no_form_leaves_everything_in_place(installation: Installation) -> None:
    page = open_form(installation)
    choose(page, 6)
    page.locator("[name=shown]").evaluate("field => { field.value = '0'.repeat(64); }")
    press(page)
    alert = page.locator(".sending")
    expect(alert).to_contain_text("所填内容和所选文件都还在本页")
    expect(alert.get_by_role("link", name="打开事项页面")).to_be_visible()
    shot(page, "upload-told")
    expect(page.locator("[name=summary]")).to_have_value(SUMMARY)
    assert page.locator("input[type=file]").evaluate("input => input.files.length") == 1
    expect(page.locator("button[name=outcome]")).not_to_have_attribute("aria-disabled", "true")


def test_too_much_at_once_is_said_before_it_is_sent(installation: Installation) -> None:
    page = open_form(installation)
    posts: list[str] = []
    page.on("request", lambda it: posts.append(it.url) if it.method == "POST" else None)
    form = page.locator("form[data-most-bytes='62914560']")
    form.evaluate("form => { form.dataset.mostBytes = '700000'; }")
    choose(page, 7, 8)
    press(page)
    expect(page.get_by_role("alert")).to_contain_text("没有提交。请减少文件，分次提交")
    assert posts == []
    choose(page, 7)
    press(page)
    page.wait_for_url("**/cases/*")
    assert sent(installation) == ["会场7.png"]


def test_without_a_script_the_form_is_sent_as_ever(installation: Installation) -> None:
    signed_in = open_form(installation)
    cookies = signed_in.context.cookies()
    with installation.browser.new_context(java_script_enabled=False, locale="zh-CN") as context:
        context.add_cookies(
            [
                {"name": it["name"], "value": it["value"], "url": installation.address}
                for it in cookies
            ]
        )
        page = context.new_page()
        page.goto(signed_in.url)
        choose(page, 20)
        press(page)
        expect(page.locator(".received-files")).to_contain_text("会场20.png")
        content = dict(CONTENT[Action.RECORD_WORKFORCE_REPORT](installation.world))
        fill(page, {name: value for name, value in content.items() if name != "uploads"})
        press(page)
        page.wait_for_url("**/cases/*")
    assert sent(installation) == ["会场20.png"]


def test_photographs_are_marked_and_shown_side_by_side(installation: Installation) -> None:
    world = installation.world
    case_id = rectifying(world)
    task_id = world.task_id(case_id, Action.REPORT_PROGRESS)
    page = installation.page("safety_officer")
    page.goto(f"{installation.address}/cases/{case_id}/tasks/{task_id}")
    content = dict(CONTENT[Action.REPORT_PROGRESS](world))
    fill(page, {name: value for name, value in content.items() if name != "uploads"})
    choose(page, 30, 31)
    page.click("button[name=mark_photos]")
    marking = page.locator(".photo-marking")
    expect(marking).to_have_count(2)
    for place, stage in enumerate(("整改前", "整改后")):
        marking.nth(place).get_by_label("反映情形").select_option(label=stage)
        marking.nth(place).get_by_label("反映的部位").fill("皮带机头")
        image = marking.nth(place).locator("img")
        expect(image).to_have_js_property("naturalWidth", 360)
    shot(page, "photo-marking")
    press(page)
    page.wait_for_url("**/cases/*")
    sides = page.locator(".photo-side")
    expect(sides).to_have_count(2)
    for place, name in enumerate(("整改前", "整改后")):
        expect(sides.nth(place)).to_contain_text(name)
        image = sides.nth(place).locator("img")
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("naturalWidth", 360)
    shot(page, "photo-pair")
    left, right = (sides.nth(place).bounding_box() for place in (0, 1))
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] < right["x"]
    assert installation.violations == []
