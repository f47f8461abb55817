"""Ways that leave the straight path: what differs is done in a browser, by whose duty it is."""

from datetime import date

import pytest
from playwright.sync_api import expect

from services.database import transaction
from services.models.case import SupervisionCase
from tests.browser.conftest import Installation, fill
from tests.builders import CONTENT, World
from web.labels import label_of
from workflows.vocabulary import Action, CaseEnding, PartyKind, Track, WithdrawalGround

FINDING = {
    "hazard_name": "商住楼外墙保温材料大面积脱落",
    "place": "北侧外墙",
    "description": "外墙保温材料大面积脱落，下方为人行通道。",
    "found_on": date(2026, 3, 1),
    "inspectors": "甲（证号001）、乙（证号002）",
}


def _ending(installation: Installation, case_id: int) -> str | None:
    with transaction(installation.world.engine) as session:
        return session.get_one(SupervisionCase, case_id).ending


def _stand(
    installation: Installation, name: str, case_id: int, action: Action, **values: object
) -> None:
    """A standing step, opened from the page of the case."""
    page = installation.page(name)
    page.goto(f"{installation.address}/cases/{case_id}")
    page.get_by_role("link", name=label_of(action), exact=False).first.click()
    fill(page, {**CONTENT[action](installation.world), **values})
    page.click("button[name=outcome][value=done]")
    page.wait_for_url("**/cases/*")


