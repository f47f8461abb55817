"""One case from report to archive, and every way back that the diagrams offer."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from services.audit import first_broken_link
from services.database import transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.models.case import Act, SupervisionCase
from services.models.document import Document, NumberEntry
from services.models.process import process_instance, step_event
from tests.builders import CLAUSE, PHOTO, World
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, CaseEnding, DocumentKind, Outcome, Phase


def _case(world: World, case_id: int) -> SupervisionCase:
    with transaction(world.engine) as session:
        return session.get_one(SupervisionCase, case_id)


def test_a_report_becomes_a_delisted_and_archived_case(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    assert _case(world, case_id).phase == Phase.INTAKE
    world.to_listing(case_id)
    assert _case(world, case_id).phase == Phase.LISTING
    world.to_signed(case_id)
    world.walk(case_id, ("committee_officer", Action.SERVE_LISTING_NOTICE))
    assert _case(world, case_id).phase == Phase.HANDOVER
    world.do("government_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)
    world.do("case_officer", case_id, Action.ACKNOWLEDGE_HANDOVER)
    assert _case(world, case_id).phase == Phase.RECTIFICATION
    world.do("government_officer", case_id, Action.REPORT_HANDOVER_RESULT)
    world.do("case_officer", case_id, Action.REPORT_HANDOVER_RESULT)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    assert _case(world, case_id).phase == Phase.ACCEPTANCE
    world.accept(case_id)
    assert _case(world, case_id).phase == Phase.CLOSURE
    world.close(case_id)
    case = _case(world, case_id)
    assert (case.phase, case.ending) == (Phase.DELISTED, CaseEnding.DELISTED)
    # Its documents can still be corrected.
    assert world.open_steps(case_id) == [Action.ARCHIVE_CASE, Action.PROPOSE_CORRECTION]
    world.do("committee_officer", case_id, Action.ARCHIVE_CASE)
    assert _case(world, case_id).phase == Phase.ARCHIVED
    with transaction(world.engine) as session:
        kinds = list(session.scalars(sa.select(Document.kind).order_by(Document.id)))
        finished = session.execute(sa.select(process_instance.c.finished_at)).scalar_one()
        assert first_broken_link(session) is None
    assert kinds == [
        DocumentKind.FIRST_REPORT_RECEIPT,
        DocumentKind.RECTIFICATION_ORDER,
        DocumentKind.LISTING_NOTICE,
        DocumentKind.DELISTING_NOTICE,
    ]
    assert finished == world.now


def test_returned_plan_failed_acceptance_and_refused_endorsement_come_round_again(
    world: World,
) -> None:
    case_id = world.register()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do(
        "case_officer", case_id, Action.REVIEW_PLAN, outcome=Outcome.RETURNED, opinion="补充预案"
    )
    assert Action.SUBMIT_PLAN in world.open_steps(case_id)
    world.rectify(case_id)
    world.walk(
        case_id,
        ("safety_officer", Action.EVALUATE_EFFECT),
        ("reviewer", Action.INSPECT_RECTIFICATION),
        ("second_reviewer", Action.INSPECT_RECTIFICATION),
    )
    limit = _case(world, case_id).rectification_limit_on
    world.do(
        "department_head",
        case_id,
        Action.APPROVE_ACCEPTANCE,
        outcome=Outcome.FAILED,
        opinion="仍有缺陷",
    )
    case = _case(world, case_id)
    assert (case.round_number, case.phase) == (2, Phase.RECTIFICATION)
    assert case.rectification_limit_on == limit
    world.rectify(case_id)
    world.accept(case_id)
    world.do(
        "leader",
        case_id,
        Action.ENDORSE_AS_LEADER_IN_CHARGE,
        outcome=Outcome.RETURN_TO_ACCEPTANCE,
        opinion="重新验收",
    )
    assert Action.EVALUATE_EFFECT in world.open_steps(case_id)
    world.accept(case_id)
    world.do(
        "leader",
        case_id,
        Action.ENDORSE_AS_LEADER_IN_CHARGE,
        outcome=Outcome.RETURN_TO_RECTIFICATION,
        opinion="重新整改",
    )
    world.rectify(case_id)
    world.accept(case_id)
    world.close(case_id)
    case = _case(world, case_id)
    assert (case.ending, case.round_number) == (CaseEnding.DELISTED, 4)


def test_an_ordinary_hazard_leaves_the_process(world: World) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, outcome=Outcome.ORDINARY)
    world.do(
        "department_head",
        case_id,
        Action.CONFIRM_VERDICT,
        outcome=Outcome.ORDINARY,
        opinion="不构成重大事故隐患",
    )
    case = _case(world, case_id)
    assert (case.ending, case.phase) == (CaseEnding.ORDINARY, Phase.ARCHIVED)
    assert world.open_steps(case_id) == []


def test_an_ordinary_verdict_needs_no_clause_but_measures_lifted(world: World) -> None:
    case_id = world.file_report(criterion=None, uploads=())
    world.do("case_officer", case_id, Action.ORDER_IMMEDIATE_MEASURES)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, outcome=Outcome.ORDINARY)
    verdict: dict[str, Any] = {"outcome": Outcome.ORDINARY, "opinion": "不构成重大事故隐患"}
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do("department_head", case_id, Action.CONFIRM_VERDICT, **verdict)
    assert refusal.value.detail["missing"] == "no_measures_in_force"
    world.do("case_officer", case_id, Action.LIFT_IMMEDIATE_MEASURES)
    world.do("department_head", case_id, Action.CONFIRM_VERDICT, **verdict)
    assert _case(world, case_id).ending == CaseEnding.ORDINARY


def test_an_unconfirmed_clause_can_be_returned_and_chosen_anew(world: World) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    with pytest.raises(PermissionRefusedError):
        world.do("department_head", case_id, Action.CONFIRM_VERDICT)
    world.do(
        "department_head",
        case_id,
        Action.CONFIRM_VERDICT,
        outcome=Outcome.RETURNED,
        opinion="条款引用不当",
    )
    other = replace(CLAUSE, article="第五条")
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, criterion=other, uploads=(PHOTO,))
    world.confirm_criterion(case_id)
    world.do("department_head", case_id, Action.CONFIRM_VERDICT)
    criterion = _case(world, case_id).criterion
    assert criterion is not None
    assert (criterion.article, criterion.verified) == ("第五条", False)


def test_without_a_parent_company_the_actual_controller_endorses(world: World) -> None:
    case_id = world.file_report("private_officer")
    world.to_listing(case_id)
    world.walk(
        case_id,
        ("private_officer", Action.SUBMIT_PLAN),
        ("case_officer", Action.REVIEW_PLAN),
        ("private_principal", Action.APPLY_FOR_ACCEPTANCE),
        ("controller", Action.ENDORSE_AS_PARENT_COMPANY_HEAD),
    )
    assert Action.EVALUATE_EFFECT in world.open_steps(case_id)


def test_passing_against_an_inspector_needs_a_reason(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.rectify(case_id)
    world.do("safety_officer", case_id, Action.EVALUATE_EFFECT)
    world.do("reviewer", case_id, Action.INSPECT_RECTIFICATION, outcome=Outcome.FAILED)
    world.do("second_reviewer", case_id, Action.INSPECT_RECTIFICATION)
    with pytest.raises(InvalidCommandError) as refusal:
        world.do("department_head", case_id, Action.APPROVE_ACCEPTANCE, opinion="")
    assert refusal.value.fields == {"opinion": "required"}
    world.do("department_head", case_id, Action.APPROVE_ACCEPTANCE, opinion="已现场复核。")


def test_an_outcome_that_the_act_does_not_offer_is_refused(world: World) -> None:
    case_id = world.file_report()
    with pytest.raises(InvalidCommandError):
        world.do("safety_officer", case_id, Action.SUPPLEMENT_REPORT, outcome=Outcome.FAILED)


def test_a_day_to_come_is_no_day_of_finding(world: World) -> None:
    case_id = world.file_report(found_on=None, criterion=None, uploads=())
    with pytest.raises(InvalidCommandError) as refusal:
        world.do(
            "case_officer",
            case_id,
            Action.VERIFY_HAZARD,
            verified_on=date(2030, 1, 1),
            found_on=date(2030, 1, 1),
        )
    assert set(refusal.value.fields) == {"verified_on", "found_on"}


def test_a_withdrawn_case_has_nothing_open(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.withdraw(case_id)
    case = _case(world, case_id)
    assert (case.ending, world.open_steps(case_id)) == (CaseEnding.WITHDRAWN, [])


def test_immediate_measures_are_lawful_before_any_verdict_and_bar_delisting(world: World) -> None:
    case_id = world.file_report()
    world.do("case_officer", case_id, Action.ORDER_IMMEDIATE_MEASURES)
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.do("leader", case_id, Action.ENDORSE_AS_LEADER_IN_CHARGE)
    world.do("committee_officer", case_id, Action.WITHDRAW_CASE)
    for name, action in (
        ("signatory", Action.APPROVE_DELISTING),
        ("signatory", Action.CONFIRM_WITHDRAWAL),
    ):
        with pytest.raises(PermissionRefusedError) as refusal:
            world.do(name, case_id, action)
        assert refusal.value.detail["missing"] == "no_measures_in_force"
    world.do("case_officer", case_id, Action.LIFT_IMMEDIATE_MEASURES)
    world.do("signatory", case_id, Action.APPROVE_DELISTING)
    assert _case(world, case_id).ending == CaseEnding.DELISTED


def test_numbers_have_no_gap_and_every_event_names_its_definition(world: World) -> None:
    for _ in range(3):
        world.later(hours=1)
        world.register()
    with transaction(world.engine) as session:
        numbers = list(
            session.scalars(
                sa.select(NumberEntry.number)
                .where(NumberEntry.series == "intake")
                .order_by(NumberEntry.number)
            )
        )
        digests = set(session.execute(sa.select(step_event.c.digest)).scalars())
    assert numbers == [1, 2, 3]
    assert digests == {world.office.case_definition.digest}


def test_without_an_enterprise_the_territorial_government_rectifies_and_its_principal_endorses(
    world: World,
) -> None:
    case_id = world.register(
        responsible_party_id=world.ids["county"],
        hazard_name="无主废弃矿井",
        designation="示例政办〔2026〕5号",
    )
    assert Action.SUPPLEMENT_REPORT not in world.open_steps(case_id)
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.walk(
        case_id,
        ("government_officer", Action.SUBMIT_PLAN),
        ("case_officer", Action.REVIEW_PLAN),
        ("government_officer", Action.REPORT_PROGRESS),
        ("case_officer", Action.REVIEW_PROGRESS),
        ("government_officer", Action.APPLY_FOR_ACCEPTANCE),
    )
    with pytest.raises(CaseNotFoundError):
        world.do("group_head", case_id, Action.ENDORSE_AS_PARENT_COMPANY_HEAD)
    world.do("government_principal", case_id, Action.ENDORSE_AS_PARENT_COMPANY_HEAD)
    world.walk(
        case_id,
        ("government_officer", Action.EVALUATE_EFFECT),
        ("reviewer", Action.INSPECT_RECTIFICATION),
        ("second_reviewer", Action.INSPECT_RECTIFICATION),
        ("department_head", Action.APPROVE_ACCEPTANCE),
    )
    world.close(case_id)
    assert _case(world, case_id).ending == CaseEnding.DELISTED
    with transaction(world.engine) as session:
        endorsement = session.scalars(
            sa.select(Act).where(Act.action == Action.ENDORSE_AS_PARENT_COMPANY_HEAD)
        ).one()
    assert endorsement.content["endorses_as"] == "government_principal"
