"""One listing notice for several cases: all or nothing, one number, and who reads what."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from services import accounts
from services.actions.propose_listing import ProposeListing, propose_batch
from services.assignments import claim_step
from services.audit import first_broken_link
from services.database import reading, transaction
from services.documents.context import ListingBatchInputs
from services.errors import (
    BatchChangedError,
    BatchNotOnPaperError,
    BatchNotWholeError,
    CaseNotFoundError,
    DocumentNotFoundError,
    DraftOutdatedError,
    InvalidCommandError,
    ShownChangedError,
)
from services.frame import Receipt, first_changed_act
from services.models.audit import AuditEntry
from services.models.case import Act, SupervisionCase
from services.models.document import Document, ListingBatch, NumberEntry
from services.models.organisation import Person, Post
from services.openings import open_issued
from services.paper.registration import PaperEntry, register_paper
from services.queries.batch_reading import BatchRow, get_whole
from services.queries.brief import Brief, get_brief
from services.queries.case_page import get_case_page
from services.queries.listing_batches import WaitingGroup, list_waiting_groups
from services.queries.paper import get_paper_brief, paper_steps
from services.queries.shown import shown_sha256
from services.settings import Settings
from tests.builders import PEOPLE, PHOTO, SECTOR, World
from tests.integration.test_crossing_events import give_party_to
from tests.integration.test_endorsement_sheet import stand_in
from tests.queries import counted_queries
from web.app import create_app
from workflows.errors import RuleError, TaskNotReadyError
from workflows.permissions import PermissionRefusedError
from workflows.taking_back import TakeBackRefusedError
from workflows.vocabulary import Action, CaseEnding, Outcome, Role

_A = Action
HAZARDS = ("通风系统不合理甲", "提升系统失效乙", "排水系统缺陷丙")


def waiting_cases(world: World, count: int = 3) -> list[int]:
    """Cases of one office that wait for the proposal of their listing."""
    found = []
    for name in HAZARDS[:count]:
        world.later(minutes=1)
        case_id = world.register(hazard_name=name)
        world.to_listing(case_id)
        found.append(case_id)
    return found


def proposals(world: World, case_ids: Sequence[int]) -> list[ProposeListing]:
    with reading(world.engine) as session:
        return [
            ProposeListing(
                case_id=case_id,
                task_id=world.task_id(case_id, _A.PROPOSE_LISTING),
                shown=shown_sha256(session, case_id, _A.PROPOSE_LISTING),
                reason="同一矿区集中排查发现，合并挂牌。",
                requirements="按期完成整改\n每周报告进展",
            )
            for case_id in case_ids
        ]


def propose(
    world: World, commands: Sequence[ProposeListing], name: str = "committee_officer"
) -> tuple[Receipt, ...]:
    with transaction(world.engine) as session:
        receipts = propose_batch(world.frame(session, name), commands)
    world.work()
    return receipts


def batch_of(world: World, count: int = 3) -> list[int]:
    """Cases proposed by one notice."""
    case_ids = waiting_cases(world, count)
    propose(world, proposals(world, case_ids))
    return case_ids


def brief(world: World, name: str, case_id: int, action: Action) -> Brief:
    task_id = world.task_id(case_id, action)
    with reading(world.engine) as session:
        frame = world.frame(session, name)
        return get_brief(session, frame.actor, case_id, task_id, world.office.profile, frame.today)


def decide(world: World, name: str, case_id: int, action: Action, **changes: object) -> Receipt:
    """Decide as from the page of one case."""
    page = brief(world, name, case_id, action)
    values: dict[str, object] = {"shown": page.shown, "outcome": Outcome.ACCEPTED, **changes}
    if action is _A.SIGN_LISTING:
        values.setdefault("draft_sha256", page.draft.sha256 if page.draft else "")
    receipt = world.act(name, world.command(case_id, action, 0, **values), action)
    world.work()
    return receipt


def to_signature(world: World, case_id: int) -> None:
    decide(world, "office_head", case_id, _A.REVIEW_DRAFT)
    decide(world, "leader", case_id, _A.COUNTERSIGN_LISTING)


def rows(world: World, case_ids: Sequence[int]) -> list[SupervisionCase]:
    with reading(world.engine) as session:
        return [session.get_one(SupervisionCase, case_id) for case_id in case_ids]


def documents(world: World, case_ids: Sequence[int]) -> list[Document]:
    with reading(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Document)
                .where(Document.case_id.in_(case_ids), Document.kind == "listing_notice")
                .order_by(Document.id)
            )
        )


def only_batch(world: World) -> ListingBatch:
    with reading(world.engine) as session:
        return session.scalars(sa.select(ListingBatch)).one()


def test_one_notice_lists_every_case_with_one_number(each_world: World) -> None:
    world = each_world
    case_ids = batch_of(world)
    to_signature(world, case_ids[1])
    receipt = decide(world, "signatory", case_ids[2], _A.SIGN_LISTING)
    assert receipt.case_id == case_ids[2]
    batch = only_batch(world)
    assert batch.number
    assert batch.issued_sha256
    cases = rows(world, case_ids)
    assert len({case.case_number for case in cases}) == 3
    notices = documents(world, case_ids)
    assert {(row.number, row.issued_on, row.state) for row in notices} == {
        (batch.number, batch.issued_on, "issued")
    }
    with reading(world.engine) as session:
        entries = session.scalars(sa.select(NumberEntry).filter_by(series="listing_notice")).all()
        assert [(entry.text, entry.number) for entry in entries] == [(batch.number, 1)]
        assert first_broken_link(session) is None
        assert first_changed_act(session) is None
    for case_id in case_ids:
        assert _A.SERVE_LISTING_NOTICE in world.open_steps(case_id)
        world.do("committee_officer", case_id, _A.SERVE_LISTING_NOTICE)
        assert world.open_steps(case_id).count(_A.ACKNOWLEDGE_HANDOVER) == 2
    world.later(minutes=1)
    alone = world.register(hazard_name="单独挂牌")
    world.to_listing(alone)
    world.to_signed(alone)
    with reading(world.engine) as session:
        entries = session.scalars(sa.select(NumberEntry).filter_by(series="listing_notice")).all()
        assert sorted(entry.number for entry in entries) == [1, 2]


def test_each_case_keeps_its_own_act_and_its_own_link_of_the_chain(world: World) -> None:
    case_ids = batch_of(world)
    to_signature(world, case_ids[0])
    decide(world, "signatory", case_ids[0], _A.SIGN_LISTING)
    batch_id = only_batch(world).id
    with reading(world.engine) as session:
        for action in (
            _A.PROPOSE_LISTING,
            _A.REVIEW_DRAFT,
            _A.COUNTERSIGN_LISTING,
            _A.SIGN_LISTING,
        ):
            acts = session.scalars(
                sa.select(Act).where(Act.action == action).order_by(Act.id)
            ).all()
            assert [act.case_id for act in acts] == case_ids
            assert {act.batch_id for act in acts} == {batch_id}
            links = {
                entry.body["act_id"]: entry.body.get("batch_id")
                for entry in session.scalars(sa.select(AuditEntry))
                if entry.body.get("action") == action
            }
            assert links == {act.id: batch_id for act in acts}


def test_a_batch_is_proposed_whole_or_not_at_all(each_world: World) -> None:
    world = each_world
    case_ids = waiting_cases(world)
    commands = proposals(world, case_ids)
    world.do("committee_officer", case_ids[1], _A.PROPOSE_LISTING)
    with pytest.raises(BatchChangedError) as refused:
        propose(world, commands)
    assert refused.value.case_ids == {case_ids[1]}
    for case_id in (case_ids[0], case_ids[2]):
        assert _A.PROPOSE_LISTING in world.open_steps(case_id)
    with reading(world.engine) as session:
        assert session.scalars(sa.select(ListingBatch)).all() == []
    assert len(documents(world, case_ids)) == 1


def test_a_batch_sent_twice_is_proposed_once(each_world: World) -> None:
    world = each_world
    case_ids = waiting_cases(world, 2)
    commands = proposals(world, case_ids)
    propose(world, commands)
    with pytest.raises(BatchChangedError) as refused:
        propose(world, commands)
    assert refused.value.case_ids == set(case_ids)
    assert len(documents(world, case_ids)) == 2
    only_batch(world)


@pytest.mark.parametrize("wrong", ["one", "same_twice", "without_text"])
def test_a_batch_needs_two_different_cases_and_its_texts(world: World, wrong: str) -> None:
    first, second = proposals(world, waiting_cases(world, 2))
    commands = {
        "one": [first],
        "same_twice": [first, first],
        "without_text": [first, replace(second, requirements="")],
    }[wrong]
    with pytest.raises(InvalidCommandError) as refused:
        propose(world, commands)
    assert list(refused.value.fields) == ["requirements" if wrong == "without_text" else "case_ids"]


def test_cases_of_two_bodies_make_no_batch(world: World) -> None:
    case_ids = waiting_cases(world, 2)
    commands = proposals(world, case_ids)
    with transaction(world.engine) as session:
        session.get_one(SupervisionCase, case_ids[1]).listing_body_id = world.ids["city"]
    with pytest.raises(InvalidCommandError) as refused:
        propose(world, commands)
    assert refused.value.fields == {"case_ids": "other_body"}
    assert groups(world, "committee_officer") == []


def test_only_who_may_propose_each_case_proposes_a_batch(world: World) -> None:
    commands = proposals(world, waiting_cases(world, 2))
    with pytest.raises(PermissionRefusedError):
        propose(world, commands, "office_head")
    with pytest.raises(CaseNotFoundError):
        propose(world, commands, "other_officer")


def groups(world: World, name: str) -> list[WaitingGroup]:
    with reading(world.engine) as session:
        frame = world.frame(session, name)
        return list_waiting_groups(session, frame.actor, frame.today)


def test_what_one_notice_could_list_is_offered_from_two_cases_on(each_world: World) -> None:
    world = each_world
    (first,) = waiting_cases(world, 1)
    assert groups(world, "committee_officer") == []
    world.later(minutes=5)
    second = world.register(hazard_name="第二件")
    world.to_listing(second)
    (group,) = groups(world, "committee_officer")
    assert [row.case_id for row in group.cases] == [first, second]
    assert group.body_name == "示例市安全生产委员会"
    assert groups(world, "office_head") == groups(world, "case_officer") == []


def withdraw_member(world: World, case_id: int) -> None:
    world.do("case_officer", case_id, _A.WITHDRAW_CASE)
    world.do("department_head", case_id, _A.CONFIRM_WITHDRAWAL)


@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("office_head", _A.REVIEW_DRAFT),
        ("leader", _A.COUNTERSIGN_LISTING),
        ("signatory", _A.SIGN_LISTING),
    ],
)
def test_with_a_case_gone_a_batch_can_only_be_returned(
    world: World, name: str, action: Action
) -> None:
    case_ids = batch_of(world)
    if action is not _A.REVIEW_DRAFT:
        decide(world, "office_head", case_ids[0], _A.REVIEW_DRAFT)
    if action is _A.SIGN_LISTING:
        decide(world, "leader", case_ids[0], _A.COUNTERSIGN_LISTING)
    withdraw_member(world, case_ids[1])
    with pytest.raises(BatchNotWholeError) as refused:
        decide(world, name, case_ids[0], action)
    assert refused.value.detail["reason"] == "left"
    decide(world, name, case_ids[2], action, outcome=Outcome.RETURNED, opinion="有一件已撤销。")
    for case_id in (case_ids[0], case_ids[2]):
        assert _A.PROPOSE_LISTING in world.open_steps(case_id)
    assert only_batch(world).dissolved_at == world.now
    assert {row.state for row in documents(world, case_ids)} == {"void"}
    propose(world, proposals(world, [case_ids[0], case_ids[2]]))
    to_signature(world, case_ids[0])
    decide(world, "signatory", case_ids[0], _A.SIGN_LISTING)
    assert [case.case_number is None for case in rows(world, case_ids)] == [False, True, False]
    with reading(world.engine) as session:
        entries = session.scalars(sa.select(NumberEntry).filter_by(series="listing_notice")).all()
        assert [entry.number for entry in entries] == [1]


def test_a_returned_case_can_be_proposed_alone(world: World) -> None:
    case_ids = batch_of(world, 2)
    returned = {"outcome": Outcome.RETURNED, "opinion": "分别挂牌。"}
    decide(world, "office_head", case_ids[0], _A.REVIEW_DRAFT, **returned)
    for case_id in case_ids:
        world.to_signed(case_id)
    cases = rows(world, case_ids)
    assert all(case.case_number for case in cases)
    numbers = [row.number for row in documents(world, case_ids) if row.number]
    assert len(set(numbers)) == 2


def test_an_upheld_objection_takes_a_case_out_of_its_batch(world: World) -> None:
    case_ids = batch_of(world)
    to_signature(world, case_ids[0])
    world.do("principal", case_ids[2], _A.OBJECT_TO_VERDICT)
    world.do("office_head", case_ids[2], _A.DECIDE_OBJECTION)
    assert rows(world, [case_ids[2]])[0].ending == CaseEnding.OBJECTION_UPHELD
    with pytest.raises(BatchNotWholeError):
        decide(world, "signatory", case_ids[0], _A.SIGN_LISTING)
    assert [case.case_number for case in rows(world, case_ids)] == [None, None, None]


def test_a_draft_that_names_a_former_party_stops_the_whole_batch(world: World) -> None:
    case_ids = batch_of(world)
    decide(world, "office_head", case_ids[0], _A.REVIEW_DRAFT)
    give_party_to(world, case_ids[1], "private_mine")
    with pytest.raises(DraftOutdatedError):
        decide(world, "leader", case_ids[0], _A.COUNTERSIGN_LISTING)
    for case_id in case_ids:
        assert _A.COUNTERSIGN_LISTING in world.open_steps(case_id)


def test_what_is_decided_is_what_was_shown(each_world: World) -> None:
    world = each_world
    case_ids = batch_of(world)
    shown = brief(world, "office_head", case_ids[0], _A.REVIEW_DRAFT).shown
    claim(world, "second_head", case_ids[2])
    with pytest.raises(ShownChangedError):
        decide(world, "office_head", case_ids[0], _A.REVIEW_DRAFT, shown=shown)
    page = brief(world, "office_head", case_ids[0], _A.REVIEW_DRAFT)
    assert page.sitting
    assert [case.case_id for case in page.sitting.acted_on] == case_ids[:2]
    assert [case.case_id for case in page.sitting.others] == case_ids[2:]
    decide(world, "office_head", case_ids[0], _A.REVIEW_DRAFT)
    decide(world, "leader", case_ids[0], _A.COUNTERSIGN_LISTING)
    with pytest.raises(BatchNotWholeError) as refused:
        decide(world, "signatory", case_ids[0], _A.SIGN_LISTING)
    assert refused.value.detail["reason"] == "not_all_here"


def test_the_signature_is_for_the_pages_of_the_whole(world: World) -> None:
    case_ids = batch_of(world)
    to_signature(world, case_ids[0])
    (extract, *_others) = documents(world, case_ids)
    for other_pages in ("0" * 64, extract.draft_sha256):
        with pytest.raises(ShownChangedError):
            decide(world, "signatory", case_ids[0], _A.SIGN_LISTING, draft_sha256=other_pages)


def add_person(world: World, name: str, organisation: str, role: Role) -> None:
    with transaction(world.engine) as session:
        person = Person(name=name)
        session.add(person)
        session.flush()
        world.person_ids[name] = person.id
        post = Post(
            person_id=person.id,
            organisation_id=world.ids[organisation],
            role=role.value,
            title=role.value,
            valid_from=date(2025, 1, 1),
        )
        session.add(post)


def claim(world: World, name: str, case_id: int) -> None:
    """A second head of the office takes the review of one case."""
    add_person(world, name, "office", Role.COMMITTEE_OFFICE_HEAD)
    task_id = world.task_id(case_id, _A.REVIEW_DRAFT)
    with transaction(world.engine) as session:
        claim_step(world.frame(session, name), case_id, task_id)


def set_sector(world: World, case_id: int, sector: str) -> None:
    with transaction(world.engine) as session:
        session.get_one(SupervisionCase, case_id).sector = sector


def test_what_was_returned_elsewhere_can_only_be_returned(world: World) -> None:
    case_ids = batch_of(world)
    decide(world, "office_head", case_ids[0], _A.REVIEW_DRAFT)
    set_sector(world, case_ids[2], "fire")
    decide(world, "leader", case_ids[0], _A.COUNTERSIGN_LISTING)
    set_sector(world, case_ids[2], SECTOR)
    returned = {"outcome": Outcome.RETURNED, "opinion": "要求不明确。"}
    decide(world, "signatory", case_ids[0], _A.SIGN_LISTING, **returned)
    assert _A.PROPOSE_LISTING in world.open_steps(case_ids[1])
    with pytest.raises(BatchNotWholeError) as refused:
        decide(world, "leader", case_ids[2], _A.COUNTERSIGN_LISTING)
    assert refused.value.detail["reason"] == "dissolved"
    decide(world, "leader", case_ids[2], _A.COUNTERSIGN_LISTING, **returned)
    propose(world, proposals(world, case_ids))
    assert len({row.batch_id for row in documents(world, case_ids)}) == 2


def test_acts_on_a_batch_are_not_taken_back_one_by_one(world: World) -> None:
    case_ids = batch_of(world)
    for name, action in (("committee_officer", None), ("office_head", _A.REVIEW_DRAFT)):
        if action is not None:
            decide(world, name, case_ids[0], action)
        with pytest.raises(TakeBackRefusedError) as refused:
            world.take_back(name, case_ids[1])
        assert refused.value.detail["reason"] == "in_batch"


def test_a_batch_is_not_signed_on_paper(world: World) -> None:
    case_ids = batch_of(world)
    task_id = world.task_id(case_ids[0], _A.REVIEW_DRAFT)
    page = brief(world, "office_head", case_ids[0], _A.REVIEW_DRAFT)
    command = world.command(case_ids[0], _A.REVIEW_DRAFT, 0, shown=page.shown, uploads=(PHOTO,))
    sheet = PaperEntry(
        action=_A.REVIEW_DRAFT,
        command=command,
        signer_id=world.person_ids["office_head"],
        signed_on=world.now.date(),
        original_place="档案室",
    )
    with transaction(world.engine) as session:
        frame = world.frame(session, "committee_officer")
        with pytest.raises(BatchNotOnPaperError):
            register_paper(frame, sheet)
        case = get_case_page(session, frame.actor, case_ids[0], world.office.profile)
        assert task_id not in paper_steps(session, frame.actor, case)
        with pytest.raises(BatchNotOnPaperError):
            get_paper_brief(
                session, frame.actor, case_ids[0], task_id, world.office.profile, frame.today
            )


def test_a_substitute_signs_the_whole_in_both_names(world: World) -> None:
    case_ids = batch_of(world)
    to_signature(world, case_ids[0])
    add_person(world, "deputy", "committee", Role.LEADER_IN_CHARGE)
    stand_in(world, "signatory", "deputy", [])
    decide(world, "deputy", case_ids[1], _A.SIGN_LISTING)
    whole = ListingBatchInputs.from_record(only_batch(world).inputs)
    assert (whole.signatory_name, whole.signatory_principal) == ("deputy", "signatory")
    assert all(line.case_number for line in whole.lines)
    for row in documents(world, case_ids):
        assert row.inputs["signatory_principal"] == "signatory"


# ------------------------------------------------------------------ who reads what


MARK = "他人隐患的记号"


def batch_of_two_parties(world: World) -> tuple[int, int]:
    """One of a mine in one county; the other, marked, of another mine in another county."""
    own = world.register()
    world.to_listing(own)
    world.later(minutes=1)
    marked = world.register(
        responsible_party_id=world.ids["private_mine"],
        hazard_name=f"{MARK}名称",
        place=f"{MARK}部位",
        description=f"{MARK}情况",
        measures_taken=f"{MARK}措施",
    )
    world.to_listing(marked)
    with transaction(world.engine) as session:
        county = world.ids["second_county"]
        session.get_one(SupervisionCase, marked).territorial_government_id = county
    propose(world, proposals(world, [own, marked]))
    return own, marked


def whole_for(world: World, name: str) -> BatchRow | None:
    with reading(world.engine) as session:
        try:
            return get_whole(session, world.frame(session, name).actor, only_batch(world).id)
        except DocumentNotFoundError:
            return None


def test_the_whole_is_read_only_by_who_may_see_every_case(each_world: World) -> None:
    world = each_world
    own, _marked = batch_of_two_parties(world)
    for name in ("committee_officer", "office_head", "leader", "signatory", "case_officer"):
        whole = whole_for(world, name)
        assert whole
        assert whole.draft_sha256
    outside = ("safety_officer", "principal", "group_head", "private_principal")
    receivers = ("government_officer", "second_government_officer")
    for name in (*outside, *receivers, "other_officer", "fire_officer", "group_principal"):
        assert whole_for(world, name) is None
    to_signature(world, own)
    decide(world, "signatory", own, _A.SIGN_LISTING)
    for name in (*outside, *receivers):
        assert whole_for(world, name) is None
    whole = whole_for(world, "leader")
    assert whole
    assert MARK in world.office.files.read(whole.issued_sha256 or "").decode()


def test_no_page_or_file_of_one_case_bears_the_mark_of_another(
    app: Flask, each_world: World
) -> None:
    world = each_world
    own, marked = batch_of_two_parties(world)
    decide(world, "office_head", own, _A.REVIEW_DRAFT, opinion="同意。")
    decide(world, "leader", own, _A.COUNTERSIGN_LISTING)
    decide(world, "signatory", own, _A.SIGN_LISTING)
    world.do("committee_officer", own, _A.SERVE_LISTING_NOTICE)
    world.do("committee_officer", marked, _A.SERVE_LISTING_NOTICE)
    batch = only_batch(world)
    (notice, _other) = documents(world, [own, marked])
    for name in ("safety_officer", "principal", "group_head", "government_officer"):
        client = browser(app, world, name)
        with transaction(world.engine) as session:
            open_issued(world.frame(session, name), notice.id)
        addresses = [f"/cases/{own}", f"/cases/{own}/record", f"/documents/{notice.id}/issued"]
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == 200
            assert MARK not in answer.text
        assert batch.number in client.get(f"/cases/{own}").text  # type: ignore[operator]
        for page in ("draft", "issued"):
            assert client.get(f"/listing-batches/{batch.id}/{page}").status_code == 404
        assert client.get(f"/documents/{notice.id + 1}/issued").status_code == 404
    clerk = browser(app, world, "committee_officer")
    assert "合并挂牌全文" in clerk.get(f"/cases/{own}").text
    assert MARK in clerk.get(f"/listing-batches/{batch.id}/issued").text
    assert MARK not in clerk.get(f"/documents/{notice.id}/issued").text


def test_a_leader_of_one_sector_countersigns_and_reads_only_the_own_cases(world: World) -> None:
    own, marked = batch_of_two_parties(world)
    decide(world, "office_head", own, _A.REVIEW_DRAFT)
    set_sector(world, marked, "fire")
    page = brief(world, "leader", own, _A.COUNTERSIGN_LISTING)
    assert page.sitting
    assert not page.sitting.reads_whole
    assert [case.case_id for case in page.sitting.acted_on] == [own]
    assert page.sitting.others == ()
    decide(world, "leader", own, _A.COUNTERSIGN_LISTING)
    assert _A.COUNTERSIGN_LISTING in world.open_steps(marked)
    assert whole_for(world, "leader") is None


# ------------------------------------------------------------------ two at once, and pages


def at_once(*acts: Callable[[], object]) -> list[Exception | None]:
    """All at the same moment; what each was refused with, in order."""
    barrier = Barrier(len(acts))
    refusals: list[Exception | None] = [None] * len(acts)

    def run(place: int) -> None:
        barrier.wait()
        try:
            acts[place]()
        except RuleError as error:
            refusals[place] = error

    threads = [Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return refusals


@pytest.mark.parametrize("member", [0, 2])
def test_a_signature_and_a_withdrawal_at_once_leave_one_of_them(
    each_world: World, member: int
) -> None:
    world = each_world
    case_ids = batch_of(world)
    to_signature(world, case_ids[0])
    world.do("case_officer", case_ids[member], _A.WITHDRAW_CASE)
    page = brief(world, "signatory", case_ids[1], _A.SIGN_LISTING)
    signature = world.command(
        case_ids[1],
        _A.SIGN_LISTING,
        0,
        shown=page.shown,
        outcome=Outcome.ACCEPTED,
        draft_sha256=page.draft.sha256 if page.draft else "",
    )
    end = world.command(case_ids[member], _A.CONFIRM_WITHDRAWAL)
    signed, withdrawn = at_once(
        lambda: world.act("signatory", signature, _A.SIGN_LISTING),
        lambda: world.act("department_head", end, _A.CONFIRM_WITHDRAWAL),
    )
    cases = rows(world, case_ids)
    if signed is None:
        assert isinstance(withdrawn, PermissionRefusedError | TaskNotReadyError)
        assert all(case.case_number and not case.ending for case in cases)
    else:
        assert withdrawn is None
        assert isinstance(signed, BatchNotWholeError | ShownChangedError)
        assert [case.case_number for case in cases] == [None, None, None]
        assert cases[member].ending == CaseEnding.WITHDRAWN
    with reading(world.engine) as session:
        entries = session.scalars(sa.select(NumberEntry).filter_by(series="listing_notice")).all()
        assert len(entries) == (1 if signed is None else 0)
        assert first_broken_link(session) is None


def test_two_decisions_on_one_batch_at_once_count_once(each_world: World) -> None:
    world = each_world
    case_ids = batch_of(world)
    page = brief(world, "office_head", case_ids[0], _A.REVIEW_DRAFT)
    changes = {"shown": page.shown, "outcome": Outcome.ACCEPTED}
    commands = [
        world.command(case_id, _A.REVIEW_DRAFT, 0, **changes)
        for case_id in (case_ids[0], case_ids[2])
    ]
    refusals = at_once(
        *(partial(world.act, "office_head", command, _A.REVIEW_DRAFT) for command in commands)
    )
    (refused,) = [item for item in refusals if item is not None]
    assert isinstance(refused, TaskNotReadyError | ShownChangedError | PermissionRefusedError)
    with reading(world.engine) as session:
        acts = session.scalars(sa.select(Act).where(Act.action == _A.REVIEW_DRAFT)).all()
        assert sorted(act.case_id for act in acts) == case_ids


def test_two_proposals_at_once_make_one_batch(each_world: World) -> None:
    world = each_world
    case_ids = waiting_cases(world)
    first, second = proposals(world, case_ids[:2]), proposals(world, case_ids[1:])
    refusals = at_once(lambda: propose(world, first), lambda: propose(world, second))
    (refused,) = [item for item in refusals if item is not None]
    assert isinstance(refused, BatchChangedError)
    assert refused.case_ids == {case_ids[1]}
    only_batch(world)


@pytest.fixture
def app(each_world: World, tmp_path: Path) -> Iterator[Flask]:
    world = each_world
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in PEOPLE:
            accounts.create_account(session, world.person_ids[name], name, "no password")
    made = create_app(settings, office=world.office, now=lambda: world.now)
    yield made
    made.extensions["guapai"].connection.engine.dispose()


def browser(app: Flask, world: World, name: str) -> FlaskClient:
    client = app.test_client()
    with transaction(world.engine) as session:
        attempt = accounts.Attempt(None, world.person_ids[name], None)
        client.set_cookie("guapai_session", accounts.open_session(session, attempt, world.now))
    return client


def fields_of(page: str, form: int = -1) -> dict[str, str]:
    """The hidden fields of a form on a page."""
    tree: Any = html.fromstring(page)
    found = tree.forms[form]
    return {
        str(item.get("name")): str(item.get("value") or "")
        for item in found.iterfind(".//input[@type='hidden']")
    }


def send(client: FlaskClient, address: str, values: dict[str, object]) -> TestResponse:
    return client.post(address, data=values, headers={"Sec-Fetch-Site": "same-origin"})


NEW = "/listing-batches/new"
TEXTS = {"reason": "集中排查发现的共同问题。", "requirements": "按期整改。"}


def test_a_clerk_proposes_and_the_office_decides_through_the_pages(
    app: Flask, each_world: World
) -> None:
    world = each_world
    case_ids = waiting_cases(world)
    clerk = browser(app, world, "committee_officer")
    assert NEW in clerk.get("/tasks").text
    task_id = world.task_id(case_ids[0], _A.PROPOSE_LISTING)
    assert NEW in clerk.get(f"/cases/{case_ids[0]}/tasks/{task_id}").text
    page = clerk.get(f"{NEW}?case={case_ids[1]}").text
    values: dict[str, object] = {**fields_of(page), **TEXTS}
    tree: Any = html.fromstring(page)
    (chosen,) = tree.xpath("//input[@name='case_ids'][@checked]/@value")
    assert chosen == str(case_ids[1])
    too_few = send(clerk, NEW, {**values, "case_ids": [chosen]})
    assert too_few.status_code == 422
    assert "请至少选择两件事项" in too_few.text
    assert TEXTS["reason"] in too_few.text
    sent = {**values, "case_ids": [str(case_id) for case_id in case_ids]}
    assert send(clerk, NEW, sent).status_code == 303
    again = send(clerk, NEW, sent)
    assert again.status_code == 409
    assert TEXTS["reason"] in again.text
    assert len(documents(world, case_ids)) == 3
    head = browser(app, world, "office_head")
    address = f"/cases/{case_ids[2]}/tasks/{world.task_id(case_ids[2], _A.REVIEW_DRAFT)}"
    assert "签发稿正在生成" in head.get(address).text
    world.work()
    page = head.get(address).text
    assert "本次决定同时用于 3 件事项" in page
    assert all(hazard in page for hazard in HAZARDS)
    assert "登记线下签署" not in page
    answer = send(head, address, {**fields_of(page), "outcome": "accepted"})
    assert answer.status_code == 303
    assert "同时记入 3 件事项" in head.get(str(answer.location)).text
    for case_id in case_ids:
        assert _A.COUNTERSIGN_LISTING in world.open_steps(case_id)


def test_the_page_says_why_a_batch_can_only_be_returned(app: Flask, each_world: World) -> None:
    world = each_world
    case_ids = batch_of(world)
    withdraw_member(world, case_ids[1])
    head = browser(app, world, "office_head")
    address = f"/cases/{case_ids[0]}/tasks/{world.task_id(case_ids[0], _A.REVIEW_DRAFT)}"
    page = head.get(address).text
    assert "已不在本批" in page
    disabled = html.fromstring(page).xpath("//button[@disabled]/@value")
    assert disabled == ["accepted"]
    answer = send(head, address, {**fields_of(page), "outcome": "accepted"})
    assert answer.status_code == 409
    assert "对其余事项重新提出" in answer.text


def test_a_page_asks_no_more_questions_for_more_cases(world: World) -> None:
    def asked(case_id: int) -> int:
        with counted_queries() as queries:
            brief(world, "office_head", case_id, _A.REVIEW_DRAFT)
        return len(queries)

    few = batch_of(world, 2)
    fewer = asked(few[0])
    returned = {"outcome": Outcome.RETURNED, "opinion": "合并更多。"}
    decide(world, "office_head", few[0], _A.REVIEW_DRAFT, **returned)
    world.later(days=1)
    more = [*few, *waiting_cases(world, 3)]
    propose(world, proposals(world, more))
    assert asked(more[4]) <= fewer + 2