def _verified(world: World, **finding: object) -> int:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, 0, **finding)
    world.do("case_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER)
    return case_id


def test_a_tracked_hazard_is_closed_by_its_department(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = _verified(world, listing_conditions=(), may_cause_mass_casualties=False)
    page = do("department_head", Action.CONFIRM_VERDICT, "major", track=Track.TRACKED)
    expect(page.locator("main")).to_contain_text("部门跟踪督办")
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    page = do("department_head", Action.CLOSE_TRACKED_CASE)
    expect(page.locator(".stamp")).to_have_text("已由部门销号")
    do("case_officer", Action.ARCHIVE_CASE)
    assert _ending(installation, case_id) == CaseEnding.TRACKED_CLOSED
    assert installation.violations == []


def test_a_mine_lists_accepts_and_closes_its_own_hazard(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = _verified(world, production_stopped=True)
    page = do("department_head", Action.CONFIRM_VERDICT, "major", track=Track.OWN_LISTING)
    expect(page.locator("main")).to_contain_text("企业自行挂牌")
    world.complete_double_report(case_id)
    do("principal", Action.LIST_OWN_HAZARD)
    do("principal", Action.ACCEPT_OWN_RECTIFICATION)
    do("group_head", Action.CLOSE_OWN_LISTING)
    page = do("case_officer", Action.CHECK_OWN_CLOSURE)
    expect(page.locator(".stamp")).to_have_text("已自行销号备案")
    assert installation.violations == []


def test_a_listing_by_a_body_above_is_recorded_and_ended_by_it(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = _verified(world)
    do("department_head", Action.CONFIRM_VERDICT, "major", track=Track.EXTERNAL_LISTING)
    page = do("committee_officer", Action.RECORD_EXTERNAL_LISTING)
    expect(page.locator("main")).to_contain_text("朔隐督2026-0001")
    for name in ("government_officer", "case_officer"):
        world.do(name, case_id, Action.ACKNOWLEDGE_HANDOVER)
        world.do(name, case_id, Action.REPORT_HANDOVER_RESULT)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    do("office_head", Action.PETITION_DELISTING)
    do("committee_officer", Action.RECORD_EXTERNAL_DELISTING)
    assert _ending(installation, case_id) == CaseEnding.DELISTED
    assert installation.violations == []


def test_a_groups_headquarters_lists_a_hazard_of_its_mine(installation: Installation) -> None:
    world, do = installation.world, installation.do
    case_id = _verified(world)
    do(
        "department_head",
        Action.CONFIRM_VERDICT,
        "major",
        track=Track.LISTED,
        listing_body_id=world.ids["group"],
    )
    do("group_officer", Action.PROPOSE_LISTING)
    do("group_principal", Action.REVIEW_DRAFT)
    do("group_leader", Action.COUNTERSIGN_LISTING)
    page = do("group_signatory", Action.SIGN_LISTING)
    expect(page.locator("main")).to_contain_text("group督〔2026〕1号")
    assert _ending(installation, case_id) is None
    assert installation.violations == []


@pytest.mark.parametrize(
    ("kind", "values", "told"),
    [
        (PartyKind.SEVERAL_OWNERS, {"co_owners": "示例民营煤业\n某业主"}, "共有产权人"),
        (
            PartyKind.CONTRACT_PARTIES,
            {"client": "示例煤业", "contractor": "某施工公司", "manager": "某监理公司"},
            "承包（承租）单位",
        ),
        (PartyKind.OWNERLESS, {"designation": "示例政办〔2026〕5号"}, "无主隐患"),
        (PartyKind.ILLEGAL_SITE, {"illegal_operators": "不明"}, "非法经营者"),
        (PartyKind.SOLE_TRADER, {}, "个体工商户"),
        (PartyKind.INSTITUTION, {}, "事业单位"),
    ],
)
def test_a_finding_names_its_kind_of_party(
    installation: Installation, kind: PartyKind, values: dict[str, str], told: str
) -> None:
    party = {
        PartyKind.OWNERLESS: "county",
        PartyKind.ILLEGAL_SITE: "county",
        PartyKind.SOLE_TRADER: "trader",
        PartyKind.INSTITUTION: "school",
    }.get(kind, "mine")
    page = installation.page("case_officer")
    page.goto(f"{installation.address}/hazards/new")
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    fill(page, {**FINDING, "responsible_party_id": installation.world.ids[party]})
    if party == "county":
        fill(page, {"sector": "coal_mine", "division_code": "140602"})
    page.select_option("[name=party_kind]", kind.value)
    if kind is PartyKind.ILLEGAL_SITE:
        fill(page, dict(values))
    page.click("button[name=outcome]")
    if (
        values and kind is not PartyKind.ILLEGAL_SITE
    ):  # what this kind cannot do without is asked for, and nothing typed is lost
        expect(page.locator(".error-summary")).to_be_visible()
        assert page.input_value("[name=hazard_name]") == FINDING["hazard_name"]
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
        fill(page, dict(values))
        page.click("button[name=outcome]")
    page.wait_for_url("**/receipt")
    page.goto(page.url.replace("/receipt", ""))
    expect(page.locator("main")).to_contain_text(told)
    assert installation.violations == []


def test_an_objection_is_upheld(installation: Installation) -> None:
    world = installation.world
    case_id = world.file_report()
    world.to_listing(case_id)
    _stand(installation, "principal", case_id, Action.OBJECT_TO_VERDICT)
    page = installation.do("office_head", Action.DECIDE_OBJECTION)
    expect(page.locator(".stamp")).to_have_text("异议成立")
    assert installation.violations == []


def test_a_listing_is_revoked(installation: Installation) -> None:
    world = installation.world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    ground = {"ground": WithdrawalGround.LISTING_REVOKED}
    _stand(installation, "committee_officer", case_id, Action.WITHDRAW_CASE, **ground)
    page = installation.do("signatory", Action.CONFIRM_WITHDRAWAL)
    expect(page.locator(".stamp")).to_have_text("已撤销挂牌")
    assert installation.violations == []


def test_two_cases_become_one(installation: Installation) -> None:
    world = installation.world
    kept_id, other_id = world.file_report(), world.register()
    with transaction(world.engine) as session:
        number = session.get_one(SupervisionCase, kept_id).intake_number
    ground = {"ground": WithdrawalGround.MERGED, "merged_into": number}
    _stand(installation, "case_officer", other_id, Action.WITHDRAW_CASE, **ground)
    page = installation.do("department_head", Action.CONFIRM_WITHDRAWAL)
    expect(page.locator("main")).to_contain_text(f"并入的事项：{number}")
    page.goto(f"{installation.address}/cases/{kept_id}")
    expect(page.locator("main")).to_contain_text("监管部门核查发现")
    assert installation.violations == []


def test_a_stopped_plant_stays_on_the_clock(installation: Installation) -> None:
    world = installation.world
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    _stand(installation, "safety_officer", case_id, Action.REPORT_STOPPAGE)
    page = installation.do("case_officer", Action.CONFIRM_STOPPAGE)
    expect(page.locator("main")).to_contain_text("停产停业不等于隐患消除")
    assert installation.violations == []


def test_an_accident_puts_the_case_under_legal_hold(installation: Installation) -> None:
    world = installation.world
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    _stand(installation, "case_officer", case_id, Action.RECORD_ACCIDENT)
    page = installation.do("department_head", Action.CONFIRM_ACCIDENT)
    expect(page.locator("main")).to_contain_text("案卷封存")
    _stand(installation, "office_head", case_id, Action.LIFT_LEGAL_HOLD)
    assert installation.violations == []
