"""A leader signs on a phone, the enterprise receives the notice, a stranger checks it."""

from dataclasses import replace

import pytest
from playwright.sync_api import Browser, FilePayload, expect

from tests.browser.conftest import Installation, expect_to_fit
from workflows.vocabulary import Action

PHONE = 375


def test_what_a_leader_signs_on_a_phone_a_stranger_can_verify(
    installation_with_devices: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = installation_with_devices
    world = installation.world
    monkeypatch.setattr(world, "work", installation.work)
    # What is done without a page here was identified elsewhere; the pages ask for the code.
    monkeypatch.setattr(world, "office", replace(world.office, second_factor=False))
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id,
        ("committee_officer", Action.PROPOSE_LISTING),
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
    )
    phone = installation.page("signatory")
    phone.set_viewport_size({"width": PHONE, "height": 800})
    installation.do("signatory", Action.SIGN_LISTING)
    expect_to_fit(phone)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)

    enterprise = installation.page("principal")
    enterprise.goto(f"{installation.address}/cases/{case_id}")
    row = enterprise.get_by_role("row").filter(has_text="挂牌督办通知书")
    expect(row).to_contain_text("签发：signatory")
    with enterprise.expect_popup() as opened:
        row.get_by_role("button", name="打开正式文书").click()
    received = enterprise.request.get(opened.value.url).body()
    enterprise.reload()
    expect(row).to_contain_text("首次打开：")

    with browser.new_context(locale="zh-CN", viewport={"width": PHONE, "height": 800}) as context:
        stranger = context.new_page()
        stranger.goto(installation.address)
        stranger.get_by_role("link", name="文书核验").click()
        for content, verdict in (
            (received, "逐字节一致，签发后没有改动"),
            (received[:-20] + b"x" + received[-19:], "没有找到一致的文书"),
        ):
            file = FilePayload(name="通知书.pdf", mimeType="application/pdf", buffer=content)
            stranger.set_input_files("input[type=file]", [file])
            stranger.get_by_role("button", name="核验").click()
            expect(stranger.locator("#verdict-title + .notice")).to_contain_text(verdict)
            expect_to_fit(stranger)
            if content == received:
                expect(stranger.locator("main")).to_contain_text("signatory")
                expect(stranger.get_by_text("内容未改动")).to_have_count(3)
    assert installation.violations == []
