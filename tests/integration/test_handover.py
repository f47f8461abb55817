"""Receivers that lead and support, passing on, and disputes over competence."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.models.case import Act, Handover
from services.models.deadline import Deadline
from services.queries.case_page import CasePage, get_case_page
from services.queries.duties import list_duties
from tests.builders import World
from workflows.errors import TaskNotReadyError
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, HandoverKind, Outcome, Phase

ACKNOWLEDGE, RESOLVE = Action.ACKNOWLEDGE_HANDOVER, Action.RESOLVE_COMPETENCE_DISPUTE
COUNTY, DEPARTMENT = 0, 1


def _listed(world: World, *supporting: str) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    ids = tuple(world.ids[key] for key in supporting)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING, supporting_receiver_ids=ids)
    world.walk(
        case_id,
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
        ("signatory", Action.SIGN_LISTING),
        ("committee_officer", Action.SERVE_LISTING_NOTICE),
    )
    return case_id


def _pass_on(world: World, name: str, case_id: int, position: int, to: str) -> None:
    world.do(
        name,
        case_id,
        ACKNOWLEDGE,
        position,
        outcome=Outcome.PASSED_ON,
        opinion="不属本单位职责。",
        receiver_id=world.ids[to],
    )


def _dispute(world: World, case_id: int) -> None:
    world.do(
        "case_officer",
        case_id,
        ACKNOWLEDGE,
        DEPARTMENT,
        outcome=Outcome.DISPUTED,
        opinion="按三定规定不属本单位职责。",
    )


def _handovers(world: World, case_id: int) -> list[Handover]:
    with transaction(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Handover).where(Handover.case_id == case_id).order_by(Handover.position)
            )
        )


def _clocks(world: World, case_id: int, holder: str) -> list[Deadline]:
    with transaction(world.engine) as session:
        return list(
            session.scalars(
                sa.select(Deadline)
                .where(
                    Deadline.case_id == case_id,
                    Deadline.rule_id == "acknowledge_handover",
                    Deadline.holder_id == world.ids[holder],
                )
                .order_by(Deadline.id)
            )
        )


def test_supporting_receivers_acknowledge_and_report_beside_those_that_lead(world: World) -> None:
    case_id = _listed(world, "other_department")
    assert [(row.receiver_id, row.kind) for row in _handovers(world, case_id)] == [
        (world.ids["county"], HandoverKind.LEAD),
        (world.ids["department"], HandoverKind.LEAD),
        (world.ids["other_department"], HandoverKind.SUPPORTING),
    ]
    world.do("other_officer", case_id, ACKNOWLEDGE, 2)
    world.to_handed_over_after_service(case_id)
    standing = _page(world, "signatory", case_id)
    assert [row.reported_at is None for row in standing.handovers] == [False, False, True]
    world.do("other_officer", case_id, Action.REPORT_HANDOVER_RESULT)


def test_delisting_waits_for_the_supporting_receiver_too(world: World) -> None:
    case_id = _listed(world, "other_department")
    world.do("other_officer", case_id, ACKNOWLEDGE, 2)
    world.to_handed_over_after_service(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do("signatory", case_id, Action.APPROVE_DELISTING)
    assert refusal.value.detail["missing"] == "every_receiver_reported"
    world.do("other_officer", case_id, Action.REPORT_HANDOVER_RESULT)
    world.do("signatory", case_id, Action.APPROVE_DELISTING)


@pytest.mark.parametrize("proposed", ["county", "department", "discipline", "mine", "committee"])
def test_only_further_governments_and_departments_can_support(world: World, proposed: str) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    with pytest.raises(InvalidCommandError) as refused:
        world.do(
            "committee_officer",
            case_id,
            Action.PROPOSE_LISTING,
            supporting_receiver_ids=(world.ids[proposed],),
        )
    assert refused.value.fields == {"supporting_receiver_ids": "choice"}


def test_the_proposal_keeps_the_names_of_the_supporters(world: World) -> None:
    case_id = _listed(world, "other_department")
    with transaction(world.engine) as session:
        proposal = session.scalars(sa.select(Act).where(Act.action == Action.PROPOSE_LISTING)).one()
    assert proposal.content["supporting_receivers"] == ["示例市住建局"]
    assert proposal.case_id == case_id


def test_passing_on_starts_a_new_clock_for_the_new_receiver_only(each_world: World) -> None:
    world = each_world
    case_id = _listed(world)
    world.later(days=1)
    _pass_on(world, "case_officer", case_id, DEPARTMENT, "other_department")
    (old,) = _clocks(world, case_id, "department")
    (new,) = _clocks(world, case_id, "other_department")
    assert (old.ended_as, old.ended_at) == ("passed_on", world.now)
    assert (new.started_at, new.ended_at) == (world.now, None)
    assert new.due_on > old.due_on
    handover = _handovers(world, case_id)[DEPARTMENT]
    assert handover.receiver_id == world.ids["other_department"]
    assert (handover.handed_over_at, handover.acknowledged_at) == (world.now, None)
    assert [row.receiver_id for row in handover.former] == [world.ids["department"]]
    assert _clocks(world, case_id, "county")[0].ended_at is None
    world.do("other_officer", case_id, ACKNOWLEDGE, DEPARTMENT)
    actor = world.actor("other_officer")
    with transaction(world.engine) as session:
        steps = [row.step for row in list_duties(session, actor, limit=9)]
    assert steps == [Action.REPORT_HANDOVER_RESULT]


def test_lateness_before_passing_on_stays_on_record(world: World) -> None:
    case_id = _listed(world)
    world.later(days=20)
    _pass_on(world, "case_officer", case_id, DEPARTMENT, "other_department")
    (old,) = _clocks(world, case_id, "department")
    assert old.ended_at is not None
    assert old.ended_at > old.due_at


def test_nobody_is_receiver_twice(world: World) -> None:
    case_id = _listed(world)
    _pass_on(world, "case_officer", case_id, DEPARTMENT, "other_department")
    for target in ("department", "county", "other_department", "discipline", "mine"):
        with pytest.raises(InvalidCommandError) as refused:
            _pass_on(world, "other_officer", case_id, DEPARTMENT, target)
        assert refused.value.fields == {"receiver_id": "no_receiver"}
    _pass_on(world, "other_officer", case_id, DEPARTMENT, "fire_brigade")


def test_passing_on_needs_a_reason_and_a_receiver(world: World) -> None:
    case_id = _listed(world)
    for missing in ({"opinion": ""}, {"receiver_id": None}):
        given = {"opinion": "无管辖权。", "receiver_id": world.ids["other_department"], **missing}
        with pytest.raises(InvalidCommandError) as refused:
            world.do(
                "case_officer",
                case_id,
                ACKNOWLEDGE,
                DEPARTMENT,
                **{"outcome": Outcome.PASSED_ON, **given},
            )
        assert set(refused.value.fields) == set(missing)


def test_a_receiver_by_law_still_sees_the_case_it_passed_on_and_a_supporter_does_not(
    world: World,
) -> None:
    case_id = _listed(world, "other_department")
    _pass_on(world, "case_officer", case_id, DEPARTMENT, "fire_brigade")
    for name in ("case_officer", "other_officer", "fire_officer"):
        assert _page(world, name, case_id).case_id == case_id
    _dispute_of_the_supporter(world, case_id)
    with pytest.raises(CaseNotFoundError):
        _page(world, "other_officer", case_id)


def _dispute_of_the_supporter(world: World, case_id: int) -> None:
    world.do(
        "other_officer",
        case_id,
        ACKNOWLEDGE,
        2,
        outcome=Outcome.DISPUTED,
        opinion="不属本单位职责。",
    )
    world.do(
        "office_head",
        case_id,
        RESOLVE,
        outcome=Outcome.REASSIGNED,
        receiver_id=world.ids["second_county"],
    )


def test_a_dispute_stops_the_clock_and_what_is_left_goes_on(each_world: World) -> None:
    world = each_world
    case_id = _listed(world)  # Monday 2 March; three working days: Thursday 5 March
    world.later(days=1)
    _dispute(world, case_id)
    assert RESOLVE in world.open_steps(case_id)
    world.later(days=10)  # Friday 13 March, long after the limit
    (stopped,) = _clocks(world, case_id, "department")
    assert (stopped.ended_as, stopped.due_on.isoformat()) == ("suspended", "2026-03-05")
    assert stopped.ended_at is not None
    assert stopped.ended_at <= stopped.due_at
    world.do("office_head", case_id, RESOLVE)
    _, resumed = _clocks(world, case_id, "department")
    # Disputed on the first of three days, which is not used up: three are left.
    assert resumed.basis["resumed"]["left"] == 3
    assert (resumed.due_on.isoformat(), resumed.ended_at) == ("2026-03-18", None)
    handover = _handovers(world, case_id)[DEPARTMENT]
    assert (handover.receiver_id, handover.former) == (world.ids["department"], [])


def test_whoever_is_late_gains_no_time_by_a_dispute(world: World) -> None:
    case_id = _listed(world)
    world.later(days=7)
    _dispute(world, case_id)
    world.do("office_head", case_id, RESOLVE)
    late, resumed = _clocks(world, case_id, "department")
    assert late.ended_at is not None
    assert late.ended_at > late.due_at
    assert resumed.basis["resumed"]["left"] == 0
    assert resumed.due_on == world.now.date()


def test_the_committee_office_names_another_receiver(world: World) -> None:
    case_id = _listed(world)
    _dispute(world, case_id)
    assert _page(world, "office_head", case_id).phase is Phase.HANDOVER
    with pytest.raises(InvalidCommandError):
        world.do("office_head", case_id, RESOLVE, outcome=Outcome.REASSIGNED)
    world.do(
        "office_head",
        case_id,
        RESOLVE,
        outcome=Outcome.REASSIGNED,
        receiver_id=world.ids["other_department"],
    )
    (new,) = _clocks(world, case_id, "other_department")
    assert "resumed" not in new.basis
    assert (new.started_at, new.ended_at) == (world.now, None)
    with transaction(world.engine) as session:
        decision = session.scalars(sa.select(Act).where(Act.action == RESOLVE)).one()
    assert decision.content["receiver_name"] == "示例市住建局"


@pytest.mark.parametrize("outcome", [Outcome.DISPUTED, Outcome.PASSED_ON])
@pytest.mark.parametrize("decision", [Outcome.KEPT, Outcome.REASSIGNED])
def test_the_decision_on_competence_is_the_last_word(
    world: World, decision: Outcome, outcome: Outcome
) -> None:
    case_id = _listed(world)
    _dispute(world, case_id)
    other = world.ids["other_department"]
    world.do("office_head", case_id, RESOLVE, outcome=decision, receiver_id=other)
    receiver = "case_officer" if decision is Outcome.KEPT else "other_officer"
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do(
            receiver,
            case_id,
            ACKNOWLEDGE,
            DEPARTMENT,
            outcome=outcome,
            opinion="仍有异议。",
            receiver_id=world.ids["fire_brigade"],
        )
    assert refusal.value.detail["missing"] == "competence_open"
    world.do(receiver, case_id, ACKNOWLEDGE, DEPARTMENT)


def test_passing_on_against_acknowledging_one_wins(each_world: World) -> None:
    world = each_world
    case_id = _listed(world)
    commands = {
        "case_officer": world.command(case_id, ACKNOWLEDGE, DEPARTMENT),
        "second_officer": world.command(
            case_id,
            ACKNOWLEDGE,
            DEPARTMENT,
            outcome=Outcome.PASSED_ON,
            opinion="不属本单位职责。",
            receiver_id=world.ids["other_department"],
        ),
    }
    start, refusals = Barrier(2), list[TaskNotReadyError]()

    def race(name: str) -> None:
        start.wait()
        try:
            world.act(name, commands[name], ACKNOWLEDGE)
        except TaskNotReadyError as refusal:
            refusals.append(refusal)

    threads = [Thread(target=race, args=(name,)) for name in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (refusal,) = refusals
    winner = refusal.detail["person"]
    handover = _handovers(world, case_id)[DEPARTMENT]
    passed_on = handover.receiver_id == world.ids["other_department"]
    assert passed_on == (winner == "second_officer")
    assert passed_on == (handover.acknowledged_at is None)
    with transaction(world.engine) as session:
        acts = session.scalars(sa.select(Act.person_id).where(Act.action == ACKNOWLEDGE)).all()
    assert acts == [world.person_ids[winner]]


def test_two_receivers_pass_on_to_the_same_organisation_one_wins(each_world: World) -> None:
    world = each_world
    case_id = _listed(world)
    values = {
        "outcome": Outcome.PASSED_ON,
        "opinion": "不属本单位职责。",
        "receiver_id": world.ids["other_department"],
    }
    commands = {
        "government_officer": world.command(case_id, ACKNOWLEDGE, COUNTY, **values),
        "case_officer": world.command(case_id, ACKNOWLEDGE, DEPARTMENT, **values),
    }
    start, refusals = Barrier(2), list[InvalidCommandError]()

    def race(name: str) -> None:
        start.wait()
        try:
            world.act(name, commands[name], ACKNOWLEDGE)
        except InvalidCommandError as refusal:
            refusals.append(refusal)

    threads = [Thread(target=race, args=(name,)) for name in commands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [refusal.fields for refusal in refusals] == [{"receiver_id": "no_receiver"}]
    receivers = [row.receiver_id for row in _handovers(world, case_id)]
    assert receivers.count(world.ids["other_department"]) == 1


def _page(world: World, name: str, case_id: int) -> CasePage:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        return get_case_page(session, actor, case_id, world.office.profile)
