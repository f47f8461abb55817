"""A worker reports by phone, is asked and is answered, with a custodian and an officer between."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, FilePayload, Page, expect

from services.accounts import create_account, hash_password
from services.database import transaction
from services.models.organisation import Person, Post
from tests.browser.conftest import PASSWORD, Installation, expect_to_fit, small_png
from tests.builders import COUNTY, MINE_CODE
from tests.tips import PHRASE
from workflows.vocabulary import Role


@pytest.fixture
def office(installation: Installation) -> Installation:
    """The installation with a custodian who has no key yet."""
    world = installation.world
    with transaction(world.engine) as session:
        person = Person(name="保密员")
        session.add(person)
        session.flush()
        world.person_ids["custodian"] = person.id
        session.add(
            Post(
                person_id=person.id,
                organisation_id=world.ids["office"],
                role=Role.INFORMANT_CUSTODIAN.value,
                title="举报信息保密员",
                valid_from=date(2025, 1, 1),
            )
        )
        create_account(session, person.id, "custodian", hash_password(PASSWORD))
    return installation


@pytest.fixture
def worker(browser: Browser) -> Iterator[Page]:
    """A phone without scripts."""
    with browser.new_context(
        locale="zh-CN", java_script_enabled=False, viewport={"width": 375, "height": 812}
    ) as context:
        yield context.new_page()


def make_key(office: Installation) -> Page:
    page = office.page("custodian")
    page.goto(f"{office.address}/custodian")
    page.get_by_label("口令 必填", exact=True).fill(PHRASE)
    page.get_by_label("再次输入口令").fill(PHRASE)
    page.get_by_role("button", name="启用密钥").click()
    expect(page.locator(".tip-code")).to_have_text(re.compile(r"^([A-Z2-7]{4} ){12}[A-Z2-7]{4}$"))
    page.get_by_role("link", name="已抄写，继续").click()
    page.get_by_label("口令", exact=False).first.fill(PHRASE)
    page.get_by_role("button", name="打开", exact=True).click()
    expect(page.get_by_role("heading", name="保管库已打开")).to_be_visible()
    return page


def fill_in(page: Page) -> None:
    photo = FilePayload(name="井下.png", mimeType="image/png", buffer=small_png())
    page.locator("[name=pictures]").set_input_files([photo])
    page.get_by_label("企业、单位的安全隐患或者违法行为").check()
    page.get_by_label("所在县（市、区）").select_option(COUNTY)
    page.get_by_label("具体地点").fill("二号采区回风巷")
    page.get_by_label("什么情况").fill("瓦斯探头被塑料袋包住，已经三天。")


def test_a_worker_reports_by_phone_is_asked_and_is_answered(
    office: Installation, worker: Page
) -> None:
    worker.goto(f"{office.address}/public/report")
    expect(worker.get_by_text("现在没有举报信息保密员在岗")).to_be_visible()
    custodian = make_key(office)
    worker.goto(f"{office.address}/public/contacts")
    worker.get_by_role("link", name="在线举报").click()
    fill_in(worker)
    worker.get_by_role("button", name="提交举报").click()
    expect(worker.get_by_role("heading", name="举报已收到")).to_be_visible()
    code = worker.locator(".tip-code").inner_text()
    custodian.goto(f"{office.address}/custodian")
    custodian.get_by_role("link", name="待登记").click()
    expect(custodian.get_by_text("瓦斯探头被塑料袋包住")).to_be_visible()
    custodian.get_by_label("摘要标题").fill("反映瓦斯探头被遮挡")
    custodian.get_by_label("具体地点").fill("某矿二号采区")
    custodian.get_by_label("摘要正文").fill("反映瓦斯探头被遮挡。")
    custodian.get_by_label("照片1", exact=True).check()
    custodian.get_by_label("办理单位").select_option(label="示例市应急管理局")
    custodian.get_by_role("button", name="受理，转交办理单位").click()
    expect(custodian.get_by_text("已登记并转交办理单位")).to_be_visible()
    officer = office.page("case_officer")
    officer.goto(f"{office.address}/tips")
    officer.get_by_role("link", name=re.compile("举〔")).click()
    expect(officer.get_by_role("img", name="举报照片 1")).to_be_visible()
    officer.get_by_label("问举报人").fill("哪一班发现的？")
    officer.get_by_role("button", name="发给举报人").click()
    expect(officer.get_by_text("已发给举报人")).to_be_visible()
    ask(office, worker, code)
    expect(worker.get_by_text("哪一班发现的？")).to_be_visible()
    worker.get_by_label("补充或者回答").fill("夜班。")
    worker.get_by_role("button", name="发送").click()
    expect(worker.get_by_text("您的补充已收到")).to_be_visible()
    officer.get_by_label("意见").fill("现场核查不属实，探头完好。")
    officer.get_by_role("button", name="不属实").click()
    head = office.page("department_head")
    head.goto(f"{office.address}/tips/1")
    head.get_by_role("button", name="同意并签字").click()
    expect(head.get_by_text("已办理并记入办理过程")).to_be_visible()
    officer.goto(f"{office.address}/tips/1")
    officer.get_by_label("给举报人的答复").fill("经核查探头完好，谢谢您。")
    officer.get_by_role("button", name="发出答复").click()
    expect(officer.get_by_text("已办理并记入办理过程")).to_be_visible()
    ask(office, worker, code)
    expect(worker.get_by_text("经核查探头完好，谢谢您。")).to_be_visible()
    assert office.violations == []


def ask(office: Installation, worker: Page, code: str) -> None:
    worker.goto(f"{office.address}/public/report/status")
    worker.get_by_label("查询码").fill(code)
    worker.get_by_role("button", name="查看").click()


@pytest.mark.parametrize("width", [1440, 375])
def test_every_page_of_a_tip_fits_and_can_be_read_by_everybody(
    office: Installation, browser: Browser, width: int
) -> None:
    custodian = make_key(office)
    custodian.set_viewport_size({"width": width, "height": 900})
    with browser.new_context(locale="zh-CN", viewport={"width": width, "height": 900}) as context:
        page = context.new_page()
        for address in ("", "/status", f"/{MINE_CODE}"):
            page.goto(f"{office.address}/public/report{address}")
            check(page)
        page.goto(f"{office.address}/public/report")
        page.get_by_role("button", name="提交举报").click()
        expect(page.get_by_role("alert")).to_be_visible()
        check(page)
        fill_in(page)
        page.get_by_role("button", name="提交举报").click()
        expect(page.get_by_role("heading", name="举报已收到")).to_be_visible()
        check(page)
        code = page.locator(".tip-code").inner_text()
        ask(office, page, code)
        expect(page.get_by_role("heading", name="我的举报")).to_be_visible()
        check(page)
    for address in ("/custodian", "/custodian/tips/1"):
        custodian.goto(f"{office.address}{address}")
        check(custodian)
    officer = office.page("case_officer")
    officer.set_viewport_size({"width": width, "height": 900})
    for address in ("/tips", "/tips/posters", f"/tips/posters/{office.world.ids['mine']}"):
        officer.goto(f"{office.address}{address}")
        check(officer)


def check(page: Page) -> None:
    expect_to_fit(page)
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    expect(page.locator("h1")).to_have_count(1)


def test_a_tip_can_be_sent_by_keyboard_alone(office: Installation, browser: Browser) -> None:
    make_key(office)
    with browser.new_context(locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{office.address}/public/report")
        page.get_by_label("照片").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.get_by_label("企业、单位的安全隐患或者违法行为")).to_be_checked()
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowDown")
        for text in ("回风巷", "", "探头被包住"):
            page.keyboard.press("Tab")
            page.keyboard.type(text)
        for _ in range(3):
            page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="提交举报")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="举报已收到")).to_be_visible()
