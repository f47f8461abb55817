"""Nobody on the supervised side can tell a tip from an inspection: on no page, in no export."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from services import accounts
from services.database import create_engine_for, transaction
from services.settings import Settings
from tests.builders import PHOTO, World, make_world
from web.app import create_app
from workflows.vocabulary import Action, HazardSource, PartyKind

NUMBER, WORDS = "举〔2026〕77号", "群众来电反映"
TIP, OWN = HazardSource.VERIFIED_TIP, HazardSource.REGULATOR_FINDING
PARTY = ("principal", "safety_officer", "group_head", "private_principal")
PAGES = ("", "/record", "/diagram", "/receipt")
OFFICE = ("case_officer", "leader", "government_officer")
# What differs from one installation, one request or one moment to the next.
CHANGING = re.compile(r"counting-\d+|[0-9a-f]{32,}|[0-9a-f-]{36}|[\w.-]{60,}|\d\d:\d\d(:\d\d)?")


@dataclass(frozen=True)
class Told:
    """An office where one hazard was found so, and another found so once more; its pages."""

    world: World
    app: Flask


def told_of(template: bytes, folder: Path, source: HazardSource) -> Told:
    folder.mkdir()
    (folder / "guapai.sqlite").write_bytes(template)
    url = f"sqlite:///{folder / 'guapai.sqlite'}"
    world = make_world(create_engine_for(url), folder)
    found = {"source": source, "finder": "", "finder_reference": NUMBER if source is TIP else ""}
    parties = {"client": "示例民营煤业", "contractor": "示例小吃店"}
    case_id = world.register(**found, party_kind=PartyKind.CONTRACT_PARTIES, **parties)
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.later(hours=1)
    reported = world.file_report()
    further = {"description": f"{WORDS}：{source}", "uploads": (PHOTO,)}
    world.do("case_officer", reported, Action.ADD_FINDING, 0, **found, **further)
    if source is TIP:
        world.do("case_officer", case_id, Action.PROPOSE_INQUIRY)
        world.do("office_head", case_id, Action.CONFIRM_INQUIRY)
    with transaction(world.engine) as session:
        for name in (*PARTY, *OFFICE):
            accounts.create_account(session, world.person_ids[name], name, "no password")
    settings = Settings.from_environment({"GUAPAI_DATA": str(folder), "DATABASE_URL": url})
    return Told(world, create_app(settings, office=world.office, now=lambda: world.now))


@pytest.fixture(scope="module")
def offices(
    sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[HazardSource, Told]]:
    folder = tmp_path_factory.mktemp("offices")
    made = {source: told_of(sqlite_template, folder / source, source) for source in (TIP, OWN)}
    yield made
    for told in made.values():
        told.app.extensions["guapai"].connection.engine.dispose()
        told.world.engine.dispose()


def browser(told: Told, name: str) -> FlaskClient:
    client, world = told.app.test_client(), told.world
    with transaction(world.engine) as session:
        attempt = accounts.Attempt(None, world.person_ids[name], None)
        client.set_cookie("guapai_session", accounts.open_session(session, attempt, world.now))
    return client


def seen_by(told: Told, name: str) -> dict[str, str]:
    """Every page of the cases that the person can open, and the ledger in each form."""
    client = browser(told, name)
    first = client.get("/cases/1").text + client.get("/cases/2").text
    links = re.findall(r'href="(/(?:cases|documents|attachments)/[^"#?]*)"', first)
    addresses = ["/", "/tasks", "/cases", "/tasks/copies", *dict.fromkeys(links)]
    addresses += [f"/cases/{case}{page}" for case in (1, 2) for page in PAGES]
    addresses += [f"/attachments/{number}" for number in range(1, 12)]
    seen = dict[str, str]()
    for address in addresses:
        answer = client.get(address)
        text = answer.text if answer.mimetype == "text/html" else ""
        seen[CHANGING.sub("*", address)] = f"{answer.status_code} {CHANGING.sub('*', text)}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/cases").text)
    for form in ("csv", "xlsx"):
        data = {"format": form, "csrf_token": token[1] if token else ""}
        answer = client.post("/cases/export", data=data)
        assert answer.status_code == 200
        seen[form] = CHANGING.sub("*", answer.text) if form == "csv" else _cells(answer.data)
    return seen


def _cells(content: bytes) -> str:
    sheets = load_workbook(BytesIO(content), read_only=True).worksheets
    rows = (row for sheet in sheets for row in sheet.iter_rows(values_only=True))
    return "\n".join(CHANGING.sub("*", str(row)) for row in rows)


@pytest.mark.parametrize("name", PARTY)
def test_a_tip_looks_like_an_inspection_on_every_page_and_in_every_export(
    offices: dict[HazardSource, Told], name: str
) -> None:
    of_a_tip, of_an_inspection = seen_by(offices[TIP], name), seen_by(offices[OWN], name)
    assert of_a_tip.keys() == of_an_inspection.keys()
    for key, text in of_a_tip.items():
        # Of every case alike, the page of the diagrams names all that there are.
        ours = () if key.endswith("/diagram") else ("比照事故",)
        for mark in ("举报查实", NUMBER, WORDS, "verified_tip", *ours):
            assert mark not in text, (key, mark)
        assert text == of_an_inspection[key], key
    assert "监管部门核查发现" in of_a_tip["/cases/1"]
    assert "监管部门核查发现" in of_a_tip["csv"]


@pytest.mark.parametrize("name", OFFICE)
def test_the_offices_know_their_sources(offices: dict[HazardSource, Told], name: str) -> None:
    seen = seen_by(offices[TIP], name)
    for word in ("举报查实", NUMBER, "比照事故"):
        assert word in seen["/cases/1"], word
    assert "举报查实" in seen["csv"]
    assert "举报查实" in seen["xlsx"]


def test_who_knows_of_a_higher_inspection_still_reads_what_follows_from_it(
    sqlite_template: bytes, tmp_path: Path
) -> None:
    told = told_of(sqlite_template, tmp_path / "both", TIP)
    told.world.do("case_officer", 1, Action.ADD_FINDING)
    page = browser(told, "principal").get("/cases/1").text
    assert "省督导检查组" in page
    assert "比照事故" in page
    assert NUMBER not in page
