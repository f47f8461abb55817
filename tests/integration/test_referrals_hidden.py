"""Nobody but its parties can tell that there is a referral; receivers read no table of cases."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from services import accounts
from services.calendar_feeds import make_feed
from services.database import create_engine_for, reading, transaction
from services.documents.verification_code import LETTERS
from services.models.process import definition_file
from services.models.referral import Referral
from services.queries.referrals import list_received
from services.referral.acts import RuleFinding, propose_by_rule
from services.settings import ReferralModule, Settings
from tests.builders import make_world
from tests.public_rows import put_bulletin, put_public
from tests.referrals import A, R, Referrals, referrals_in
from web.app import create_app
from workflows.referral import ReceiverKind, ReferralRule

# Neither proposed, nor decides, nor receives: the reported side, colleagues, leaders, those above.
NON_PARTIES = (
    "principal",
    "safety_officer",
    "group_head",
    "group_principal",
    "second_officer",
    "reviewer",
    "department_leader",
    "department_signatory",
    "leader",
    "signatory",
    "government_officer",
    "government_principal",
    "other_officer",
    "secrecy_reviewer",
    "discipline_handler",
    "second_receiver",
    "procuratorate_liaison",
    "system_admin",
    "security_admin",
    "audit_admin",
    "",
)
# Where the department is reported and the committee's office refers: they too know nothing.
REPORTED_DEPARTMENT = (
    "case_officer",
    "department_head",
    "legality_reviewer",
    "police_liaison",
)
# Pages that must be among those compared, whatever else there is.
BY_NAME = (
    "/",
    "/home",
    "/cases",
    "/cases/1",
    "/cases/1/record",
    "/cases/1/knowledge",
    "/cases/1/trace",
    "/tasks",
    "/account",
    "/deadlines/calendar",
    "/public",
    "/public/cases",
    "/public/cases/1",
    "/public/bulletins",
    "/public/bulletins/1",
    "/public/statistics",
    "/public/log",
    "/public/data",
    "/public/data/cases.csv",
    "/public/data/cases.json",
    "/public/feeds",
    "/verify",
    "/referrals",
    "/referrals/new",
    "/discipline",
    "/administration",
    "/administration/log",
    "/administration/worker",
)
# What differs from one installation, one request or one moment to the next.
CHANGING = re.compile(
    r"[0-9a-f]{32,}|[0-9a-f-]{36}|[\w.-]{60,}|\d\d:\d\d(:\d\d)?"
    rf"|[{LETTERS}]{{4}}(-[{LETTERS}]{{4}}){{4}}"  # a verification code
)
# Pages name random codes, so that their length differs by a few bytes.
SIZE = re.compile(r'"size":\d+')
NOT_LOOKED_AT = {"static", "sign_in.sign_out"}
# What stands in an address beside the id of a record.
WORDS = {
    "name": "all",
    "process_id": "referral",
    "kind": "listing_notice",
    "step": "propose_listing",
}
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
MAY_BE_ASKED = OF_EVERY_REQUEST | {"definition_file", "calendar_notice"}
TABLE = re.compile(r'\b(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)"?', re.IGNORECASE)


def tables_of(statements: Iterable[str]) -> set[str]:
    """What statements ask, without what they name themselves."""
    tables = {table for statement in statements for table in TABLE.findall(statement)}
    return tables - {"below", "above", "anon_1", "anon_2"}


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


def refer_at_every_stage(referrals: Referrals, case_id: int) -> None:
    """One referral at each stage that there is: a page that told of one of them would be found."""
    world, head = referrals.world, "department_head"

    def approved(name: str) -> int:
        referral_id = referrals.propose("case_officer", case_id, about_name=name)
        referrals.take(head, referral_id, A.DECIDE_REFERRAL, R.APPROVED)
        return referral_id

    def delivered(name: str) -> int:
        referral_id = approved(name)
        referrals.seal("case_officer", referral_id)
        referrals.take("case_officer", referral_id, A.DELIVER_REFERRAL, R.DELIVERED_ONLINE)
        return referral_id

    referrals.propose("case_officer", case_id, about_name="principal")
    refused = referrals.propose("case_officer", case_id, about_name="甲")
    referrals.take(head, refused, A.DECIDE_REFERRAL, R.REFUSED)
    approved("乙")
    referrals.seal("case_officer", approved("丙"))
    delivered("丁")
    returned = delivered("戊")
    referrals.take("police_liaison", returned, A.ACKNOWLEDGE_REFERRAL, R.RETURNED)
    settled = delivered("己")
    for action, outcome in (
        (A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED),
        (A.ASK_SENDER, R.ASKED),
        (A.DECIDE_FILING, R.NOT_FILED),
    ):
        referrals.take("police_liaison", settled, action, outcome)
    referrals.take(head, settled, A.OBJECT_TO_FILING, R.OBJECTED)
    referrals.take("police_liaison", settled, A.ANSWER_FILING_OBJECTION, R.FILED)
    referrals.take("police_liaison", settled, A.REPORT_REFERRAL_OUTCOME, R.SANCTIONED)
    refer_the_department(referrals, case_id)
    for number, decided in ((1, None), (2, R.REFUSED)):
        found = RuleFinding(
            rule=ReferralRule.REFUSAL,
            key=f"refusal:{number}",
            case_id=case_id,
            ground="refusal",
            sender_id=world.ids["department"],
            about_organisation_id=world.ids["mine"],
            receiver_kind=ReceiverKind.POLICE,
            facts="2026-03-02 1号",
        )
        with transaction(world.engine) as session:
            propose_by_rule(session, world.office, found, world.now)
            known = sa.select(Referral.id).where(Referral.rule_key == found.key)
            referral_id = session.scalars(known).one()
        if decided is not None:
            referrals.take(head, referral_id, A.DECIDE_REFERRAL, decided)


def refer_the_department(referrals: Referrals, case_id: int) -> None:
    """Somebody of the department, by the committee's office; another one by a rule."""
    world = referrals.world
    discipline = referrals.discipline_delivered(case_id)
    referrals.take("discipline_receiver", discipline, A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED)
    found = RuleFinding(
        rule=ReferralRule.FOUND_BY_OTHERS,
        key="found_by_others:1",
        case_id=case_id,
        ground="not_found",
        sender_id=world.ids["office"],
        about_organisation_id=world.ids["department"],
        receiver_kind=ReceiverKind.DISCIPLINE,
        facts="2026-03-02",
        about_name="department_head",
        about_person_id=world.person_ids["department_head"],
    )
    with transaction(world.engine) as session:
        propose_by_rule(session, world.office, found, world.now)


