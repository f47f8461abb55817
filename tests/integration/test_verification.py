"""Anybody may check a file: ours and unchanged, ours and void, or not ours. Nothing is kept."""

import io
import re
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.database import reading, transaction
from services.documents.render import render_pdf
from services.models.document import Document
from services.settings import Settings
from services.signing import InstallationSigner
from services.worker import Workshop, work_off
from tests.builders import KEYS, World
from web.app import create_app
from workflows.vocabulary import Action, DocumentKind

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def order(world: World) -> bytes:
    """An issued order with real pages and signatures."""
    render = partial(render_pdf, fonts_folder=None)
    signer = InstallationSigner(world.engine, KEYS.sealing_key, render)
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    command = world.command(case_id, Action.VERIFY_HAZARD)
    world.act("case_officer", command, Action.VERIFY_HAZARD)
    command = world.command(case_id, Action.ISSUE_RECTIFICATION_ORDER)
    world.act("case_officer", command, Action.ISSUE_RECTIFICATION_ORDER)
    work_off(Workshop(world.engine, world.office.files, render, signer.sign), world.now)
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
