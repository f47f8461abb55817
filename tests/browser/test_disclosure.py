"""A month made public end to end: listing, progress, bulletin; read without a session."""

from urllib.request import urlopen

from playwright.sync_api import Page, expect

from tests.browser.conftest import Installation, expect_to_fit
from tests.browser.test_extension import shot
from workflows.disclosure import CHECKS

TITLE, PROGRESS = "采掘工作面通风系统不合理", "风门已经安装，正在调试。"


def open_first(installation: Installation, name: str) -> Page:
    """The publication that waits for this person, from the home page on."""
    page = installation.page(name)
    page.goto(f"{installation.address}/home")
    page.get_by_role("link", name="查看并办理").click()
    page.locator("section[aria-labelledby=waiting-title] a").first.click()
    return page


def clear_and_approve(installation: Installation) -> None:
    """The two steps of others."""
    page = open_first(installation, "secrecy_reviewer")
    page.get_by_role("button", name="审查通过").click()
    expect(page.locator("main")).to_contain_text("请逐项核对")
    for check in CHECKS:
        page.check(f"[name=checked][value={check}]")
    page.get_by_role("button", name="审查通过").click()
    expect(page.get_by_role("status")).to_contain_text("保密审查通过")
    page = open_first(installation, "office_head")
    expect_to_fit(page)
    page.get_by_role("button", name="批准并公开").click()
    expect(page.get_by_role("status")).to_contain_text("已经公开")


def prepare(installation: Installation, **texts: str) -> Page:
    page = installation.page("committee_officer")
    page.goto(f"{installation.address}/disclosures")
    page.get_by_role("link", name="拟制", exact=True).first.click()
    for name, text in texts.items():
        page.fill(f"[name={name}]", text)
    page.get_by_role("button", name="送保密审查").click()
    return page


def test_a_month_is_made_public(installation: Installation) -> None:
    world, address = installation.world, installation.address
    case_id = world.register()
    world.to_listing(case_id)
    world.to_signed(case_id)
    page = prepare(installation, place="示例区", summary="请致电13800001111。")
    expect(page.locator(".error-summary")).to_contain_text("不得公开")
    shot(page, "disclosure-refused")
    page.fill("[name=summary]", "工作面没有形成独立的通风系统，责令停止作业。")
    page.get_by_role("button", name="送保密审查").click()
    expect(page.get_by_role("status")).to_contain_text("已送保密审查")
    shot(page, "disclosure-prepared")
    clear_and_approve(installation)

    stranger = installation.browser.new_context(locale="zh-CN").new_page()
    stranger.goto(f"{address}/public")
    stranger.get_by_role("link", name=TITLE).first.click()
    expect(stranger.locator("main")).to_contain_text("示例煤业")
    shot(stranger, "public-case")

    world.later(days=31)
    for signed_in in installation.pages.values():  # a month later all sign in anew
        signed_in.context.close()
    installation.pages.clear()
    prepare(installation, progress=PROGRESS)
    clear_and_approve(installation)
    stranger.reload()
    expect(stranger.locator("main")).to_contain_text(PROGRESS)

    officer = installation.page("committee_officer")
    officer.goto(f"{address}/disclosures")
    officer.get_by_role("link", name="查看并拟制").click()
    expect(officer.locator("main")).to_contain_text("公布挂牌 1 件")
    officer.get_by_role("button", name="送保密审查").click()
    clear_and_approve(installation)
    installation.work()
    stranger.goto(f"{address}/public/bulletins")
    stranger.get_by_role("link", name="挂牌督办专刊").first.click()
    expect(stranger.locator("main")).to_contain_text("办理记录校验值")
    shot(stranger, "public-bulletin")
    file = stranger.get_by_role("link", name="下载 PDF").get_attribute("href")
    with urlopen(f"{address}{file}") as answer:  # our own server
        assert answer.read(5) == b"%PDF-"
    assert stranger.context.cookies() == []
    stranger.context.close()
    assert installation.violations == []
