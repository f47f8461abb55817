"""A month assessed: facts from the record, scores from the facts, objections, ranking, copies."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner

from services import accounts
from services.assessment import rounds
from services.assessment.objections import AnswerObjection, answer_objection, object_to_fact
from services.assessment.record import first_changed_assessment
from services.assessment.rounds import (
    RoundNotReadyError,
    RoundStepCommand,
    begin_round,
    find_false_closure,
    record_receipt,
    take_round_step,
)
from services.assessment.scores import Difference, recompute
from services.clock import local_date
from services.database import reading, transaction
from services.errors import InvalidCommandError, RecordNotFoundError
from services.instances import shown_of
from services.models.assessment import (
    AssessmentCorrection,
    AssessmentFact,
    AssessmentRound,
    AssessmentSheet,
    AssessmentStepTaken,
)
from services.models.look_back import LookBackCheck
from services.models.monthly_return import MonthlyReturn
from services.models.organisation import Post
from services.queries.assessments import (
    FactRow,
    RoundPage,
    SheetRow,
    get_evidence,
    get_round,
    list_facts,
    list_rounds,
    read_round,
)
from services.queries.handovers import list_handovers
from services.queries.months import Month
from services.reference.assessment import load_assessment
from services.returns.opening import open_returns
from services.returns.steps import ReturnCommand, take_return_step
from services.settings import Settings
from services.uploads import AcceptedUpload
from tests.builders import PHOTO, World
from tests.integration.test_returns import TYPED
from web.app import create_app
from workflows.assessment import Grade, Total
from workflows.assessment_round import AssessmentRefusedError, AssessmentStep, RoundState
from workflows.errors import TaskNotReadyError
from workflows.returns import ReturnStep
from workflows.vocabulary import Action, Outcome

MARCH = Month(2026, 3)
IN_APRIL = datetime(2026, 4, 7, 1, 0, tzinfo=UTC)
SHOW, FREEZE = AssessmentStep.SHOW, AssessmentStep.FREEZE
APPROVE, PUBLISH = AssessmentStep.APPROVE, AssessmentStep.PUBLISH


def play_march(world: World) -> int:
    """One listed hazard, handed over in time to the county, too late to the department."""
    case_id = world.register()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.walk(case_id, ("committee_officer", Action.SERVE_LISTING_NOTICE))
    world.do("government_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)
    return case_id


def begin(world: World, name: str = "committee_officer", month: Month = MARCH) -> int:
    world.now = max(world.now, IN_APRIL)
    with transaction(world.engine) as session:
        return begin_round(world.frame(session, name), world.ids["office"], month)


def step(
    world: World,
    round_id: int,
    name: str,
    what: AssessmentStep,
    outcome: Outcome = Outcome.DONE,
    opinion: str = "",
) -> None:
    command = RoundStepCommand(round_id=round_id, step=what, outcome=outcome, opinion=opinion)
    with transaction(world.engine) as session:
        take_round_step(world.frame(session, name), command)


def shown(world: World) -> int:
    """A round that the units look at."""
    round_id = begin(world)
    step(world, round_id, "committee_officer", SHOW)
    return round_id


def frozen(world: World, round_id: int) -> None:
    world.now += timedelta(days=8)
    step(world, round_id, "committee_officer", FREEZE)


def page(world: World, round_id: int) -> RoundPage:
    with reading(world.engine) as session:
        return read_round(session, round_id)


def sheet(world: World, round_id: int, unit: str) -> SheetRow:
    return next(row for row in page(world, round_id).sheets if row.unit_id == world.ids[unit])


def facts(
    world: World, round_id: int, unit: str, indicator: str, reader: str = "committee_officer"
) -> list[FactRow]:
    with reading(world.engine) as session:
        found = list_facts(session, world.actor(reader), round_id, world.ids[unit])
    return [row for row in found if row.indicator == indicator]


def object_to(
    world: World, fact_id: int, name: str = "case_officer", ground: str = "已签收"
) -> int:
    with transaction(world.engine) as session:
        return object_to_fact(world.frame(session, name), fact_id, ground, "移交回执（附后）")


def answer(
    world: World,
    objection_id: int,
    outcome: Outcome = Outcome.ACCEPTED,
    name: str = "office_head",
    *,
    met: bool = True,
    opinion: str = "经核对纸质回执，签收在期限内",
) -> None:
    command = AnswerObjection(objection_id=objection_id, outcome=outcome, opinion=opinion, met=met)
    with transaction(world.engine) as session:
        answer_objection(world.frame(session, name), command)


def recomputed(world: World, round_id: int) -> tuple[Difference, ...]:
    with reading(world.engine) as session:
        return recompute(session, round_id)[1]


def late_acknowledgement(world: World, round_id: int) -> FactRow:
    found = facts(world, round_id, "department", "handover_acknowledged")
    assert [row.met for row in found] == [False]
    return found[0]


def test_clocks_become_facts_of_those_who_held_them(each_world: World) -> None:
    case_id = play_march(each_world)
    round_id = begin(each_world)
    county = facts(each_world, round_id, "county", "handover_acknowledged")
    assert [(row.met, row.case_id) for row in county] == [(True, case_id)]
    late_acknowledgement(each_world, round_id)
    lost = facts(each_world, round_id, "department", "days_late")
    assert sum(row.days for row in lost) > 0
    assert facts(each_world, round_id, "other_department", "handover_acknowledged") == []
    assert sheet(each_world, round_id, "other_department").total.hundredths is None
    assert recomputed(each_world, round_id) == ()


def test_a_handover_that_nobody_acknowledges_counts_each_month_it_waits(each_world: World) -> None:
    """In the month of its limit and in every later one; the board tells the same days."""
    play_march(each_world)
    each_world.now = datetime(2026, 5, 6, 1, 0, tzinfo=UTC)
    march = begin(each_world)
    assert len(facts(each_world, march, "county", "handover_acknowledged")) == 1
    april = begin(each_world, month=Month(2026, 4))
    waits = late_acknowledgement(each_world, april)
    assert (waits.due_on, waits.happened_on) == (
        late_acknowledgement(each_world, march).due_on,
        None,
    )
    assert facts(each_world, april, "county", "handover_acknowledged") == []
    lost = [
        row.days
        for round_id in (march, april)
        for row in facts(each_world, round_id, "department", "days_late")
        if row.deadline_id == waits.deadline_id
    ]
    assert (len(lost), sum(lost)) == (2, board_days(each_world, "department", Month(2026, 4)))


def board_days(world: World, receiver: str, month: Month) -> int:
    """The days late that the board of handovers tells of a receiver at the end of a month."""
    with reading(world.engine) as session:
        lines = list_handovers(session, world.actor("committee_officer"))
    at = month.ends_at - timedelta(seconds=1)
    return sum(line.days_late(at) for line in lines if line.receiver_id == world.ids[receiver])


@pytest.mark.parametrize("after_days", [0, 10])
def test_while_competence_is_disputed_board_and_assessment_count_nothing(
    world: World, after_days: int
) -> None:
    case_id = play_march(world)
    world.later(days=after_days)
    ack = Action.ACKNOWLEDGE_HANDOVER
    world.do("case_officer", case_id, ack, outcome=Outcome.DISPUTED, opinion="不属本单位职责。")
    round_id = begin(world)
    assert facts(world, round_id, "department", "handover_acknowledged") == []
    assert board_days(world, "department", MARCH) == 0
    lost = facts(world, round_id, "department", "days_late")
    assert "移交" not in "".join(row.name for row in lost if row.days)


@pytest.mark.parametrize(("after_days", "met"), [(0, None), (10, False)])
def test_passing_on_in_time_is_no_fault_and_late_it_is(
    world: World, after_days: int, met: bool | None
) -> None:
    case_id = play_march(world)
    world.later(days=after_days)
    world.do(
        "case_officer",
        case_id,
        Action.ACKNOWLEDGE_HANDOVER,
        outcome=Outcome.PASSED_ON,
        opinion="不属本单位职责。",
        receiver_id=world.ids["other_department"],
    )
    found = facts(world, begin(world), "department", "handover_acknowledged")
    assert [row.met for row in found] == ([] if met is None else [met])


def test_facts_are_those_of_the_end_of_the_month_whenever_they_are_collected(world: World) -> None:
    case_id = play_march(world)
    world.now = IN_APRIL
    world.do("case_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)  # too late to be of March
    round_id = begin(world)
    fact = late_acknowledgement(world, round_id)
    assert fact.happened_on is None


def test_changing_a_fact_changes_exactly_the_scores_that_rest_on_it(each_world: World) -> None:
    play_march(each_world)
    round_id = shown(each_world)
    fact = late_acknowledgement(each_world, round_id)
    assert recomputed(each_world, round_id) == ()
    with transaction(each_world.engine) as session:
        session.execute(
            sa.update(AssessmentFact).where(AssessmentFact.id == fact.fact_id).values(met=True)
        )
    found = {(row.unit_id, row.indicator) for row in recomputed(each_world, round_id)}
    department = each_world.ids["department"]
    assert found == {(department, "handover_acknowledged"), (department, "")}
    with reading(each_world.engine) as session:
        assert first_changed_assessment(session) == f"assessment_round {round_id}"


def test_a_changed_score_is_told_and_bars_freezing(world: World) -> None:
    play_march(world)
    round_id = shown(world)
    with transaction(world.engine) as session:
        session.execute(
            sa.update(AssessmentSheet)
            .where(AssessmentSheet.unit_id == world.ids["county"])
            .values(hundredths=1)
        )
    found = recomputed(world, round_id)
    assert [(row.unit_id, row.indicator) for row in found] == [(world.ids["county"], "")]
    with pytest.raises(RoundNotReadyError) as refused:
        frozen(world, round_id)
    assert refused.value.detail == {"reason": "scores_differ"}


def test_an_accepted_objection_corrects_the_score_and_keeps_both(each_world: World) -> None:
    play_march(each_world)
    round_id = shown(each_world)
    before = sheet(each_world, round_id, "department")
    others = sheet(each_world, round_id, "county")
    fact = late_acknowledgement(each_world, round_id)
    answer(each_world, object_to(each_world, fact.fact_id))
    after = sheet(each_world, round_id, "department")
    changed = {
        key for key, row in after.scores.items() if row.hundredths != before.scores[key].hundredths
    }
    assert changed == {"handover_acknowledged"}
    assert (after.revision, after.first_hundredths) == (1, before.total.hundredths)
    assert (after.total.hundredths or 0) > (before.total.hundredths or 0)
    assert sheet(each_world, round_id, "county") == others
    assert recomputed(each_world, round_id) == ()
    corrected = late_acknowledgement(each_world, round_id)  # the fact itself stays
    assert corrected.corrected == (True, True, 0)
    with reading(each_world.engine) as session:
        assert first_changed_assessment(session) is None


def test_the_files_of_an_objection_are_kept_with_it_and_committed_to(each_world: World) -> None:
    play_march(each_world)
    round_id = shown(each_world)
    fact_id = late_acknowledgement(each_world, round_id).fact_id
    photo = replace(PHOTO, original=b"as it was sent")

    def sent(uploads: tuple[AcceptedUpload, ...]) -> int:
        with transaction(each_world.engine) as session:
            frame = each_world.frame(session, "case_officer")
            return object_to_fact(frame, fact_id, "已签收", "移交回执", uploads)

    objection_id = sent((photo,))
    assert sent((photo,)) == objection_id
    with pytest.raises(RoundNotReadyError):
        sent(())  # other evidence is another objection
    (file,) = page(each_world, round_id).objections[0].files
    assert (file.number, file.file_name, file.size) == (1, photo.file_name, len(photo.data))
    files = each_world.office.files
    assert files.read(file.sha256) == photo.data
    assert files.read(str(file.original_sha256)) == photo.original
    with transaction(each_world.engine) as session:
        assert first_changed_assessment(session) is None
        step = session.scalars(
            sa.select(AssessmentStepTaken).where(AssessmentStepTaken.objection_id == objection_id)
        ).one()
        forged = {**step.content["files"][0], "sha256": "0" * 64}
        step.content = {**step.content, "files": [forged]}
        assert first_changed_assessment(session) == f"assessment_step {step.id}"


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("case_officer", True),
        ("department_head", True),
        ("committee_officer", True),
        ("office_head", True),
        ("leader", False),
        ("signatory", False),
        ("other_officer", False),
        ("government_officer", False),
        ("principal", False),
        ("discipline_receiver", False),
        ("audit_admin", False),
    ],
)
def test_the_files_of_an_objection_are_for_its_unit_and_the_deciding_office(
    world: World, name: str, reads: bool
) -> None:
    play_march(world)
    fact_id = late_acknowledgement(world, shown(world)).fact_id
    with transaction(world.engine) as session:
        frame = world.frame(session, "case_officer")
        objection_id = object_to_fact(frame, fact_id, "已签收", "移交回执", (PHOTO,))
    with reading(world.engine) as session:
        actor = world.actor(name)
        if reads:
            assert get_evidence(session, actor, objection_id, 1).file_name == PHOTO.file_name
            for objection, number in ((objection_id, 2), (objection_id + 1, 1)):
                with pytest.raises(RecordNotFoundError):
                    get_evidence(session, actor, objection, number)
        else:
            with pytest.raises(RecordNotFoundError):
                get_evidence(session, actor, objection_id, 1)


def test_whoever_computed_does_not_answer_and_a_declined_objection_changes_nothing(
    world: World,
) -> None:
    play_march(world)
    round_id = shown(world)
    before = sheet(world, round_id, "department")
    objection_id = object_to(world, late_acknowledgement(world, round_id).fact_id)
    with pytest.raises(AssessmentRefusedError) as refused:
        answer(world, objection_id, name="committee_officer")
    assert refused.value.detail == {"reason": "took_part"}
    with pytest.raises(InvalidCommandError):
        answer(world, objection_id, Outcome.DECLINED, opinion=" ")
    with pytest.raises(InvalidCommandError):
        answer(world, objection_id, met=False)  # what it was before
    answer(world, objection_id, Outcome.DECLINED, opinion="回执日期晚于期限")
    with pytest.raises(RoundNotReadyError) as answered:
        answer(world, objection_id)
    assert set(answered.value.detail) == {"person", "principal", "at"}
    assert sheet(world, round_id, "department").total == before.total


def test_an_objection_is_of_the_own_unit_within_the_window_and_once(each_world: World) -> None:
    play_march(each_world)
    round_id = begin(each_world)
    fact = late_acknowledgement(each_world, round_id)
    with pytest.raises(RoundNotReadyError):
        object_to(each_world, fact.fact_id)  # not shown yet
    step(each_world, round_id, "committee_officer", SHOW)
    for stranger in ("government_officer", "other_officer", "principal"):
        with pytest.raises(AssessmentRefusedError):
            object_to(each_world, fact.fact_id, stranger)
    with pytest.raises(InvalidCommandError):
        object_to(each_world, fact.fact_id, ground=" ")
    first = object_to(each_world, fact.fact_id)
    assert object_to(each_world, fact.fact_id) == first
    with pytest.raises(RoundNotReadyError) as refused:
        object_to(each_world, fact.fact_id, "department_head", "另有理由")
    assert refused.value.detail == {"reason": "objected_before"}
    county = facts(each_world, round_id, "county", "handover_acknowledged")[0]
    each_world.now += timedelta(days=8)
    with pytest.raises(RoundNotReadyError) as late:
        object_to(each_world, county.fact_id, "government_officer")
    assert late.value.detail == {"reason": "window_over"}


def test_nothing_is_frozen_or_ranked_while_something_is_open(world: World) -> None:
    play_march(world)
    round_id = shown(world)
    with pytest.raises(RoundNotReadyError) as early:
        step(world, round_id, "committee_officer", FREEZE)
    assert early.value.detail == {"reason": "window_open"}
    assert sheet(world, round_id, "department").place is not None
    objection_id = object_to(world, late_acknowledgement(world, round_id).fact_id)
    assert sheet(world, round_id, "department").place is None
    with pytest.raises(RoundNotReadyError) as refused:
        frozen(world, round_id)
    assert refused.value.detail == {"reason": "objection_open"}
    answer(world, objection_id)
    step(world, round_id, "committee_officer", FREEZE)
    assert sheet(world, round_id, "department").place is not None


def test_a_round_goes_from_computing_to_receipts(each_world: World) -> None:
    play_march(each_world)
    round_id = shown(each_world)
    frozen(each_world, round_id)
    with pytest.raises(AssessmentRefusedError):
        step(each_world, round_id, "office_head", APPROVE, Outcome.ACCEPTED)
    with pytest.raises(InvalidCommandError):
        step(each_world, round_id, "leader", APPROVE, Outcome.RETURNED)
    step(each_world, round_id, "leader", APPROVE, Outcome.RETURNED, "请核对其他部门")
    step(each_world, round_id, "committee_officer", FREEZE)
    step(each_world, round_id, "signatory", APPROVE, Outcome.ACCEPTED)
    assert page(each_world, round_id).copies == ()
    step(each_world, round_id, "office_head", PUBLISH)
    found = page(each_world, round_id)
    assert found.row.state is RoundState.PUBLISHED
    names = [row.receiver_name for row in found.copies]
    assert names == ["市委", "市人民政府", "市纪委监委", "市委组织部"]
    today = local_date(each_world.now)
    copy_id = found.copies[0].copy_id
    receive(each_world, round_id, copy_id, today, "机要室签收人")
    receive(each_world, round_id, copy_id, today, "机要室签收人")  # sent twice
    with pytest.raises(RoundNotReadyError):
        receive(each_world, round_id, copy_id, today, "另一人")
    with pytest.raises(InvalidCommandError):
        receive(each_world, round_id, found.copies[1].copy_id, date(2026, 1, 1), "某人")
    with pytest.raises(InvalidCommandError):
        receive(each_world, round_id, found.copies[1].copy_id, None, "")
    assert page(each_world, round_id).copies[0].received_by == "机要室签收人"


def receive(world: World, round_id: int, copy_id: int, day: date | None, name: str) -> None:
    with transaction(world.engine) as session:
        record_receipt(world.frame(session, "office_head"), round_id, copy_id, day, name)


def test_a_month_is_assessed_once_after_its_end_and_anew_only_after_dropping(
    each_world: World,
) -> None:
    with pytest.raises(RoundNotReadyError) as early:
        begin(each_world, month=Month(2026, 4))
    assert early.value.detail == {"reason": "month_not_over"}
    round_id = begin(each_world)
    with pytest.raises(RoundNotReadyError) as again:
        begin(each_world)
    assert again.value.detail == {"reason": "round_there"}
    for stranger in ("office_head", "case_officer", "leader", "principal", "system_admin"):
        with pytest.raises(AssessmentRefusedError):
            begin(each_world, stranger)
    with pytest.raises(InvalidCommandError):
        step(each_world, round_id, "committee_officer", SHOW, Outcome.DECLINED)
    step(each_world, round_id, "committee_officer", SHOW, Outcome.DECLINED, "重新收集")
    assert begin(each_world) != round_id


def test_steps_are_taken_in_order_and_once(world: World) -> None:
    round_id = begin(world)
    with pytest.raises(TaskNotReadyError):
        step(world, round_id, "leader", APPROVE, Outcome.ACCEPTED)
    step(world, round_id, "committee_officer", SHOW)
    with pytest.raises(RoundNotReadyError) as again:
        step(world, round_id, "committee_officer", SHOW)
    assert set(again.value.detail) == {"person", "principal", "at"}
    with pytest.raises(RecordNotFoundError):
        step(world, round_id + 1, "committee_officer", SHOW)


def test_units_read_their_own_sheet_once_shown_and_the_table_once_published(world: World) -> None:
    play_march(world)
    round_id = begin(world)
    assert rounds_of(world, "case_officer") == []
    step(world, round_id, "committee_officer", SHOW)
    assert units_seen(world, "case_officer", round_id) == ["department"]
    assert units_seen(world, "government_officer", round_id) == ["county"]
    everybody = units_seen(world, "leader", round_id)
    assert {"county", "second_county", "department", "fire_brigade"} <= set(everybody)
    for stranger in ("principal", "group_leader", "department_leader", "system_admin"):
        assert rounds_of(world, stranger) == []
        with pytest.raises(RecordNotFoundError):
            units_seen(world, stranger, round_id)
    frozen(world, round_id)
    step(world, round_id, "leader", APPROVE, Outcome.ACCEPTED)
    step(world, round_id, "office_head", PUBLISH)
    assert units_seen(world, "case_officer", round_id) == everybody


def rounds_of(world: World, name: str) -> list[int]:
    with reading(world.engine) as session:
        return [row.round_id for row in list_rounds(session, world.actor(name))]


def units_seen(world: World, name: str, round_id: int) -> list[str]:
    keys = {number: key for key, number in world.ids.items()}
    with reading(world.engine) as session:
        found = get_round(session, world.actor(name), round_id)
    return [keys[row.unit_id] for row in found.sheets]


def test_facts_of_cases_that_a_reader_may_not_see_are_only_counted(world: World) -> None:
    play_march(world)
    round_id = shown(world)
    own = facts(world, round_id, "department", "handover_acknowledged", "case_officer")
    assert own[0].hazard_name
    for row in facts(world, round_id, "department", "handover_acknowledged", "other_officer"):
        assert (row.seen, row.case_id, row.hazard_name, row.number) == (False, None, "", "")


def test_who_reported_itself_and_was_not_listed_counts_without_a_name(world: World) -> None:
    world.file_report()
    world.register()
    round_id = shown(world)
    found = facts(world, round_id, "county", "self_reported")
    assert sorted((row.met, row.unnamed, bool(row.hazard_name)) for row in found) == [
        (False, False, True),
        (True, True, False),
    ]
    assert sheet(world, round_id, "county").scores["self_reported"].hundredths == 250


def test_a_recurrence_is_a_veto_only_once_the_head_found_a_false_closure(
    each_world: World,
) -> None:
    case_id = play_march(each_world)
    recurred(each_world, case_id)
    round_id = shown(each_world)
    assert not sheet(each_world, round_id, "county").total.vetoed
    fact = facts(each_world, round_id, "county", "false_closure")[0]
    with pytest.raises(AssessmentRefusedError):
        find_false(each_world, round_id, fact.fact_id, "committee_officer")
    with pytest.raises(InvalidCommandError):
        find_false(each_world, round_id, fact.fact_id, reason=" ")
    find_false(each_world, round_id, fact.fact_id)
    find_false(each_world, round_id, fact.fact_id)  # sent twice
    total = sheet(each_world, round_id, "county").total
    assert (total.vetoed, total.grade) == (True, Grade.UNQUALIFIED)
    assert not sheet(each_world, round_id, "department").total.vetoed
    assert recomputed(each_world, round_id) == ()
    with reading(each_world.engine) as session:
        count = sa.select(sa.func.count(AssessmentCorrection.id))
        assert session.execute(count).scalar_one() == 1
    other = facts(each_world, round_id, "county", "handover_acknowledged")[0]
    with pytest.raises(RecordNotFoundError):
        find_false(each_world, round_id, other.fact_id)


def recurred(world: World, case_id: int) -> None:
    """A look back in March finds the hazard again."""
    with transaction(world.engine) as session:
        post = session.scalars(
            sa.select(Post).where(Post.person_id == world.person_ids["case_officer"])
        ).one()
        session.add(
            LookBackCheck(
                case_id=case_id,
                months=1,
                due_on=date(2026, 3, 20),
                done_on=date(2026, 3, 20),
                result="recurred",
                note="再次发现",
                person_id=post.person_id,
                post_id=post.id,
                at=datetime(2026, 3, 20, 3, 0, tzinfo=UTC),
                nonce="0" * 32,
            )
        )


def find_false(
    world: World,
    round_id: int,
    fact_id: int,
    name: str = "office_head",
    reason: str = "验收照片与现场不符",
) -> None:
    with transaction(world.engine) as session:
        find_false_closure(world.frame(session, name), round_id, fact_id, reason)


@pytest.fixture
def runner(world: World, tmp_path: Path) -> FlaskCliRunner:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(world.engine) as session:
        for name in ("committee_officer", "case_officer"):
            accounts.create_account(
                session, world.person_ids[name], name.replace("_", "."), "no password"
            )
    app: Flask = create_app(settings, office=world.office, now=lambda: world.now)
    return app.test_cli_runner()


def test_the_commands_collect_show_and_compute_again(world: World, runner: FlaskCliRunner) -> None:
    play_march(world)
    world.now = IN_APRIL
    refused = runner.invoke(args=["assess", "collect", "2026-03", "--as", "case.officer"])
    assert (refused.exit_code, "您现任的岗位不能办理" in refused.output) == (1, True)
    unknown = runner.invoke(args=["assess", "collect", "2026-03", "--as", "nobody"])
    assert (unknown.exit_code, "没有用户" in unknown.output) == (1, True)
    assert runner.invoke(args=["assess", "recompute", "2026-03"]).exit_code == 1
    assert "写成" in runner.invoke(args=["assess", "show", "March"]).output
    collected = runner.invoke(args=["assess", "collect", "2026-03", "--as", "committee.officer"])
    assert collected.exit_code == 0
    assert "示例区人民政府" in collected.output
    assert runner.invoke(args=["assess", "show", "2026-03"]).output == collected.output
    again = runner.invoke(args=["assess", "recompute", "2026-03"])
    assert (again.exit_code, "一致" in again.output) == (0, True)
    with transaction(world.engine) as session:
        session.execute(
            sa.update(AssessmentFact)
            .where(
                AssessmentFact.unit_id == world.ids["department"],
                AssessmentFact.indicator == "handover_acknowledged",
            )
            .values(met=True)
        )
    differing = runner.invoke(args=["assess", "recompute", "2026-03"])
    assert differing.exit_code == 1
    told = [line for line in differing.output.splitlines() if "不一致  " in line]
    assert ["移交回执及时率" in told[0], "总分" in told[1], len(told)] == [True, True, 2]
    assert all("示例市应急管理局" in line for line in told)


def test_open_returns_bar_the_round_until_received_or_closed_as_unreported(world: World) -> None:
    world.now = datetime(2026, 3, 27, 1, 0, tzinfo=UTC)
    open_returns(world.engine, world.office, world.now)
    take_return(world, "government_officer", ReturnStep.PREPARE)
    take_return(world, "government_principal", ReturnStep.APPROVE, Outcome.ACCEPTED)
    world.now = IN_APRIL
    take_return(world, "committee_officer", ReturnStep.RECEIVE, Outcome.ACCEPTED)
    with pytest.raises(RoundNotReadyError) as refused:
        begin(world)
    assert refused.value.detail["reason"] == "returns_open"
    assert "示例县人民政府" in refused.value.detail["units"]
    assert "示例区人民政府" not in refused.value.detail["units"]
    for unit in ("second_county", "department", "other_department", "fire_brigade"):
        take_return(world, "committee_officer", ReturnStep.CLOSE_UNREPORTED, unit=unit)
    round_id = begin(world)
    for unit, met in (("county", True), ("second_county", False)):
        found = facts(world, round_id, unit, "returns_on_time")
        assert [(row.met, row.due_on) for row in found] == [(met, date(2026, 4, 2))]
    silent = sheet(world, round_id, "second_county")  # one return alone grades nobody
    assert (silent.total, silent.available) == (Total(None, None, vetoed=False), 5)
    assert (silent.place, silent.scores["returns_on_time"].hundredths) == (None, 0)
    assert sheet(world, round_id, "county").place is None
    assert recomputed(world, round_id) == ()


def test_a_round_from_before_the_least_weight_keeps_the_rules_of_its_day(
    each_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was stored by the rules of its day stays right, whatever the rules are now."""
    world = each_world
    open_march_returns(world)
    with monkeypatch.context() as earlier:
        rules = replace(load_assessment(world.office.profile.key), least_weight=0)
        earlier.setattr(rounds, "load_assessment", lambda _: rules)
        former_id = begin(world)
    with transaction(world.engine) as session:
        former = session.get_one(AssessmentRound, former_id)
        former.rules = {key: former.rules[key] for key in former.rules if key != "least_weight"}
    assert sheet(world, former_id, "second_county").total.hundredths == 0
    assert sheet(world, former_id, "second_county").place is not None
    assert recomputed(world, former_id) == ()
    step(world, former_id, "committee_officer", SHOW, Outcome.DECLINED, "按现行规则重新收集")
    assert sheet(world, begin(world), "second_county").total.hundredths is None
    assert recomputed(world, former_id) == ()


def open_march_returns(world: World) -> None:
    """Every unit owes a return of the month, and none was sent."""
    world.now = datetime(2026, 3, 27, 1, 0, tzinfo=UTC)
    open_returns(world.engine, world.office, world.now)
    world.now = IN_APRIL
    for unit in ("county", "second_county", "department", "other_department", "fire_brigade"):
        take_return(world, "committee_officer", ReturnStep.CLOSE_UNREPORTED, unit=unit)


def take_return(
    world: World,
    name: str,
    what: ReturnStep,
    outcome: Outcome = Outcome.DONE,
    unit: str = "county",
) -> None:
    with transaction(world.engine) as session:
        row = session.scalars(
            sa.select(MonthlyReturn).where(
                MonthlyReturn.unit_id == world.ids[unit], MonthlyReturn.period == str(MARCH)
            )
        ).one()
        command = ReturnCommand(
            return_id=row.id,
            step=what,
            shown=shown_of(row.content),
            outcome=outcome,
            opinion="逾期未报",
            typed=TYPED if what is ReturnStep.PREPARE else {},
        )
        take_return_step(world.frame(session, name), command)
