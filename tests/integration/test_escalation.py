"""Pressing on: letters, talks, circulars and exposure, each confirmed by somebody else."""

from typing import Any

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import InvalidCommandError
from services.models.deadline import Deadline
from services.models.document import Document
from services.queries.case_page import get_case_page
from tests.builders import World
from tests.integration.test_substitutions import add_post
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Addressee, EscalationKind, Outcome, Role

PROPOSE, CONFIRM, APPROVE = (
    Action.PROPOSE_ESCALATION,
    Action.CONFIRM_ESCALATION,
    Action.APPROVE_ESCALATION,
)
SERVE, ANSWER = Action.SERVE_ESCALATION, Action.ANSWER_ESCALATION
REVIEW = Action.REVIEW_ESCALATION_ANSWER


def ordered(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    return case_id


def numbers(world: World, *kinds: str) -> list[str | None]:
    with transaction(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Document.number).where(Document.kind.in_(kinds)).order_by(Document.id)
            )
        )


def running(world: World, case_id: int, rule: str) -> list[int | None]:
    with transaction(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Deadline.holder_id).where(
                    Deadline.case_id == case_id,
                    Deadline.rule_id == rule,
                    Deadline.ended_at.is_(None),
                )
            )
        )


@pytest.mark.parametrize(
    ("kind", "series"),
    [
        (EscalationKind.SUPERVISION_LETTER, "supervision_letter"),
        (EscalationKind.REGULATORY_TALK, "talk_notice"),
    ],
)
def test_a_letter_is_confirmed_numbered_served_answered_and_settled(
    each_world: World, kind: EscalationKind, series: str
) -> None:
    world = each_world
    case_id = ordered(world)
    world.do("case_officer", case_id, PROPOSE, escalation_kind=kind)
    assert numbers(world, series) == []
    world.do("department_head", case_id, CONFIRM)
    assert len(numbers(world, series)) == 1
    assert APPROVE not in world.open_steps(case_id)
    world.do("case_officer", case_id, SERVE)
    if kind is EscalationKind.REGULATORY_TALK:
        assert running(world, case_id, "answer_escalation") == []
        assert running(world, case_id, "record_talk") == [world.ids["department"]]
        world.do("case_officer", case_id, Action.RECORD_TALK)
    assert Action.RECORD_TALK not in world.open_steps(case_id)
    assert running(world, case_id, "answer_escalation") == [world.ids["mine"]]
    world.do("principal", case_id, ANSWER)
    world.do("case_officer", case_id, REVIEW, outcome=Outcome.RETURNED, opinion="没有逐项答复。")
    world.do("principal", case_id, ANSWER)
    world.do("case_officer", case_id, REVIEW)
    assert running(world, case_id, "answer_escalation") == []
    world.do("case_officer", case_id, PROPOSE, escalation_kind=EscalationKind.WARNING_LETTER)


@pytest.mark.parametrize(
    ("addressee", "name", "house"),
    [
        (Addressee.PARTY, "principal", "mine"),
        (Addressee.TERRITORY, "government_officer", "county"),
        (Addressee.DEPARTMENT, "case_officer", "department"),
    ],
)
def test_only_the_addressee_answers(
    world: World, addressee: Addressee, name: str, house: str
) -> None:
    case_id = ordered(world)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.do("committee_officer", case_id, PROPOSE, addressee=addressee)
    world.do("office_head", case_id, CONFIRM)
    world.do("committee_officer", case_id, SERVE)
    assert running(world, case_id, "answer_escalation") == [world.ids[house]]
    for other in sorted({"principal", "government_officer", "case_officer"} - {name}):
        with pytest.raises(PermissionRefusedError):
            world.do(other, case_id, ANSWER)
    world.do(name, case_id, ANSWER)


@pytest.mark.parametrize("kind", [EscalationKind.CIRCULAR, EscalationKind.EXPOSURE])
def test_naming_in_public_needs_the_leader_and_asks_for_no_answer(
    world: World, kind: EscalationKind
) -> None:
    case_id = ordered(world)
    world.do("case_officer", case_id, PROPOSE, escalation_kind=kind)
    world.do("department_head", case_id, CONFIRM)
    assert numbers(world, "circular") == []
    assert SERVE not in world.open_steps(case_id)
    world.do("leader", case_id, APPROVE, outcome=Outcome.RETURNED, opinion="先约谈。")
    assert PROPOSE in world.open_steps(case_id)
    world.do("case_officer", case_id, PROPOSE, escalation_kind=kind)
    world.do("department_head", case_id, CONFIRM)
    world.do("leader", case_id, APPROVE)
    assert len(numbers(world, "circular")) == (kind is EscalationKind.CIRCULAR)
    world.do("case_officer", case_id, SERVE)
    assert ANSWER not in world.open_steps(case_id)
    assert PROPOSE in world.open_steps(case_id)


def test_nobody_confirms_what_the_same_person_proposed(world: World) -> None:
    case_id = ordered(world)
    add_post(world, "case_officer", "department", Role.DEPARTMENT_HEAD)
    world.do("case_officer", case_id, PROPOSE)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("case_officer", case_id, CONFIRM)
    assert refused.value.detail["reason"] == "separation_of_duties"
    with pytest.raises(InvalidCommandError):
        world.do("department_head", case_id, CONFIRM, outcome=Outcome.RETURNED, opinion="")


def test_the_supervised_side_reads_what_was_served_and_nothing_before(world: World) -> None:
    case_id = ordered(world)
    world.do("case_officer", case_id, PROPOSE, ground="内部理由金丝雀", demands="五日内报告。")
    world.do("department_head", case_id, CONFIRM, opinion="内部意见金丝雀")
    assert "金丝雀" not in _read(world, "principal", case_id)
    world.do("case_officer", case_id, SERVE)
    told = _read(world, "principal", case_id)
    assert "五日内报告。" in told
    assert "金丝雀" not in told
    assert "金丝雀" in _read(world, "case_officer", case_id)


def _read(world: World, name: str, case_id: int) -> str:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        page: Any = get_case_page(session, actor, case_id, world.office.profile)
    return str([(act.content, act.opinion) for act in page.acts])
