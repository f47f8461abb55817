"""Claim, transfer, copy and receipt in a browser, each by the person whom it concerns."""

from playwright.sync_api import expect

from services.queries.duty_groups import DutyGroup
from tests.browser.conftest import Installation
from web.labels import PHRASES, label_of
from workflows.vocabulary import Action, Outcome

VERIFY = Action.VERIFY_HAZARD


def test_a_step_is_claimed_handed_on_and_copied_with_a_receipt(installation: Installation) -> None:
    world, at = installation.world, installation.address
    case_id = world.file_report()
    step = f"{at}/cases/{case_id}/tasks/{world.task_id(case_id, VERIFY)}"

    first = installation.page("case_officer")
    first.goto(f"{at}/tasks")
    row = first.locator(f"#{DutyGroup.SHARED}-title ~ .duties tr", has_text=label_of(VERIFY))
    row.get_by_role("button", name="领办").click()
    first.wait_for_url(step)
    expect(first.locator(".assignment")).to_contain_text("由您领办")

    second = installation.page("second_officer")
    second.goto(step)
    expect(second.locator(".assignment")).to_contain_text("已由case_officer领办")
    expect(second.locator("button[name=outcome]")).to_have_count(0)

    first.locator(".assignment summary").click()
    first.select_option("[name=transfer-to_person_id]", label="second_officer（case_officer）")
    first.fill("[name=transfer-reason]", "我明日起外出检查。")
    first.get_by_role("button", name="转办", exact=True).click()
    first.wait_for_url(f"{at}/tasks")
    expect(first.locator(".notice")).to_contain_text("已转办")

    second.goto(step)
    expect(second.locator(".assignment")).to_contain_text("case_officer转办：我明日起外出检查。")
    second.locator(".phrases summary").click()
    second.get_by_role("button", name=PHRASES[Outcome.MAJOR][0]).click()
    expect(second.locator("[name=opinion]")).to_have_value(PHRASES[Outcome.MAJOR][0])
    installation.do("second_officer", VERIFY)

    second.goto(f"{at}/cases/{case_id}")
    expect(second.locator(".timeline-deed")).to_have_count(2)
    second.get_by_role("link", name="发送抄送").click()
    second.get_by_label("leader（").check()
    second.fill("[name=note]", "请关注本事项核查结果。")
    second.get_by_role("button", name="发送抄送").click()
    expect(second.locator(".copies")).to_contain_text("未阅")

    leader = installation.page("leader")
    leader.goto(f"{at}/tasks/copies")
    expect(leader.locator(".records")).to_contain_text("请关注本事项核查结果。")
    leader.get_by_role("button", name="打开事项").click()
    leader.wait_for_url(f"{at}/cases/{case_id}")
    second.reload()
    expect(second.locator(".readers")).to_contain_text("已阅")
    assert installation.violations == []
