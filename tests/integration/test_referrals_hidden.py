"""Nobody but its parties can tell that there is a referral; receivers read no table of cases."""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from services import accounts
from services.database import create_engine_for, transaction
from services.settings import ReferralModule, Settings
from tests.builders import make_world
from tests.referrals import A, R, Referrals, referrals_in
from web.app import create_app

# Neither proposed, nor decides, nor receives: the reported side, colleagues, leaders, those above.
NON_PARTIES = (
    "principal",
    "safety_officer",
    "second_officer",
    "reviewer",
    "leader",
    "signatory",
    "government_officer",
    "other_officer",
    "secrecy_reviewer",
    "discipline_handler",
    "second_receiver",
    "system_admin",
    "audit_admin",
    "",
)
# What differs from one installation, one request or one moment to the next.
CHANGING = re.compile(r"[0-9a-f]{32,}|[0-9a-f-]{36}|[\w.-]{60,}|\d\d:\d\d(:\d\d)?")
NOT_LOOKED_AT = {"static", "sign_in.sign_out"}
IDS = {"case_id", "document_id", "attachment_id", "referral_id", "tip_id", "public_id"}
# What tells who somebody is, and whether this is a demonstration.
OF_EVERY_REQUEST = {
    "account",
    "login_session",
    "second_factor",
    "calendar_feed",
    "person",
    "post",
    "post_sector",
    "organisation",
    "substitution",
    "installation",
}
TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)"?', re.IGNORECASE)


@dataclass(frozen=True)
class Office:
    """An installation, with a referral or without one; and its pages."""

    referrals: Referrals
    app: Flask

    @property
    def engine(self) -> sa.Engine:
        """The engine that the pages use."""
        engine: sa.Engine = self.app.extensions["guapai"].connection.engine
        return engine

    def browser(self, name: str) -> FlaskClient:
        """Signed in as this person; nobody where there is no name."""
        client, world = self.app.test_client(), self.referrals.world
        if name:
            with transaction(world.engine) as session:
                attempt = accounts.Attempt(None, world.person_ids[name], None)
                token = accounts.open_session(session, attempt, world.now)
            client.set_cookie("guapai_session", token)
        return client

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """What the pages ask the database meanwhile."""
        asked: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
            asked.append(statement)

        sa.event.listen(self.engine, "before_cursor_execute", note)
        yield asked
        sa.event.remove(self.engine, "before_cursor_execute", note)


def make_office(template: bytes, folder: Path, *, refers: bool) -> Office:
    folder.mkdir()
    (folder / "guapai.sqlite").write_bytes(template)
    url = f"sqlite:///{folder / 'guapai.sqlite'}"
    world = make_world(create_engine_for(url), folder)
    referrals = referrals_in(world)
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    if refers:
        referrals.to_delivered(case_id)
        discipline = referrals.discipline_delivered(case_id)
        referrals.take("discipline_receiver", discipline, A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED)
        referrals.propose("case_officer", case_id, about_name="principal")
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, "no password")
    settings = Settings.from_environment({"GUAPAI_DATA": str(folder), "DATABASE_URL": url})
    return Office(referrals, create_app(settings, office=world.office, now=lambda: world.now))


@pytest.fixture(scope="module")
def offices(
    sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Office, Office]]:
    folder = tmp_path_factory.mktemp("offices")
    made = tuple(
        make_office(sqlite_template, folder / str(refers), refers=refers)
        for refers in (True, False)
    )
    yield made[0], made[1]
    for office in made:
        office.engine.dispose()
        office.referrals.world.engine.dispose()


def addresses(app: Flask) -> list[str]:
    """Every page that can be opened with nothing but the id of a record."""
    adapter = app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1))
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and rule.arguments <= IDS
        and rule.endpoint not in NOT_LOOKED_AT
    ]


def seen_by(office: Office, name: str) -> dict[str, tuple[int, str, int]]:
    """Of every page: the status, the text without what always changes, how much was asked."""
    client, seen = office.browser(name), {}
    for address in [*addresses(office.app), "/cases?text=principal", "/cases?text=移送"]:
        client.get("/account")  # the same session before each page
        with office.statements() as asked:
            answer = client.get(address)
            kind = answer.mimetype or ""
            text = answer.text if kind.startswith("text/") else kind
        seen[address] = (answer.status_code, CHANGING.sub("*", text), len(asked))
        answer.close()
    return seen


@pytest.mark.parametrize("name", NON_PARTIES)
def test_no_page_and_no_number_of_queries_tells_of_a_referral(
    offices: tuple[Office, Office], name: str
) -> None:
    with_one, without = (seen_by(office, name) for office in offices)
    assert len(with_one) > 60
    assert with_one.keys() == without.keys()
    different = [address for address, seen in with_one.items() if seen != without[address]]
    assert different == []


