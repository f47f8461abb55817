"""A listing notice signed on paper: printed, registered, compared by a second person, issued."""

import sqlalchemy as sa
from playwright.sync_api import FilePayload, expect

from services.clock import local_date
from services.database import transaction
from services.models.case import Act
from services.models.paper import PaperAct
from tests.browser.conftest import Installation, small_png
from workflows.vocabulary import Action


def _to_draft(installation: Installation) -> int:
    world = installation.world
    case_id = world.file_report()
    world.to_listing(case_id)
    installation.do("committee_officer", Action.PROPOSE_LISTING)
    installation.do("office_head", Action.REVIEW_DRAFT)
    installation.do("leader", Action.COUNTERSIGN_LISTING)
    return case_id


def test_the_listing_notice_is_signed_on_paper(installation: Installation) -> None:
    world = installation.world
    case_id = _to_draft(installation)
    clerk = installation.page("committee_officer")
    clerk.goto(f"{installation.address}/cases/{case_id}")
    clerk.get_by_role("link", name="登记线下签署").first.click()
    clerk.wait_for_url("**/paper")
    form_address = clerk.url
    draft = clerk.get_by_role("link", name="打印签发稿").get_attribute("href")
    answer = clerk.context.request.get(f"{installation.address}{draft}")
    assert answer.body().startswith(b"%PDF")
    short_hash = clerk.locator("code").first.inner_text()
    clerk.goto(f"{form_address}/sheet")
    expect(clerk.locator("main")).to_contain_text(short_hash)

    clerk.goto(form_address)
    clerk.click("text=登记，送复核")
    expect(clerk.locator(".error-summary")).to_contain_text("请选择签署人")
    clerk.select_option("[name=signer_id]", str(world.person_ids["signatory"]))
    clerk.check("[name=decision][value=accepted]")
    clerk.fill("[name=opinion]", "同意签发。")
    clerk.fill("[name=signed_on]", local_date(world.now).isoformat())
    clerk.fill("[name=original_place]", "安委办 2 号柜")
    sheet = FilePayload(name="签批单.png", mimeType="image/png", buffer=small_png())
    clerk.set_input_files("input[type=file]", [sheet])
    clerk.click("text=登记，送复核")
    clerk.wait_for_url("**/cases/*")
    expect(clerk.locator("main")).to_contain_text("待第二人复核")

    head = installation.page("office_head")
    head.goto(f"{installation.address}/tasks")
    head.locator(".paper-waiting a").click()
    head.locator(".records a.btn-primary").click()
    expect(head.locator("main")).to_contain_text(short_hash)
    head.click("text=核对一致，确认")
    head.wait_for_url("**/cases/*")
    expect(head.locator("main")).to_contain_text("朔隐督2026-0001")
    expect(head.locator(".timeline")).to_contain_text(
        "登记人committee_officer，复核人office_head，原件存放于安委办 2 号柜"
    )
    installation.work()
    with transaction(world.engine) as session:
        act = session.scalars(sa.select(Act).where(Act.action == Action.SIGN_LISTING)).one()
        assert act.person_id == world.person_ids["signatory"]
        assert session.get_one(PaperAct, act.id).original_place == "安委办 2 号柜"
    installation.do("committee_officer", Action.SERVE_LISTING_NOTICE)
    assert installation.violations == []
