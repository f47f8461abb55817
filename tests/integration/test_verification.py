"""Anybody may check a file: ours and unchanged, ours and void, or not ours. Nothing is kept."""

import io
import re
import secrets
from functools import partial
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from cryptography import x509
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.clock import local_date
from services.database import reading, transaction
from services.documents.render import render_pdf
from services.documents.verification_code import make_code, read_code
from services.models.document import Document, ListingBatch
from services.models.handover import HandoverLetter
from services.public_requests import MOST_IN_WINDOW, TooManyRequestsError
from services.settings import Settings
from services.signing import InstallationSigner
from services.verification import find_by_code, find_issued_pages
from services.worker import Workshop, work_off
from tests.builders import KEYS, World
from tests.integration.test_listing_batches import batch_of, decide, to_signature
from tests.integration.test_render import text_of
from web.app import create_app
from workflows.handovers import LetterKind
from workflows.vocabulary import Action, DocumentKind

LISTING = DocumentKind.LISTING_NOTICE
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def printing(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose worker sets type and signs."""
    render = partial(render_pdf, fonts_folder=None)
    signer = InstallationSigner(world.engine, KEYS.sealing_key, render)
    shop = Workshop(world.engine, world.office.files, render, signer.sign)
    monkeypatch.setattr(world, "work", lambda: work_off(shop, world.now))
    return world


@pytest.fixture
def order(printing: World) -> bytes:
    """An issued order with real pages and signatures."""
    world = printing
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    command = world.command(case_id, Action.VERIFY_HAZARD)
    world.act("case_officer", command, Action.VERIFY_HAZARD)
    command = world.command(case_id, Action.ISSUE_RECTIFICATION_ORDER)
    world.act("case_officer", command, Action.ISSUE_RECTIFICATION_ORDER)
    world.work()
    with reading(world.engine) as session:
        sha256 = session.scalars(
            sa.select(Document.issued_sha256).filter_by(kind=DocumentKind.RECTIFICATION_ORDER)
        ).one()
    return world.office.files.read(sha256 or "")


@pytest.fixture
def stranger(world: World, tmp_path: Path) -> FlaskClient:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    return create_app(settings, office=world.office, now=lambda: world.now).test_client()


def check(stranger: FlaskClient, content: bytes, name: str = "文书.pdf") -> TestResponse:
    found = TOKEN.search(stranger.get("/verify").text)
    assert found
    data = {"csrf_token": found[1], "pages": (io.BytesIO(content), name)}
    return stranger.post("/verify", data=data)


def test_a_stranger_is_told_what_the_document_shows_and_who_signed(
    order: bytes, stranger: FlaskClient, world: World
) -> None:
    said = check(stranger, order)
    assert said.status_code == 200
    assert "逐字节一致，签发后没有改动" in said.text
    assert "case_officer" in said.text
    assert said.text.count("内容未改动") == 2
    assert "不是本系统签发的" not in said.text.split("核验说明什么")[0]
    with reading(world.engine) as session:
        document = session.scalars(
            sa.select(Document).filter_by(kind=DocumentKind.RECTIFICATION_ORDER)
        ).one()
        assert document.number
        assert document.number in said.text
    # Nothing of the case but what stands in the document's head and signatures.
    assert "现无" not in said.text
    assert "intake" not in said.text


@pytest.mark.parametrize("place", [10, 0.5, -10])
def test_one_changed_byte_is_not_ours(order: bytes, stranger: FlaskClient, place: float) -> None:
    changed = bytearray(order)
    changed[int(len(order) * place) if 0 < place < 1 else int(place)] ^= 1
    said = check(stranger, bytes(changed))
    assert said.status_code == 200
    assert "没有找到一致的文书" in said.text
    assert "逐字节一致，" not in said.text.split("核验说明什么")[0].split("再核验")[0]


@pytest.mark.parametrize("content", [b"x", b"%PDF-1.7 \n%%EOF", b"\0" * 100_000])
def test_what_is_no_document_is_not_ours(stranger: FlaskClient, content: bytes) -> None:
    said = check(stranger, content)
    assert (said.status_code, "没有找到一致的文书" in said.text) == (200, True)


def test_no_file_is_asked_for_again(stranger: FlaskClient) -> None:
    found = TOKEN.search(stranger.get("/verify").text)
    assert found
    said = stranger.post("/verify", data={"csrf_token": found[1]})
    assert said.status_code == 422
    assert "没有核验" in said.text


def test_what_became_void_is_told(order: bytes, stranger: FlaskClient, world: World) -> None:
    with transaction(world.engine) as session:
        session.execute(sa.update(Document).values(state="void"))
    said = check(stranger, order)
    assert "已经作废" in said.text
    assert "签发后没有改动" not in said.text.split("核验说明什么")[0]


def look_up(stranger: FlaskClient, code: str, address: str = "10.0.0.1") -> TestResponse:
    found = TOKEN.search(stranger.get("/verify").text)
    assert found
    data = {"csrf_token": found[1], "code": code}
    return stranger.post("/verify/code", data=data, environ_base={"REMOTE_ADDR": address})


def code_of(world: World, kind: DocumentKind = DocumentKind.RECTIFICATION_ORDER) -> str:
    with reading(world.engine) as session:
        code = session.scalars(sa.select(Document.verification_code).filter_by(kind=kind)).one()
    assert code
    return code


def unknown_code() -> str:
    return make_code(secrets.randbelow(2**80))


def test_the_printed_code_tells_what_the_document_shows(
    order: bytes, stranger: FlaskClient, world: World
) -> None:
    assert order
    code = code_of(world)
    said = look_up(stranger, code.lower().replace("-", " "))
    assert said.status_code == 200
    with reading(world.engine) as session:
        document = session.scalars(
            sa.select(Document).filter_by(kind=DocumentKind.RECTIFICATION_ORDER)
        ).one()
        title = f"{document.organ.name}责令限期整改指令书"
        shown = (title, document.number, document.organ.name, str(document.issued_on), code)
    verdict = said.text.split("查询结果")[1].split("再查一个核验码")[0]
    for words in (*shown, "在用", "上传电子原文件逐字节比对"):
        assert str(words) in verdict
    for words in ("现无", "皮带", "case_officer", "示例煤矿", "SL-", "有效"):
        assert words not in verdict


def test_the_printed_picture_brings_its_code_along(stranger: FlaskClient) -> None:
    page = stranger.get("/verify?code=ABCD-EFGH%22%3E%3Cb%3E")
    assert 'value="ABCD-EFGH&#34;&gt;&lt;b&gt;"' in page.text
    assert stranger.get("/verify?code=" + "A" * 5000).text.count("A" * 61) == 0


def test_the_code_of_what_became_void_says_so(
    order: bytes, stranger: FlaskClient, world: World
) -> None:
    assert order
    with transaction(world.engine) as session:
        session.execute(sa.update(Document).values(state="void"))
    verdict = look_up(stranger, code_of(world)).text.split("再查一个核验码")[0]
    assert "已经作废" in verdict
    assert "在用" not in verdict


def test_a_code_is_answered_while_its_pages_are_being_made(
    world: World, stranger: FlaskClient
) -> None:
    case_id = world.file_report()
    command = world.command(case_id, Action.ORDER_IMMEDIATE_MEASURES)
    world.act("case_officer", command, Action.ORDER_IMMEDIATE_MEASURES)
    said = look_up(stranger, code_of(world, DocumentKind.IMMEDIATE_MEASURES_ORDER))
    assert "正式文书还在生成" in said.text


def test_a_notice_for_several_cases_and_each_extract_have_codes_of_their_own(
    printing: World, stranger: FlaskClient
) -> None:
    world = printing
    case_ids = batch_of(world, 2)
    to_signature(world, case_ids[0])
    decide(world, "signatory", case_ids[0], Action.SIGN_LISTING)
    with reading(world.engine) as session:
        batch = session.scalars(sa.select(ListingBatch)).one()
        extracts = session.scalars(sa.select(Document.verification_code).filter_by(kind=LISTING))
        codes = {batch.verification_code, *extracts}
        number = batch.number
    assert len(codes) == 3
    assert None not in codes
    for code in codes:
        assert str(number) in look_up(stranger, str(code)).text


def test_a_typing_mistake_is_told_from_an_unknown_code(stranger: FlaskClient) -> None:
    code = unknown_code()
    mistyped = look_up(stranger, code[:-1] + ("2" if code[-1] != "2" else "3"))
    assert mistyped.status_code == 422
    assert "抄写有误" in mistyped.text
    assert code[:-1] in mistyped.text
    unknown = look_up(stranger, code)
    assert unknown.status_code == 200
    assert "没有登记这个核验码" in unknown.text
    assert look_up(stranger, "").status_code == 422


def test_a_draft_has_no_code(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    with reading(world.engine) as session:
        draft = session.scalars(sa.select(Document).filter_by(kind=LISTING)).one()
    assert (draft.state, draft.verification_code) == ("draft", None)


def test_guessing_ends_after_ten_misses_and_hits_do_not_count(
    order: bytes, stranger: FlaskClient, world: World
) -> None:
    assert order
    code = code_of(world)
    for _ in range(MOST_IN_WINDOW + 1):
        assert look_up(stranger, code).status_code == 200
    for _ in range(MOST_IN_WINDOW):
        assert look_up(stranger, unknown_code()).status_code == 200
    for tried in (unknown_code(), code):
        stopped = look_up(stranger, tried)
        assert stopped.status_code == 429
        assert "暂停查询" in stopped.text
    assert look_up(stranger, code, "10.0.0.2").status_code == 200
    world.later(hours=1)
    assert look_up(stranger, code).status_code == 200


def test_guesses_at_the_same_moment_are_all_counted(each_world: World) -> None:
    world = each_world
    start, answers = Barrier(4), list[str]()

    def guess() -> None:
        start.wait()
        for _ in range(MOST_IN_WINDOW // 2):
            try:
                with transaction(world.engine) as session:
                    find_by_code(session, unknown_code(), "net", world.now)
                answers.append("missed")
            except TooManyRequestsError:
                answers.append("stopped")

    threads = [Thread(target=guess) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers.count("missed"), answers.count("stopped")) == (MOST_IN_WINDOW, MOST_IN_WINDOW)


def test_nothing_of_the_file_is_kept(stranger: FlaskClient, world: World, tmp_path: Path) -> None:
    secret = b"nobody's business " * 1000
    check(stranger, secret)
    kept = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert not [file for file in kept if b"nobody's business" in file.read_bytes()]


def test_the_authority_is_given_to_anybody(order: bytes, stranger: FlaskClient) -> None:
    assert order
    given = stranger.get("/verify/authority.crt")
    assert given.status_code == 200
    assert x509.load_der_x509_certificate(given.data).subject.rfc4514_string()


def test_there_is_no_authority_before_the_first_signature(stranger: FlaskClient) -> None:
    assert stranger.get("/verify/authority.crt").status_code == 404


def test_a_letter_of_a_handover_is_looked_up_by_its_code_and_its_bytes(printing: World) -> None:
    world = printing
    case_id = world.file_report()
    world.to_listing(case_id)
    world.work()
    world.to_signed(case_id)
    world.work()
    with reading(world.engine) as session:
        letter = session.scalars(sa.select(HandoverLetter).order_by(HandoverLetter.id)).first()
        assert letter is not None
        code = letter.verification_code or ""
        by_bytes = find_issued_pages(session, world.office.files, letter.sha256 or "")
    assert read_code(code) == code
    with transaction(world.engine) as session:
        by_code = find_by_code(session, code, "127.0.0.1", world.now)
    for found in (by_bytes, by_code):
        assert found is not None
        assert (found.kind, found.number) == (LetterKind.NOTICE, letter.number)
        assert (found.organ_name, found.is_signed) == ("示例市安委办", True)
        assert found.issued_on == local_date(world.now)
    assert by_bytes is not None
    assert by_bytes.title == "交办重大事故隐患的通知"
    assert [(one.name, one.intact, one.whole, one.trusted) for one in by_bytes.signatures] == [
        ("示例市安委办", True, True, True)
    ]
    assert code in text_of(world.office.files.read(letter.sha256 or ""))
