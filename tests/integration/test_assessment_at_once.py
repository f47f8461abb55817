"""Two people at once on a round of assessment: one wins, and the other is told clearly."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier, Thread

import sqlalchemy as sa

from services.assessment.objections import AnswerObjection, answer_objection, object_to_fact
from services.assessment.record import first_changed_assessment
from services.assessment.rounds import (
    RoundStepCommand,
    begin_round,
    find_false_closure,
    record_receipt,
    take_round_step,
)
from services.audit import first_broken_link
from services.clock import local_date
from services.database import reading, transaction
from services.frame import Frame
from services.models.assessment import AssessmentCorrection, AssessmentRound, AssessmentStepTaken
from services.models.organisation import Post
from tests.builders import World
from tests.integration.test_assessments import (
    APPROVE,
    FREEZE,
    IN_APRIL,
    MARCH,
    PUBLISH,
    SHOW,
    facts,
    frozen,
    late_acknowledgement,
    object_to,
    page,
    play_march,
    recomputed,
    recurred,
    sheet,
    shown,
    step,
)
from web.labels import error_sentence
from workflows.assessment_round import AssessmentStep, RoundState
from workflows.errors import RuleError
from workflows.vocabulary import Outcome, Role

Deed = Callable[[Frame], object]
Told = str | None


def at_once(world: World, *deeds: tuple[str, Deed], at: tuple[datetime, ...] = ()) -> list[Told]:
    """All begin at the same moment; of each what it was told, None for done."""
    barrier, told = Barrier(len(deeds)), dict[int, Told]()

    def run(place: int, name: str, deed: Deed) -> None:
        barrier.wait()
        try:
            with transaction(world.engine) as session:
                frame = world.frame(session, name)
                deed(replace(frame, now=at[place]) if at else frame)
            told[place] = None
        except RuleError as error:
            told[place] = error_sentence(error.code, error.detail)

    threads = [Thread(target=run, args=(place, *row)) for place, row in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(told) == set(range(len(deeds)))
    with reading(world.engine) as session:
        assert first_broken_link(session) is None
        assert first_changed_assessment(session) is None
    return [told[place] for place in range(len(deeds))]


def second_post(world: World, name: str, house: str, role: Role) -> None:
    """Somebody else holds such a post too."""
    with transaction(world.engine) as session:
        session.add(
            Post(
                person_id=world.person_ids[name],
                organisation_id=world.ids[house],
                role=role.value,
                title="",
                valid_from=world.now.date() - timedelta(days=400),
            )
        )


def taken(world: World, what: AssessmentStep) -> int:
    with reading(world.engine) as session:
        wanted = sa.select(sa.func.count(AssessmentStepTaken.id))
        return session.execute(wanted.where(AssessmentStepTaken.step == what)).scalar_one()


def takes(round_id: int, what: AssessmentStep, outcome: Outcome = Outcome.DONE) -> Deed:
    command = RoundStepCommand(round_id=round_id, step=what, outcome=outcome, opinion="意见")
    return lambda frame: take_round_step(frame, command)


def test_of_two_who_begin_the_same_month_one_does(each_world: World) -> None:
    world = each_world
    second_post(world, "secrecy_reviewer", "office", Role.COMMITTEE_OFFICER)
    world.now = IN_APRIL
    office = world.ids["office"]
    told = at_once(
        world,
        ("committee_officer", lambda frame: begin_round(frame, office, MARCH)),
        ("secrecy_reviewer", lambda frame: begin_round(frame, office, MARCH)),
    )
    assert sorted(one is None for one in told) == [False, True]
    assert "已经建立" in next(filter(None, told))
    with reading(world.engine) as session:
        assert session.execute(sa.select(sa.func.count(AssessmentRound.id))).scalar_one() == 1


def test_of_two_who_approve_and_return_at_once_one_decides_and_is_named(each_world: World) -> None:
    world = each_world
    round_id = shown(world)
    frozen(world, round_id)
    told = at_once(
        world,
        ("leader", takes(round_id, APPROVE, Outcome.ACCEPTED)),
        ("signatory", takes(round_id, APPROVE, Outcome.RETURNED)),
    )
    assert sorted(one is None for one in told) == [False, True]
    winner = ("leader", "signatory")[told.index(None)]
    assert f"已由{winner}于" in next(filter(None, told))
    assert taken(world, APPROVE) == 1
    assert page(world, round_id).row.waiting_step is (PUBLISH if winner == "leader" else FREEZE)


def test_the_ranking_is_sent_out_once(each_world: World) -> None:
    world = each_world
    round_id = shown(world)
    frozen(world, round_id)
    step(world, round_id, "leader", APPROVE, Outcome.ACCEPTED)
    told = at_once(
        world,
        ("committee_officer", takes(round_id, PUBLISH)),
        ("office_head", takes(round_id, PUBLISH)),
    )
    assert sorted(one is None for one in told) == [False, True]
    assert "您的提交没有生效" in next(filter(None, told))
    found = page(world, round_id)
    assert (found.row.state, len(found.copies)) == (RoundState.PUBLISHED, 4)


def test_showing_and_dropping_at_once_leave_one_of_both(each_world: World) -> None:
    world = each_world
    second_post(world, "secrecy_reviewer", "office", Role.COMMITTEE_OFFICER)
    world.now = IN_APRIL
    with transaction(world.engine) as session:
        frame = world.frame(session, "committee_officer")
        round_id = begin_round(frame, world.ids["office"], MARCH)
    told = at_once(
        world,
        ("committee_officer", takes(round_id, SHOW)),
        ("secrecy_reviewer", takes(round_id, SHOW, Outcome.DECLINED)),
    )
    assert sorted(one is None for one in told) == [False, True]
    assert "您的提交没有生效" in next(filter(None, told))
    dropped = page(world, round_id).row.state is RoundState.DROPPED
    assert dropped is (told[1] is None)


def test_an_objection_at_the_last_moment_and_freezing_exclude_each_other(
    each_world: World,
) -> None:
    """Sent on the last day of the window, while the office freezes on the day after."""
    world = each_world
    play_march(world)
    round_id = shown(world)
    fact_id = late_acknowledgement(world, round_id).fact_id
    sent_at = world.now
    until = page(world, round_id).row.objections_until
    assert until is not None
    world.now += timedelta(days=8)
    told = at_once(
        world,
        ("case_officer", lambda frame: object_to_fact(frame, fact_id, "已签收", "移交回执")),
        ("committee_officer", takes(round_id, FREEZE)),
        at=(sent_at, world.now),
    )
    assert sorted(one is None for one in told) == [False, True]
    found = page(world, round_id)
    if told[0] is None:
        assert "还有异议没有答复，不能冻结" in str(told[1])
        assert (len(found.objections), found.row.waiting_step) == (1, FREEZE)
    else:
        assert "得分已经冻结" in str(told[0])
        assert (len(found.objections), found.row.waiting_step) == (0, APPROVE)


def test_of_two_objections_to_one_fact_one_is_there(each_world: World) -> None:
    world = each_world
    play_march(world)
    round_id = shown(world)
    fact_id = late_acknowledgement(world, round_id).fact_id
    told = at_once(
        world,
        ("case_officer", lambda frame: object_to_fact(frame, fact_id, "已签收", "移交回执")),
        ("department_head", lambda frame: object_to_fact(frame, fact_id, "另有理由", "文件")),
    )
    assert sorted(one is None for one in told) == [False, True]
    assert "已经提出过异议" in next(filter(None, told))
    assert len(page(world, round_id).objections) == 1


def test_of_two_answers_to_an_objection_one_counts_and_its_author_is_named(
    each_world: World,
) -> None:
    world = each_world
    second_post(world, "secrecy_reviewer", "office", Role.COMMITTEE_OFFICER)
    play_march(world)
    round_id = shown(world)
    objection_id = object_to(world, late_acknowledgement(world, round_id).fact_id)

    def answers(outcome: Outcome) -> Deed:
        command = AnswerObjection(
            objection_id=objection_id, outcome=outcome, opinion="经核对", met=True
        )
        return lambda frame: answer_objection(frame, command)

    told = at_once(
        world,
        ("office_head", answers(Outcome.ACCEPTED)),
        ("secrecy_reviewer", answers(Outcome.DECLINED)),
    )
    assert sorted(one is None for one in told) == [False, True]
    winner = ("office_head", "secrecy_reviewer")[told.index(None)]
    assert f"已由{winner}于" in next(filter(None, told))
    assert taken(world, AssessmentStep.ANSWER) == 1
    assert sheet(world, round_id, "department").revision == (1 if winner == "office_head" else 0)
    assert recomputed(world, round_id) == ()


def test_finding_a_false_closure_twice_at_once_is_one_veto(each_world: World) -> None:
    world = each_world
    recurred(world, play_march(world))
    round_id = shown(world)
    fact_id = facts(world, round_id, "county", "false_closure")[0].fact_id
    told = at_once(
        world,
        *[("office_head", lambda frame: find_false_closure(frame, round_id, fact_id, "不符"))] * 2,
    )
    assert told == [None, None]
    with reading(world.engine) as session:
        count = sa.select(sa.func.count(AssessmentCorrection.id))
        assert session.execute(count).scalar_one() == 1
    assert sheet(world, round_id, "county").revision == 1


def test_of_two_receipts_of_one_copy_one_is_on_record(each_world: World) -> None:
    world = each_world
    round_id = shown(world)
    frozen(world, round_id)
    step(world, round_id, "leader", APPROVE, Outcome.ACCEPTED)
    step(world, round_id, "office_head", PUBLISH)
    copy_id, today = page(world, round_id).copies[0].copy_id, local_date(world.now)
    told = at_once(
        world,
        ("office_head", lambda frame: record_receipt(frame, round_id, copy_id, today, "某甲")),
        (
            "committee_officer",
            lambda frame: record_receipt(frame, round_id, copy_id, today, "某乙"),
        ),
    )
    assert sorted(one is None for one in told) == [False, True]
    assert "回执已经登记" in next(filter(None, told))
