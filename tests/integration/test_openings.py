"""送达: both sides see when a document was delivered, opened first and received."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from services import accounts, audit
from services.clock import local_date
from services.database import reading, transaction
from services.errors import DocumentNotFoundError
from services.models.audit import AuditEntry
from services.models.document import Document, DocumentOpening
from services.openings import open_issued
from services.queries.case_page import get_case_page
from services.settings import Settings
from tests.builders import PHOTO, World
from tests.integration.test_dossier import files_of
from tests.integration.test_escalation import ordered
from web.app import create_app
from workflows.vocabulary import Action, Addressee, DocumentKind, ServiceMethod

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NOTICE, LETTER = DocumentKind.LISTING_NOTICE, DocumentKind.SUPERVISION_LETTER
SignIn = Callable[[str], FlaskClient]


def listed(world: World) -> int:
    """A case whose notice has its pages; the receipt of the service is a photograph."""
    case_id = ordered(world)
    world.to_signed(case_id)
    world.work()
    return case_id


def serve(world: World, case_id: int, **changes: object) -> None:
    serving = Action.SERVE_LISTING_NOTICE
    world.do("committee_officer", case_id, serving, uploads=(PHOTO,), **changes)  # type: ignore[arg-type]  # the builder's own


def document_id(world: World, kind: DocumentKind) -> int:
    with reading(world.engine) as session:
        query = sa.select(Document.id).where(Document.kind == kind).order_by(Document.id.desc())
        return session.scalars(query.limit(1)).one()


def open_by(world: World, name: str, number: int) -> None:
    with transaction(world.engine) as session:
        open_issued(world.frame(session, name), number)


def openings(world: World) -> list[tuple[int, int, int]]:
    with reading(world.engine) as session:
        rows = session.scalars(sa.select(DocumentOpening).order_by(DocumentOpening.id))
        return [(row.document_id, row.organisation_id, row.person_id) for row in rows]


def told_in_chain(world: World) -> int:
    with reading(world.engine) as session:
        assert audit.first_broken_link(session) is None
        return sum(
            "document_opened_id" in entry.body for entry in session.scalars(sa.select(AuditEntry))
        )


def test_the_first_opening_by_whom_it_is_for_is_kept_once(each_world: World) -> None:
    world = each_world
    listed(world)
    number = document_id(world, NOTICE)
    for name in ("case_officer", "committee_officer", "government_officer", "signatory"):
        open_by(world, name, number)
    assert openings(world) == []
    open_by(world, "safety_officer", number)
    world.later(hours=3)
    open_by(world, "principal", number)
    open_by(world, "safety_officer", number)
    mine, first = world.ids["mine"], world.person_ids["safety_officer"]
    assert openings(world) == [(number, mine, first)]
    assert told_in_chain(world) == 1


def test_of_two_who_open_at_once_one_is_the_first(each_world: World) -> None:
    world = each_world
    listed(world)
    number, together = document_id(world, NOTICE), Barrier(2)

    def press(name: str) -> None:
        together.wait()
        open_by(world, name, number)

    threads = [Thread(target=press, args=(name,)) for name in ("principal", "safety_officer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(openings(world)) == told_in_chain(world) == 1


@pytest.mark.parametrize(
    ("addressee", "name", "house"),
    [
        (Addressee.PARTY, "principal", "mine"),
        (Addressee.TERRITORY, "government_officer", "county"),
        (Addressee.DEPARTMENT, "department_head", "department"),
    ],
)
def test_a_letter_is_opened_by_whom_it_presses_on(
    world: World, addressee: Addressee, name: str, house: str
) -> None:
    case_id = listed(world)
    serve(world, case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_ESCALATION, addressee=addressee)
    world.do("office_head", case_id, Action.CONFIRM_ESCALATION)
    world.work()
    number = document_id(world, LETTER)
    with pytest.raises(DocumentNotFoundError):  # not served yet
        open_by(world, "principal", number)
    world.do("committee_officer", case_id, Action.SERVE_ESCALATION)
    # What is proposed afterwards is another letter.
    world.do("principal", case_id, Action.ANSWER_ESCALATION) if house == "mine" else None
    for other in ("principal", "government_officer", "department_head"):
        open_by(world, other, number)
    assert openings(world) == [(number, world.ids[house], world.person_ids[name])]


@pytest.mark.parametrize("name", ["rival_principal", "other_officer"])
def test_who_does_not_see_the_case_opens_nothing(world: World, name: str) -> None:
    listed(world)
    with pytest.raises(DocumentNotFoundError):
        open_by(world, name, document_id(world, NOTICE))


def test_pages_that_are_not_there_are_not_opened(world: World) -> None:
    case_id = ordered(world)
    world.to_signed(case_id)
    with transaction(world.engine) as session:
        session.execute(sa.update(Document).values(issued_sha256=None))
    with pytest.raises(DocumentNotFoundError):
        open_by(world, "principal", document_id(world, NOTICE))
    assert openings(world) == []


# ------------------------------------------------------------------ pages


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def sign_in(world: World, app: Flask) -> SignIn:
    def signed_in(name: str) -> FlaskClient:
        person_id = world.person_ids[name]
        with transaction(world.engine) as session:
            accounts.create_account(session, person_id, name, "unused")
            attempt = accounts.Attempt(None, person_id, None)
            token = accounts.open_session(session, attempt, world.now)
        client = app.test_client()
        client.set_cookie("guapai_session", token)
        return client

    return signed_in


def press(client: FlaskClient, page: str, address: str) -> tuple[int, str | None]:
    token = TOKEN.search(page)
    assert token is not None
    answer = client.post(address, data={"csrf_token": token[1]})
    return answer.status_code, answer.location


def test_both_sides_see_delivered_opened_and_received(world: World, sign_in: SignIn) -> None:
    case_id = listed(world)
    world.later(hours=1)
    serve(world, case_id, received_by="矿长甲某")
    served_on, number = local_date(world.now), document_id(world, NOTICE)
    party, officer = sign_in("principal"), sign_in("committee_officer")
    where, opening = f"/cases/{case_id}", f"/documents/{number}/open"
    for client in (party, officer):
        page = client.get(where).text
        assert f'送达：<span class="no-wrap">{served_on}</span>，直接送达' in page
        assert "签收：矿长甲某，<a" in page
        assert "受送达单位尚未在系统中打开" in page
        assert (opening in page) is (client is party)
    world.later(minutes=10)
    page = party.get(where).text
    issued = f"/documents/{number}/issued"
    assert press(party, page, opening) == (303, issued)
    assert party.get(issued).mimetype == "application/pdf"
    opened_at = world.now
    world.later(minutes=10)
    assert press(party, page, opening) == (303, issued)  # pressed again on the old page
    said = f'首次打开：<span class="no-wrap">{opened_at + timedelta(hours=8):%Y-%m-%d %H:%M}</span>'
    for client in (party, officer):
        page = client.get(where).text
        assert said in page
        assert "受送达单位尚未在系统中打开" not in page
        assert opening not in page
        assert f'href="{issued}"' in page


def test_nobody_it_is_for_reads_it_before_its_opening_is_recorded(
    world: World, sign_in: SignIn
) -> None:
    case_id = listed(world)
    number = document_id(world, NOTICE)
    issued = f"/documents/{number}/issued"
    party = sign_in("principal")
    answer = party.get(issued)
    assert (answer.status_code, answer.location) == (303, f"/cases/{case_id}#documents-title")
    assert sign_in("case_officer").get(issued).mimetype == "application/pdf"
    assert openings(world) == []
    open_by(world, "principal", number)
    assert party.get(issued).mimetype == "application/pdf"


def test_what_was_left_at_the_premises_was_not_received(world: World, sign_in: SignIn) -> None:
    case_id = listed(world)
    left = ServiceMethod.LEFT_AT_PREMISES
    serve(world, case_id, method=left, received_by="拒收，见证人庚某", opinion="拒收，张贴并拍照。")
    page = sign_in("principal").get(f"/cases/{case_id}").text
    assert "签收：未签收，留置送达" in page
    assert "签收：拒收" not in page


def test_the_dossier_tells_the_service_with_its_receipt(world: World, sign_in: SignIn) -> None:
    case_id = listed(world)
    serve(world, case_id, received_by="矿长甲某")
    open_by(world, "principal", document_id(world, NOTICE))
    officer = sign_in("case_officer")
    page = officer.get(f"/cases/{case_id}").text
    token = TOKEN.search(page)
    assert token is not None
    answer = officer.post(f"/cases/{case_id}/dossier", data={"csrf_token": token[1]})
    files = files_of(answer.data)
    answer.close()
    index = files["案卷目录.html"].decode()
    served = index.split("<h2>送达</h2>")[1].split("<h2>")[0]
    with reading(world.engine) as session:
        seen = get_case_page(session, world.actor("case_officer"), case_id, world.office.profile)
    (notice,) = (row for row in seen.documents if row.kind is NOTICE)
    for words in (notice.number, "直接送达", "矿长甲某", notice.openings[0].person_name):
        assert words is not None
        assert words in served
    receipts = re.findall(r'href="([^"]+)"', served)
    assert receipts
    assert all(receipt in files for receipt in receipts)
    assert b"document_opened_id" in files["chain.jsonl"]
