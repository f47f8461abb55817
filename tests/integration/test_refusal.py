"""A refusal to rectify: recorded with proof, confirmed by another person, lifted with a reason."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.database import reading, transaction
from services.errors import InvalidCommandError
from services.models.case import SupervisionCase
from services.models.document import Document
from services.queries.case_page import get_case_page
from services.queries.urges import list_suggested
from services.sweep import sweep_off
from tests.builders import World
from tests.integration.test_substitutions import add_post
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import (
    Action,
    Addressee,
    CaseFlag,
    DocumentKind,
    NextMeasure,
    Outcome,
    Role,
    Track,
)

RECORD, CONFIRM, LIFT = Action.RECORD_REFUSAL, Action.CONFIRM_REFUSAL, Action.LIFT_REFUSAL


def judged(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.TRACKED)
    return case_id


def refused(world: World) -> int:
    case_id = judged(world)
    world.do("case_officer", case_id, RECORD)
    world.do("department_head", case_id, CONFIRM)
    return case_id


def flags(world: World, case_id: int) -> list[str]:
    with reading(world.engine) as session:
        return list(session.get_one(SupervisionCase, case_id).flags)


def read(world: World, name: str, case_id: int) -> Any:
    with reading(world.engine) as session:
        return get_case_page(session, world.actor(name), case_id, world.office.profile)


def test_a_refusal_counts_from_its_confirmation_until_it_is_lifted(each_world: World) -> None:
    world = each_world
    case_id = judged(world)
    world.do("case_officer", case_id, RECORD)
    assert flags(world, case_id) == []
    world.do("department_head", case_id, CONFIRM)
    assert flags(world, case_id) == [CaseFlag.REFUSED]
    world.do("department_head", case_id, LIFT)
    assert flags(world, case_id) == []
    kept = [act for act in read(world, "principal", case_id).acts if act.action is CONFIRM]
    assert kept[0].content["refused_on"] == world.now.date().isoformat()
    assert kept[0].content["order_kind"] == DocumentKind.RECTIFICATION_ORDER
    assert kept[0].content["order_number"]
    world.do("case_officer", case_id, RECORD)


def test_a_second_refusal_may_be_recorded_while_the_first_stands(world: World) -> None:
    case_id = refused(world)
    world.do("case_officer", case_id, RECORD)
    world.do("department_head", case_id, CONFIRM, outcome=Outcome.RETURNED, opinion="证据不足。")
    assert flags(world, case_id) == [CaseFlag.REFUSED]


def test_what_the_head_does_not_confirm_is_no_refusal(world: World) -> None:
    case_id = judged(world)
    world.do("case_officer", case_id, RECORD)
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("department_head", case_id, CONFIRM, outcome=Outcome.RETURNED, opinion="")
    assert set(refusal.value.fields) == {"opinion"}
    world.do("department_head", case_id, CONFIRM, outcome=Outcome.RETURNED, opinion="证据不足。")
    assert flags(world, case_id) == []
    with pytest.raises(PermissionRefusedError) as unmet:
        world.do("department_head", case_id, LIFT)
    assert unmet.value.detail["missing"] == "rectification_refused"


def test_nobody_confirms_what_they_recorded(world: World) -> None:
    case_id = judged(world)
    add_post(world, "case_officer", "department", Role.DEPARTMENT_HEAD)
    world.do("case_officer", case_id, RECORD)
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do("case_officer", case_id, CONFIRM)
    assert refusal.value.detail["reason"] == "separation_of_duties"


def test_the_second_officer_is_somebody_else(world: World) -> None:
    case_id = judged(world)
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, RECORD, co_officer="case_officer（证号001）")
    assert refusal.value.fields == {"co_officer": "own_name"}


@pytest.mark.parametrize("missing", ["order_id", "had_order_on", "refused_on", "co_officer"])
def test_a_refusal_names_order_days_and_second_officer(world: World, missing: str) -> None:
    case_id = judged(world)
    empty: dict[str, object] = {missing: "" if missing == "co_officer" else None}
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, RECORD, 0, **empty)
    assert refusal.value.fields == {missing: "required"}


def test_a_refusal_is_proved(world: World) -> None:
    case_id = judged(world)
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, RECORD, uploads=())
    assert refusal.value.fields == {"uploads": "upload_required"}


@pytest.mark.parametrize(
    ("name", "days", "problem"),
    [
        ("had_order_on", -1, "before_issue"),
        ("had_order_on", 1, "before_order_reached"),
        ("refused_on", 2, "in_future"),
    ],
)
def test_an_order_is_issued_then_reaches_the_party_then_is_not_obeyed(
    world: World, name: str, days: int, problem: str
) -> None:
    case_id = judged(world)
    issued_on = world.now.date()
    world.later(days=1)
    at = {"had_order_on": issued_on, "refused_on": issued_on}
    at[name] = issued_on + timedelta(days=days)
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("case_officer", case_id, RECORD, 0, **at)
    assert list(refusal.value.fields.values()) == [problem]


def test_only_an_order_of_this_case_can_have_been_refused(world: World) -> None:
    case_id = judged(world)
    world.later(minutes=1)
    other = judged(world)
    with transaction(world.engine) as session:
        foreign = session.scalars(sa.select(Document.id).where(Document.case_id == other)).first()
        receipt = session.scalars(
            sa.select(Document.id).where(
                Document.case_id == case_id, Document.kind == DocumentKind.FIRST_REPORT_RECEIPT
            )
        ).first()
    for wrong in (foreign, receipt, 10_000):
        with pytest.raises(InvalidCommandError) as refusal:
            world.do("case_officer", case_id, RECORD, order_id=wrong)
        assert refusal.value.fields == {"order_id": "choice"}


def test_without_an_order_nothing_can_be_refused(world: World) -> None:
    case_id = world.file_report()
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do("case_officer", case_id, RECORD, order_id=1)
    assert refusal.value.detail["missing"] == "order_on_record"


def test_the_party_reads_what_is_confirmed_and_not_how_it_was_proposed(world: World) -> None:
    case_id = judged(world)
    world.do("case_officer", case_id, RECORD, refusal_facts="内部事实金丝雀")
    assert flags(world, case_id) == []
    page = read(world, "principal", case_id)
    assert "内部事实金丝雀" not in str([act.content for act in page.acts])
    world.do("department_head", case_id, CONFIRM)
    page = read(world, "principal", case_id)
    assert "内部事实金丝雀" not in str([act.content for act in page.acts])
    assert CaseFlag.REFUSED in page.flags


def suggestions(world: World, name: str) -> list[tuple[NextMeasure, str, bool]]:
    with reading(world.engine) as session:
        rows = list_suggested(session, world.actor(name), 50)
    return [
        (row.kind, row.ground, row.task_id is not None)
        for row in rows
        if row.addressee is Addressee.PARTY
    ]


def test_a_refusal_that_goes_on_past_a_limit_suggests_the_penalty(each_world: World) -> None:
    world = each_world
    case_id = refused(world)
    world.later(days=100)
    sweep_off(world.engine, world.office, world.now)
    penalty = (NextMeasure.SUSPENSION_PENALTY, "rectification_refused", True)
    assert suggestions(world, "case_officer") == [penalty]
    # The committee's office reads it, and proposes no penalty.
    assert suggestions(world, "office_head") == [(*penalty[:2], False)]
    assert suggestions(world, "principal") == []
    world.do("case_officer", case_id, Action.PROPOSE_SUSPENSION)
    assert suggestions(world, "case_officer") == []


def test_with_the_penalty_on_its_way_letters_are_suggested_as_ever(world: World) -> None:
    case_id = refused(world)
    world.do("case_officer", case_id, Action.PROPOSE_SUSPENSION)
    world.later(days=100)
    sweep_off(world.engine, world.office, world.now)
    kinds = {kind for kind, _ground, _open in suggestions(world, "case_officer")}
    assert kinds == {NextMeasure.SUPERVISION_LETTER}
