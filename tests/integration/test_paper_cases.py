"""A case listed on paper: replayed through the diagram, confirmed by a second person, goes on."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from services import audit
from services.database import reading, transaction
from services.errors import PaperDecidedError, PaperNotFoundError
from services.frame import first_changed_act
from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.document import Document, NumberEntry
from services.models.organisation import Person, Post
from services.models.paper import PaperAct, PaperCase
from services.paper.case_entry import (
    CaseConfirmation,
    confirm_paper_case,
    enter_paper_case,
    refuse_paper_case,
    try_paper_case,
)
from services.paper.case_file import ReplayRefusedError
from services.queries.case_page import get_case_page
from services.queries.paper_cases import count_waiting_on_paper, get_paper_case
from services.uploads import AcceptedUpload
from tests.builders import CLAUSE, PEOPLE, World
from workflows.errors import RuleError
from workflows.paper import PaperManner, PaperState
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Phase

_A = Action
PAGES = AcceptedUpload("通知书.pdf", b"%PDF-1.7 signed notice %%EOF", "application/pdf")
ORDER = AcceptedUpload("指令书.pdf", b"%PDF-1.7 order %%EOF", "application/pdf")
SHEET = AcceptedUpload("审批表.png", b"\x89PNG sheet", "image/png")
SCANS = {scan.file_name: scan for scan in (PAGES, ORDER, SHEET)}
TODAY = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


def act(action: Action, on: str, organisation: str, name: str, **more: Any) -> dict[str, Any]:
    by = {"organisation": organisation, "name": name, "post": "职务"}
    return {"action": action.value, "on": on, "by": by, **more}


CLAUSE_TYPED = {
    "document": CLAUSE.document,
    "document_number": CLAUSE.document_number,
    "article": CLAUSE.article,
    "wording": CLAUSE.wording,
}
DEPARTMENT, OFFICE, COMMITTEE = "示例市应急管理局", "示例市安委办", "示例市安全生产委员会"
COUNTY = "示例区人民政府"
ACTS = [
    act(
        _A.REGISTER_HAZARD,
        "2026-03-02",
        DEPARTMENT,
        "纸上甲",
        responsible_party="示例煤业",
        hazard_name="采掘工作面通风系统不合理",
        place="2号采区",
        description="采掘工作面未形成独立通风系统。",
        measures_taken="责令停止作业。",
        found_on="2026-03-01",
        inspectors="甲（证号001）、乙（证号002）",
        criterion=CLAUSE_TYPED,
        scans=["审批表.png"],
    ),
    act(_A.CONFIRM_CRITERION, "2026-03-03", DEPARTMENT, "纸上乙"),
    act(
        _A.VERIFY_HAZARD,
        "2026-03-03",
        DEPARTMENT,
        "纸上甲",
        outcome="major",
        verified_on="2026-03-03",
        findings="现场核实属实。",
        co_officer="丙（证号003）",
        listing_conditions=["needs_suspension"],
        may_cause_mass_casualties=True,
        scans=["审批表.png"],
    ),
    act(
        _A.ISSUE_RECTIFICATION_ORDER,
        "2026-03-04",
        DEPARTMENT,
        "纸上甲",
        requirements="形成独立通风系统。",
        limit_on="2026-08-31",
        co_officer="丙（证号003）",
        number="示应急责改〔2026〕旧9号",
        scans=["指令书.pdf"],
    ),
    act(
        _A.CONFIRM_VERDICT,
        "2026-03-05",
        DEPARTMENT,
        "department_head",
        outcome="major",
        opinion="同意认定。",
        scans=["审批表.png"],
    ),
    act(
        _A.PROPOSE_LISTING,
        "2026-03-06",
        OFFICE,
        "纸上丁",
        reason="可能造成群死群伤。",
        requirements="形成独立通风系统。",
    ),
    act(_A.REVIEW_DRAFT, "2026-03-07", OFFICE, "纸上戊", outcome="accepted", scans=["审批表.png"]),
    act(
        _A.COUNTERSIGN_LISTING,
        "2026-03-08",
        COMMITTEE,
        "纸上己",
        outcome="accepted",
        scans=["审批表.png"],
    ),
    act(
        _A.SIGN_LISTING,
        "2026-03-09",
        COMMITTEE,
        "signatory",
        outcome="accepted",
        number="示安督〔2026〕旧3号",
        case_number="旧督2026-03",
        scans=["通知书.pdf"],
    ),
    act(
        _A.SERVE_LISTING_NOTICE,
        "2026-03-10",
        OFFICE,
        "纸上丁",
        method="direct",
        served_on="2026-03-10",
        received_by="矿长",
    ),
    act(_A.ACKNOWLEDGE_HANDOVER, "2026-03-11", COUNTY, "纸上庚"),
]


def paper(*changes: Callable[[list[dict[str, Any]]], object], upto: int | None = None) -> str:
    acts = deepcopy(ACTS[:upto])
    for change in changes:
        change(acts)
    return json.dumps({"original_place": "督办科 3 号柜", "acts": acts}, ensure_ascii=False)


@pytest.fixture
def office_world(world: World) -> World:
    """Months after what is told on the paper."""
    world.now = TODAY
    return world


@pytest.fixture
def each_office(each_world: World) -> World:
    """The same on each database in turn."""
    each_world.now = TODAY
    return each_world


def enter(world: World, text: str, by: str = "case_officer") -> int:
    with transaction(world.engine) as session:
        return enter_paper_case(world.frame(session, by), text, SCANS, "旧案.json")


def confirm(world: World, entry_id: int, by: str = "department_head") -> CaseConfirmation:
    with transaction(world.engine) as session:
        done = confirm_paper_case(world.frame(session, by), entry_id)
    world.work()
    return done


def refused(world: World, text: str, by: str = "case_officer") -> Mapping[str, str]:
    with pytest.raises(ReplayRefusedError) as refusal:
        enter(world, text, by)
    assert count(world, PaperCase) == count(world, SupervisionCase) == 0
    return refusal.value.detail


def count(world: World, table: type[Any]) -> int:
    with reading(world.engine) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


# ------------------------------------------------------------------ the straight way


def test_the_whole_way_phase_rights_and_deadlines_follow_from_the_acts(
    each_office: World,
) -> None:
    world = each_office
    entry_id = enter(world, paper())
    assert count(world, SupervisionCase) == count(world, Act) == 0, "nothing exists before"
    assert count(world, Person) == len(PEOPLE)
    done = confirm(world, entry_id)
    assert done.case_id is not None
    case_id = done.case_id
    with reading(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        assert (case.phase, case.case_number) == (Phase.HANDOVER, "旧督2026-03")
        assert case.rectification_limit_on == date(2026, 8, 31)
        assert case.filed_at.date() == date(2026, 3, 2)
        acts = session.scalars(sa.select(Act).order_by(Act.id)).all()
        assert [item.action for item in acts] == [item["action"] for item in ACTS]
        assert [item.at.date().isoformat() for item in acts] == [item["on"] for item in ACTS]
        marks = session.scalars(sa.select(PaperAct)).all()
        assert len(marks) == len(acts)
        assert {mark.manner for mark in marks} == {PaperManner.REPLAYED}
        assert {(m.registrar.name, m.confirmer.name) for m in marks} == {
            ("case_officer", "department_head")
        }
        plan = session.scalars(sa.select(Deadline).where(Deadline.rule_id == "submit_plan")).one()
        assert plan.started_at.date() == date(2026, 3, 5)
        assert plan.due_at < world.now
        assert audit.first_broken_link(session) is None
        assert first_changed_act(session) is None
        page = get_case_page(session, world.actor("principal"), case_id, world.office.profile)
        assert _A.SUBMIT_PLAN in {step.task.step for step in page.open_steps if step.is_mine}
    assert world.open_steps(case_id).count(_A.ACKNOWLEDGE_HANDOVER) == 1
    world.do("second_officer", case_id, _A.ACKNOWLEDGE_HANDOVER)
    world.do("safety_officer", case_id, _A.SUBMIT_PLAN)


def test_old_numbers_stand_outside_the_series_and_the_scan_is_the_document(
    office_world: World,
) -> None:
    world = office_world
    confirm(world, enter(world, paper()))
    with reading(world.engine) as session:
        documents = {row.kind: row for row in session.scalars(sa.select(Document))}
        notice, order = documents["listing_notice"], documents["rectification_order"]
        assert (notice.number, notice.issued_on) == ("示安督〔2026〕旧3号", date(2026, 3, 9))
        assert world.office.files.read(notice.issued_sha256 or "") == PAGES.data
        assert notice.draft_sha256 == notice.issued_sha256
        assert (order.number, order.origin) == ("示应急责改〔2026〕旧9号", "paper")
        series = session.scalars(sa.select(NumberEntry.series)).all()
        assert set(series) == {"intake"}


def test_a_number_that_was_given_on_paper_is_passed_over_later(each_office: World) -> None:
    world = each_office
    number = "朔安督〔2026〕1号"

    def take(acts: list[dict[str, Any]]) -> None:
        acts[8] |= {"number": number, "case_number": "朔隐督2026-0001"}

    confirm(world, enter(world, paper(take)))
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    with reading(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        assert case.case_number == "朔隐督2026-0002"
        void = session.scalars(
            sa.select(NumberEntry.text).where(NumberEntry.void_reason == "given_on_paper")
        )
        assert set(void) == {number, "朔隐督2026-0001"}


def test_a_known_number_is_refused(office_world: World) -> None:
    world = office_world
    confirm(world, enter(world, paper()))
    with pytest.raises(ReplayRefusedError) as refusal:
        enter(world, paper())
    assert refusal.value.detail["problem"] == "number_taken"
    assert refusal.value.detail["field"] == "number"


def test_people_of_the_office_are_known_again_and_others_get_no_rights(
    office_world: World,
) -> None:
    world = office_world
    done = confirm(world, enter(world, paper()))
    with reading(world.engine) as session:
        signed = session.scalars(sa.select(Act).where(Act.action == _A.SIGN_LISTING)).one()
        assert signed.person_id == world.person_ids["signatory"]
        strangers = session.scalars(sa.select(Person).where(Person.name.like("纸上%"))).all()
        assert len(strangers) == 6
        posts = session.scalars(
            sa.select(Post).where(Post.person_id.in_([person.id for person in strangers]))
        )
        assert all(post.valid_to and post.valid_to < world.now.date() for post in posts)
        assert done.case_id is not None


def test_a_case_that_was_only_proposed_on_paper_goes_on_in_the_system(
    office_world: World,
) -> None:
    world = office_world
    done = confirm(world, enter(world, paper(upto=6)))
    assert done.case_id is not None
    world.do("office_head", done.case_id, _A.REVIEW_DRAFT)
    world.do("leader", done.case_id, _A.COUNTERSIGN_LISTING)
    world.do("signatory", done.case_id, _A.SIGN_LISTING)
    with reading(world.engine) as session:
        case = session.get_one(SupervisionCase, done.case_id)
        assert case.case_number == "朔隐督2026-0001"


def test_separation_of_duties_goes_on_to_hold_for_those_on_the_paper(office_world: World) -> None:
    world = office_world

    def by_the_reviewer(acts: list[dict[str, Any]]) -> None:
        acts[5]["by"]["name"] = "office_head"

    done = confirm(world, enter(world, paper(by_the_reviewer, upto=6)))
    assert done.case_id is not None
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do("office_head", done.case_id, _A.REVIEW_DRAFT)
    assert refusal.value.detail["reason"] == "separation_of_duties"


# ------------------------------------------------------------------ what is refused


def change(place: int, **values: Any) -> Callable[[list[dict[str, Any]]], object]:
    return lambda acts: acts[place].update(values)


@pytest.mark.parametrize(
    ("alter", "place", "field", "problem"),
    [
        (lambda acts: acts.pop(1), 4, "", "permission_refused.need_unmet"),
        (lambda acts: acts.pop(2), 4, "action", "not_open"),
        (lambda acts: acts.pop(5), 6, "action", "not_open"),
        (lambda acts: acts.append(deepcopy(acts[-1])), 12, "by", "not_entitled"),
        (lambda acts: acts.insert(0, acts.pop(1)), 1, "action", "begins_no_case"),
        (lambda acts: acts.insert(1, deepcopy(acts[0])), 2, "action", "begins_again"),
        (change(8, number=""), 9, "number", "required"),
        (change(8, case_number=""), 9, "case_number", "required"),
        (change(8, scans=[]), 9, "scans", "required"),
        (change(8, scans=["审批表.png"]), 9, "scans", "notice_not_pdf"),
        (change(8, scans=["没有.pdf"]), 9, "scans", "scan_missing"),
        (change(4, outcome="passed"), 5, "outcome", "choice"),
        (change(4, on="2026-02-01"), 5, "on", "before_previous"),
        (change(10, on="2026-06-01"), 11, "on", "not_past"),
        (change(4, on="三月五日"), 5, "on", "not_a_date"),
        (change(4, secret="x"), 5, "secret", "unknown_field"),
        (change(4, draft_sha256="x"), 5, "draft_sha256", "unknown_field"),
        (change(9, method="moon"), 10, "method", "choice"),
        (change(4, listing_body="无此单位"), 5, "listing_body", "unknown_organisation"),
        (change(4, listing_body=COUNTY), 5, "listing_body_id", "choice"),
        (change(4, listing_body_id=1), 5, "listing_body_id", "unknown_field"),
        (change(3, limit_on="2026-01-01"), 4, "limit_on", "not_in_future"),
        (change(0, responsible_party="无此煤业"), 1, "responsible_party", "unknown_organisation"),
        (change(0, responsible_party="他人煤业"), 1, "", "permission_refused.no_post"),
        (
            change(8, by={"organisation": DEPARTMENT, "name": "甲", "post": "长"}),
            9,
            "by",
            "not_entitled",
        ),
        (
            change(6, by={"organisation": OFFICE, "name": "纸上丁", "post": "主任"}),
            7,
            "",
            "permission_refused.separation_of_duties",
        ),
        (change(6, by={"name": "甲"}), 7, "by", "required"),
    ],
)
def test_what_the_diagram_or_the_rules_do_not_allow_is_named(
    world: World,
    alter: Callable[[list[dict[str, Any]]], object],
    place: int,
    field: str,
    problem: str,
) -> None:
    world.now = TODAY
    detail = refused(world, paper(alter))
    assert (detail["place"], detail["field"], detail["problem"]) == (str(place), field, problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("nonsense", "not_json"), ("[]", "not_a_paper_case"), ('{"acts": []}', "not_a_paper_case")],
)
def test_a_file_of_another_shape_is_refused(world: World, text: str, problem: str) -> None:
    world.now = TODAY
    assert refused(world, text)["problem"] == problem


def test_a_draft_reviewed_but_not_signed_on_paper_is_for_the_system(world: World) -> None:
    world.now = TODAY
    assert refused(world, paper(upto=7))["problem"] == "draft_not_ready"


def test_only_officers_enter_and_only_cases_of_their_own(world: World) -> None:
    world.now = TODAY
    for name in ("principal", "leader", "government_officer"):
        with pytest.raises(PermissionRefusedError):
            enter(world, paper(), name)
    assert refused(world, paper(), "other_officer")["problem"] == "other_office"
    assert enter(world, paper(), "committee_officer")


def test_a_trial_keeps_nothing_and_says_where_the_case_would_stand(each_office: World) -> None:
    world = each_office
    with transaction(world.engine) as session:
        preview = try_paper_case(world.frame(session, "case_officer"), paper(), SCANS)
    assert preview["phase"] == "handover"
    assert preview["case_number"] == "旧督2026-03"
    assert "submit_plan" in {step["step"] for step in preview["steps"]}
    assert count(world, PaperCase) == count(world, Act) == 0
    assert count(world, Person) == len(PEOPLE)


# ------------------------------------------------------------------ the second person


def test_whoever_entered_the_case_does_not_confirm_it(office_world: World) -> None:
    world = office_world
    entry_id = enter(world, paper())
    with pytest.raises(PermissionRefusedError) as refusal:
        confirm(world, entry_id, "case_officer")
    assert refusal.value.detail["reason"] == "paper_same_person"
    for name in ("principal", "other_officer", "office_head"):
        with pytest.raises(PaperNotFoundError):
            confirm(world, entry_id, name)
    assert count(world, SupervisionCase) == 0


def test_the_entry_is_seen_and_counted_by_those_concerned(office_world: World) -> None:
    world = office_world
    entry_id = enter(world, paper())
    seen, waits = set[str](), set[str]()
    with reading(world.engine) as session:
        for name in PEOPLE:
            actor = world.actor(name)
            waits |= {name} if count_waiting_on_paper(session, actor) else set()
            try:
                get_paper_case(session, actor, entry_id)
            except PaperNotFoundError:
                continue
            seen.add(name)
    assert waits == {"second_officer", "department_head"}
    assert seen == {*waits, "case_officer"}


def test_a_refused_entry_begins_no_case(office_world: World) -> None:
    world = office_world
    entry_id = enter(world, paper())
    with transaction(world.engine) as session:
        refuse_paper_case(world.frame(session, "second_officer"), entry_id, "扫描件缺页。")
    with pytest.raises(PaperDecidedError):
        confirm(world, entry_id)
    assert count(world, SupervisionCase) == 0


def test_an_entry_that_no_longer_fits_becomes_void_with_its_reason(office_world: World) -> None:
    world = office_world
    first, second = enter(world, paper()), enter(world, paper())
    assert confirm(world, first).case_id is not None
    done = confirm(world, second)
    assert done.case_id is None
    with reading(world.engine) as session:
        row = get_paper_case(session, world.actor("case_officer"), second)
    assert row.state is PaperState.VOID
    assert row.obstacle["problem"] == "number_taken"
    assert count(world, SupervisionCase) == 1


def test_confirmed_twice_at_once_there_is_one_case(each_office: World) -> None:
    world = each_office
    entry_id = enter(world, paper())
    barrier, results = Barrier(2), list[str]()

    def run(name: str) -> None:
        barrier.wait()
        try:
            results.append(type(confirm(world, entry_id, name)).__name__)
        except RuleError as error:
            results.append(type(error).__name__)

    threads = [Thread(target=run, args=(name,)) for name in ("second_officer", "department_head")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["CaseConfirmation", "PaperDecidedError"]
    assert count(world, SupervisionCase) == 1
