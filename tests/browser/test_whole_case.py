"""Two whole cases in a browser, each step by the person whose duty it is."""

from datetime import date

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from services.database import transaction
from services.models.case import SupervisionCase
from services.models.document import Document
from tests.browser.conftest import Installation, fill
from workflows.vocabulary import Action, CaseEnding, DocumentKind, Phase

FIRST_REPORT = {
    "hazard_name": "主运输皮带防灭火系统失效",
    "place": "主斜井皮带巷",
    "description": "皮带巷自动灭火装置失效，未及时处理。",
    "measures_taken": "已停止该皮带运行，撤出作业人员。",
    "found_on": date(2026, 3, 1),
}
TYPED_CLAUSE = {
    "document": "示例判定标准",
    "document_number": "示例〔2026〕1号",
    "article": "第四条",
    "wording": "存在示例情形的，为重大事故隐患。",
}


def _case(installation: Installation) -> SupervisionCase:
    with transaction(installation.world.engine) as session:
        return session.scalars(sa.select(SupervisionCase)).one()


def _file_first_report(installation: Installation) -> None:
    page = installation.page("safety_officer")
    page.goto(f"{installation.address}/reports/new")
    fill(page, FIRST_REPORT)
    _type_clause(page)
    fill(page, {"uploads": ()})
    page.click("button[name=outcome]")
    expect(page.locator("main")).to_contain_text("朔隐报2026-0001")


def _register(installation: Installation) -> None:
    page = installation.page("case_officer")
    page.goto(f"{installation.address}/hazards/new")
    values = {**FIRST_REPORT, "inspectors": "甲（证号001）、乙（证号002）"}
    fill(page, {"responsible_party_id": installation.world.ids["mine"], **values})
    _type_clause(page)
    fill(page, {"uploads": ()})
    page.click("button[name=outcome]")
    expect(page.locator("main")).to_contain_text("朔隐报2026-0001")


def _type_clause(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true })")
    fill(page, TYPED_CLAUSE)


def _confirm_criterion(installation: Installation) -> None:
    page = installation.page("second_officer")
    page.goto(f"{installation.address}/cases/{_case(installation).id}/criterion")
    page.click(".decision button")
    page.wait_for_url("**/cases/*")


def _to_handed_over(installation: Installation) -> None:
    do = installation.do
    _confirm_criterion(installation)
    do("case_officer", Action.VERIFY_HAZARD)
    do("case_officer", Action.ISSUE_RECTIFICATION_ORDER)
    do("department_head", Action.CONFIRM_VERDICT)
    do("committee_officer", Action.PROPOSE_LISTING)
    do("office_head", Action.REVIEW_DRAFT)
    do("leader", Action.COUNTERSIGN_LISTING)
    do("signatory", Action.SIGN_LISTING)
    do("committee_officer", Action.SERVE_LISTING_NOTICE)
    for name in ("government_officer", "case_officer"):
        do(name, Action.ACKNOWLEDGE_HANDOVER)
        do(name, Action.REPORT_HANDOVER_RESULT)
    do("safety_officer", Action.SUPPLEMENT_REPORT)
    do("principal", Action.SIGN_DOUBLE_REPORT)
    do("safety_officer", Action.RECORD_WORKFORCE_REPORT)


def _rectify(installation: Installation) -> None:
    do = installation.do
    do("safety_officer", Action.SUBMIT_PLAN)
    do("case_officer", Action.REVIEW_PLAN)
    do("principal", Action.APPLY_FOR_ACCEPTANCE)
    do("group_head", Action.ENDORSE_AS_PARENT_COMPANY_HEAD)


def _inspect(installation: Installation) -> None:
    installation.do("safety_officer", Action.EVALUATE_EFFECT)
    installation.do("reviewer", Action.INSPECT_RECTIFICATION)
    installation.do("second_reviewer", Action.INSPECT_RECTIFICATION)


def test_the_straight_path_through_every_role(installation_with_devices: Installation) -> None:
    installation = installation_with_devices
    do = installation.do
    _file_first_report(installation)
    _to_handed_over(installation)
    _rectify(installation)
    _inspect(installation)
    do("department_head", Action.APPROVE_ACCEPTANCE)
    do("leader", Action.ENDORSE_AS_LEADER_IN_CHARGE)
    page = do("signatory", Action.APPROVE_DELISTING)
    assert _case(installation).ending == CaseEnding.DELISTED
    expect(page.locator("main")).to_contain_text("朔隐督2026-0001")
    do("committee_officer", Action.ARCHIVE_CASE)
    assert _case(installation).phase == Phase.ARCHIVED
    with transaction(installation.world.engine) as session:
        notice = session.scalars(
            sa.select(Document).where(Document.kind == DocumentKind.LISTING_NOTICE)
        ).one()
    pdf = page.context.request.get(f"{installation.address}/documents/{notice.id}/issued")
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")
    assert installation.violations == []


def test_returned_plan_failed_acceptance_and_refused_endorsement(
    installation: Installation,
) -> None:
    do = installation.do
    _register(installation)
    _to_handed_over(installation)
    do("safety_officer", Action.SUBMIT_PLAN)
    do("case_officer", Action.REVIEW_PLAN, "returned", opinion="请补充应急预案。")
    page = installation.page("safety_officer")
    page.goto(f"{installation.address}/tasks")
    _rectify(installation)
    _inspect(installation)
    do("department_head", Action.APPROVE_ACCEPTANCE, "failed", opinion="灭火装置仍不能联动。")
    assert _case(installation).round_number == 2
    _rectify(installation)
    _inspect(installation)
    do("department_head", Action.APPROVE_ACCEPTANCE)
    do("leader", Action.ENDORSE_AS_LEADER_IN_CHARGE, "return_to_acceptance", opinion="请重新复查。")
    _inspect(installation)
    do("department_head", Action.APPROVE_ACCEPTANCE)
    do("leader", Action.ENDORSE_AS_LEADER_IN_CHARGE)
    do("signatory", Action.APPROVE_DELISTING)
    case = _case(installation)
    assert (case.ending, case.round_number) == (CaseEnding.DELISTED, 3)
    assert installation.violations == []
