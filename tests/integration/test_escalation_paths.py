"""Each path of pressing on, walked by a clock that only the test moves."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from services.clock import local_date
from services.database import transaction
from services.models.deadline import Deadline
from tests.builders import World
from tests.integration.test_escalation import numbers
from tests.integration.test_sweep import late_case, suggested, sweep_world
from workflows.vocabulary import Action, EscalationKind, NextMeasure

LETTER, TALK, CIRCULAR = (
    EscalationKind.SUPERVISION_LETTER,
    EscalationKind.REGULATORY_TALK,
    EscalationKind.CIRCULAR,
)


def press_on(world: World, case_id: int, kind: EscalationKind) -> None:
    """Propose, confirm, approve where it names somebody in public, serve, answer and settle."""
    world.do("case_officer", case_id, Action.PROPOSE_ESCALATION, escalation_kind=kind)
    world.do("department_head", case_id, Action.CONFIRM_ESCALATION)
    if kind in (EscalationKind.CIRCULAR, EscalationKind.EXPOSURE):
        world.do("leader", case_id, Action.APPROVE_ESCALATION)
    world.do("case_officer", case_id, Action.SERVE_ESCALATION, served_on=local_date(world.now))
    if kind is TALK:
        world.do("case_officer", case_id, Action.RECORD_TALK, held_on=local_date(world.now))
    if Action.ANSWER_ESCALATION in world.open_steps(case_id):
        world.do("principal", case_id, Action.ANSWER_ESCALATION)
        world.do("case_officer", case_id, Action.REVIEW_ESCALATION_ANSWER)


def only(world: World, limit: Deadline) -> None:
    """No other clock speaks: what is late by other limits would be pressed on at once."""
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Deadline)
            .where(Deadline.id != limit.id, Deadline.ended_at.is_(None))
            .values(ended_at=world.now, ended_as="met")
        )


def said_after(world: World, days: int) -> list[tuple[NextMeasure, str]]:
    world.later(days=days)
    sweep_world(world)
    return suggested(world, "case_officer")


def test_letter_talk_second_letter_and_circular(each_world: World) -> None:
    world = each_world
    case_id, limit = late_case(world, days=0)
    assert said_after(world, 1) == [(NextMeasure.SUPERVISION_LETTER, "no_letter_yet")]
    press_on(world, case_id, LETTER)
    assert said_after(world, 8) == [(NextMeasure.REGULATORY_TALK, "late_after_letter")]
    press_on(world, case_id, TALK)
    assert said_after(world, 8) == [(NextMeasure.REGULATORY_TALK, "late_after_letter")]
    press_on(world, case_id, LETTER)
    assert said_after(world, 8) == [(NextMeasure.CIRCULAR, "late_after_letters")]
    press_on(world, case_id, CIRCULAR)
    given = [len(numbers(world, kind)) for kind in ("supervision_letter", "talk_notice")]
    assert [*given, len(numbers(world, "circular"))] == [2, 1, 1]
    assert (world.now - limit.due_at).days == 25


@pytest.mark.parametrize(
    ("days", "letters", "expected"),
    [
        (1, 0, (NextMeasure.SUPERVISION_LETTER, "no_letter_yet")),
        (14, 0, (NextMeasure.SUPERVISION_LETTER, "no_letter_yet")),
        (15, 0, (NextMeasure.SUPERVISION_LETTER, "no_letter_yet")),
        (1, 1, (NextMeasure.REGULATORY_TALK, "late_after_letter")),
        (1, 2, (NextMeasure.REGULATORY_TALK, "late_after_letter")),
        (14, 2, (NextMeasure.REGULATORY_TALK, "late_after_letter")),
        (15, 1, (NextMeasure.REGULATORY_TALK, "late_after_letter")),
        (15, 2, (NextMeasure.CIRCULAR, "late_after_letters")),
        (40, 3, (NextMeasure.CIRCULAR, "late_after_letters")),
    ],
)
def test_each_step_of_the_table_at_its_day(
    world: World, days: int, letters: int, expected: tuple[NextMeasure, str]
) -> None:
    case_id, limit = late_case(world)
    world.now = limit.started_at
    for _ in range(letters):
        world.later(days=1)
        press_on(world, case_id, LETTER)
    only(world, limit)
    world.now = limit.due_at - timedelta(hours=1)  # late on the evening of the last day
    assert said_after(world, days) == [expected]


def test_nothing_is_suggested_on_the_last_day_itself(world: World) -> None:
    _, limit = late_case(world)
    only(world, limit)
    world.now = limit.due_at
    assert said_after(world, 0) == []
    assert said_after(world, 1) != []


@pytest.mark.parametrize("kind", list(EscalationKind))
def test_every_measure_runs_to_its_end_and_the_next_may_follow(
    world: World, kind: EscalationKind
) -> None:
    case_id, _ = late_case(world)
    before: datetime = world.now
    press_on(world, case_id, kind)
    assert Action.PROPOSE_ESCALATION in world.open_steps(case_id)
    press_on(world, case_id, kind)
    assert world.now == before