def make_office(
    template: bytes, folder: Path, refer: Callable[[Referrals, int], None] | None = None
) -> Office:
    folder.mkdir()
    (folder / "guapai.sqlite").write_bytes(template)
    url = f"sqlite:///{folder / 'guapai.sqlite'}"
    world = make_world(create_engine_for(url), folder)
    referrals = referrals_in(world)
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    put_public(world)
    put_bulletin(world, "2026-03")
    if refer is not None:
        refer(referrals, case_id)
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, "no password")
    settings = Settings.from_environment({"GUAPAI_DATA": str(folder), "DATABASE_URL": url})
    return Office(referrals, create_app(settings, office=world.office, now=lambda: world.now))


@dataclass(frozen=True)
class Offices:
    """The same office three times: referred everybody, the department alone, nobody."""

    everybody: Office
    department: Office
    nobody: Office


@pytest.fixture(scope="module")
def offices(sqlite_template: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    folder = tmp_path_factory.mktemp("offices")
    made = Offices(
        make_office(sqlite_template, folder / "everybody", refer_at_every_stage),
        make_office(sqlite_template, folder / "department", refer_the_department),
        make_office(sqlite_template, folder / "nobody"),
    )
    yield made
    for office in (made.everybody, made.department, made.nobody):
        office.engine.dispose()
        office.referrals.world.engine.dispose()


def addresses(app: Flask, referral_ids: Sequence[int]) -> list[str]:
    """Every page that can be opened with nothing but the id of a record, or the name of a feed."""
    adapter = app.url_map.bind("localhost")
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in NOT_LOOKED_AT:
            continue
        if all(name.endswith("_id") for name in rule.arguments - WORDS.keys()):
            for number in referral_ids if "referral_id" in rule.arguments else [1]:
                ids = dict.fromkeys(rule.arguments, number)
                found += [adapter.build(rule.endpoint, {**ids, **_words(rule.arguments)})]
    return found


def _words(arguments: Iterable[str]) -> dict[str, str]:
    return {name: WORDS[name] for name in arguments if name in WORDS}


def seen_by(
    office: Office, name: str, referral_ids: Sequence[int]
) -> dict[str, tuple[int, str, int]]:
    """Of every page: the status, the text without what always changes, how much was asked."""
    client, seen = office.browser(name), {}
    searches = [f"/cases?text={text}" for text in ("principal", "移送", "路人甲")]
    searches += [f"/public/cases?text={text}" for text in ("移送", "路人甲")]
    searches += ["/referrals/new?case_number=1", "/verify?code=移送"]
    for address in [*addresses(office.app, referral_ids), *searches]:
        client.get("/account")  # the same session before each page
        with office.statements() as asked:
            answer = client.get(address)
            told = answer.mimetype or ""
            if told.startswith("text/") or told.endswith(("xml", "json")):
                told += CHANGING.sub("*", answer.text)
        headers = sorted(name for name in answer.headers.keys())  # noqa: SIM118  pairs otherwise
        seen[address] = (answer.status_code, f"{headers} {told}", len(asked))
        answer.close()
    return seen


@pytest.mark.parametrize("name", NON_PARTIES)
def test_no_page_and_no_number_of_queries_tells_of_a_referral(offices: Offices, name: str) -> None:
    compare(offices.everybody, offices.nobody, name)


@pytest.mark.parametrize("name", REPORTED_DEPARTMENT)
def test_whoever_is_reported_and_their_leaders_learn_nothing(offices: Offices, name: str) -> None:
    compare(offices.department, offices.nobody, name)


def compare(with_some: Office, without: Office, name: str) -> None:
    """Every page of one visitor in both offices."""
    with reading(with_some.referrals.world.engine) as session:
        referral_ids = session.scalars(sa.select(Referral.id).order_by(Referral.id)).all()
    assert len(referral_ids) > 1
    told, expected = (seen_by(office, name, referral_ids) for office in (with_some, without))
    assert set(BY_NAME) <= expected.keys(), set(BY_NAME) - expected.keys()
    assert expected["/public/cases/1"][0] == 200
    assert expected["/public/bulletins/1"][0] == 200
    assert told.keys() == expected.keys()
    assert [address for address, seen in told.items() if seen != expected[address]] == []


@pytest.mark.parametrize("name", ["second_officer", "principal", "system_admin"])
def test_what_is_sent_to_a_referral_is_answered_as_if_there_were_none(
    offices: Offices, name: str
) -> None:
    """Every button of the module, pressed for each referral there is."""
    with reading(offices.everybody.referrals.world.engine) as session:
        referral_ids = session.scalars(sa.select(Referral.id).order_by(Referral.id)).all()
    told = []
    for office in (offices.everybody, offices.nobody):
        client, seen = office.browser(name), []
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/account").text)
        data = {"csrf_token": token[1] if token else "", "outcome": "approved", "text": "问。"}
        for referral_id in referral_ids:
            for path in (
                f"/referrals/{referral_id}/steps/decide_referral",
                f"/referrals/{referral_id}/seal",
                f"/discipline/{referral_id}/steps/acknowledge_referral",
                f"/discipline/{referral_id}/notes",
            ):
                client.get("/account")
                with office.statements() as asked:
                    answer = client.post(path, data={**data, "nonce": "b" * 32})
                seen.append((answer.status_code, CHANGING.sub("*", answer.text), len(asked)))
        told.append(seen)
    assert told[0] == told[1]
    assert {status for status, _, _ in told[0]} <= {403, 404}


def test_the_parties_do_see_it_so_that_the_test_above_bites(offices: Offices) -> None:
    for name, page in (
        ("case_officer", "/referrals"),
        ("department_head", "/home"),
        ("office_head", "/referrals"),
        ("discipline_receiver", "/discipline"),
    ):
        both = (offices.everybody, offices.nobody)
        with_one, without = (office.browser(name).get(page).text for office in both)
        assert CHANGING.sub("*", with_one) != CHANGING.sub("*", without), name


def test_exports_and_dossiers_are_the_same(offices: Offices) -> None:
    found = []
    for office in (offices.everybody, offices.nobody):
        client = office.browser("second_officer")
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/cases").text)
        data = {"csrf_token": token[1] if token else ""}
        tables = [
            client.post("/cases/export", data={**data, "format": form}) for form in ("csv", "xlsx")
        ]
        dossier = client.post("/cases/1/dossier", data=data)
        with zipfile.ZipFile(io.BytesIO(dossier.data)) as archive:
            papers = {
                name: SIZE.sub("", CHANGING.sub("*", archive.read(name).decode(errors="replace")))
                for name in archive.namelist()
                if not name.endswith((".pdf", ".crt", ".jpg", ".png"))
            }
            names = archive.namelist()
        with zipfile.ZipFile(io.BytesIO(tables[1].data)) as book:
            cells = [CHANGING.sub("*", book.read(name).decode()) for name in book.namelist()]
        statuses = {table.status_code for table in tables}
        found.append((statuses, CHANGING.sub("*", tables[0].text), names, papers, cells))
        dossier.close()
    assert found[0] == found[1]
    assert found[0][0] == {200}


def test_the_calendar_that_others_read_is_the_same(offices: Offices) -> None:
    for name in ("second_officer", "principal"):
        told = []
        for office in (offices.everybody, offices.nobody):
            world = office.referrals.world
            with transaction(world.engine) as session:
                token = make_feed(session, world.person_ids[name], world.now)
            client = office.app.test_client()
            with office.statements() as asked:
                answer = client.get(f"/calendar/{token}.ics")
            told.append((answer.status_code, CHANGING.sub("*", answer.text), len(asked)))
        assert told[0] == told[1]
        assert told[0][0] == 200


def test_no_command_of_the_operator_tells_of_a_referral(offices: Offices, tmp_path: Path) -> None:
    """What whoever stands beside the operator reads; the database file itself is another matter."""
    number = offices.nobody.referrals.intake_number(1)
    told = []
    for place, office in enumerate((offices.everybody, offices.nobody)):
        folder = str(office.app.extensions["guapai"].settings.data_folder)
        out, site = tmp_path / f"audit{place}", tmp_path / f"site{place}"
        said = []
        for arguments in (
            ["doctor"],
            ["case", "show", number],
            ["case", "show", number, "--json"],
            ["case", "list"],
            ["trace", number, "--on", "2026-12-31"],
            ["conformance", number],
            ["audit", "verify"],
            ["audit", "export", str(out)],
            ["worker", "status"],
            ["public", "export", str(site)],
        ):
            done = office.app.test_cli_runner().invoke(args=arguments)
            text = done.output.replace(folder, "*").replace(str(tmp_path), "*")
            said.append((arguments[:2], done.exit_code, steady(text, place)))
        files = {
            path.relative_to(root).as_posix(): steady(path.read_text(errors="replace"), place)
            for root in (out, site)
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }
        told.append((said, files))
    assert told[0] == told[1]
    assert "移送的审计链" in told[0][0][0][2]
    assert "chain.jsonl" in told[0][1]
    assert all("Usage" not in text for _, _, text in told[0][0])


def steady(text: str, place: int) -> str:
    """Without what changes, and the number of the folder."""
    names = re.sub(rf"(audit|site){place}", r"\1", text)
    return re.sub(r"([0-9A-F]{4} ){7}[0-9A-F]{4}", "*", CHANGING.sub("*", names))


def test_the_stored_diagrams_are_the_same(offices: Offices) -> None:
    """Whoever reads the database need not infer from a diagram that there was a referral."""
    told = []
    for office in (offices.everybody, offices.nobody):
        with reading(office.referrals.world.engine) as session:
            rows = sa.select(definition_file.c.digest, definition_file.c.stored_at).distinct()
            told.append(sorted((row.digest, row.stored_at) for row in session.execute(rows)))
    assert told[0] == told[1]


def buttons(text: str) -> dict[str, str]:
    """The open steps of a page, each with its task."""
    found = re.findall(r'steps/(\w+)".*?name="task_id" value="(\w+)"', text, re.DOTALL)
    return dict(found)


RECEIVED = {
    "discipline_receiver": ("ask_sender", "asked"),
    "police_liaison": ("acknowledge_referral", "acknowledged"),
}


@pytest.mark.parametrize("name", RECEIVED)
def test_what_a_receiver_opens_asks_no_table_of_cases(offices: Offices, name: str) -> None:
    office = offices.everybody
    step, outcome = RECEIVED[name]
    mine = f"/discipline/{waiting_for(office, name, step)}"
    client = office.browser(name)
    with office.statements() as asked:
        pages = [client.get(path) for path in ("/discipline", mine, f"{mine}/package", "/account")]
        token = re.search(r'name="csrf_token" value="([^"]+)"', pages[1].text)
        data = {"csrf_token": token[1] if token else "", "nonce": "a" * 32, "text": "先核对。"}
        pages.append(client.post(f"{mine}/notes", data=data))
        taken = {**data, "task_id": buttons(pages[1].text)[step], "opinion": "问。"}
        wrong = client.post(f"{mine}/steps/{step}", data=taken)
        right = client.post(f"{mine}/steps/{step}", data={**taken, "outcome": outcome})
    assert [page.status_code for page in pages] == [200, 200, 200, 200, 303]
    assert (wrong.status_code, right.status_code) == (422, 303)
    for page in pages:
        page.close()
    tables = tables_of(asked)
    assert {each for each in tables if not each.startswith("referral")} <= MAY_BE_ASKED
    assert "referral_package" in tables
    routes = {rule.endpoint for rule in office.app.url_map.iter_rules()}
    assert {each for each in routes if each.startswith("discipline.")} == {
        "discipline.show_inbox",
        "discipline.show",
        "discipline.download",
        "discipline.take_step",
        "discipline.write_own_note",
    }


def waiting_for(office: Office, name: str, step: str) -> int:
    """A referral that lies with this receiver and waits for the step."""
    world = office.referrals.world
    with reading(world.engine) as session:
        rows = list_received(session, world.actor(name))
    return next(row.referral_id for row in rows if step in {waiting.step for waiting in row.steps})


@pytest.mark.parametrize("name", RECEIVED)
def test_a_receiver_opens_no_case_and_no_package_of_another(offices: Offices, name: str) -> None:
    office = offices.everybody
    client, world = office.browser(name), office.referrals.world
    with reading(world.engine) as session:
        mine = {row.referral_id for row in list_received(session, world.actor(name))}
        others = set(session.scalars(sa.select(Referral.id))) - mine
    assert len(others) > 1
    for path in ("/cases", "/cases/1", "/cases/999", "/home", "/tips"):
        assert client.get(path).status_code == 403, path
    for number in (*others, 999):
        assert client.get(f"/discipline/{number}").status_code == 404
        assert client.get(f"/discipline/{number}/package").status_code == 404
    inbox = client.get("/discipline").text
    assert "/cases" not in inbox.replace("/public/cases", "")
    shown = {int(number) for number in re.findall(r'href="/discipline/(\d+)"', inbox)}
    assert shown == mine


@pytest.mark.parametrize("name", RECEIVED)
def test_to_a_receiver_a_package_of_another_is_as_none_at_all(offices: Offices, name: str) -> None:
    office = offices.everybody
    client, world = office.browser(name), office.referrals.world
    with reading(world.engine) as session:
        mine = {row.referral_id for row in list_received(session, world.actor(name))}
        others = set(session.scalars(sa.select(Referral.id))) - mine
    page = client.get("/discipline").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    data = {"csrf_token": token[1] if token else "", "outcome": "acknowledged", "text": "问。"}
    told = set()
    for number in (7, *others):
        for path in ("", "/package", "/steps/acknowledge_referral", "/notes"):
            client.get("/account")
            with office.statements() as asked:
                address = f"/discipline/{number}{path}"
                post = path not in {"", "/package"}
                answer = client.post(address, data=data) if post else client.get(address)
            text = CHANGING.sub("*", answer.text).replace(str(number), "*")
            told.add((path, answer.status_code, text, len(asked)))
    assert {status for _, status, _, _ in told} == {404}
    assert len(told) == 4


def test_what_a_party_reads_stays_in_no_cache(offices: Offices) -> None:
    for name, path in (("department_head", "/referrals"), ("discipline_receiver", "/discipline")):
        answer = offices.everybody.browser(name).get(path)
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_module_left_out_has_no_page_and_says_so(sqlite_template: bytes, tmp_path: Path) -> None:
    office = make_office(sqlite_template, tmp_path / "out")
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


def test_a_colleague_proposes_as_if_nobody_had(offices: Offices) -> None:
    """The same person upon the same ground: the form finds no fault with it."""
    answers = []
    for office in (offices.everybody, offices.nobody):
        client, ids = office.browser("second_officer"), office.referrals.world.ids
        number = office.referrals.intake_number(1)
        page = client.get(f"/referrals/new?case_number={number}").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        data = {
            "csrf_token": token[1] if token else "",
            "nonce": "c" * 32,
            "case_number": number,
            "about_organisation_id": ids["mine"],
            "ground": "refusal",
            "receiver": f"police:{ids['police']}",
            "about_name": "己",
            "about_post": "生产副矿长",
            "cadre_level": "not_managed",
            "facts": "停产整顿决定送达以后仍在生产。",
        }
        with office.statements() as asked:
            answer = client.post("/referrals/new", data=data)
        answers.append((answer.status_code, len(asked)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 303
