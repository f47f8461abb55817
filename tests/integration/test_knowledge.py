"""Who knew what when: delivered, opened, acted, time against the limit, holds with reasons."""

from datetime import timedelta
from pathlib import Path

import pytest

from services import accounts
from services.database import reading, transaction
from services.errors import CaseNotFoundError
from services.openings import open_issued
from services.queries.case_page import list_documents
from services.queries.knowledge import HoldKind, Knowledge, KnownBy, UnitKnowledge, get_knowledge
from tests.builders import World
from tests.integration.test_assignments import claim, release
from tests.integration.test_case_pages import HASH, SignIn, signed_in_to
from tests.integration.test_extension import in_rectification
from tests.public_rows import app_of
from workflows.vocabulary import Action, DocumentKind, Outcome

DEPARTMENT, PARTY, COUNTY = "示例市应急管理局", "示例煤业", "示例区人民政府"


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> SignIn:
    with transaction(world.engine) as session:
        for name in ("case_officer", "principal"):
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app = app_of(world, tmp_path)
    return lambda name: signed_in_to(app, name)


def known(world: World, case_id: int, name: str = "office_head") -> Knowledge:
    with reading(world.engine) as session:
        return get_knowledge(session, world.actor(name), case_id, world.office, world.now)


def unit(found: Knowledge, name: str) -> UnitKnowledge:
    return next(one for one in found.units if one.unit == name)


def reached(found: Knowledge, name: str, by: KnownBy) -> list[tuple[str, Action | None]]:
    return [(line.person, line.action) for line in unit(found, name).lines if line.by is by]


def test_each_unit_is_told_what_came_was_opened_and_done(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    served_at = world.now
    world.later(days=2)
    with transaction(world.engine) as session:
        notice = next(
            row.document_id
            for row in list_documents(session, case_id)
            if row.kind is DocumentKind.LISTING_NOTICE
        )
        open_issued(world.frame(session, "principal"), notice)
    world.do("government_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)
    found = known(world, case_id)
    party = unit(found, PARTY)
    served = [line for line in party.lines if line.by is KnownBy.SERVED]
    opened = [line for line in party.lines if line.by is KnownBy.OPENED]
    listed = [line for line in served if line.document is DocumentKind.LISTING_NOTICE]
    assert [line.at for line in listed] == [served_at]
    assert [(line.person, line.at, line.document) for line in opened] == [
        ("principal", world.now, DocumentKind.LISTING_NOTICE)
    ]
    assert reached(found, COUNTY, KnownBy.HANDED_OVER) == [("", None)]
    assert reached(found, COUNTY, KnownBy.STEP_ARRIVED)[0] == ("", Action.ACKNOWLEDGE_HANDOVER)
    assert reached(found, COUNTY, KnownBy.ACTED) == [
        ("government_officer", Action.ACKNOWLEDGE_HANDOVER)
    ]
    lines = [line.at for line in party.lines]
    assert lines == sorted(lines)


def test_time_held_stands_against_the_limit_of_the_step(world: World) -> None:
    case_id = world.register()
    world.later(days=3)
    claim(world, "second_officer", case_id)
    world.later(days=60)
    release(world, "second_officer", case_id, "调离岗位")
    world.later(days=1)
    found = known(world, case_id)
    held = [s for s in unit(found, DEPARTMENT).held if s.action is Action.VERIFY_HAZARD]
    assert [step.holder for step in held] == ["", "second_officer", ""]
    taken = held[1]
    assert taken.until - taken.since == timedelta(days=60)
    assert taken.due_at is not None
    assert timedelta() < taken.late < taken.worked < timedelta(days=60)
    assert held[0].late == timedelta()
    assert held[2].until == found.at
    assert ("second_officer", Action.VERIFY_HAZARD) in reached(
        found, DEPARTMENT, KnownBy.STEP_TAKEN
    )
    passed = [row for row in found.holds if row.kind is HoldKind.PASSED]
    assert [(row.person, row.reason) for row in passed] == [("second_officer", "调离岗位")]


def test_a_limit_that_stood_still_names_who_stopped_it_and_why(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.later(hours=5)
    world.do(
        "government_officer",
        case_id,
        Action.ACKNOWLEDGE_HANDOVER,
        outcome=Outcome.DISPUTED,
        opinion="不属本区管辖。",
    )
    stopped = world.now
    world.later(days=1)
    world.do("office_head", case_id, Action.RESOLVE_COMPETENCE_DISPUTE)
    rows = [row for row in known(world, case_id).holds if row.kind is HoldKind.SUSPENDED]
    assert [(row.person, row.at, row.reason) for row in rows] == [
        ("government_officer", stopped, "不属本区管辖。")
    ]
    assert rows[0].until == world.now


def test_an_extended_limit_is_a_hold_with_its_reason(world: World) -> None:
    case_id = in_rectification(world, listed=False)
    world.do("principal", case_id, Action.REQUEST_EXTENSION)
    world.do("case_officer", case_id, Action.REVIEW_EXTENSION)
    world.do("department_head", case_id, Action.DECIDE_EXTENSION)
    rows = [row for row in known(world, case_id).holds if row.kind is HoldKind.EXTENDED]
    assert [row.action for row in rows] == [Action.DECIDE_EXTENSION]


def test_only_the_supervising_side_reads_it(world: World, sign_in: SignIn) -> None:
    case_id = world.file_report()
    page = sign_in("case_officer").get(f"/cases/{case_id}/knowledge").text
    assert "谁在何时知道什么" in page
    assert "没有打开的记录" in page
    assert sign_in("principal").get(f"/cases/{case_id}/knowledge").status_code == 404
    assert "/knowledge" not in sign_in("principal").get(f"/cases/{case_id}").text
    for name in ("principal", "rival_principal"):
        with pytest.raises(CaseNotFoundError):
            known(world, case_id, name)


def test_a_served_document_stays_with_the_party_that_answered_then(world: World) -> None:
    case_id = world.register()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.later(days=1)
    world.do(
        "case_officer",
        case_id,
        Action.CHANGE_RESPONSIBLE_PARTY,
        new_party_id=world.ids["private_mine"],
    )
    world.do("department_head", case_id, Action.CONFIRM_PARTY_CHANGE)
    found = known(world, case_id)
    served = [line.document for line in unit(found, PARTY).lines if line.by is KnownBy.SERVED]
    assert DocumentKind.LISTING_NOTICE in served
