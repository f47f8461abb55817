"""待办, the page of each decision, and the pages on which a case begins: through HTTP."""

import io
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from services import accounts
from services.database import reading, transaction
from services.models.case import Act, FormDraft, SupervisionCase
from services.models.document import Document
from services.models.organisation import Post
from services.models.process import open_task
from services.settings import Settings
from tests.builders import CLAUSE, CONTENT, PHOTO, World
from web.app import create_app
from web.labels import FIELD_LABELS, label_of
from workflows.vocabulary import Action, Outcome, Role

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SHOWN = re.compile(r'name="shown" value="([0-9a-f]{64})"')
NONCE = re.compile(r'name="nonce"[^>]* value="([0-9a-f]{32})"')
Browser = Callable[[str], "Person"]


class Person:
    """One signed-in person with a browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, address: str) -> TestResponse:
        return self.client.get(address)

    def post(self, address: str, **values: object) -> TestResponse:
        """Open the page, then send its form with these values."""
        return self.send(address, self.get(address).text, **values)

    def send(self, address: str, page: str, **values: object) -> TestResponse:
        """Send the form of a page that was opened before."""
        shown, nonce, token = SHOWN.search(page), NONCE.search(page), TOKEN.search(page)
        hidden = {"csrf_token": token[1] if token else ""}
        hidden |= {"shown": shown[1]} if shown else {}
        hidden |= {"nonce": nonce[1]} if nonce else {}
        content_type = "multipart/form-data"
        own_site = {"Sec-Fetch-Site": "same-origin"}
        return self.client.post(
            address, data={**hidden, **values}, content_type=content_type, headers=own_site
        )


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, HASH)
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def browse(app: Flask) -> Browser:
    def sign_in(name: str) -> Person:
        client = app.test_client()
        token = TOKEN.search(client.get("/sign-in").text)
        assert token is not None
        data = {"username": name, "password": PASSWORD, "csrf_token": token[1]}
        assert client.post("/sign-in", data=data).status_code == 302
        return Person(client)

    return sign_in


def picture() -> tuple[io.BytesIO, str]:
    stream = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(stream, "PNG")
    stream.seek(0)
    return stream, "现场照片.png"


def task_address(world: World, case_id: int, action: Action, position: int = 0) -> str:
    return f"/cases/{case_id}/tasks/{world.task_id(case_id, action, position)}"


def typed(world: World, action: Action) -> dict[str, object]:
    """The honest content of an act, as a browser would send it."""
    content: Mapping[str, object] = CONTENT[action](world) if action in CONTENT else {}
    sent: dict[str, object] = {"outcome": "done"}
    for name, value in content.items():
        if name == "uploads":
            sent[name] = [picture()]
        elif isinstance(value, tuple):
            sent[name] = list(value)
        else:
            sent[name] = "y" if value is True else str(value)
    return sent


FIRST_REPORT = {
    "hazard_name": "主运输皮带防灭火系统失效",
    "place": "主斜井皮带巷",
    "found_on": "2026-03-01",
    "description": "自动灭火装置失效。",
    "measures_taken": "已停止运行，撤出人员。",
    "sector": "coal_mine",
    "outcome": "done",
}
FINDING = {
    **FIRST_REPORT,
    "source": "regulator_finding",
    "inspectors": "甲（证号001）、乙（证号002）",
}


def count(world: World, table: type[Act | SupervisionCase | FormDraft]) -> int:
    with reading(world.engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def last_act(world: World) -> Act:
    with reading(world.engine) as session:
        act = session.scalars(sa.select(Act).order_by(Act.id.desc()).limit(1)).one()
        session.expunge_all()
        return act


# ------------------------------------------------------------------ the list


def test_duties_are_listed_soonest_first_with_deadline_party_and_phase(
    world: World, browse: Browser
) -> None:
    case_id = world.file_report()
    page = browse("case_officer").get("/tasks")
    assert page.status_code == 200
    assert "示例煤业" in page.text
    assert "受理核查" in page.text
    order, verify = page.text.index("下达整改指令书<"), page.text.index("现场核查<")
    assert order < verify  # three working days before five
    assert task_address(world, case_id, Action.VERIFY_HAZARD) in page.text


def test_overdue_duties_are_counted_and_marked(world: World, browse: Browser) -> None:
    world.file_report()
    world.later(days=30)
    page = browse("case_officer").get("/tasks").text
    assert "逾期 2 项" in page
    assert "tag-overdue" in page


def test_a_person_without_duties_is_told_so(browse: Browser) -> None:
    assert "目前没有待办事项" in browse("leader").get("/tasks").text


def test_a_thousand_duties_are_paged_and_cost_the_same_queries(
    world: World, browse: Browser
) -> None:
    world.file_report()
    officer = browse("case_officer")
    officer.get("/tasks")
    few = count_queries(world, lambda: officer.get("/tasks"))
    multiply_tasks(world, 1000)
    many = count_queries(world, lambda: officer.get("/tasks"))
    page = officer.get("/tasks?shared=2").text
    assert many == few
    assert "第 2 页，共 21 页" in page
    assert page.count('class="duty-link"') == 50
    assert officer.get("/tasks?shared=nonsense").status_code == 200


def count_queries(world: World, act: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
    return sum(statement.lstrip().upper().startswith("SELECT") for statement in seen)


def multiply_tasks(world: World, total: int) -> None:
    with transaction(world.engine) as session:
        row = session.execute(
            sa.select(open_task).where(open_task.c.step_id == Action.VERIFY_HAZARD)
        ).one()
        rows = [{**row._mapping, "task_id": f"{n:032x}"} for n in range(total)]
        session.execute(sa.insert(open_task), rows)


# ------------------------------------------------------------------ the brief


def test_the_brief_says_what_is_asked_by_when_on_what_ground_and_what_buttons_do(
    world: World, browse: Browser
) -> None:
    case_id = world.file_report()
    page = browse("case_officer").get(task_address(world, case_id, Action.VERIFY_HAZARD)).text
    for words in (
        "到现场核查隐患是否属实",
        "2026-03-09",
        "本地督办工作时限（演示设置）",
        "本地设置",
        "示例市应急管理局",
        "主运输皮带防灭火系统失效",
        CLAUSE.wording,
        "未核实，待第二人复核",
        "核定为重大事故隐患",
        "送本部门负责人确认判定结论",
        "暂存草稿",
    ):
        assert words in page, words


def test_enter_presses_the_draft_button_and_decides_nothing(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    page = browse("case_officer").get(task_address(world, case_id, Action.VERIFY_HAZARD)).text
    form = page[page.index("decision-title") :]
    first_button = re.search(r"<button[^>]*>", form)
    assert first_button is not None
    assert 'name="draft"' in first_button[0]


def test_the_proposal_of_the_decision_tables_is_shown(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    page = browse("department_head").get(task_address(world, case_id, Action.CONFIRM_VERDICT)).text
    assert "系统建议的处置方式：<b>挂牌督办" in page
    assert "系统建议的挂牌层级：<b>市级挂牌" in page
    assert re.search(r'value="listed"[^>]*checked|checked[^>]*value="listed"', page)
    assert "企业自行挂牌" not in page.split("处置方式")[-1].split("挂牌单位")[0]
    assert "示例市安全生产委员会" in page


def test_the_demands_of_the_order_are_carried_over_to_the_proposal(
    world: World, browse: Browser
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    page = browse("committee_officer").get(task_address(world, case_id, Action.PROPOSE_LISTING))
    assert "更换灭火装置并调试合格。" in page.text


def test_signing_shows_the_frozen_pages_and_their_hash(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id,
        ("committee_officer", Action.PROPOSE_LISTING),
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
    )
    signatory, address = browse("signatory"), task_address(world, case_id, Action.SIGN_LISTING)
    page = signatory.get(address).text
    with reading(world.engine) as session:
        draft = session.scalars(sa.select(Document).where(Document.draft_sha256.is_not(None))).one()
        assert f"/documents/{draft.id}/draft" in page
        assert draft.draft_sha256[:16] in page  # type: ignore[index]
        sha256 = draft.draft_sha256 or ""
    answer = signatory.send(address, page, outcome="accepted", draft_sha256=sha256)
    assert answer.status_code == 303
    told = signatory.get(answer.location).text
    assert "督办编号" in told
    assert label_of(Action.SERVE_LISTING_NOTICE) in told
    assert "朔安督〔2026〕1号" in told


def test_how_a_draft_comes_back_is_asked_last_and_said_only_of_a_return(
    world: World, browse: Browser
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id,
        ("committee_officer", Action.PROPOSE_LISTING),
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
    )
    asked, case_page = FIELD_LABELS["comes_back"], f"/cases/{case_id}"
    signatory = browse("signatory")
    form = signatory.get(task_address(world, case_id, Action.SIGN_LISTING)).text
    assert form.count(asked) == 1
    assert form.index('name="opinion"') < form.index(asked)
    assert asked not in signatory.get(case_page).text
    returned = {"outcome": Outcome.RETURNED, "opinion": "期限有误。", "comes_back": "straight"}
    world.do("signatory", case_id, Action.SIGN_LISTING, 0, **returned)
    assert asked in signatory.get(case_page).text


def test_a_draft_that_is_still_being_made_offers_no_decision(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    command = world.command(case_id, Action.PROPOSE_LISTING)
    world.act("committee_officer", command, Action.PROPOSE_LISTING)  # the worker has not come yet
    page = browse("office_head").get(task_address(world, case_id, Action.REVIEW_DRAFT)).text
    assert "签发稿正在生成" in page
    assert 'name="outcome"' not in page


def test_an_unmet_need_of_a_decision_is_said_beside_its_button(
    world: World, browse: Browser
) -> None:
    case_id = world.file_report()
    world.walk(case_id, ("case_officer", Action.VERIFY_HAZARD))
    page = browse("department_head").get(task_address(world, case_id, Action.CONFIRM_VERDICT)).text
    assert "判定依据尚未经第二人复核" in page
    assert f"/cases/{case_id}/criterion" in page
    assert 'value="major" aria-describedby="after-major" disabled' in page
    assert 'value="returned" aria-describedby="after-returned" >' in page


def test_what_was_returned_is_begun_with_what_was_handed_in_before(
    world: World, browse: Browser
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(case_id, ("safety_officer", Action.SUBMIT_PLAN))
    world.do(
        "case_officer",
        case_id,
        Action.REVIEW_PLAN,
        outcome=Outcome.RETURNED,
        opinion="第三项经费没有落实到位。",
    )
    page = browse("safety_officer").get(task_address(world, case_id, Action.SUBMIT_PLAN)).text
    assert "已带出上次填报的内容" in page
    assert "第三项经费没有落实到位。" in page
    assert "80万元，自筹。</textarea>" in page


# ------------------------------------------------------------------ deciding


WHOLE_WAY: tuple[tuple[str, Action], ...] = (
    ("safety_officer", Action.SUPPLEMENT_REPORT),
    ("principal", Action.SIGN_DOUBLE_REPORT),
    ("safety_officer", Action.RECORD_WORKFORCE_REPORT),
    ("case_officer", Action.ORDER_IMMEDIATE_MEASURES),
    ("case_officer", Action.LIFT_IMMEDIATE_MEASURES),
    ("case_officer", Action.ISSUE_RECTIFICATION_ORDER),
    ("case_officer", Action.VERIFY_HAZARD),
    ("second_officer", Action.CONFIRM_CRITERION),
    ("department_head", Action.CONFIRM_VERDICT),
    ("committee_officer", Action.PROPOSE_LISTING),
    ("office_head", Action.REVIEW_DRAFT),
    ("leader", Action.COUNTERSIGN_LISTING),
    ("signatory", Action.SIGN_LISTING),
    ("committee_officer", Action.SERVE_LISTING_NOTICE),
    ("government_officer", Action.ACKNOWLEDGE_HANDOVER),
    ("case_officer", Action.ACKNOWLEDGE_HANDOVER),
    ("government_officer", Action.REPORT_HANDOVER_RESULT),
    ("case_officer", Action.REPORT_HANDOVER_RESULT),
    ("safety_officer", Action.SUBMIT_PLAN),
    ("case_officer", Action.REVIEW_PLAN),
    ("safety_officer", Action.REPORT_PROGRESS),
    ("case_officer", Action.REVIEW_PROGRESS),
    ("principal", Action.APPLY_FOR_ACCEPTANCE),
    ("group_head", Action.ENDORSE_AS_PARENT_COMPANY_HEAD),
    ("safety_officer", Action.EVALUATE_EFFECT),
    ("reviewer", Action.INSPECT_RECTIFICATION),
    ("second_reviewer", Action.INSPECT_RECTIFICATION),
    ("department_head", Action.APPROVE_ACCEPTANCE),
    ("leader", Action.ENDORSE_AS_LEADER_IN_CHARGE),
    ("signatory", Action.APPROVE_DELISTING),
    ("committee_officer", Action.ARCHIVE_CASE),
)


def test_every_act_from_report_to_archive_goes_through_its_page(
    world: World, browse: Browser
) -> None:
    people: dict[str, Person] = {}
    filed = browse("safety_officer").post(
        "/reports/new", **FIRST_REPORT, **typed_clause(), uploads=[picture()]
    )
    assert filed.status_code == 303
    case_id = 1
    for name, action in WHOLE_WAY:
        world.work()
        if name not in people:
            people[name] = browse(name)
        person = people[name]
        if action is Action.CONFIRM_CRITERION:
            address = f"/cases/{case_id}/criterion"
        else:
            address = next_address(world, person, case_id, action)
        page = person.get(address)
        assert page.status_code == 200, (name, action, page.text[:2000])
        values = typed(world, action)
        if action is Action.SIGN_LISTING:
            found = re.search(r'name="draft_sha256"[^>]* value="([0-9a-f]{64})"', page.text)
            assert found is not None
            values["draft_sha256"] = found[1]
        answer = person.send(address, page.text, **values)
        assert answer.status_code == 303, (name, action, problems(answer))
        assert person.get(answer.location).status_code == 200
        world.later(seconds=30)
    with reading(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        assert (case.phase, case.ending) == ("archived", "delisted")


def next_address(world: World, person: Person, case_id: int, action: Action) -> str:
    """The open step of this kind that falls to the person."""
    for position in range(world.open_steps(case_id).count(action)):
        address = task_address(world, case_id, action, position)
        if person.get(address).status_code == 200:
            return address
    raise AssertionError(action)


def problems(answer: TestResponse) -> list[str]:
    return re.findall(r'<p class="field-problem".*?</p>|<p class="lead-text">.*?</p>', answer.text)


def typed_clause() -> dict[str, str]:
    return {
        "document": CLAUSE.document,
        "document_number": CLAUSE.document_number,
        "article": CLAUSE.article,
        "wording": CLAUSE.wording,
    }


def test_missing_fields_are_named_twice_and_what_was_typed_is_kept(
    world: World, browse: Browser
) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.SUPPLEMENT_REPORT)
    answer = browse("safety_officer").post(
        address, measures="更换全部灭火装置", outcome="done", uploads=[picture()]
    )
    assert answer.status_code == 422
    assert "更换全部灭火装置</textarea>" in answer.text
    assert answer.text.count("请填写隐患现状及产生原因") == 2  # in the summary and at the field
    assert 'href="#current_state_and_cause"' in answer.text
    assert "已收到 1 个文件" in answer.text
    assert last_act(world).action == Action.FILE_FIRST_REPORT


def test_what_only_the_act_can_see_comes_back_at_its_field(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    values = {**typed(world, Action.SUBMIT_PLAN), "finish_on": "2029-01-01"}
    address = task_address(world, case_id, Action.SUBMIT_PLAN)
    answer = browse("safety_officer").post(address, **values)
    assert answer.status_code == 422
    assert "计划完成日期不能晚于责令整改指令规定的整改期限" in answer.text
    assert "更换装置。</textarea>" in answer.text


def test_a_return_without_a_reason_is_not_taken(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(case_id, ("safety_officer", Action.SUBMIT_PLAN))
    address = task_address(world, case_id, Action.REVIEW_PLAN)
    answer = browse("case_officer").post(address, outcome="returned")
    assert answer.status_code == 422
    assert "请填写审查意见" in answer.text


@pytest.mark.parametrize("outcome", ["", "delisted", "passed"])
def test_an_outcome_that_is_not_offered_is_refused(
    world: World, browse: Browser, outcome: str
) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.VERIFY_HAZARD)
    assert browse("case_officer").post(address, outcome=outcome).status_code == 422
    assert last_act(world).action == Action.FILE_FIRST_REPORT


def test_a_file_that_is_not_accepted_is_named_at_its_field(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.RECORD_WORKFORCE_REPORT)
    values = typed(world, Action.RECORD_WORKFORCE_REPORT)
    values["uploads"] = [(io.BytesIO(b"MZ program"), "纪要.exe")]
    answer = browse("safety_officer").post(address, **values)
    assert answer.status_code == 422
    assert "纪要.exe" in answer.text
    assert "向职工代表通报隐患及措施。</textarea>" in answer.text


def test_proof_of_the_report_to_the_workforce_is_needed(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.RECORD_WORKFORCE_REPORT)
    values = {**typed(world, Action.RECORD_WORKFORCE_REPORT), "uploads": []}
    answer = browse("safety_officer").post(address, **values)
    assert answer.status_code == 422
    assert "请上传会议记录、签到表或照片" in answer.text


def test_a_form_about_what_has_changed_since_is_refused(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.VERIFY_HAZARD)
    officer = browse("case_officer")
    before = officer.get(address).text
    world.walk(case_id, ("safety_officer", Action.SUPPLEMENT_REPORT))
    answer = officer.send(address, before, **typed(world, Action.VERIFY_HAZARD))
    assert answer.status_code == 409
    assert "事项内容有了变化" in answer.text
    assert "现场核实属实。" in answer.text  # what was typed can be copied


def test_a_form_without_the_hash_of_what_was_shown_is_refused(
    world: World, browse: Browser
) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.VERIFY_HAZARD)
    officer = browse("case_officer")
    page = SHOWN.sub("", officer.get(address).text)
    answer = officer.send(address, page, **typed(world, Action.VERIFY_HAZARD))
    assert answer.status_code == 409


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_foreign_case_looks_like_none(world: World, browse: Browser, method: str) -> None:
    case_id = world.file_report()
    rival = browse("rival_principal")
    addresses = (
        task_address(world, case_id, Action.SUPPLEMENT_REPORT),
        f"/cases/{case_id}/criterion",
        f"/cases/{case_id}/receipt",
        "/cases/999/tasks/0",
    )
    token = TOKEN.search(rival.get("/account").text)
    assert token is not None
    for address in addresses if method == "get" else addresses[:2]:
        if method == "get":
            assert rival.get(address).status_code == 404
        else:
            data = {"csrf_token": token[1], "draft": "yes"}
            assert rival.client.post(address, data=data).status_code == 404
    assert count(world, FormDraft) == 0


def test_a_step_of_another_case_is_not_open_here(world: World, browse: Browser) -> None:
    first, second = world.file_report(), world.file_report("principal")
    task_id = world.task_id(second, Action.VERIFY_HAZARD)
    assert browse("case_officer").get(f"/cases/{first}/tasks/{task_id}").status_code == 409


def test_a_step_that_falls_to_somebody_else_is_refused(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.VERIFY_HAZARD)
    answer = browse("safety_officer").get(address)
    assert answer.status_code == 403
    assert label_of(Action.VERIFY_HAZARD) in answer.text


def test_who_did_one_step_is_told_why_another_is_not_theirs(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.rectify(case_id)
    world.walk(
        case_id,
        ("safety_officer", Action.EVALUATE_EFFECT),
        ("reviewer", Action.INSPECT_RECTIFICATION),
    )
    answer = browse("reviewer").get(task_address(world, case_id, Action.INSPECT_RECTIFICATION))
    assert answer.status_code == 403
    assert "须由其他人员办理" in answer.text


def test_whoever_was_faster_is_named(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.VERIFY_HAZARD)
    officer = browse("case_officer")
    page = officer.get(address).text
    world.walk(case_id, ("second_officer", Action.VERIFY_HAZARD))
    answer = officer.send(address, page, **typed(world, Action.VERIFY_HAZARD))
    assert answer.status_code == 409
    assert "second_officer" in answer.text
    assert "现场核实属实。" in answer.text


def test_a_form_sent_twice_takes_effect_once(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.VERIFY_HAZARD)
    officer = browse("case_officer")
    page, values = officer.get(address).text, typed(world, Action.VERIFY_HAZARD)
    assert officer.send(address, page, **values).status_code == 303
    assert officer.send(address, page, **values).status_code == 409
    assert count(world, Act) == 2


def test_a_visitor_who_is_not_signed_in_is_led_to_the_door(app: Flask, world: World) -> None:
    case_id = world.file_report()
    client = app.test_client()
    for address in ("/tasks", task_address(world, case_id, Action.VERIFY_HAZARD), "/reports/new"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in")


# ------------------------------------------------------------------ drafts


def test_a_draft_keeps_anything_and_says_when(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.VERIFY_HAZARD)
    officer = browse("case_officer")
    values = {
        "findings": "核查到一半",
        "verified_on": "改天",
        "listing_conditions": ["grave_nature"],
    }
    answer = officer.post(address, draft="yes", **values)
    assert answer.status_code == 303
    page = officer.get(address).text
    assert "核查到一半</textarea>" in page
    assert "2026-03-02 09:00" in page
    assert re.search(r'value="grave_nature"[^>]*checked|checked[^>]*value="grave_nature"', page)
    assert "核查到一半" not in browse("second_officer").get(address).text


def test_a_draft_goes_when_the_form_is_handed_in(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    address = task_address(world, case_id, Action.VERIFY_HAZARD)
    officer = browse("case_officer")
    officer.post(address, draft="yes", findings="核查到一半")
    officer.post(address, draft="yes", findings="核查到一大半")
    assert count(world, FormDraft) == 1
    assert officer.post(address, **typed(world, Action.VERIFY_HAZARD)).status_code == 303
    assert count(world, FormDraft) == 0


# ------------------------------------------------------------------ beginning a case


def test_a_first_report_is_receipted_at_once_with_what_follows(
    world: World, browse: Browser
) -> None:
    officer = browse("safety_officer")
    answer = officer.post("/reports/new", **FIRST_REPORT)
    assert answer.status_code == 303
    receipt = officer.get(answer.location).text
    assert "首报已受理" in receipt
    assert "朔隐报2026-0001" in receipt
    assert "2026-03-02 09:00" in receipt
    assert label_of(Action.SUPPLEMENT_REPORT) in receipt
    assert "2026-03-09" in receipt
    with reading(world.engine) as session:
        case = session.get_one(SupervisionCase, 1)
        assert (case.criterion, case.division_code) == (None, "140602")


def test_the_form_knows_the_enterprise_and_offers_the_clauses_of_its_sector(
    browse: Browser,
) -> None:
    page = browse("safety_officer").get("/reports/new").text
    assert "示例煤业" in page
    assert "示例市应急管理局" in page
    assert 'value="COAL-01-01"' in page


def test_listing_the_clauses_of_another_day_loses_nothing(browse: Browser, world: World) -> None:
    officer = browse("safety_officer")
    page = officer.get("/reports/new").text
    nonce = NONCE.search(page)
    values = {**FIRST_REPORT, "found_on": "2019-05-01"}
    answer = officer.send("/reports/new", page, list_clauses="yes", **values)
    assert answer.status_code == 200
    assert "撤出人员。</textarea>" in answer.text
    assert 'value="COAL-01-01"' not in answer.text
    assert nonce is not None
    assert nonce[1] in answer.text
    assert count(world, SupervisionCase) == 0


def test_a_chosen_clause_is_frozen_with_its_text(world: World, browse: Browser) -> None:
    answer = browse("safety_officer").post("/reports/new", **FIRST_REPORT, clause_key="COAL-01-01")
    assert answer.status_code == 303
    with reading(world.engine) as session:
        criterion = session.get_one(SupervisionCase, 1).criterion
        assert criterion is not None
        assert criterion.verified
        assert "原煤产量" in criterion.wording


def test_a_clause_not_in_force_on_the_day_is_refused_at_its_field(browse: Browser) -> None:
    values = {**FIRST_REPORT, "found_on": "2019-05-01", "clause_key": "COAL-01-01"}
    answer = browse("safety_officer").post("/reports/new", **values)
    assert answer.status_code == 422
    assert "所选条款在发现日期尚未施行或已经废止" in answer.text
    assert "撤出人员。</textarea>" in answer.text


def test_a_report_with_gaps_is_sent_back_with_all_that_was_typed(
    world: World, browse: Browser
) -> None:
    answer = browse("safety_officer").post("/reports/new", place="主斜井", outcome="done")
    assert answer.status_code == 422
    assert 'value="主斜井"' in answer.text
    assert "请填写隐患名称" in answer.text
    assert count(world, SupervisionCase) == 0


def test_a_finding_of_tomorrow_is_refused(browse: Browser) -> None:
    values = {**FIRST_REPORT, "found_on": "2026-03-03"}
    answer = browse("safety_officer").post("/reports/new", **values)
    assert answer.status_code == 422
    assert "发现日期不能晚于今天" in answer.text


def test_the_same_report_sent_twice_leads_to_the_case_it_began(
    world: World, browse: Browser
) -> None:
    officer = browse("safety_officer")
    page = officer.get("/reports/new").text
    assert officer.send("/reports/new", page, **FIRST_REPORT).status_code == 303
    again = officer.send("/reports/new", page, **FIRST_REPORT)
    assert again.status_code == 303
    assert again.location == "/cases/1"
    assert "没有重复登记" in officer.get(again.location).text
    assert count(world, SupervisionCase) == 1


def test_a_report_is_kept_as_a_draft_for_its_writer_only(world: World, browse: Browser) -> None:
    officer = browse("safety_officer")
    assert officer.post("/reports/new", draft="yes", place="皮带巷").status_code == 303
    assert 'value="皮带巷"' in officer.get("/reports/new").text
    assert 'value="皮带巷"' not in browse("principal").get("/reports/new").text
    assert officer.post("/reports/new", **FIRST_REPORT).status_code == 303
    assert 'value="皮带巷"' not in officer.get("/reports/new").text


def test_a_finding_is_registered_at_a_supervised_enterprise(world: World, browse: Browser) -> None:
    officer = browse("case_officer")
    party = str(world.ids["mine"])
    answer = officer.post(
        "/hazards/new", **FINDING, responsible_party_id=party, uploads=[picture()]
    )
    assert answer.status_code == 303
    receipt = officer.get(answer.location).text
    assert "隐患已登记立案" in receipt
    assert label_of(Action.ANSWER_FINDER) not in receipt
    assert "示例煤业" in receipt


def test_the_receipt_of_a_finding_from_above_says_when_the_finder_is_answered(
    world: World, browse: Browser
) -> None:
    officer = browse("case_officer")
    finding = {**FINDING, "source": "higher_inspection", "finder": "省督导检查组"}
    party = str(world.ids["mine"])
    answer = officer.post(
        "/hazards/new", **finding, finder_reference="示例督〔2026〕3号", responsible_party_id=party
    )
    assert label_of(Action.ANSWER_FINDER) in officer.get(answer.location).text


def test_a_finding_at_an_enterprise_of_another_department_is_not_offered(
    world: World, browse: Browser
) -> None:
    answer = browse("case_officer").post(
        "/hazards/new", **FINDING, responsible_party_id=str(world.ids["rival"])
    )
    assert answer.status_code == 422
    assert "责任单位不在可选范围内" in answer.text
    assert count(world, SupervisionCase) == 0


def test_an_officer_who_types_a_clause_adds_the_scan(world: World, browse: Browser) -> None:
    values = {**FINDING, **typed_clause(), "responsible_party_id": str(world.ids["mine"])}
    officer = browse("case_officer")
    refused = officer.post("/hazards/new", **values)
    assert refused.status_code == 422
    assert "请同时上传条文的扫描件" in refused.text
    assert officer.post("/hazards/new", **values, uploads=[picture()]).status_code == 303


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("case_officer", "/reports/new"),
        ("safety_officer", "/hazards/new"),
        ("leader", "/reports/new"),
    ],
)
def test_beginning_a_case_is_for_its_posts(browse: Browser, name: str, address: str) -> None:
    assert browse(name).get(address).status_code == 403


# ------------------------------------------------------------------ the criterion


def test_a_second_person_confirms_the_typed_clause(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    second = browse("second_officer")
    page = second.get(f"/cases/{case_id}/criterion")
    assert CLAUSE.wording in page.text
    assert second.post(f"/cases/{case_id}/criterion").status_code == 303
    assert second.get(f"/cases/{case_id}/criterion").status_code == 409


def test_who_typed_the_clause_does_not_confirm_it(world: World, browse: Browser) -> None:
    case_id = world.register()
    answer = browse("case_officer").get(f"/cases/{case_id}/criterion")
    assert answer.status_code == 403
    assert "录入判定依据" in answer.text


def test_a_clause_replaced_meanwhile_is_not_confirmed_unseen(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    second = browse("second_officer")
    before = second.get(f"/cases/{case_id}/criterion").text
    other = CLAUSE.__class__(CLAUSE.clause_key, "另一标准", "1号", "第一条", "另一条文。")
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, criterion=other, uploads=(PHOTO,))
    assert second.send(f"/cases/{case_id}/criterion", before).status_code == 409


def test_the_day_of_a_finding_is_today_unless_said(browse: Browser, world: World) -> None:
    page = browse("safety_officer").get("/reports/new").text
    assert f'value="{date(2026, 3, 2).isoformat()}"' in page


def test_whoever_passes_a_case_out_of_sight_is_told_and_led_to_the_duties(
    world: World, browse: Browser
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    ids = (world.ids["other_department"],)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING, supporting_receiver_ids=ids)
    world.walk(
        case_id,
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
        ("signatory", Action.SIGN_LISTING),
        ("committee_officer", Action.SERVE_LISTING_NOTICE),
    )
    officer = browse("other_officer")
    action = Action.ACKNOWLEDGE_HANDOVER
    address = f"/cases/{case_id}/tasks/{world.task_id(case_id, action, 2)}"
    page = officer.get(address).text
    assert "示例市消防救援支队" in page
    assert "示例市住建局</option>" not in page
    unsaid = officer.send(address, page, outcome="passed_on")
    assert unsaid.status_code == 422
    target = str(world.ids["fire_brigade"])
    values = {"outcome": "passed_on", "opinion": "不属本单位职责。", "receiver_id": target}
    answer = officer.send(address, page, **values)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tasks")
    assert "已不在您的查看范围内" in officer.get("/tasks").text
    assert officer.get(f"/cases/{case_id}").status_code == 404
    case_page = browse("government_officer").get(f"/cases/{case_id}").text
    assert "配合" in case_page
    assert "原为 示例市住建局" in case_page


def test_an_expert_who_must_stay_away_is_marked_in_the_list(world: World, browse: Browser) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    with transaction(world.engine) as session:
        session.add(
            Post(
                person_id=world.person_ids["second_expert"],
                organisation_id=world.ids["group"],
                role=Role.PARENT_COMPANY_HEAD.value,
                title="顾问",
                valid_from=date(2025, 1, 1),
            )
        )
    page = browse("case_officer").get(
        f"/cases/{case_id}/tasks/{world.task_id(case_id, Action.REVIEW_PLAN)}"
    )
    assert page.text.count("须回避：在责任单位的上级公司任职") == 1
