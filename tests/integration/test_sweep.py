"""The sweep: each late deadline urged and a step suggested, once; nothing decided by a timeout."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import sweep
from services.audit import first_broken_link
from services.clock import local_date
from services.database import reading, transaction
from services.deadlines import extend_limit
from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline
from services.models.urge import EscalationSuggestion, Urge
from services.queries.urges import list_suggested, list_urged
from services.sweep import PAUSES, sweep_off, sweep_once
from tests.builders import World
from workflows.permissions import Actor
from workflows.vocabulary import Action, Addressee, Lateness, NextMeasure

LIMIT = "rectification_limit"


def sweep_world(world: World) -> int:
    return sweep_off(world.engine, world.office, world.now)


def all_of(world: World, model: Any, **which: object) -> list[Any]:
    with reading(world.engine) as session:
        return list(
            session.scalars(sa.select(model).filter_by(**which).order_by(model.id)).unique()
        )


def running(world: World, case_id: int) -> list[Deadline]:
    return [row for row in all_of(world, Deadline, case_id=case_id) if row.ended_at is None]


def late_case(world: World, *, days: int = 3) -> tuple[int, Deadline]:
    """A tracked, major case whose limit of rectification passed some days ago."""
    case_id = world.file_report()
    world.to_listing(case_id)
    limit = next(row for row in running(world, case_id) if row.basis["unit"] == "fixed_date")
    world.now = limit.due_at + timedelta(days=days, hours=1)
    return case_id, limit


def suggested(world: World, name: str) -> list[tuple[NextMeasure, str]]:
    with reading(world.engine) as session:
        rows = list_suggested(session, world.actor(name), 50)
    return [(row.kind, row.ground) for row in rows if row.addressee is Addressee.PARTY]


def test_nothing_is_looked_at_before_it_is_late(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    first = min(row.due_at for row in running(world, case_id))
    world.now = first
    assert sweep_world(world) == 0
    world.now = first + timedelta(seconds=1)
    assert sweep_world(world) >= 1
    assert sweep_world(world) == 0


def test_who_holds_a_late_deadline_is_told_and_the_chain_keeps_it(each_world: World) -> None:
    world = each_world
    case_id, limit = late_case(world)
    sweep_world(world)
    urge = all_of(world, Urge, deadline_id=limit.id)[0]
    assert (urge.number, urge.lateness, urge.days_late) == (1, Lateness.LATE, 4)
    told = {item.person_id for item in urge.recipients}
    assert world.person_ids["principal"] in told
    assert told <= {world.person_ids["safety_officer"], world.person_ids["principal"]}
    assert [row.lateness for row in all_of(world, Deadline, id=limit.id)] == [Lateness.LATE]
    with reading(world.engine) as session:
        assert first_broken_link(session) is None
        names = {row.name for row in list_urged(session, world.actor("principal"), 50)}
        assert limit.name in names
        assert limit.name not in {
            row.name for row in list_urged(session, world.actor("rival_principal"), 50)
        }
    assert case_id == urge.case_id


def test_urging_keeps_to_the_rate_of_the_profile(each_world: World) -> None:
    world = each_world
    _case_id, limit = late_case(world)
    pause = world.office.profile.lateness.urge_most_every_days
    numbers = []
    for _day in range(2 * pause + 1):
        sweep_world(world)
        numbers.append(len(all_of(world, Urge, deadline_id=limit.id)))
        world.later(days=1, seconds=1)
    assert numbers == [1] * pause + [2] * pause + [3]


def test_a_deadline_becomes_seriously_late_on_the_day_that_the_profile_says(world: World) -> None:
    days = world.office.profile.lateness.seriously_late_days
    _case_id, limit = late_case(world, days=0)
    marks = []
    for _day in range(days + 1):
        sweep_world(world)
        marks.append(all_of(world, Deadline, id=limit.id)[0].lateness)
        world.later(days=1)
    assert marks.index(Lateness.SERIOUSLY_LATE) == days - 1
    assert set(marks) == set(Lateness)


def test_a_letter_is_suggested_first_and_a_talk_after_it(each_world: World) -> None:
    world = each_world
    case_id, _limit = late_case(world)
    sweep_world(world)
    assert suggested(world, "case_officer") == [(NextMeasure.SUPERVISION_LETTER, "no_letter_yet")]
    assert suggested(world, "department_head") == suggested(world, "case_officer")
    for outsider in ("safety_officer", "other_officer", "leader"):
        assert suggested(world, outsider) == []
    world.do("case_officer", case_id, Action.PROPOSE_ESCALATION)
    assert suggested(world, "case_officer") == []
    world.later(days=8)
    sweep_world(world)
    assert suggested(world, "case_officer") == []  # the letter is under way
    world.do("department_head", case_id, Action.CONFIRM_ESCALATION)
    world.do("case_officer", case_id, Action.SERVE_ESCALATION, served_on=local_date(world.now))
    world.do("principal", case_id, Action.ANSWER_ESCALATION)
    world.do("case_officer", case_id, Action.REVIEW_ESCALATION_ANSWER)
    world.later(days=8)
    sweep_world(world)
    assert suggested(world, "case_officer") == [(NextMeasure.REGULATORY_TALK, "late_after_letter")]
    rows = all_of(world, EscalationSuggestion, case_id=case_id, addressee=Addressee.PARTY)
    kinds = [row.escalation_kind for row in rows]
    assert kinds == [NextMeasure.SUPERVISION_LETTER, NextMeasure.REGULATORY_TALK]


def test_a_suggestion_is_nothing_but_a_row(each_world: World) -> None:
    world = each_world
    case_id, _limit = late_case(world)
    before = len(all_of(world, Act, case_id=case_id)), world.open_steps(case_id)
    sweep_world(world)
    world.later(days=60)
    sweep_world(world)
    assert (len(all_of(world, Act, case_id=case_id)), world.open_steps(case_id)) == before


def test_a_suggestion_is_over_when_its_deadline_ends_and_back_when_the_proposal_is_taken_back(
    world: World,
) -> None:
    case_id, _limit = late_case(world)
    sweep_world(world)
    world.do("case_officer", case_id, Action.PROPOSE_ESCALATION)
    assert suggested(world, "case_officer") == []
    world.take_back("case_officer", case_id)
    assert len(suggested(world, "case_officer")) == 1
    with transaction(world.engine) as session:
        session.execute(sa.update(Deadline).values(ended_at=world.now, ended_as="met"))
    assert suggested(world, "case_officer") == []


def test_before_the_verdict_there_is_no_suggestion_but_an_urge(world: World) -> None:
    case_id = world.file_report()
    world.later(days=90)
    sweep_world(world)
    assert all_of(world, Urge, case_id=case_id)
    assert all_of(world, EscalationSuggestion, case_id=case_id) == []


def test_a_moved_limit_is_late_no_more(each_world: World) -> None:
    world = each_world
    case_id, limit = late_case(world)
    sweep_world(world)
    act_id = world.last_act(case_id)
    with transaction(world.engine) as session:
        case = session.get_one(SupervisionCase, case_id)
        until = limit.due_on + timedelta(days=60)
        extend_limit(session, world.office, case, until, act_id, world.now)
    (moved,) = all_of(world, Deadline, id=limit.id)
    assert (moved.lateness, moved.next_look_at) == (None, moved.due_at)
    world.later(days=10)
    sweep_world(world)
    assert len(all_of(world, Urge, deadline_id=limit.id)) == 1


def test_several_sweeps_at_once_look_at_each_deadline_once(each_world: World) -> None:
    world = each_world
    for _ in range(4):
        world.file_report()
        world.later(minutes=1)
    world.later(days=90)
    due = len([row for row in all_of(world, Deadline) if row.ended_at is None])
    start, looked, broken = Barrier(4), [], []

    def run() -> None:
        start.wait()
        try:
            looked.append(sweep_world(world))
        except Exception as error:  # noqa: BLE001  told below
            broken.append(error)

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert sum(looked) == due
    assert [urge.number for urge in all_of(world, Urge)] == [1] * due
    with reading(world.engine) as session:
        assert first_broken_link(session) is None


def test_a_deadline_that_cannot_be_looked_at_does_not_keep_the_others_waiting(
    each_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = each_world
    case_id = world.file_report()
    world.later(days=90)
    bad, *others = running(world, case_id)
    real = sweep._urge

    def urge(session: Session, office: Any, look: Any, now: Any) -> Any:
        if look.deadline.id == bad.id:
            raise KeyError("with words from the case")
        return real(session, office, look, now)

    monkeypatch.setattr(sweep, "_urge", urge)
    assert sweep_world(world) == len(others) + 1
    assert {row.deadline_id for row in all_of(world, Urge)} == {row.id for row in others}
    for pause in PAUSES[:-1]:
        (row,) = all_of(world, Deadline, id=bad.id)
        assert row.look_incident is None
        assert not sweep_once(world.engine, world.office, world.now)
        world.now += pause + timedelta(seconds=1)
        assert sweep_once(world.engine, world.office, world.now)
    (row,) = all_of(world, Deadline, id=bad.id)
    assert row.look_incident == "KeyError"
    monkeypatch.undo()
    world.now += PAUSES[-1] + timedelta(seconds=1)
    sweep_world(world)
    (row,) = all_of(world, Deadline, id=bad.id)
    assert (row.look_failures, row.look_incident, row.lateness) == (0, None, "seriously_late")


def test_each_party_to_a_late_deadline_is_pressed_on_as_such(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, Action.SERVE_LISTING_NOTICE)
    world.later(days=20)
    sweep_world(world)
    found = {row.addressee for row in all_of(world, EscalationSuggestion, case_id=case_id)}
    assert found >= {Addressee.TERRITORY, Addressee.DEPARTMENT}
    with reading(world.engine) as session:
        own = list_suggested(session, world.actor("case_officer"), 50)
        above = list_suggested(session, world.actor("committee_officer"), 50)
    assert Addressee.DEPARTMENT not in {row.addressee for row in own}
    assert Addressee.DEPARTMENT in {row.addressee for row in above}


def test_actors_without_posts_read_nothing(world: World) -> None:
    late_case(world)
    sweep_world(world)
    with reading(world.engine) as session:
        assert list_suggested(session, Actor(1, "无岗", ()), 50) == []
