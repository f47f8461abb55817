"""The ledger and the pages of one case: who sees what, and that the pages say all of it."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree, html

from services import accounts
from services.database import transaction
from services.definitions import read_folder
from services.models.document import Document
from services.models.organisation import Organisation
from services.openings import open_issued
from services.settings import REPOSITORY, Settings
from tests.builders import World
from web.app import create_app
from web.labels import STANDING_GROUPS, label_of
from workflows.engine.definitions import collect
from workflows.vocabulary import Action, Affiliation, DocumentKind, Outcome

PASSWORD = "整改到位 and then some"
HASH = accounts.hash_password(PASSWORD)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
STEP = "{http://www.omg.org/spec/BPMN/20100524/MODEL}userTask"
PAGES = ("", "/diagram", "/record")
WHO = (
    "case_officer",
    "other_officer",
    "rival_principal",
    "leader",
    "office_head",
    "principal",
    "private_principal",
    "group_head",
    "government_officer",
)

SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def make_app(world: World, tmp_path: Path) -> Callable[..., Flask]:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in WHO:
            accounts.create_account(session, world.person_ids[name], name, HASH)

    def make(**changes: object) -> Flask:
        office = replace(world.office, **changes)  # type: ignore[arg-type]
        return create_app(settings, office=office, now=lambda: world.now)

    return make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    return lambda name: signed_in_to(app, name)


def signed_in_to(app: Flask, name: str) -> FlaskClient:
    client = app.test_client()
    token = TOKEN.search(client.get("/sign-in").text)
    assert token is not None
    data = {"username": name, "password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/sign-in", data=data).status_code == 302
    return client


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*details: object) -> None:
        statements.append(str(details[2]))

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def words_of(element: etree._Element) -> str:
    return re.sub(r"\s+", " ", "".join(str(part) for part in element.itertext())).strip()


def text_of(page: str) -> str:
    return words_of(html.fromstring(page))


def squeezed(page: str) -> str:
    """The words without blanks, which stand where a line may not break."""
    return "".join(text_of(page).split())


def classes(page: str, element_id: str) -> set[str]:
    found = html.fromstring(page).xpath("//*[@data-element-id=$id]/@class", id=element_id)
    assert isinstance(found, list)
    assert len(found) == 1, element_id
    return set(str(found[0]).split())


def listed_case(world: World) -> int:
    """A case that is listed, with an attachment, a draft and an issued notice."""
    case_id = world.file_report()
    world.complete_double_report(case_id)
    world.to_listing(case_id)
    world.to_signed(case_id)
    return case_id


def notice_id(world: World, case_id: int) -> int:
    with transaction(world.engine) as session:
        return session.scalars(
            sa.select(Document.id).where(
                Document.case_id == case_id, Document.draft_sha256.is_not(None)
            )
        ).one()


# ------------------------------------------------------------------ who sees what


def test_every_page_of_a_case_opens_for_its_officer(world: World, sign_in: SignIn) -> None:
    case_id = listed_case(world)
    client = sign_in("case_officer")
    for page in PAGES:
        answer = client.get(f"/cases/{case_id}{page}")
        assert answer.status_code == 200, page
        assert "主运输皮带防灭火系统失效" in answer.text


def test_what_was_issued_is_offered_with_its_pages(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    kinds = (DocumentKind.RECTIFICATION_ORDER, DocumentKind.FIRST_REPORT_RECEIPT)
    with transaction(world.engine) as session:
        issued = session.scalars(sa.select(Document.id).where(Document.kind.in_(kinds))).all()
    assert len(issued) == 2
    for name, how in (("case_officer", "issued"), ("principal", "open")):
        client = sign_in(name)
        page = client.get(f"/cases/{case_id}").text
        assert "仅登记文号" not in page
        for document_id in issued:
            address = f"/documents/{document_id}/{how}"
            assert address in page
            if how == "open":
                open_by(world, name, document_id)
            answer = client.get(f"/documents/{document_id}/issued")
            assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


@pytest.mark.parametrize("name", ["other_officer", "rival_principal"])
def test_foreign_case_answers_like_one_that_does_not_exist(
    world: World, sign_in: SignIn, name: str
) -> None:
    case_id = listed_case(world)
    document = notice_id(world, case_id)
    client = sign_in(name)
    for foreign, unknown in (
        *((f"/cases/{case_id}{page}", f"/cases/999{page}") for page in PAGES),
        (f"/documents/{document}/draft", "/documents/999/draft"),
        (f"/documents/{document}/issued", "/documents/999/issued"),
        *(
            (f"/attachments/1{page}", f"/attachments/999{page}")
            for page in ("", "/about", "/picture")
        ),
    ):
        answers = [client.get(address) for address in (foreign, unknown)]
        assert [answer.status_code for answer in answers] == [404, 404], foreign
        # The token against forgery names the second in which it was made.
        first, second = (TOKEN.sub("", answer.text) for answer in answers)
        assert first == second
        assert "主运输" not in answers[0].text


def test_nobody_sees_a_case_without_signing_in(world: World, app: Flask) -> None:
    case_id = listed_case(world)
    client = app.test_client()
    addresses = ["/cases", *(f"/cases/{case_id}{page}" for page in PAGES)]
    addresses += ["/documents/1/draft", "/documents/1/issued", "/attachments/1"]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer.location.startswith("/sign-in"), address


def open_by(world: World, name: str, document_id: int) -> None:
    """As the button on the page of the case does."""
    with transaction(world.engine) as session:
        open_issued(world.frame(session, name), document_id)


def affiliate(world: World, key: str, affiliation: Affiliation) -> None:
    """Register to whom an enterprise belongs."""
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids[key]).affiliation = affiliation.value


# ------------------------------------------------------------------ ledger


def test_ledger_lists_only_the_visible_cases(world: World, sign_in: SignIn) -> None:
    world.file_report()
    assert "主运输皮带" in sign_in("case_officer").get("/cases").text
    hidden = sign_in("other_officer").get("/cases").text
    assert "主运输皮带" not in hidden
    assert "共 0 件" in hidden


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("text=通风", {"通风"}),
        ("text=示例民营", {"透水"}),
        ("phase=listing", {"皮带"}),
        ("phase=intake", {"通风", "透水"}),
        ("division=140602", {"皮带", "通风", "透水"}),
        ("division=140603", set()),
        ("sector=coal_mine&text=透水", {"透水"}),
        ("affiliation=provincial", {"皮带", "通风"}),
        ("affiliation=central", set()),
        ("affiliation=royal", {"皮带", "通风", "透水"}),
        ("overdue=1", set()),
        ("phase=no_such_phase&page=x", {"皮带", "通风", "透水"}),
        ("page=2", set()),
        ("text=%25", set()),
    ],
)
def test_ledger_is_narrowed_by_each_filter(
    world: World, sign_in: SignIn, query: str, found: set[str]
) -> None:
    world.to_listing(world.file_report(hazard_name="皮带"))
    world.register(hazard_name="通风")
    affiliate(world, "mine", Affiliation.PROVINCIAL)
    world.file_report("private_officer", hazard_name="透水")
    page = sign_in("case_officer").get(f"/cases?{query}").text
    names = html.fromstring(page).xpath("//td[@data-label='隐患名称']/a/text()")
    assert isinstance(names, list)
    assert {str(name) for name in names} == found


def test_overdue_filter_shows_what_is_late_and_by_how_much(world: World, sign_in: SignIn) -> None:
    world.file_report()
    world.later(days=30)
    page = sign_in("case_officer").get("/cases?overdue=1").text
    assert "共 1 件" in page
    assert re.search(r"逾期 \d+ 天", page)


def test_ledger_says_what_a_case_waits_for_and_at_whom(world: World, sign_in: SignIn) -> None:
    world.to_listing(world.file_report())
    page = text_of(sign_in("case_officer").get("/cases").text)
    assert f"{label_of(Action.PROPOSE_LISTING)}（示例市安委办）" in page


def test_ledger_is_paged_and_keeps_the_filter(world: World, sign_in: SignIn) -> None:
    for number in range(21):
        world.file_report(hazard_name=f"隐患{number}", nonce=f"n{number}")
    first = sign_in("case_officer").get("/cases?text=隐患")
    assert "共 21 件" in first.text
    follow = html.fromstring(first.text).xpath("string(//a[@rel='next']/@href)")
    assert "page=2" in str(follow)
    assert "text=" in str(follow)


# ------------------------------------------------------------------ case page


def test_timeline_shows_who_did_what_with_which_words(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do(
        "case_officer",
        case_id,
        Action.REVIEW_PLAN,
        outcome=Outcome.RETURNED,
        opinion="缺应急预案。",
    )
    page = text_of(sign_in("case_officer").get(f"/cases/{case_id}").text)
    for words in (
        f"{label_of(Action.REVIEW_PLAN)} 退回",
        "case_officer 示例市应急管理局",
        "缺应急预案。",
        "治理的目标和任务",
        "消除隐患。",
        "符合的挂牌条件",
        "须全部或者局部停产停业治理",
    ):
        assert words in page


def test_only_the_holder_gets_a_button(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    task = world.task_id(case_id, Action.VERIFY_HAZARD)
    address = f'href="/cases/{case_id}/tasks/{task}"'
    assert address in sign_in("case_officer").get(f"/cases/{case_id}").text
    assert address not in sign_in("leader").get(f"/cases/{case_id}").text


def test_standing_acts_stand_apart_from_duties(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    page = html.fromstring(sign_in("case_officer").get(f"/cases/{case_id}").text)
    standing = page.xpath("string(//*[@class='standing'])")
    duties = page.xpath("string(//section[@aria-labelledby='holders-title']//table)")
    order = label_of(Action.ORDER_IMMEDIATE_MEASURES)
    assert order in str(standing)
    assert order not in str(duties)


def test_standing_acts_stand_under_headings_and_only_the_first_never_folds(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    page = html.fromstring(sign_in("case_officer").get(f"/cases/{case_id}").text)
    groups = [group for group in page.iter("details") if group.get("class") == "standing-group"]
    shown = [str(group.findtext("summary")) for group in groups]
    assert shown == [heading for heading in STANDING_GROUPS if heading in shown]
    enforcement = [link.text for link in groups[shown.index("执法措施")].iter("a")]
    order = [label_of(action) for action in STANDING_GROUPS["执法措施"]]
    assert enforcement == [name for name in order if name in enforcement]
    assert len(enforcement) > 1
    assert all("open" in group.attrib for group in groups)
    assert ["data-fold" in group.attrib for group in groups] == [False] + [True] * (len(groups) - 1)


def test_the_party_is_shown_with_whom_it_belongs_to(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    client = sign_in("case_officer")
    assert facts_of(client, case_id)["上级公司"] == "示例集团 市外"
    assert "隶属关系" not in facts_of(client, case_id)
    affiliate(world, "mine", Affiliation.CITY)
    affiliate(world, "group", Affiliation.CENTRAL)
    facts = facts_of(client, case_id)
    assert facts["隶属关系"] == "市属企业"
    assert facts["上级公司"] == "示例集团 中央企业 市外"


def facts_of(client: FlaskClient, case_id: int) -> dict[str, str]:
    """Terms and texts of the facts on the page of a case."""
    page = html.fromstring(client.get(f"/cases/{case_id}").text)
    section = "//section[@aria-labelledby='facts-title']//dl/div"
    terms, texts = (
        [words_of(found) for found in page.iterfind(f".{section}/{name}")] for name in ("dt", "dd")
    )
    return dict(zip(terms, texts, strict=True))


def test_criterion_says_whether_it_was_checked(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    client = sign_in("case_officer")
    assert "未核实，待第二人复核" in client.get(f"/cases/{case_id}").text
    world.confirm_criterion(case_id)
    assert "已由第二人对照原文复核" in client.get(f"/cases/{case_id}").text


def test_what_is_missing_is_shown_as_such(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report(criterion=None)
    with transaction(world.engine) as session:
        session.execute(sa.text("UPDATE supervision_case SET place = NULL"))
    page = text_of(sign_in("case_officer").get(f"/cases/{case_id}").text)
    assert "待补内容：具体部位" in page
    assert "尚未登记判定依据" in page


def test_deadline_explains_each_day_passed_over(world: World, sign_in: SignIn) -> None:
    world.now = datetime(2026, 2, 12, 1, 0, tzinfo=UTC)
    case_id = world.file_report(found_on=date(2026, 2, 11))
    page = html.fromstring(sign_in("case_officer").get(f"/cases/{case_id}").text)
    deadline = next(
        item
        for item in page.iter("article")
        if "填报续报" in (item.findtext(".//h3") or "") and item.tag == "article"
    )
    words = words_of(deadline)
    assert "5 个工作日" in words
    assert "2026-02-15 周日 至 2026-02-23 周一（9 天）：春节（放假通知）" in words
    assert "2026-02-14 周六：春节调休上班" in words
    assert "本地设置" in words
    assert "届满2026-02-26 24 时" in words
    cells = {
        cell.get("class"): words_of(cell).replace(" ", "")
        for cell in deadline.iter("td")
        if cell.get("class")
    }
    assert cells["day-start"] == "12起（起算日）"
    assert cells["day-make_up"] == "14班（调休上班，计入，第2日）"
    assert cells["day-due"] == "26止（届满日，第5日）"
    assert sum(cell.get("class") == "day-skipped" for cell in deadline.iter("td")) == 9


def test_days_left_of_the_limit_are_those_of_the_order(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.rectify(case_id)
    world.do("safety_officer", case_id, Action.EVALUATE_EFFECT)
    page = text_of(sign_in("case_officer").get(f"/cases/{case_id}").text)
    assert "整改期限2026-05-31 剩 90 天" in page


def test_documents_and_receivers_are_listed(world: World, sign_in: SignIn) -> None:
    case_id = listed_case(world)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.do("government_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)
    page = sign_in("case_officer").get(f"/cases/{case_id}").text
    assert f"/documents/{notice_id(world, case_id)}/issued" in page
    assert "已送达" in page
    assert "已签收" in page
    assert "待签收" in page


def test_withdrawn_case_has_left_the_row_of_phases(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.withdraw(case_id)
    page = sign_in("case_officer").get(f"/cases/{case_id}").text
    assert "撤销督办，督办程序终止" in page
    assert 'aria-label="办理阶段"' not in page


# ------------------------------------------------------------------ diagram and record


def test_diagram_in_words_lists_every_step_of_every_process(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    page = text_of(sign_in("case_officer").get(f"/cases/{case_id}/diagram").text)
    of_cases = collect("hazard_supervision", read_folder(REPOSITORY / "bpmn")).files
    names = [
        step.get("name", "")
        for name, content in of_cases.items()
        if name.endswith(".bpmn")
        for step in etree.fromstring(content).iter(STEP)
    ]
    assert len(names) > 25
    assert [name for name in names if name not in page] == []


def test_picture_is_coloured_by_the_way_taken(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    client = sign_in("case_officer")
    main = client.get(f"/cases/{case_id}/diagram").text
    assert "is-done" in classes(main, "hazard_found")
    assert "is-done" in classes(main, "file_first_report")
    assert "is-left_out" in classes(main, "register_hazard")
    assert "is-current" in classes(main, "rectification")
    assert "is-current" in classes(main, "case_events")
    assert "is-upcoming" in classes(main, "acceptance")
    assert "is-taken" in classes(main, "source_to_file_first_report")
    assert "is-not-taken" in classes(main, "source_to_register_hazard")
    part = client.get(f"/cases/{case_id}/diagram?process=rectification").text
    assert "is-done" in classes(part, "submit_plan")
    assert "is-current" in classes(part, "review_plan")
    assert "is-not-taken" in classes(part, "plan_review_to_submit_plan")


def test_picture_shows_the_latest_round_and_the_words_all_of_them(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.rectify(case_id)
    world.do("safety_officer", case_id, Action.EVALUATE_EFFECT)
    world.do("reviewer", case_id, Action.INSPECT_RECTIFICATION)
    world.do("second_reviewer", case_id, Action.INSPECT_RECTIFICATION)
    world.do(
        "department_head",
        case_id,
        Action.APPROVE_ACCEPTANCE,
        outcome=Outcome.FAILED,
        opinion="不合格。",
    )
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    page = sign_in("case_officer").get(f"/cases/{case_id}/diagram?process=rectification").text
    assert "is-done" in classes(page, "submit_plan")
    assert "is-current" in classes(page, "review_plan")
    assert "is-upcoming" in classes(page, "apply_for_acceptance")
    line = html.fromstring(page).xpath("string(//li[div/b='报送治理方案'])")
    assert str(line).count("safety_officer") == 2


def test_case_pinned_to_an_older_diagram_has_words_where_the_picture_changed(
    world: World, make_app: Callable[..., Flask]
) -> None:
    case_id = world.file_report()
    files = read_folder(REPOSITORY / "bpmn")
    files["rectification.bpmn"] += b"<!-- changed -->"
    app = make_app(case_definition=collect("hazard_supervision", files))
    client = signed_in_to(app, "case_officer")
    changed = client.get(f"/cases/{case_id}/diagram?process=rectification").text
    assert "此后流程已经修订" in changed
    assert "<svg" not in changed
    assert "报送治理方案" in changed
    assert "<svg" in client.get(f"/cases/{case_id}/diagram?process=intake").text


def told_to_viewer(page: str, name: str) -> str:
    return str(html.fromstring(page).xpath(f"string(//*[@id='viewer']/@data-{name})"))


def test_the_source_of_a_diagram_is_the_one_that_the_case_is_bound_to(
    world: World, make_app: Callable[..., Flask]
) -> None:
    case_id = world.file_report()
    files = read_folder(REPOSITORY / "bpmn")
    bound = files["rectification.bpmn"]
    files["rectification.bpmn"] += b"<!-- changed -->"
    client = signed_in_to(
        make_app(case_definition=collect("hazard_supervision", files)), "case_officer"
    )
    page = client.get(f"/cases/{case_id}/diagram?process=rectification").text
    address = told_to_viewer(page, "source")
    answer = client.get(address)
    assert (answer.data, answer.mimetype) == (bound, "application/xml")
    assert client.get(address.replace("rectification", "no_such_process")).status_code == 404


def test_the_source_of_a_foreign_case_is_like_one_that_is_not_there(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.file_report()
    foreign = sign_in("rival_principal").get(f"/cases/{case_id}/diagram/intake.bpmn")
    nowhere = sign_in("rival_principal").get("/cases/999/diagram/intake.bpmn")
    assert foreign.status_code == nowhere.status_code == 404
    assert "bpmn:process" not in foreign.text


def test_the_viewer_is_told_what_the_picture_shows(world: World, sign_in: SignIn) -> None:
    case_id = world.register()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    page = sign_in("case_officer").get(f"/cases/{case_id}/diagram?process=intake").text
    marks = json.loads(told_to_viewer(page, "marks"))
    for step in ("verify_hazard", "confirm_verdict"):
        assert marks[step] in classes(page, step)
    assert marks["verify_hazard"] == "is-done"
    whole = sign_in("case_officer").get(f"/cases/{case_id}/diagram").text
    called = json.loads(told_to_viewer(whole, "called"))
    assert called["rectification"] == f"/cases/{case_id}/diagram?process=rectification"


def test_record_tells_arrival_end_and_duration(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.later(hours=26)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    world.later(minutes=45)
    page = html.fromstring(sign_in("case_officer").get(f"/cases/{case_id}/record").text)
    rows = [words_of(row) for row in page.iter("tr")]
    verified = next(row for row in rows if label_of(Action.VERIFY_HAZARD) in row)
    assert "2026-03-02 09:00 2026-03-03 11:00" in verified
    assert "1 天 2 小时" in verified
    waiting = next(row for row in rows if label_of(Action.CONFIRM_VERDICT) in row)
    assert "在办" in waiting
    assert "已 45 分钟" in waiting


# ------------------------------------------------------------------ documents and files


def test_issued_document_is_shown_under_its_name_with_strict_headers(
    world: World, sign_in: SignIn
) -> None:
    case_id = listed_case(world)
    document = notice_id(world, case_id)
    client = sign_in("case_officer")
    for kind in ("draft", "issued"):
        answer = client.get(f"/documents/{document}/{kind}")
        assert answer.status_code == 200
        assert answer.data.startswith(b"%PDF")
        assert answer.content_type == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
        assert answer.headers["Cache-Control"] == "no-store"
        disposition = answer.headers["Content-Disposition"]
        assert disposition.startswith("inline; ")
        assert "filename*=UTF-8''%E6%8C%82%E7%89%8C" in disposition


def test_attachment_is_saved_and_never_shown(world: World, sign_in: SignIn) -> None:
    world.complete_double_report(world.file_report())
    answer = sign_in("case_officer").get("/attachments/1")
    assert answer.data == b"\x89PNG picture"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="____.png"; ')
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_draft_that_is_not_rendered_yet_says_so(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    command = world.command(case_id, Action.PROPOSE_LISTING)
    world.act("committee_officer", command, Action.PROPOSE_LISTING)
    with transaction(world.engine) as session:
        document = session.scalars(sa.select(sa.func.max(Document.id))).one()
    client = sign_in("case_officer")
    assert client.get(f"/documents/{document}/draft").status_code == 409
    assert client.get(f"/documents/{document}/issued").status_code == 404
    assert "正在生成" in client.get(f"/cases/{case_id}").text


# ------------------------------------------------------------------ speed


def test_number_of_queries_does_not_grow_with_the_ledger(world: World, sign_in: SignIn) -> None:
    client = sign_in("case_officer")
    counts = []
    for number in range(8):
        world.file_report(nonce=f"n{number}")
        if number in (0, 7):
            with counted_queries() as statements:
                assert client.get("/cases").status_code == 200
            counts.append(len(statements))
    assert counts[0] == counts[1]
    assert counts[0] <= 15


@pytest.mark.parametrize("page", PAGES)
def test_number_of_queries_does_not_grow_with_the_acts(
    world: World, sign_in: SignIn, page: str
) -> None:
    short = world.file_report()
    world.later(hours=1)
    long = listed_case(world)
    world.do("committee_officer", long, Action.SERVE_LISTING_NOTICE)
    client = sign_in("case_officer")
    counts = []
    for case_id in (long, short, long):
        with counted_queries() as statements:
            assert client.get(f"/cases/{case_id}{page}").status_code == 200
        counts.append(len(statements))
    # What is the same in every case is read once, whatever was done in it.
    assert abs(counts[2] - counts[1]) <= 1
    assert counts[2] <= 42


def test_the_supervised_side_reads_neither_drafts_nor_opinions_on_them(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING, reason="只供内部参阅的理由")
    document = notice_id(world, case_id)
    assert sign_in("office_head").get(f"/documents/{document}/draft").status_code == 200
    for name in ("principal", "group_head", "government_officer"):
        client = sign_in(name)
        assert client.get(f"/documents/{document}/draft").status_code == 404
        for page in ("", "/record", "/diagram"):
            assert "只供内部参阅的理由" not in client.get(f"/cases/{case_id}{page}").text
    world.walk(
        case_id,
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
        ("signatory", Action.SIGN_LISTING),
    )
    client = sign_in("principal")
    open_by(world, "principal", document)
    assert client.get(f"/documents/{document}/issued").status_code == 200
    assert client.get(f"/documents/{document}/draft").status_code == 404


def test_pages_say_who_answered_before_and_what_reached_the_new_party(
    world: World, sign_in: SignIn
) -> None:
    case_id = world.file_report()
    world.complete_double_report(case_id)
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.later(days=1)
    world.do("case_officer", case_id, Action.CHANGE_RESPONSIBLE_PARTY)
    world.do("department_head", case_id, Action.CONFIRM_PARTY_CHANGE)
    former = "原责任单位示例煤业，2026-03-03变更为示例民营煤业"
    reported = "双报告由原责任单位办理（签署双报告2026-03-02，向职工大会报告2026-03-02）"
    for name in ("case_officer", "leader", "private_principal"):
        page = squeezed(sign_in(name).get(f"/cases/{case_id}").text)
        assert page.count(former) == 2, name  # beside the party, and beside the notice
        assert reported in page, name
        assert "尚未送达新责任单位" in page, name
    task = world.task_id(case_id, Action.SERVE_ON_NEW_PARTY)
    brief = squeezed(sign_in("case_officer").get(f"/cases/{case_id}/tasks/{task}").text)
    assert former in brief
    assert "合3个工作日" in brief
    document = notice_id(world, case_id)
    open_by(world, "private_principal", document)
    issued = sign_in("private_principal").get(f"/documents/{document}/issued").data
    world.later(days=1)
    world.do("case_officer", case_id, Action.SERVE_ON_NEW_PARTY)
    page = squeezed(sign_in("private_principal").get(f"/cases/{case_id}").text)
    assert "2026-03-04按原文号送达新责任单位" in page
    assert "尚未送达新责任单位" not in page
    assert sign_in("private_principal").get(f"/documents/{document}/issued").data == issued
