"""Traceback as a process: called for by rule or person, three persons, walled, and its end."""

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa

from services import accounts
from services.audit import first_broken_link
from services.conformance import conformance_of
from services.database import reading, transaction
from services.documents.render import render_pdf
from services.dossier.package import lay_out
from services.dossier.package import take as take_dossier
from services.errors import InvalidCommandError, RecordNotFoundError, ShownChangedError
from services.instances import shown_of
from services.models.case import SupervisionCase
from services.models.organisation import Person, Post, PostSector
from services.models.traceback import Traceback, TracebackReport, TracebackStepTaken
from services.queries.case_page import list_documents
from services.queries.tracebacks import get_traceback, list_tracebacks
from services.second_factor import CheckedCode, SecondFactorError
from services.tracebacks.proposing import propose, propose_by_rule
from services.tracebacks.report import REPORT_TEMPLATE, take_report
from services.tracebacks.steps import (
    RecordDisposition,
    TracebackCommand,
    first_changed_traceback,
    record_disposition,
    take_traceback_step,
)
from services.verification import find_issued_pages
from tests.builders import World
from tests.integration.test_case_pages import HASH, SignIn, signed_in_to
from tests.integration.test_look_backs import record as look_back
from tests.integration.test_look_backs import token_of
from tests.integration.test_recurrence import delisted, later
from tests.integration.test_render import text_of
from tests.integration.test_second_factor import check, with_devices
from tests.integration.test_second_factor import shown as shown_code
from tests.public_rows import app_of
from web.views.tracebacks import report_inputs
from workflows.errors import TaskNotReadyError
from workflows.looking_back import LookBackResult
from workflows.traceback import (
    DispositionKind,
    TracebackDecision,
    TracebackRefusedError,
    TracebackStep,
    TracebackTrigger,
)
from workflows.vocabulary import Action, Outcome, Role

REPORT: dict[str, Any] = {"findings": "复燃部位与原部位相同。", "responsibility": "验收未到现场。"}
COMPILE, REVIEW, DECIDE = TracebackStep


def row_of(world: World, traceback_id: int) -> Traceback:
    with reading(world.engine) as session:
        row = session.get_one(Traceback, traceback_id)
        session.expunge(row)
        return row


def take(
    world: World,
    name: str,
    traceback_id: int,
    step: TracebackStep,
    outcome: Outcome = Outcome.ACCEPTED,
    *,
    code: CheckedCode | None = None,
    **more: Any,
) -> None:
    values: dict[str, Any] = {"shown": shown_of(row_of(world, traceback_id).content), **more}
    command = TracebackCommand(traceback_id=traceback_id, step=step, outcome=outcome, **values)
    with transaction(world.engine) as session:
        frame = replace(world.frame(session, name), code=code)
        take_traceback_step(frame, command, report_inputs)


def proposed(world: World, case_id: int, name: str = "committee_officer") -> int:
    with transaction(world.engine) as session:
        frame = world.frame(session, name)
        return propose(frame, case_id, TracebackTrigger.FALSE_CLOSURE, "群众反映没有整改。")


def decided(
    world: World, case_id: int, decision: TracebackDecision = TracebackDecision.MEASURES
) -> int:
    number = proposed(world, case_id)
    take(world, "committee_officer", number, COMPILE, Outcome.DONE, **REPORT)
    take(world, "legality_reviewer", number, REVIEW)
    take(world, "office_head", number, DECIDE, opinion="验收失职。", decision=decision)
    return number


def triggers(world: World) -> list[tuple[int, str]]:
    with reading(world.engine) as session:
        rows = session.execute(
            sa.select(Traceback.case_id, Traceback.trigger).order_by(Traceback.id)
        )
        return [(case_id, trigger) for case_id, trigger in rows]


def test_a_recurrence_is_found_by_rule_once(each_world: World) -> None:
    world = each_world
    case_id = delisted(world)
    assert propose_by_rule(world.engine, world.office, world.now) == 0
    world.later(days=40)
    look_back(world, case_id, LookBackResult.RECURRED)
    assert propose_by_rule(world.engine, world.office, world.now) == 1
    assert propose_by_rule(world.engine, world.office, world.now) == 0
    assert triggers(world) == [(case_id, "recurrence")]
    with reading(world.engine) as session:
        rows = list_tracebacks(session, world.actor("committee_officer"))
    assert [(row.by_rule, row.waits_for_me, row.waiting_step) for row in rows] == [
        (True, True, COMPILE)
    ]


