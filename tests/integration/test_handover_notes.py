"""Letters to receivers, what these report, and the board."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from services import accounts
from services.database import reading, transaction
from services.documents.render import render_pdf
from services.dossier.package import lay_out
from services.dossier.package import take as take_dossier
from services.errors import InvalidCommandError, RecordNotFoundError
from services.handover_letters import printed_letter
from services.handover_notes import WriteNote, first_changed_note, write_note
from services.models.case import SupervisionCase
from services.models.handover import HandoverLetter, HandoverNote
from services.models.organisation import Organisation
from services.queries.handovers import (
    HandoverLine,
    get_handover,
    list_handovers,
    list_owed_progress,
)
from services.queries.months import Month
from services.queries.receivers import list_possible_receivers
from services.settings import Settings
from tests.builders import World
from tests.integration.test_render import text_of
from tests.integration.test_task_pages import Person
from tests.public_rows import app_of
from web.app import create_app
from web.views.dossier import dossier_view, index_page
from workflows.handovers import HandoverLevel, HandoverRefusedError, LetterKind
from workflows.vocabulary import Action, DocumentKind, Outcome

MARCH = Month(2026, 3)
ACKNOWLEDGE = Action.ACKNOWLEDGE_HANDOVER
SignIn = Callable[[str], Person]


def handed_over(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    return case_id


def line_of(world: World, name: str, receiver: str) -> HandoverLine:
    with reading(world.engine) as session:
        lines = list_handovers(session, world.actor(name))
    return next(line for line in lines if line.receiver_id == world.ids[receiver])


def note(world: World, name: str, receiver: str, text: str, period: Month | None = None) -> None:
    handover_id = line_of(world, "committee_officer", receiver).handover_id
    with transaction(world.engine) as session:
        command = WriteNote(handover_id=handover_id, text=text, period=period)
        write_note(world.frame(session, name), command)


def test_each_receiver_gets_a_numbered_letter_with_what_is_enclosed(each_world: World) -> None:
    handed_over(each_world)
    for receiver, part in (("county", "牵头督促责任单位整改"), ("department", "牵头跟踪督办")):
        line = line_of(each_world, "committee_officer", receiver)
        with reading(each_world.engine) as session:
            page = get_handover(session, each_world.actor("committee_officer"), line.handover_id)
            letter = page.letters[0]
            inputs = printed_letter(session, letter.letter_id)
        assert (letter.kind, letter.is_set) == (LetterKind.NOTICE, True)
        assert inputs is not None
        printed = text_of(render_pdf("handover_letter.html", inputs, fonts_folder=None))
        for words in (letter.number, part, "挂牌督办通知书", "责令限期整改指令书", "请按期签收"):
            assert words in printed


def test_who_is_given_it_instead_gets_a_letter_of_its_own(world: World) -> None:
    case_id = handed_over(world)
    world.do(
        "case_officer",
        case_id,
        ACKNOWLEDGE,
        1,
        outcome=Outcome.PASSED_ON,
        opinion="不属本单位职责。",
        receiver_id=world.ids["other_department"],
    )
    handover_id = line_of(world, "committee_officer", "other_department").handover_id
    with reading(world.engine) as session:
        page = get_handover(session, world.actor("other_officer"), handover_id)
        numbers = session.scalars(sa.select(HandoverLetter.number)).all()
    assert [letter.receiver_name for letter in page.letters] == ["示例市住建局", "示例市应急管理局"]
    assert len(set(numbers)) == 3
    world.work()
    with reading(world.engine) as session:
        letters = session.scalars(sa.select(HandoverLetter).order_by(HandoverLetter.id)).all()
    # The office decided on the first two; on the third a receiver did.
    assert [letter.sealed_by_id for letter in letters] == [world.ids["office"]] * 2 + [None]
    assert [bool(letter.signatures) for letter in letters] == [True, True, False]


def test_the_dossier_holds_the_letters_with_what_they_enclose_and_their_receipts(
    world: World, tmp_path: Path
) -> None:
    case_id = handed_over(world)
    world.do("government_officer", case_id, ACKNOWLEDGE)
    world.work()
    with transaction(world.engine) as session:
        dossier = take_dossier(world.frame(session, "committee_officer"), case_id)
    papers = lay_out(dossier, world.office.files)
    assert [file.path for _, file in papers.letters] == [
        "documents/handover-01.pdf",
        "documents/handover-02.pdf",
    ]
    assert {file.sha256 for _, file in papers.letters} <= {file.sha256 for file in papers.files}
    county, department = dossier.letters
    assert county.acknowledged_at == world.now
    assert department.acknowledged_at is None
    assert [one.kind for one in county.enclosed] == [
        DocumentKind.RECTIFICATION_ORDER,
        DocumentKind.LISTING_NOTICE,
    ]
    assert all(one.number for one in county.enclosed)
    with app_of(world, tmp_path).test_request_context():
        index = index_page(dossier_view(dossier, papers, {})).decode()
    assert "documents/handover-01.pdf" in index
    assert "交办通知（致示例区人民政府）" in index
    assert "government_officer" in index.split("<h2>移交</h2>")[1].split("</table>")[0]
    assert "没有签收" in index


def test_a_national_organ_is_written_to_and_given_nothing_to_do(world: World) -> None:
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["department"]).level = "national"
    case_id = handed_over(world)
    with reading(world.engine) as session:
        letters = session.scalars(sa.select(HandoverLetter)).all()
        case = session.get_one(SupervisionCase, case_id)
        possible = {row.organisation_id for row in list_possible_receivers(session, case)}
        national = next(row for row in letters if row.receiver_id == world.ids["department"])
        inputs = printed_letter(session, national.id)
    assert (national.kind, national.handover_id) == (LetterKind.LETTER, None)
    assert world.ids["department"] not in possible
    assert world.open_steps(case_id).count(ACKNOWLEDGE) == 1
    assert inputs is not None
    printed = text_of(render_pdf("handover_letter.html", inputs, fonts_folder=None))
    assert "商请" in printed
    assert "签收" not in printed


def test_a_province_hands_over_to_the_city_in_which_the_place_lies(world: World) -> None:
    handover = replace(world.office.profile.handover, level=HandoverLevel.PROVINCE)
    profile = replace(world.office.profile, handover=handover)
    world.office = replace(world.office, profile=profile)
    handed_over(world)
    with reading(world.engine) as session:
        lines = list_handovers(session, world.actor("committee_officer"))
    assert {line.receiver_id for line in lines} == {world.ids["city"], world.ids["department"]}


def test_the_territory_reports_each_month_and_the_department_what_it_tracks(
    each_world: World,
) -> None:
    case_id = handed_over(each_world)
    with pytest.raises(HandoverRefusedError) as refused:
        note(each_world, "government_officer", "county", "已督促。", MARCH)
    assert refused.value.detail["reason"] == "not_received"
    each_world.do("government_officer", case_id, ACKNOWLEDGE)
    each_world.do("case_officer", case_id, ACKNOWLEDGE)
    note(each_world, "government_officer", "county", "已督促。", MARCH)
    note(each_world, "government_officer", "county", "已督促。", MARCH)
    note(each_world, "case_officer", "department", "已到现场。")
    with reading(each_world.engine) as session:
        rows = session.scalars(sa.select(HandoverNote).order_by(HandoverNote.id)).all()
        assert [(row.kind, row.period) for row in rows] == [
            ("progress", "2026-03"),
            ("tracking", None),
        ]
        assert first_changed_note(session) is None


@pytest.mark.parametrize("period", [None, Month(2026, 2), Month(2026, 4)])
def test_progress_tells_of_a_month_since_the_handover(world: World, period: Month | None) -> None:
    case_id = handed_over(world)
    world.do("government_officer", case_id, ACKNOWLEDGE)
    with pytest.raises(InvalidCommandError):
        note(world, "government_officer", "county", "已督促。", period)
    with pytest.raises(InvalidCommandError):
        note(world, "government_officer", "county", " ", MARCH)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("case_officer", RecordNotFoundError),
        ("government_principal", HandoverRefusedError),
        ("committee_officer", HandoverRefusedError),
    ],
)
def test_only_officers_of_the_receiver_report(
    world: World, name: str, error: type[Exception]
) -> None:
    case_id = handed_over(world)
    world.do("government_officer", case_id, ACKNOWLEDGE)
    with pytest.raises(error):
        note(world, name, "county", "已督促。", MARCH)


def test_months_without_progress_show_as_late_after_their_day(world: World) -> None:
    case_id = handed_over(world)
    world.do("government_officer", case_id, ACKNOWLEDGE)
    handover_id = line_of(world, "committee_officer", "county").handover_id
    world.later(days=31)  # 2 April: the day itself
    office = world.office

    def owed() -> list[tuple[str, bool]]:
        with reading(world.engine) as session:
            page = get_handover(session, world.actor("committee_officer"), handover_id)
            today = world.now.date()
            found = list_owed_progress(page, office.profile, today, office.calendar)
        return [(str(one.period), one.is_late(today)) for one in found]

    assert owed() == [("2026-03", False)]
    world.later(days=1)
    assert owed() == [("2026-03", True)]


def test_what_is_not_acknowledged_is_late(each_world: World) -> None:
    case_id = handed_over(each_world)
    each_world.do("government_officer", case_id, ACKNOWLEDGE)
    waiting = line_of(each_world, "committee_officer", "department")
    assert (waiting.waits, waiting.days_late(each_world.now)) == (True, 0)
    each_world.later(days=10)
    assert waiting.days_late(each_world.now) == 7
    each_world.do("case_officer", case_id, ACKNOWLEDGE)
    each_world.later(days=5)
    acknowledged = line_of(each_world, "committee_officer", "department")
    assert (acknowledged.waits, acknowledged.days_late(each_world.now)) == (False, 7)
    in_time = line_of(each_world, "committee_officer", "county")
    assert in_time.days_late(each_world.now) == 0


def test_passing_on_in_time_is_no_fault_and_starts_the_clock_of_another(world: World) -> None:
    case_id = handed_over(world)
    world.do(
        "case_officer",
        case_id,
        ACKNOWLEDGE,
        1,
        outcome=Outcome.PASSED_ON,
        opinion="不属本单位职责。",
        receiver_id=world.ids["other_department"],
    )
    world.later(days=10)
    with reading(world.engine) as session:
        lines = list_handovers(session, world.actor("committee_officer"))
    late = {line.receiver_id: line.days_late(world.now) for line in lines}
    assert late == {world.ids["county"]: 7, world.ids["other_department"]: 7}


def test_while_competence_is_disputed_nothing_is_late(world: World) -> None:
    case_id = handed_over(world)
    world.do(
        "case_officer", case_id, ACKNOWLEDGE, 1, outcome=Outcome.DISPUTED, opinion="不属本单位。"
    )
    world.later(days=30)
    line = line_of(world, "committee_officer", "department")
    assert (line.waits, line.due_at, line.days_late(world.now)) == (True, None, 0)


def test_receivers_see_their_own_handovers_and_nobody_elses(world: World) -> None:
    handed_over(world)

    def seen(name: str) -> set[int]:
        with reading(world.engine) as session:
            return {line.receiver_id for line in list_handovers(session, world.actor(name))}

    county, department = world.ids["county"], world.ids["department"]
    assert seen("committee_officer") == {county, department}
    assert seen("government_officer") == {county}
    assert seen("department_head") == {department}
    assert seen("other_officer") == seen("principal") == set()


# ------------------------------------------------------------------ pages


@pytest.fixture
def app(world: World, tmp_path: Path) -> Flask:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name, person_id in world.person_ids.items():
            accounts.create_account(session, person_id, name, "no password")
    return create_app(settings, office=world.office, now=lambda: world.now)


@pytest.fixture
def sign_in(app: Flask, world: World) -> SignIn:
    def signed_in(name: str) -> Person:
        client: FlaskClient = app.test_client()
        with transaction(world.engine) as session:
            attempt = accounts.Attempt(None, world.person_ids[name], None)
            client.set_cookie("guapai_session", accounts.open_session(session, attempt, world.now))
        return Person(client)

    return signed_in


def test_the_board_names_the_late_receiver_first(world: World, sign_in: SignIn) -> None:
    case_id = handed_over(world)
    world.do("government_officer", case_id, ACKNOWLEDGE)
    world.later(days=10)
    board = sign_in("committee_officer").get("/handovers").text
    first, second = board.index("示例市应急管理局</a>"), board.index("示例区人民政府</a>")
    assert first < second
    assert "1 件" in board
    assert "逾期未签收计入考评" in board


def test_progress_is_reported_on_the_page_and_kept_when_it_is_refused(
    world: World, sign_in: SignIn
) -> None:
    case_id = handed_over(world)
    world.do("government_officer", case_id, ACKNOWLEDGE)
    officer = sign_in("government_officer")
    here = f"/handovers/{line_of(world, 'government_officer', 'county').handover_id}"
    page = officer.get(here).text
    refused = officer.send(f"{here}/notes", page, text="已约谈矿长。", period="")
    assert refused.status_code == 422
    assert "已约谈矿长。" in refused.text
    answer = officer.send(f"{here}/notes", page, text="已约谈矿长。", period="2026-03")
    assert answer.status_code == 303
    assert "已约谈矿长。" in sign_in("committee_officer").get(here).text


def test_strangers_find_neither_page_nor_letter(world: World, sign_in: SignIn) -> None:
    handed_over(world)
    handover_id = line_of(world, "committee_officer", "county").handover_id
    with reading(world.engine) as session:
        letter_id = session.scalars(
            sa.select(HandoverLetter.id).where(HandoverLetter.handover_id == handover_id)
        ).one()
    pages = (f"/handovers/{handover_id}", f"/handovers/letters/{letter_id}.pdf")
    for name in ("case_officer", "other_officer", "second_government_officer"):
        assert [sign_in(name).get(page).status_code for page in pages] == [404, 404]
    for name in ("government_officer", "committee_officer"):
        assert [sign_in(name).get(page).status_code for page in pages] == [200, 200]


def test_a_department_notes_what_it_tracks(world: World, sign_in: SignIn) -> None:
    case_id = handed_over(world)
    officer = sign_in("case_officer")
    here = f"/handovers/{line_of(world, 'case_officer', 'department').handover_id}"
    assert "去待办签收" in officer.get(here).text
    world.do("case_officer", case_id, ACKNOWLEDGE, 1)
    page = officer.get(here).text
    assert officer.send(f"{here}/notes", page, text="到现场督办。").status_code == 303
    assert "跟踪督办情况已记录。" in officer.get(here).text


def test_what_was_changed_afterwards_is_found(world: World) -> None:
    case_id = handed_over(world)
    world.do("government_officer", case_id, ACKNOWLEDGE)
    note(world, "government_officer", "county", "已督促。", MARCH)
    with transaction(world.engine) as session:
        row = session.scalars(sa.select(HandoverNote)).one()
        row.text, changed = "改过。", row.id
    with reading(world.engine) as session:
        assert first_changed_note(session) == changed
