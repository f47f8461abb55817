"""The public site in a browser: for every reader, on every screen, without scripts."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.conftest import Installation, expect_to_fit, small_png
from tests.public_rows import add_entry, add_picture, put_bulletin, put_public, take_down
from workflows.disclosure import Exposure, PublicationKind

PAGES = (
    "/public",
    "/public/cases",
    "/public/cases/1",
    "/public/cases/3",
    "/public/cases/5",
    "/public/bulletins",
    "/public/bulletins/1",
    "/public/statistics",
    "/public/log",
    "/public/data",
    "/public/feeds",
    "/public/contacts",
)
LONG = "采掘工作面通风系统不合理且未按规定设置独立的专用回风巷并长期使用局部通风机"


@pytest.fixture
def site(installation: Installation) -> Installation:
    world = installation.world
    put_public(world, title=LONG, progress="已停产\n正在更换风机")
    put_public(world, title="尾矿库排洪系统堵塞", sector="noncoal_mine")
    put_public(world, exposure=Exposure.UNNAMED.value, delisted_on=world.now.date())
    put_public(world, exposure=Exposure.COUNTED.value)
    take_down(world, put_public(world))
    add_entry(world, 1, PublicationKind.CORRECTION, fields=["place"], reason="写错一字")
    add_picture(world, 1, small_png())
    put_bulletin(world)
    return installation


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """Somebody without an account, whose browser runs no script."""
    with browser.new_context(locale="zh-CN", java_script_enabled=False) as context:
        yield context.new_page()


@pytest.mark.parametrize("width", [1440, 375])
def test_every_public_page_fits_and_can_be_read_by_everybody(
    site: Installation, page: Page, width: int
) -> None:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.set_viewport_size({"width": width, "height": 900})
    for address in PAGES:
        page.goto(f"{site.address}{address}")
        expect_to_fit(page)
        found = Axe().run(page)
        assert found.violations_count == 0, f"{address}\n{found.generate_report()}"
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        expect(page.locator("h1")).to_have_count(1)
    assert [text for text in refused if "410" not in text] == []
    assert page.context.cookies() == []


def test_a_reader_gets_by_keyboard_past_the_menu_and_sees_where_the_focus_is(
    site: Installation, page: Page
) -> None:
    page.goto(f"{site.address}/public/cases")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="跳到正文")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    search = page.get_by_label("关键词")
    expect(search).to_be_focused()
    expect(search).to_have_css("outline-style", "solid")
    page.keyboard.type("尾矿库")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="公开清单")).to_be_visible()
    expect(page.locator(".records tbody tr")).to_have_count(1)


def test_without_scripts_a_reader_finds_a_case_and_its_picture(
    site: Installation, reader: Page
) -> None:
    reader.goto(f"{site.address}/public")
    reader.get_by_label("主菜单").get_by_role("link", name="公开清单").click()
    reader.get_by_label("关键词").fill("通风")
    reader.get_by_label("状态").select_option(label="超过公布的整改期限")
    reader.get_by_role("button", name="查询").click()
    expect(reader.locator(".nothing")).to_contain_text("请放宽筛选条件")
    reader.get_by_role("link", name="清空").click()
    reader.get_by_role("link", name=LONG).click()
    expect(reader.get_by_role("heading", name="整改中")).to_be_visible()
    image = reader.get_by_role("img", name="整改后的通风设施")
    address = image.get_attribute("src")
    assert address
    assert reader.request.get(f"{site.address}{address}").ok


def test_the_front_page_is_light_as_it_arrives(site: Installation, page: Page) -> None:
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(f"{site.address}/public")
    page.wait_for_load_state("networkidle")
    assert len(answers) > 1
    assert sum(len(answer.body()) for answer in answers) < 150_000
