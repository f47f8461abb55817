"""Tips over the pages: from a phone without an account to an answer, and nothing left behind."""

import io
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from services import accounts
from services.database import transaction
from services.models.tip import IdentityRequest, PublicQuota, Tip
from services.reference.divisions import divisions
from services.settings import Settings
from services.tips.quotas import ALL_TIPS
from tests.builders import COUNTY, MINE_CODE, World, make_world
from tests.tips import PHRASE, tips_in
from web.app import create_app
from workflows.tips import TipAction, TipOutcome
from workflows.vocabulary import HazardSource

PG_DUMP = shutil.which("pg_dump") or "pg_dump"
REQUEST = (TipAction.REQUEST_IDENTITY, TipOutcome.REQUESTED)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NONCE = re.compile(r'name="nonce"[^>]*value="([0-9a-f]{32})"')
CODE = re.compile(r'class="tip-code">([^<]+)<')
WHAT = "瓦斯探头被塑料袋包住，独特标记甲一"
FORM = {
    "subject": "operator",
    "division_code": COUNTY,
    "place": "二号采区，独特标记乙二",
    "party": "示例煤业，独特标记丙三",
    "what": WHAT,
    "contact_name": "独特姓名丁四",
    "contact_phone": "13987654321",
}


class Desk:
    """An office whose pages are open, and browsers of its people."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.tips = world, tips_in(world)
        url = world.engine.url.render_as_string(hide_password=False)
        with transaction(world.engine) as session:
            for name in ("case_officer", "second_officer", "department_head", "custodian"):
                accounts.create_account(session, world.person_ids[name], name, "no password")
        settings = Settings.from_environment({"GUAPAI_DATA": str(folder), "DATABASE_URL": url})
        self.app: Flask = create_app(settings, office=world.office, now=lambda: world.now)

    def browser(self, name: str = "") -> FlaskClient:
        client = self.app.test_client()
        if name:
            with transaction(self.world.engine) as session:
                attempt = accounts.Attempt(None, self.world.person_ids[name], None)
                token = accounts.open_session(session, attempt, self.world.now)
            client.set_cookie("guapai_session", token)
        return client


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(world, tmp_path)
    yield made
    made.app.extensions["guapai"].connection.engine.dispose()


@pytest.fixture
def each_desk(each_world: World, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(each_world, tmp_path)
    yield made
    made.app.extensions["guapai"].connection.engine.dispose()


def send(client: FlaskClient, form_at: str, to: str, **data: object) -> TestResponse:
    """Fill in the form of one page and send it, with the tokens that the page carries."""
    page = client.get(form_at).text
    token, nonce = TOKEN.search(page), NONCE.search(page)
    sent = {"csrf_token": token[1] if token else "", "nonce": nonce[1] if nonce else "", **data}
    return client.post(to, data=sent, content_type="multipart/form-data")


def photo(mark: str) -> tuple[io.BytesIO, str]:
    """A JPEG whose camera data and comment hold a mark."""
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E], exif[0x9286] = mark, mark
    picture = Image.new("RGB", (60, 40), "orange")
    picture.save(target, "JPEG", exif=exif, comment=mark.encode())
    assert mark.encode() in target.getvalue()
    target.seek(0)
    return target, f"{mark}.jpg"


def report(client: FlaskClient, **changes: object) -> TestResponse:
    return send(client, "/public/report", "/public/report", **{**FORM, **changes})


def receipt_of(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    found = CODE.search(answer.text)
    assert found
    return found[1]


def test_a_worker_reports_is_asked_answers_and_is_answered(each_desk: Desk) -> None:
    desk, worker = each_desk, each_desk.browser()
    code = receipt_of(report(worker, pictures=[photo("canary-one")]))
    assert re.fullmatch(r"(\d{4} ){4}\d{4}", code)
    custodian = desk.browser("custodian")
    opened = send(custodian, "/custodian", "/custodian/open", phrase=PHRASE)
    assert opened.status_code == 303
    page = custodian.get("/custodian/tips/1").text
    for text in (WHAT, FORM["contact_name"], FORM["contact_phone"]):
        assert text in page
    picture = re.search(r"/custodian/tips/1/pictures/(\d+)", page)
    assert picture
    assert b"canary" not in custodian.get(picture[0]).data
    copy = {
        "title": "反映探头被遮挡",
        "place": "某矿二号采区",
        "text": "反映瓦斯探头被遮挡。",
        "handler_id": str(desk.world.ids["department"]),
        "picture_ids": picture[1],
        "outcome": "registered",
    }
    at = "/custodian/tips/1"
    assert send(custodian, at, f"{at}/registration", **copy).status_code == 303
    officer = desk.browser("case_officer")
    shown = officer.get("/tips/1").text
    assert "反映瓦斯探头被遮挡。" in shown
    assert "独特" not in shown
    assert b"canary" not in officer.get("/tips/1/pictures/1").data
    assert send(officer, "/tips/1", "/tips/1/messages", text="哪一班？").status_code == 303
    status = send(worker, "/public/report/status", "/public/report/status", code=code)
    assert "哪一班？" in status.text
    assert "核查中" in status.text
    token, nonce = TOKEN.search(status.text), NONCE.search(status.text)
    assert token
    assert nonce
    said = {"csrf_token": token[1], "nonce": nonce[1], "code": code, "text": "夜班，独特标记戊五"}
    written = worker.post("/public/report/status/messages", data=said)
    assert "您的补充已收到" in written.text
    assert "独特标记戊五" not in written.text
    assert "独特标记戊五" in custodian.get(at).text
    passed = send(custodian, at, f"{at}/messages/2", text="夜班。")
    assert passed.status_code == 303
    assert "夜班。" in officer.get("/tips/1").text
    take(officer, "verify_tip", "proven", opinion="现场核查属实。")
    take(desk.browser("department_head"), "sign_tip_finding", "signed")
    take(officer, "open_tip_case", "handled_otherwise", opinion="责令当日整改。")
    take(officer, "answer_informant", "answered", answer="已责令整改，谢谢您。")
    status = send(worker, "/public/report/status", "/public/report/status", code=code)
    assert "已责令整改，谢谢您。" in status.text


def take(client: FlaskClient, step: str, outcome: str, **data: str) -> TestResponse:
    page = client.get("/tips/1").text
    form = page[page.index(f"/tips/1/steps/{step}") :]
    task, token = re.search(r'name="task_id" value="([0-9a-f]{32})"', form), TOKEN.search(form)
    assert task
    assert token
    sent = {"csrf_token": token[1], "task_id": task[1], "outcome": outcome, **data}
    answer = client.post(f"/tips/1/steps/{step}", data=sent)
    assert answer.status_code == 303, answer.text
    return answer


def test_a_case_is_opened_from_a_tip_and_bound_to_it(desk: Desk) -> None:
    tips, world = desk.tips, desk.world
    tips.send()
    tips.register(1)
    officer = desk.browser("case_officer")
    take(officer, "verify_tip", "proven", opinion="现场核查属实。")
    take(desk.browser("department_head"), "sign_tip_finding", "signed")
    with transaction(world.engine) as session:
        number = session.get_one(Tip, 1).number
    other = world.register(source=HazardSource.VERIFIED_TIP, finder_reference="举〔2025〕9号")
    world.later(minutes=1)
    bound = world.register(source=HazardSource.VERIFIED_TIP, finder_reference=number)
    page = officer.get("/tips/1").text
    for case_id, status in ((other, 422), (bound, 303)):
        intake = intake_number(world, case_id)
        task = re.search(r'name="task_id" value="([0-9a-f]{32})"', page[page.index("open_tip") :])
        token = TOKEN.search(page)
        assert task
        assert token
        data = {"csrf_token": token[1], "task_id": task[1], "intake_number": intake}
        to = "/tips/1/steps/open_tip_case"
        answer = officer.post(to, data={**data, "outcome": "case_opened"})
        assert answer.status_code == status, answer.text
        assert intake in (answer.text if status == 422 else officer.get("/tips/1").text)


def intake_number(world: World, case_id: int) -> str:
    with transaction(world.engine) as session:
        statement = sa.text("SELECT intake_number FROM supervision_case WHERE id = :id")
        return str(session.execute(statement, {"id": case_id}).scalar_one())


def test_an_identity_is_granted_told_and_opened_over_the_pages(desk: Desk) -> None:
    worker, officer = desk.browser(), desk.browser("case_officer")
    report(worker)
    desk.tips.register(1, picture_ids=())
    take(officer, "request_identity", "requested", ground="on_the_spot", opinion="须到现场指认。")
    custodian = desk.browser("custodian")
    send(custodian, "/custodian", "/custodian/open", phrase=PHRASE)
    page = custodian.get("/custodian/tips/1").text
    task = re.search(r'name="task_id" value="([0-9a-f]{32})"', page)
    assert task
    data = {"task_id": task[1], "outcome": "granted", "opinion": "限本人使用。"}
    grant = send(custodian, "/custodian/tips/1", "/custodian/tips/1/identity", **data)
    code = receipt_of(grant)
    wrong = send(officer, "/tips/1", "/tips/1/identity/1", identity_code="AAAA BBBB")
    assert wrong.status_code == 422
    assert FORM["contact_phone"] not in wrong.text
    shown = send(officer, "/tips/1", "/tips/1/identity/1", identity_code=code)
    assert FORM["contact_phone"] in shown.text
    assert FORM["contact_name"] in shown.text
    colleague = desk.browser("second_officer")
    assert "identity_code" not in colleague.get("/tips/1").text
    stolen = send(colleague, "/tips/1", "/tips/1/identity/1", identity_code=code)
    assert stolen.status_code == 404
    desk.world.later(hours=24)
    with transaction(desk.world.engine) as session:
        assert session.get_one(IdentityRequest, 1).sealed is not None
    officer = desk.browser("case_officer")
    late = send(officer, "/tips/1", "/tips/1/identity/1", identity_code=code)
    assert late.status_code == 404
    assert "打开举报人身份" in open_page(desk, "/custodian/tips/1")


def open_page(desk: Desk, address: str) -> str:
    custodian = desk.browser("custodian")
    send(custodian, "/custodian", "/custodian/open", phrase=PHRASE)
    return custodian.get(address).text


def test_the_home_page_counts_what_waits_for_whom(desk: Desk) -> None:
    waits = "件待您办理。"
    report(desk.browser())
    custodian, officer = desk.browser("custodian"), desk.browser("case_officer")
    head = desk.browser("department_head")
    assert "举报：<b>1</b> " + waits in custodian.get("/home").text
    assert waits not in officer.get("/home").text
    desk.tips.register(1)
    assert waits not in custodian.get("/home").text
    assert "举报：<b>1</b> " + waits in officer.get("/home").text
    assert waits not in head.get("/home").text
    take(officer, "verify_tip", "proven", opinion="现场核查属实。")
    assert waits not in officer.get("/home").text
    assert "举报：<b>1</b> " + waits in head.get("/home").text


def test_more_than_a_phone_would_send_is_refused_before_it_is_read(desk: Desk) -> None:
    answer = desk.browser().post(
        "/public/report",
        data=b"--x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(33 * 2**20)},
    )
    assert answer.status_code == 413
    assert count_tips(desk) == 0


def test_a_picture_is_laid_down_nowhere_while_it_is_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a file on the disk")

    worker, pictures = desk.browser(), [photo("canary-photo")]
    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", refuse)
    assert receipt_of(report(worker, pictures=pictures))
    assert report(worker, place="", pictures=[photo("canary-photo")]).status_code == 422


def test_nobody_else_can_tell_that_there_is_a_tip(desk: Desk) -> None:
    names = ("safety_officer", "principal", "leader", "system_admin", "other_officer")
    with transaction(desk.world.engine) as session:
        for name in names:
            accounts.create_account(session, desk.world.person_ids[name], name, "no password")
    desk.world.file_report()
    clients = {name: desk.browser(name) for name in names}
    addresses = (
        "/home",
        "/cases",
        "/cases/1",
        "/tasks",
        "/tips",
        "/tips/1",
        "/custodian",
        "/public",
    )

    def seen() -> dict[tuple[str, str], str]:
        changing = re.compile(r"counting-\d+|[0-9a-f]{32,}|[\w.-]{60,}")
        answers = {
            (name, address): client.get(address)
            for name, client in clients.items()
            for address in addresses
        }
        return {key: f"{a.status_code} {changing.sub('*', a.text)}" for key, a in answers.items()}

    before = seen()
    address = f"/public/report/{MINE_CODE}"
    receipt_of(send(desk.browser(), address, address, **FORM))
    desk.tips.register(1)
    assert seen() == before


def test_what_was_typed_stays_when_something_is_missing(desk: Desk) -> None:
    answer = report(desk.browser(), place="", contact_phone="")
    assert answer.status_code == 422
    assert WHAT in answer.text
    assert "请填写具体地点" in answer.text


def test_details_that_tell_who_writes_are_pointed_out_before_they_are_sent(desk: Desk) -> None:
    worker = desk.browser()
    telling = {**FORM, "what": "我当班时看见的，打我电话13900001111"}
    answer = send(worker, "/public/report", "/public/report", **telling)
    assert answer.status_code == 422
    assert "我当班" in answer.text
    assert "13900001111" in answer.text
    assert count_tips(desk) == 0
    receipt_of(send(worker, "/public/report", "/public/report", **telling, confirmed="y"))
    assert count_tips(desk) == 1


def count_tips(desk: Desk) -> int:
    with transaction(desk.world.engine) as session:
        return session.scalars(sa.select(sa.func.count(Tip.id))).one()


def test_a_tip_about_an_organ_is_shown_the_way_to_the_superior_and_leaves_nothing(
    desk: Desk,
) -> None:
    answer = report(desk.browser(), subject="organ")
    assert answer.status_code == 200
    assert "这里没有保存任何内容" in answer.text
    assert "上一级安全生产委员会办公室" in answer.text
    assert WHAT not in answer.text
    assert count_tips(desk) == 0


def test_employees_report_by_the_code_of_their_enterprise(desk: Desk) -> None:
    worker, address = desk.browser(), f"/public/report/{MINE_CODE}"
    assert "示例煤业" in worker.get(address).text
    receipt_of(send(worker, address, address, **FORM))
    with transaction(desk.world.engine) as session:
        tip = session.get_one(Tip, 1)
        assert (tip.channel, tip.enterprise_id) == ("employee", desk.world.ids["mine"])
    assert worker.get("/public/report/91140602MA000009XX").status_code == 404


@pytest.mark.parametrize("name", ["note.pdf", "page.html", "photo.png"])
def test_only_pictures_are_taken(desk: Desk, name: str) -> None:
    answer = report(desk.browser(), pictures=[(io.BytesIO(b"%PDF-1.4 no picture"), name)])
    assert answer.status_code == 422
    assert count_tips(desk) == 0


def test_a_form_sent_twice_shows_the_same_receipt(desk: Desk) -> None:
    worker = desk.browser()
    page = worker.get("/public/report").text
    token, nonce = TOKEN.search(page), NONCE.search(page)
    assert token
    assert nonce
    data = {**FORM, "csrf_token": token[1], "nonce": nonce[1]}
    first, second = (receipt_of(worker.post("/public/report", data=data)) for _ in range(2))
    assert first == second
    assert count_tips(desk) == 1


def test_the_custodian_is_told_where_nothing_more_is_taken(desk: Desk) -> None:
    for _ in range(40):
        desk.tips.send(pictures=())
    told = desk.browser("custodian").get("/custodian").text
    assert f"“{divisions()[COUNTY].name}”的网上举报今天已到上限" in told
    assert "全部网上举报今天已到上限" not in told


def test_no_picture_is_opened_where_nothing_more_is_taken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(*_given: object, **_named: object) -> None:
        raise AssertionError("a picture was opened")

    with transaction(desk.world.engine) as session:
        session.add(
            PublicQuota(name=ALL_TIPS.name, begins_at=ALL_TIPS.at(desk.world.now), used=300)
        )
    monkeypatch.setattr("web.forms.tips.accept_upload", opened)
    answer = report(desk.browser(), pictures=[(io.BytesIO(b"picture"), "a.png")])
    assert answer.status_code == 429
    assert count_tips(desk) == 0
    assert "全部网上举报今天已到上限" in desk.browser("custodian").get("/custodian").text


def test_a_locked_vault_shows_nothing_and_a_phrase_is_not_guessed(desk: Desk) -> None:
    report(desk.browser())
    custodian = desk.browser("custodian")
    assert custodian.get("/custodian/tips/1").status_code == 302
    answers = [
        send(custodian, "/custodian", "/custodian/open", phrase=f"猜的第{number}次猜的第猜的第")
        for number in range(10)
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert send(custodian, "/custodian", "/custodian/open", phrase=PHRASE).status_code == 403
    desk.world.later(minutes=10)
    assert send(custodian, "/custodian", "/custodian/open", phrase=PHRASE).status_code == 303
    assert WHAT in custodian.get("/custodian/tips/1").text
    desk.world.later(minutes=15)
    assert WHAT not in custodian.get("/custodian/tips/1", follow_redirects=True).text


def test_a_tip_is_given_elsewhere_only_while_the_vault_is_open(desk: Desk) -> None:
    report(desk.browser())
    desk.tips.register(1, picture_ids=())
    desk.tips.take("case_officer", 1, TipAction.VERIFY_TIP, TipOutcome.NOT_OURS)
    custodian = desk.browser("custodian")
    data = {
        "task_id": desk.tips.task_id(1, TipAction.REASSIGN_TIP),
        "handler_id": str(desk.world.ids["other_department"]),
        "opinion": "属于该部门职责。",
    }
    to = "/custodian/tips/1/handler"
    assert send(custodian, "/custodian", to, **data).status_code == 403
    send(custodian, "/custodian", "/custodian/open", phrase=PHRASE)
    assert send(custodian, "/custodian", to, **data).status_code == 303


def test_the_public_pages_ask_for_no_session_and_set_one_cookie_only(desk: Desk) -> None:
    officer = desk.browser("case_officer")
    page = officer.get("/public/report")
    assert "case_officer" not in page.text
    cookies = page.headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == ["guapai_form"]
    after = report(officer)
    assert receipt_of(after)
    kept = officer.get_cookie("guapai_form")
    assert kept is not None
    with desk.app.test_request_context():
        serializer = desk.app.session_interface.get_signing_serializer(desk.app)  # type: ignore[attr-defined]
        assert set(serializer.loads(kept.value)) == {"csrf_token"}


MARKS = (
    "独特标记甲一",
    "独特标记乙二",
    "独特标记丙三",
    "独特姓名丁四",
    "13987654321",
    "独特标记戊五",
    "canary-photo",
    "CanaryAgent",
    "203.0.113.77",
    "canary-referer",
)


def forms_of(mark: str) -> set[bytes]:
    """How a mark could lie in a file: as UTF-8, UTF-16, or escaped as JSON has it."""
    escaped = mark.encode("unicode_escape")
    return {mark.encode(), mark.encode("utf-16-le"), escaped, escaped.replace(b"\\", b"\\\\")}


@pytest.mark.parametrize(
    "kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def test_no_byte_of_an_informant_lies_in_database_log_folder_or_backup(
    kind: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    caplog.handler.setLevel("DEBUG")
    engine = request.getfixturevalue(f"{kind}_engine")
    desk = Desk(make_world(engine, tmp_path), tmp_path)
    worker = desk.browser()
    worker.environ_base.update(
        REMOTE_ADDR="203.0.113.77",
        HTTP_USER_AGENT="CanaryAgent",
        HTTP_REFERER="http://x/canary-referer",
    )
    pictures = [photo("canary-photo"), photo("canary-photo")]
    caplog.clear()  # drawing them was logged, by the library and in this test only
    code = receipt_of(report(worker, pictures=pictures[:1]))
    report(worker, place="", pictures=pictures[1:])
    status = send(worker, "/public/report/status", "/public/report/status", code=code)
    token, nonce = TOKEN.search(status.text), NONCE.search(status.text)
    assert token
    assert nonce
    said = {"csrf_token": token[1], "nonce": nonce[1], "code": code, "text": "独特标记戊五"}
    assert worker.post("/public/report/status/messages", data=said).status_code == 200
    worker.post("/public/report/status", data={**said, "code": "1234"})
    desk.tips.register(1)
    desk.tips.take("case_officer", 1, *REQUEST)
    desk.tips.decide_identity(1, TipOutcome.GRANTED)
    desk.tips.open_vault()
    stolen = everything_in(desk, tmp_path, kind)
    said_aloud = capfd.readouterr()
    stolen["logs"] = (caplog.text + said_aloud.out + said_aloud.err).encode()
    marks = {*MARKS, code, code.replace(" ", "")}
    for place, content in stolen.items():
        for mark in marks:
            for form in forms_of(mark):
                assert form not in content, (place, mark)
    # The search finds what is there: the edited copy, which is no secret of the informant's.
    assert any("反映瓦斯监测探头被遮挡".encode() in content for content in stolen.values())
    desk.app.extensions["guapai"].connection.engine.dispose()


def everything_in(desk: Desk, folder: Path, kind: str) -> dict[str, bytes]:
    """All that a thief of the installation holds: database, backup, files and folders."""
    engine = desk.world.engine
    held: dict[str, bytes] = {}
    if kind == "sqlite":
        path = Path(engine.url.database or "")
        backup = folder / "backup.sqlite"
        with sqlite3.connect(path) as source, sqlite3.connect(backup) as target:
            source.backup(target)
            held["dump"] = "\n".join(source.iterdump()).encode()
        source.close()
        target.close()
    else:
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        dump = subprocess.run(  # our own database
            [PG_DUMP, "--inserts", url], capture_output=True, check=True
        )
        held["dump"] = dump.stdout
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            held[str(path)] = path.read_bytes()
    # Bytes are dumped in hexadecimal.
    held["dump, bytes"] = b"".join(
        bytes.fromhex(text.decode())
        for text in re.findall(rb"(?:\\x|X')((?:[0-9a-fA-F]{2})+)", held["dump"])
    )
    return held