def test_a_later_case_of_the_kind_calls_for_it_once_it_is_confirmed(world: World) -> None:
    old = delisted(world)
    new = later(world)
    assert propose_by_rule(world.engine, world.office, world.now) == 0
    world.to_listing(new)
    assert propose_by_rule(world.engine, world.office, world.now) == 1
    assert triggers(world) == [(old, "recurrence")]


def test_who_is_too_late_or_takes_nothing_up_is_found_by_rule(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    assert propose_by_rule(world.engine, world.office, world.now) == 0
    world.later(days=60)
    assert propose_by_rule(world.engine, world.office, world.now) == 2
    assert {trigger for _, trigger in triggers(world)} == {"not_handled"}
    world.later(days=700)
    propose_by_rule(world.engine, world.office, world.now)
    assert {trigger for _, trigger in triggers(world)} == {"not_handled", "late"}


def test_three_persons_take_the_three_steps(each_world: World) -> None:
    world = each_world
    case_id = delisted(world)
    number = decided(world, case_id)
    row = row_of(world, number)
    assert (row.waiting_step, row.decision) == (None, "measures")
    assert row.number
    assert "督追" in row.number
    assert row.content is not None
    assert {link["stage"] for link in row.content["chain"]} >= {"signed", "accepted", "found"}
    with reading(world.engine) as session:
        assert first_broken_link(session) is None
        assert first_changed_traceback(session) is None
        steps = session.scalars(sa.select(TracebackStepTaken.step)).all()
    assert list(steps) == [COMPILE, REVIEW, DECIDE]


def test_what_is_returned_is_compiled_and_reviewed_again(world: World) -> None:
    number = proposed(world, delisted(world))
    take(world, "committee_officer", number, COMPILE, Outcome.DONE, **REPORT)
    with pytest.raises(InvalidCommandError):
        take(world, "legality_reviewer", number, REVIEW, Outcome.RETURNED)
    take(world, "legality_reviewer", number, REVIEW, Outcome.RETURNED, opinion="依据不足。")
    assert row_of(world, number).waiting_step == COMPILE
    take(world, "committee_officer", number, COMPILE, Outcome.DONE, **REPORT)
    take(world, "legality_reviewer", number, REVIEW)
    with pytest.raises(InvalidCommandError) as wrong:
        take(world, "office_head", number, DECIDE)
    assert set(wrong.value.fields) == {"opinion", "decision"}
    take(world, "office_head", number, DECIDE, Outcome.RETURNED, opinion="补充时间。")
    assert row_of(world, number).waiting_step == COMPILE


def test_whoever_signed_or_accepted_neither_decides_nor_reads(world: World) -> None:
    number = proposed(world, delisted(world))
    take(world, "committee_officer", number, COMPILE, Outcome.DONE, **REPORT)
    take(world, "legality_reviewer", number, REVIEW)
    for name in ("leader", "signatory"):
        with pytest.raises(RecordNotFoundError):
            take(
                world,
                name,
                number,
                DECIDE,
                opinion="同意。",
                decision=TracebackDecision.NONE,
            )
        with reading(world.engine) as session:
            assert list_tracebacks(session, world.actor(name)) == ()


def test_nobody_takes_a_step_out_of_turn_or_on_another_report(world: World) -> None:
    number = proposed(world, delisted(world))
    with pytest.raises(TaskNotReadyError):
        take(world, "legality_reviewer", number, REVIEW)
    with pytest.raises(TracebackRefusedError):
        take(world, "legality_reviewer", number, COMPILE, Outcome.DONE, **REPORT)
    with pytest.raises(ShownChangedError):
        take(world, "committee_officer", number, COMPILE, Outcome.DONE, shown="x", **REPORT)


@pytest.mark.parametrize(
    "name",
    ["case_officer", "principal", "government_officer", "department_head", "reviewer", "expert"],
)
def test_for_everybody_else_there_is_none(world: World, name: str) -> None:
    number = decided(world, delisted(world))
    with reading(world.engine) as session:
        assert list_tracebacks(session, world.actor(name)) == ()
        with pytest.raises(RecordNotFoundError):
            get_traceback(session, world.actor(name), number)


def test_sent_twice_a_proposal_is_one(world: World) -> None:
    case_id = delisted(world)
    assert proposed(world, case_id) == proposed(world, case_id)
    with pytest.raises(TracebackRefusedError):
        proposed(world, case_id, "office_head")


def disposition(world: World, number: int, **changes: Any) -> None:
    values: dict[str, Any] = {
        "kind": DispositionKind.TALK,
        "subject": "示例市应急管理局",
        "organ_name": "示例市安委办",
        "document_number": "示例约〔2026〕1号",
        "done_on": world.now.date(),
        "note": "",
        **changes,
    }
    with transaction(world.engine) as session:
        command = RecordDisposition(traceback_id=number, **values)
        record_disposition(world.frame(session, "committee_officer"), command)


def test_what_came_of_it_is_kept_once_and_chained(world: World) -> None:
    number = decided(world, delisted(world))
    disposition(world, number)
    disposition(world, number)
    disposition(
        world, number, kind=DispositionKind.DISPOSITION, document_number="示例处〔2026〕2号"
    )
    with pytest.raises(InvalidCommandError):
        disposition(world, number, document_number="3号", done_on=date(2099, 1, 1))
    with reading(world.engine) as session:
        page = get_traceback(session, world.actor("office_head"), number)
        assert [row.kind for row in page.dispositions] == [
            DispositionKind.TALK,
            DispositionKind.DISPOSITION,
        ]
    with transaction(world.engine) as session:
        session.execute(sa.text("UPDATE traceback_disposition SET subject = '他人' WHERE id = 1"))
    with reading(world.engine) as session:
        assert first_changed_traceback(session) == "traceback_disposition 1"


def test_the_obligation_is_met_once_every_traceback_is_decided(world: World) -> None:
    case_id = delisted(world)
    assert traced(world, case_id) == (False, False)
    number = proposed(world, case_id)
    assert traced(world, case_id) == (True, False)
    take(world, "committee_officer", number, COMPILE, Outcome.DONE, **REPORT)
    take(world, "legality_reviewer", number, REVIEW)
    take(world, "office_head", number, DECIDE, opinion="无责。", decision=TracebackDecision.NONE)
    assert traced(world, case_id) == (True, False)
    world.work()
    assert traced(world, case_id) == (True, True)


def traced(world: World, case_id: int) -> tuple[bool, bool]:
    with reading(world.engine) as session:
        rows = conformance_of(session, case_id)
    return next((row.applies, row.is_met) for row in rows if row.obligation.traceback)


def test_nothing_comes_of_what_was_not_pursued(world: World) -> None:
    number = decided(world, delisted(world), TracebackDecision.NONE)
    with pytest.raises(RecordNotFoundError):
        disposition(world, number)


def report_of(world: World, number: int) -> TracebackReport:
    with reading(world.engine) as session:
        report = session.get_one(TracebackReport, number)
        session.expunge(report)
        return report


def test_the_report_is_issued_once_and_signed_by_whoever_decided(each_world: World) -> None:
    world = each_world
    number = decided(world, delisted(world))
    with transaction(world.engine) as session, pytest.raises(RecordNotFoundError):
        take_report(world.frame(session, "office_head"), number)
    world.work()
    world.work()
    report = report_of(world, number)
    assert report.sha256 is not None
    assert [(row["name"], row["organisation"]) for row in report.signatures or ()] == [
        ("office_head", "示例市安委办"),
        ("示例市安委办", "示例市安委办"),
    ]
    pages = world.office.files.read(report.sha256).decode()
    for said in (
        "责任追溯报告",
        REPORT["findings"],
        "约谈、通报等",
        "验收失职。",
        "签发:office_head",
    ):
        assert said in pages
    assert "整改验收" in pages


def test_the_pages_of_the_report_are_those_of_an_official_document(world: World) -> None:
    inputs = report_of(world, decided(world, delisted(world))).inputs
    pages = render_pdf(REPORT_TEMPLATE, inputs, fonts_folder=None)
    text = text_of(pages)
    assert "责任追溯报告" in text
    assert "示例市安委办2026年3月2日" in text.replace("\n", "")
    assert "核验码" not in text
    with pikepdf.open(io.BytesIO(pages)) as opened:
        assert str(opened.open_metadata()["pdfaid:part"]) == "3"


def test_each_taking_of_the_report_is_on_record(world: World) -> None:
    number = decided(world, delisted(world))
    world.work()
    for name in ("office_head", "committee_officer"):
        with transaction(world.engine) as session:
            taken = take_report(world.frame(session, name), number)
        assert taken == (row_of(world, number).number, report_of(world, number).sha256)
    with reading(world.engine) as session:
        page = get_traceback(session, world.actor("legality_reviewer"), number)
        assert page.report is not None
        assert [look.person_name for look in page.report.looks] == [
            "committee_officer",
            "office_head",
        ]
        assert first_changed_traceback(session) is None
        assert first_broken_link(session) is None
    for name in ("signatory", "case_officer", "principal"):
        with transaction(world.engine) as session, pytest.raises(RecordNotFoundError):
            take_report(world.frame(session, name), number)
    with transaction(world.engine) as session:
        session.execute(sa.text("UPDATE traceback_look SET person_id = 1 WHERE id = 1"))
    with reading(world.engine) as session:
        assert first_changed_traceback(session) == "traceback_look 1"


def test_neither_the_case_nor_the_public_page_knows_the_report(world: World) -> None:
    case_id = delisted(world)
    world.work()
    with reading(world.engine) as session:
        before = list_documents(session, case_id)
    number = decided(world, case_id)
    world.work()
    sha256 = report_of(world, number).sha256
    assert sha256 is not None
    with transaction(world.engine) as session:
        assert list_documents(session, case_id) == before
        assert find_issued_pages(session, world.office.files, sha256) is None
        dossier = take_dossier(world.frame(session, "committee_officer"), case_id)
    papers = lay_out(dossier, world.office.files)
    assert sha256 not in {file.sha256 for file in papers.files}
    told = str((dossier.acts, dossier.chain))
    assert "traceback" not in told
    assert str(row_of(world, number).number) not in told


def test_whoever_decides_types_the_code_that_signs_the_report(world: World) -> None:
    number = proposed(world, delisted(world))
    take(world, "committee_officer", number, COMPILE, Outcome.DONE, **REPORT)
    take(world, "legality_reviewer", number, REVIEW)
    with_devices(world, "office_head")
    answer: dict[str, Any] = {"opinion": "验收失职。", "decision": TracebackDecision.MEASURES}
    with pytest.raises(SecondFactorError):
        take(world, "office_head", number, DECIDE, **answer)
    assert row_of(world, number).waiting_step == DECIDE
    code = check(world, "office_head", shown_code(world))
    take(world, "office_head", number, DECIDE, code=code, **answer)
    assert code.used
    assert row_of(world, number).number


def test_the_page_asks_for_the_code_and_keeps_what_was_typed(world: World, tmp_path: Path) -> None:
    number = proposed(world, delisted(world))
    take(world, "committee_officer", number, COMPILE, Outcome.DONE, **REPORT)
    take(world, "legality_reviewer", number, REVIEW)
    with_devices(world, "office_head")
    with transaction(world.engine) as session:
        accounts.create_account(session, world.person_ids["office_head"], "office_head", HASH)
    browser = signed_in_to(app_of(world, tmp_path), "office_head")
    page = browser.get("/tracebacks/1").text
    assert "动态口令" in page
    sent = {
        "csrf_token": token_of(page),
        "shown": shown_of(row_of(world, 1).content),
        "outcome": "accepted",
        "opinion": "验收失职。",
        "decision": "measures",
        "one_time_code": "000000",
    }
    refused = browser.post("/tracebacks/1/decide_accountability", data=sent)
    assert refused.status_code == 422
    assert "验收失职。" in refused.text
    sent["one_time_code"] = shown_code(world)
    assert browser.post("/tracebacks/1/decide_accountability", data=sent).status_code == 303
    assert row_of(world, number).number


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> SignIn:
    names = ("committee_officer", "legality_reviewer", "office_head", "case_officer", "signatory")
    with transaction(world.engine) as session:
        for name in names:
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app = app_of(world, tmp_path)
    return lambda name: signed_in_to(app, name)


def test_a_traceback_after_a_recurrence_goes_through_its_pages(
    world: World, sign_in: SignIn
) -> None:
    case_id = delisted(world)
    world.later(days=40)
    look_back(world, case_id, LookBackResult.RECURRED)
    propose_by_rule(world.engine, world.office, world.now)
    steps: tuple[tuple[str, TracebackStep, dict[str, str]], ...] = (
        ("committee_officer", COMPILE, {"outcome": "done", **REPORT}),
        ("legality_reviewer", REVIEW, {"outcome": "accepted"}),
        (
            "office_head",
            DECIDE,
            {"outcome": "accepted", "opinion": "验收失职。", "decision": "measures"},
        ),
    )
    for name, step, sent in steps:
        browser = sign_in(name)
        listed = browser.get("/tracebacks").text
        assert "办理" in listed
        waits = "追溯：<b>1</b> 件待您办理"
        assert waits in browser.get("/home").text
        page = browser.get("/tracebacks/1").text
        sent |= {"csrf_token": token_of(page), "shown": shown_of(row_of(world, 1).content)}
        assert browser.post(f"/tracebacks/1/{step.value}", data=sent).status_code == 303
        assert waits not in browser.get("/home").text
    page = sign_in("committee_officer").get("/tracebacks/1").text
    assert "约谈、通报等" in page
    assert "登记处理结果" in page
    for name in ("case_officer", "signatory"):
        browser = sign_in(name)
        assert "追溯：" not in browser.get("/home").text
        assert browser.get("/tracebacks/1").status_code == 404
        assert browser.get("/tracebacks/1/report.pdf").status_code == 404
        assert "采掘工作面" not in browser.get("/tracebacks").text


def test_a_leader_of_other_trades_reads_the_report_and_is_led_to_no_closed_door(
    world: World, sign_in: SignIn, tmp_path: Path
) -> None:
    number = decided(world, delisted(world))
    with transaction(world.engine) as session:
        person = Person(name="分管城建的领导")
        session.add(person)
        session.flush()
        session.add(
            Post(
                person_id=person.id,
                organisation_id=world.ids["committee"],
                role=Role.LEADER_IN_CHARGE.value,
                title="副主任",
                valid_from=date(2025, 1, 1),
                sectors=[PostSector(sector="construction")],
            )
        )
        accounts.create_account(session, person.id, "other_leader", HASH)
    page = signed_in_to(app_of(world, tmp_path), "other_leader").get(f"/tracebacks/{number}").text
    assert "查看追溯链" not in page
    assert "该事项不由您分管" in page
    assert REPORT["findings"] in page
    assert "查看追溯链" in sign_in("office_head").get(f"/tracebacks/{number}").text


def test_a_person_proposes_on_the_page_and_keeps_what_was_typed(
    world: World, sign_in: SignIn
) -> None:
    case_id = delisted(world)
    browser = sign_in("committee_officer")
    assert "提出追溯" in browser.get(f"/cases/{case_id}/trace").text
    address = f"/cases/{case_id}/tracebacks/new"
    token = token_of(browser.get(address).text)
    refused = browser.post(address, data={"csrf_token": token, "ground": "上级要求核查。"})
    assert refused.status_code == 422
    assert "上级要求核查。" in refused.text
    sent = {"csrf_token": token, "ground": "上级要求核查。", "trigger": "demand"}
    assert browser.post(address, data=sent).status_code == 303
    assert "提出追溯" not in sign_in("case_officer").get(f"/cases/{case_id}/trace").text
    assert sign_in("case_officer").get(address).status_code == 404
    with reading(world.engine) as session:
        assert session.get_one(SupervisionCase, case_id).ending == "delisted"