def test_the_parties_do_see_it_so_that_the_test_above_bites(
    offices: tuple[Office, Office],
) -> None:
    for name, page in (
        ("case_officer", "/referrals"),
        ("department_head", "/home"),
        ("office_head", "/referrals"),
        ("discipline_receiver", "/discipline"),
    ):
        with_one, without = (office.browser(name).get(page).text for office in offices)
        assert CHANGING.sub("*", with_one) != CHANGING.sub("*", without), name


def test_exports_and_dossiers_are_the_same(offices: tuple[Office, Office]) -> None:
    found = []
    for office in offices:
        client = office.browser("second_officer")
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/cases").text)
        data = {"csrf_token": token[1] if token else "", "format": "csv"}
        table = client.post("/cases/export", data=data)
        dossier = client.post("/cases/1/dossier", data=data)
        with zipfile.ZipFile(io.BytesIO(dossier.data)) as archive:
            names = archive.namelist()
            chain = archive.read("chain.jsonl").decode().count("\n")
            index = CHANGING.sub("*", archive.read("案卷目录.html").decode())
        found.append((table.status_code, CHANGING.sub("*", table.text), names, chain, index))
        dossier.close()
    assert found[0] == found[1]
    assert found[0][0] == 200


def test_the_doctor_says_the_same(offices: tuple[Office, Office]) -> None:
    said = [
        CHANGING.sub("*", office.app.test_cli_runner().invoke(args=["doctor"]).output).replace(
            str(office.app.extensions["guapai"].settings.data_folder), "*"
        )
        for office in offices
    ]
    assert said[0] == said[1]
    assert "移送的审计链" in said[0]


@pytest.mark.parametrize("name", ["discipline_receiver", "police_liaison"])
def test_what_a_receiver_opens_asks_no_table_of_cases(
    offices: tuple[Office, Office], name: str
) -> None:
    office, _ = offices
    referral_id = 2 if name == "discipline_receiver" else 1
    client = office.browser(name)
    mine = f"/discipline/{referral_id}"
    with office.statements() as asked:
        pages = [client.get(path) for path in ("/discipline", mine, f"{mine}/package", "/account")]
        token = re.search(r'name="csrf_token" value="([^"]+)"', pages[1].text)
        data = {"csrf_token": token[1] if token else "", "nonce": "a" * 32, "text": "先核对。"}
        pages.append(client.post(f"{mine}/notes", data=data))
        step = "ask_sender" if name == "discipline_receiver" else "acknowledge_referral"
        task = re.search(rf'steps/{step}".*?name="task_id" value="(\w+)"', pages[1].text, re.DOTALL)
        outcome = {"ask_sender": "asked", "acknowledge_referral": "acknowledged"}[step]
        taken = {**data, "task_id": task[1] if task else "", "outcome": outcome, "opinion": "问。"}
        pages.append(client.post(f"{mine}/steps/{step}", data=taken))
    assert [page.status_code for page in pages] == [200, 200, 200, 200, 303, 303]
    for page in pages:
        page.close()
    tables = {table for statement in asked for table in TABLE.findall(statement)}
    tables -= {"below", "above", "anon_1", "anon_2"}  # named in the statement itself
    asked_of = {table for table in tables if not table.startswith("referral")}
    assert asked_of <= OF_EVERY_REQUEST | {"definition_file", "calendar_notice"}
    assert any(table == "referral_package" for table in tables)


@pytest.mark.parametrize("name", ["discipline_receiver", "police_liaison"])
def test_a_receiver_opens_no_case_and_no_package_of_another(
    offices: tuple[Office, Office], name: str
) -> None:
    office, _ = offices
    client = office.browser(name)
    others = 1 if name == "discipline_receiver" else 2
    for path, status in (
        ("/cases", 403),
        ("/cases/1", 403),
        ("/cases/999", 403),
        ("/home", 403),
        ("/tips", 403),
        ("/custodians", 403),
        (f"/discipline/{others}", 404),
        (f"/discipline/{others}/package", 404),
        ("/discipline/999", 404),
    ):
        assert client.get(path).status_code in (status, 404), path
    assert "/cases" not in client.get("/discipline").text


def test_a_module_left_out_has_no_page_and_says_so(sqlite_template: bytes, tmp_path: Path) -> None:
    office = make_office(sqlite_template, tmp_path / "out", refers=False)
    url = office.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment(
        {"GUAPAI_DATA": str(tmp_path / "out"), "DATABASE_URL": url, "GUAPAI_REFERRALS": "off"}
    )
    world = office.referrals.world
    left_out = create_app(
        settings, office=replace(world.office, referrals=ReferralModule.OFF), now=lambda: world.now
    )
    without = Office(office.referrals, left_out)
    client = without.browser("department_head")
    assert client.get("/referrals").status_code == 404
    assert 'href="/referrals"' not in client.get("/home").text
    assert without.browser("discipline_receiver").get("/discipline").status_code == 404
    assert "未装  移送模块" in left_out.test_cli_runner().invoke(args=["doctor"]).output
    for each in (office, without):
        each.engine.dispose()
    world.engine.dispose()
