"""An officer proposes, the head refers; discipline inspection signs, asks, files and reports."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from services.accounts import create_account, hash_password
from services.database import transaction
from services.referral.package import KNOWLEDGE, LETTER
from tests.browser.conftest import PASSWORD, Installation, expect_to_fit
from tests.referrals import Referrals, referrals_in

SIZES = ((1440, 900), (375, 812))


@pytest.fixture
def office(installation: Installation) -> tuple[Installation, Referrals]:
    """The installation with the organs that receive."""
    world = installation.world
    referrals = referrals_in(world)
    with transaction(world.engine) as session:
        for name in ("police_liaison", "second_receiver"):
            username = name.replace("_", ".")
            create_account(session, world.person_ids[name], username, hash_password(PASSWORD))
    return installation, referrals


def look(installation: Installation, page: Page, name: str) -> None:
    """At both sizes: nothing beside the screen; no fault that axe finds."""
    installation.screenshots.mkdir(exist_ok=True)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect_to_fit(page)
        page.screenshot(path=installation.screenshots / f"{name}-{width}.png", full_page=True)
    assert Axe().run(page).response["violations"] == [], name


def test_an_officer_proposes_and_the_head_refers(
    office: tuple[Installation, Referrals], tmp_path: Path
) -> None:
    installation, referrals = office
    world = installation.world
    case_id = world.file_report()
    world.to_listing(case_id)
    officer = installation.page("case_officer")
    officer.goto(f"{installation.address}/referrals")
    officer.get_by_role("link", name="提出移送").click()
    officer.get_by_label("督办事项编号").fill(referrals.intake_number(case_id))
    officer.get_by_role("button", name="下一步").click()
    officer.get_by_label("被反映人所在单位").select_option(label="示例煤业")
    officer.get_by_label("移送依据").select_option("refusal")
    officer.locator("[name=about_name]").fill("路人甲")
    officer.get_by_label("被反映人职务").fill("生产副矿长")
    officer.get_by_label("干部管理权限").select_option("not_managed")
    officer.get_by_label("接收机关").select_option(f"police:{world.ids['police']}")
    look(installation, officer, "proposal")
    officer.get_by_role("button", name="提出移送").click()
    # What is missing is said beside its field, and nothing typed is lost.
    expect(officer.get_by_role("alert")).to_contain_text("事实摘要")
    expect(officer.locator("[name=about_name]")).to_have_value("路人甲")
    officer.get_by_label("事实摘要").fill("停产整顿决定送达以后仍在生产。")
    officer.get_by_role("button", name="提出移送").click()
    expect(officer.get_by_text("已提出移送，等待负责人审批。")).to_be_visible()
    head = installation.page("department_head")
    head.goto(f"{installation.address}/home")
    head.get_by_text("件待移送单位办理").get_by_role("link").click()
    head.get_by_role("link", name="待审批").click()
    look(installation, head, "decision")
    head.get_by_role("button", name="批准移送").click()
    head.get_by_role("button", name="封存").click()
    expect(head.get_by_text("材料已封存，请送达。")).to_be_visible()
    look(installation, head, "sealed")
    address = head.get_by_role("link", name=re.compile("下载移送材料")).get_attribute("href")
    package = head.context.request.get(f"{installation.address}{address}").body()
    assert "停产整顿决定" in check_package(
        package, world.office.sealer.public_key, tmp_path / "unpacked"
    )
    head.get_by_role("button", name="网上送达").click()
    expect(head.get_by_text("签收移送材料").first).to_be_visible()
    assert installation.violations == []


def check_package(package: bytes, key: str, folder: Path) -> str:
    """Its dossier verifies by itself; returns letter and knowledge."""
    with zipfile.ZipFile(io.BytesIO(package)) as outer:
        (dossier,) = (name for name in outer.namelist() if name.endswith(".zip"))
        with zipfile.ZipFile(io.BytesIO(outer.read(dossier))) as inner:
            inner.extractall(folder)
        letter, known = (outer.read(name).decode() for name in (LETTER, KNOWLEDGE))
    done = subprocess.run(
        [sys.executable, "-B", str(folder / "verify.py"), key],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "现场核查" in known
    assert "在手时间" in known
    return letter + known


def test_a_receiver_signs_asks_files_and_reports(office: tuple[Installation, Referrals]) -> None:
    installation, referrals = office
    world = installation.world
    case_id = world.file_report()
    world.to_listing(case_id)
    referral_id = referrals.discipline_delivered(case_id)
    page = installation.page("discipline_receiver")
    page.goto(f"{installation.address}/discipline")
    look(installation, page, "inbox")
    page.get_by_role("link", name=re.compile("朔安移")).click()
    page.get_by_role("button", name="签收").click()
    page.locator("[name=text]").fill("先核对检查记录。")
    page.get_by_role("button", name="保存记录").click()
    expect(page.get_by_text("先核对检查记录。")).to_be_visible()
    page.get_by_label("问题").fill("请说明检查范围。")
    page.get_by_role("button", name="发出询问").click()
    expect(page.get_by_text("请说明检查范围。")).to_be_visible()
    officer = installation.page("committee_officer")
    officer.goto(f"{installation.address}/referrals/{referral_id}")
    expect(officer.get_by_text("先核对检查记录。")).to_have_count(0)
    officer.locator("[name=opinion]").fill("包括该库房。")
    officer.get_by_role("button", name="发出答复").click()
    expect(officer.get_by_text("包括该库房。")).to_be_visible()
    page.reload()
    expect(page.get_by_text("包括该库房。")).to_be_visible()
    page.get_by_role("button", name="立案", exact=True).click()
    expect(page.get_by_role("button", name="已处分或者追究责任")).to_be_visible()
    look(installation, page, "received")
    page.get_by_label("处理情况").fill("给予政务警告处分。")
    page.get_by_role("button", name="已处分或者追究责任").click()
    expect(page.get_by_text("已反馈结果")).to_be_visible()
    page.goto(f"{installation.address}/cases/{case_id}")
    expect(page.get_by_text("主运输皮带")).to_have_count(0)
    assert installation.violations == []
