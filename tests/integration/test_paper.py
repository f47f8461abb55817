"""Signed on paper: registered by one, confirmed by a second, carried out for the signer once."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from services import audit
from services.clock import local_date
from services.database import reading, transaction
from services.errors import (
    CaseNotFoundError,
    InvalidCommandError,
    PaperDecidedError,
    PaperNotFoundError,
    PaperPendingError,
    ShownChangedError,
)
from services.frame import first_changed_act
from services.models.case import Act, Attachment
from services.models.document import Document
from services.models.organisation import Person, Post
from services.models.paper import PaperAct, PaperRegistration
from services.paper.confirmation import Confirmation, confirm_paper, refuse_paper
from services.paper.registration import PaperEntry, register_paper
from services.queries.case_page import get_case_page
from services.queries.paper import get_registration, list_paper, paper_steps
from services.queries.paper_cases import count_waiting_on_paper
from services.uploads import AcceptedUpload
from tests.builders import PEOPLE, World
from tests.integration.test_substitutions import arrange
from workflows.errors import RuleError, TaskNotReadyError
from workflows.paper import PaperState
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Outcome, Role

_A = Action
SCAN = AcceptedUpload("签发单.png", b"\x89PNG signed sheet", "image/png")
SIGN = _A.SIGN_LISTING


@pytest.fixture
def listed(each_world: World) -> tuple[World, int]:
    """A case whose draft waits for the signature."""
    case_id = each_world.file_report()
    each_world.to_listing(case_id)
    each_world.walk(
        case_id,
        ("committee_officer", _A.PROPOSE_LISTING),
        ("office_head", _A.REVIEW_DRAFT),
        ("leader", _A.COUNTERSIGN_LISTING),
    )
    return each_world, case_id


def entry(world: World, case_id: int, action: Action, signer: str, **changes: object) -> PaperEntry:
    own = {name: changes.pop(name) for name in ("signed_on", "original_place") if name in changes}
    values: dict[str, Any] = {"uploads": (SCAN,), **changes}
    return PaperEntry(
        action=action,
        command=world.command(case_id, action, **values),
        signer_id=world.person_ids[signer],
        signed_on=own.get("signed_on", local_date(world.now)),  # type: ignore[arg-type]
        original_place=str(own.get("original_place", "安委办 2 号柜")),
    )


def register(
    world: World, case_id: int, action: Action, signer: str, by: str, **changes: object
) -> int:
    sheet = entry(world, case_id, action, signer, **changes)
    with transaction(world.engine) as session:
        return register_paper(world.frame(session, by), sheet)


def confirm(world: World, registration_id: int, by: str) -> Confirmation:
    with transaction(world.engine) as session:
        done = confirm_paper(world.frame(session, by), registration_id)
    world.work()
    return done


def registration(world: World, registration_id: int) -> PaperRegistration:
    with reading(world.engine) as session:
        found = session.get_one(PaperRegistration, registration_id)
        session.expunge_all()
        return found


def count_acts(world: World, case_id: int, action: Action) -> int:
    with reading(world.engine) as session:
        return session.execute(
            sa.select(sa.func.count(Act.id)).where(Act.case_id == case_id, Act.action == action)
        ).scalar_one()


def add_second_clerk(world: World) -> None:
    """Another officer at the committee's office."""
    with transaction(world.engine) as session:
        person = Person(name="second_clerk")
        session.add(person)
        session.flush()
        world.person_ids["second_clerk"] = person.id
        session.add(
            Post(
                person_id=person.id,
                organisation_id=world.ids["office"],
                role=Role.COMMITTEE_OFFICER.value,
                title="督办科科员",
                valid_from=date(2025, 1, 1),
            )
        )


# ------------------------------------------------------------------ the straight way


def test_a_signature_on_paper_lists_the_hazard_in_the_name_of_the_signer(
    listed: tuple[World, int],
) -> None:
    world, case_id = listed
    signed_on = local_date(world.now)
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    assert world.open_steps(case_id).count(SIGN) == 1
    world.later(days=1)
    done = confirm(world, number, "office_head")
    assert done.receipt is not None
    assert _A.SERVE_LISTING_NOTICE in world.open_steps(case_id)
    with reading(world.engine) as session:
        act = session.get_one(Act, done.receipt.act_id)
        assert (act.person_id, act.at) == (world.person_ids["signatory"], world.now)
        assert act.post.role == Role.AUTHORISED_SIGNATORY
        mark = session.get_one(PaperAct, act.id)
        assert (mark.registrar.name, mark.confirmer.name) == ("committee_officer", "office_head")
        assert (mark.signed_on, mark.original_place) == (signed_on, "安委办 2 号柜")
        files = session.scalars(sa.select(Attachment.sha256).where(Attachment.act_id == act.id))
        assert list(files) == [mark.scan_sha256]
        notice = session.scalars(sa.select(Document).where(Document.number.is_not(None))).all()[-1]
        assert notice.signed_by_act_id == act.id
        assert audit.first_broken_link(session) is None
        assert first_changed_act(session) is None
        page = get_case_page(session, world.actor("leader"), case_id, world.office.profile)
        assert page.acts[-1].paper is not None
        assert page.acts[-1].paper.confirmer_name == "office_head"
        outside = get_case_page(session, world.actor("principal"), case_id, world.office.profile)
        assert outside.acts[-1].paper is None
    assert registration(world, number).state == PaperState.CONFIRMED


def test_both_people_and_the_scan_are_on_the_audit_chain(listed: tuple[World, int]) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    confirm(world, number, "office_head")
    with reading(world.engine) as session:
        rows = session.execute(sa.text("SELECT body FROM audit_entry ORDER BY sequence")).scalars()
        text = "\n".join(str(row) for row in rows if "paper_registration" in str(row))
    assert PaperState.PENDING in text
    assert PaperState.CONFIRMED in text
    assert registration(world, number).scans[0].sha256 in text


@pytest.mark.parametrize(
    ("action", "signer", "registrar", "confirmer", "changes"),
    [
        (_A.SIGN_DOUBLE_REPORT, "principal", "safety_officer", "principal", {}),
        (_A.VERIFY_HAZARD, "second_officer", "case_officer", "department_head", {}),
        (_A.CONFIRM_VERDICT, "department_head", "case_officer", "second_officer", {}),
        (_A.REVIEW_PLAN, "second_officer", "case_officer", "second_officer", {}),
        (_A.ENDORSE_AS_PARENT_COMPANY_HEAD, "group_head", "group_officer", "group_head", {}),
        (_A.INSPECT_RECTIFICATION, "reviewer", "case_officer", "reviewer", {}),
        (_A.APPROVE_ACCEPTANCE, "department_head", "case_officer", "second_officer", {}),
        (_A.ENDORSE_AS_LEADER_IN_CHARGE, "leader", "committee_officer", "second_clerk", {}),
        (_A.APPROVE_DELISTING, "signatory", "committee_officer", "signatory", {}),
        (_A.CONFIRM_WITHDRAWAL, "department_head", "case_officer", "second_officer", {}),
    ],
)
def test_each_kind_of_signature_goes_the_same_way(
    world: World,
    action: Action,
    signer: str,
    registrar: str,
    confirmer: str,
    changes: dict[str, object],
) -> None:
    add_second_clerk(world)
    case_id = world.file_report()
    _walk_until(world, case_id, action)
    number = register(world, case_id, action, signer, registrar, **changes)
    before = count_acts(world, case_id, action)
    done = confirm(world, number, confirmer)
    assert done.receipt is not None
    assert count_acts(world, case_id, action) == before + 1


def _walk_until(world: World, case_id: int, action: Action) -> None:
    stages: list[Callable[[int], None]] = [
        world.complete_double_report,
        world.to_listing,
        world.to_signed,
        world.to_handed_over,
        world.rectify,
        world.accept,
        world.close,
    ]
    done = world.do

    class ReachedError(Exception):
        pass

    def stop_at(name: str, case: int, step: Action, position: int = 0, **more: object) -> object:
        if step is action:
            raise ReachedError
        return done(name, case, step, position, **more)

    if action is _A.CONFIRM_WITHDRAWAL:
        world.do("case_officer", case_id, _A.WITHDRAW_CASE)
        return
    world.do = stop_at  # type: ignore[method-assign,assignment]
    try:
        for stage in stages:
            stage(case_id)
    except ReachedError:
        pass
    finally:
        world.do = done  # type: ignore[method-assign]
    assert action in world.open_steps(case_id)


# ------------------------------------------------------------------ what a registration asks for


def problems(world: World, case_id: int, **changes: object) -> dict[str, str]:
    with pytest.raises(InvalidCommandError) as refusal:
        register(world, case_id, SIGN, "signatory", "committee_officer", **changes)
    return refusal.value.fields


def test_the_sheet_needs_scan_place_and_a_possible_day(listed: tuple[World, int]) -> None:
    world, case_id = listed
    today = local_date(world.now)
    assert problems(world, case_id, uploads=()) == {"uploads": "paper_scan"}
    assert problems(world, case_id, original_place="") == {"original_place": "required"}
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    assert problems(world, case_id, signed_on=tomorrow) == {"signed_on": "in_future"}
    assert problems(world, case_id, signed_on=yesterday) == {"signed_on": "before_step"}


def test_a_draft_is_not_signed_before_it_had_pages(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    proposal = world.command(case_id, _A.PROPOSE_LISTING)
    world.act("committee_officer", proposal, _A.PROPOSE_LISTING)
    opened_on = local_date(world.now)
    world.later(days=1)
    world.work()
    with pytest.raises(InvalidCommandError) as refusal:
        register(
            world, case_id, _A.REVIEW_DRAFT, "office_head", "committee_officer", signed_on=opened_on
        )
    assert refusal.value.fields == {"signed_on": "before_draft"}


def test_what_the_act_asks_for_is_asked_when_registering(listed: tuple[World, int]) -> None:
    world, case_id = listed
    returned = {"outcome": Outcome.RETURNED, "opinion": ""}
    assert problems(world, case_id, **returned) == {"opinion": "required"}
    assert count_acts(world, case_id, SIGN) == 0


def test_only_who_may_do_the_step_now_can_have_signed(listed: tuple[World, int]) -> None:
    world, case_id = listed
    for signer in ("leader", "office_head", "rival_principal"):
        with pytest.raises(InvalidCommandError) as refusal:
            register(world, case_id, SIGN, signer, "committee_officer")
        assert refusal.value.fields == {"signer_id": "choice"}


def test_nobody_registers_an_own_signature(each_world: World) -> None:
    case_id = each_world.file_report()
    with pytest.raises(InvalidCommandError) as refusal:
        register(each_world, case_id, _A.VERIFY_HAZARD, "case_officer", "case_officer")
    assert refusal.value.fields == {"signer_id": "own_signature"}


@pytest.mark.parametrize("name", sorted(set(PEOPLE) - {"committee_officer"}))
def test_nobody_else_registers_for_the_listing_body(world: World, name: str) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id,
        ("committee_officer", _A.PROPOSE_LISTING),
        ("office_head", _A.REVIEW_DRAFT),
        ("leader", _A.COUNTERSIGN_LISTING),
    )
    with pytest.raises((PermissionRefusedError, CaseNotFoundError)):
        register(world, case_id, SIGN, "signatory", name)


def test_the_pages_that_were_shown_are_the_ones_that_count(listed: tuple[World, int]) -> None:
    world, case_id = listed
    with pytest.raises(ShownChangedError):
        register(world, case_id, SIGN, "signatory", "committee_officer", draft_sha256="0" * 64)
    with pytest.raises(ShownChangedError):
        register(world, case_id, SIGN, "signatory", "committee_officer", shown="0" * 64)


def test_a_step_has_one_registration_that_waits(listed: tuple[World, int]) -> None:
    world, case_id = listed
    add_second_clerk(world)
    register(world, case_id, SIGN, "signatory", "committee_officer")
    with pytest.raises(PaperPendingError) as refusal:
        register(world, case_id, SIGN, "signatory", "second_clerk")
    assert refusal.value.detail["person"] == "committee_officer"


# ------------------------------------------------------------------ the second person


def test_the_registrar_is_no_second_person(listed: tuple[World, int]) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    with pytest.raises(PermissionRefusedError) as refusal:
        confirm(world, number, "committee_officer")
    assert refusal.value.detail["reason"] == "paper_same_person"
    assert registration(world, number).state == PaperState.PENDING


@pytest.mark.parametrize("name", ["rival_principal", "discipline_receiver", "other_officer"])
def test_for_others_the_registration_does_not_exist(listed: tuple[World, int], name: str) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    with pytest.raises(PaperNotFoundError):
        confirm(world, number, name)
    with reading(world.engine) as session, pytest.raises(PaperNotFoundError):
        get_registration(session, world.actor(name), number, world.office.profile)


def test_the_supervised_side_learns_nothing_of_the_signature(listed: tuple[World, int]) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    with reading(world.engine) as session:
        actor = world.actor("principal")
        page = get_case_page(session, actor, case_id, world.office.profile)
        task = next(s.task.task_id for s in page.open_steps if s.task.step is SIGN)
        assert task not in paper_steps(session, actor, page)
        with pytest.raises(PaperNotFoundError):
            get_registration(session, actor, number, world.office.profile)


def test_a_refusal_needs_a_reason_and_lets_the_registrar_try_again(
    listed: tuple[World, int],
) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    for reason in ("", "  "):
        with transaction(world.engine) as session, pytest.raises(InvalidCommandError):
            refuse_paper(world.frame(session, "office_head"), number, reason)
    with transaction(world.engine) as session:
        refuse_paper(world.frame(session, "office_head"), number, "日期与原件不符。")
    assert registration(world, number).reason == "日期与原件不符。"
    assert count_acts(world, case_id, SIGN) == 0
    with pytest.raises(PaperDecidedError):
        confirm(world, number, "office_head")
    again = register(world, case_id, SIGN, "signatory", "committee_officer")
    assert confirm(world, again, "office_head").receipt is not None


def test_who_waits_is_counted_for_exactly_those_who_may_confirm(listed: tuple[World, int]) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    counted = set[str]()
    with reading(world.engine) as session:
        for name in PEOPLE:
            actor = world.actor(name)
            if count_waiting_on_paper(session, actor):
                counted.add(name)
                assert list_paper(session, actor).waiting[0].registration_id == number
        assert list_paper(session, world.actor("committee_officer")).registered[0].may_confirm is (
            False
        )
    assert counted == {"office_head", "signatory"}


def test_a_clerk_with_a_post_at_the_enterprise_neither_sees_nor_confirms(
    listed: tuple[World, int],
) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    with transaction(world.engine) as session:
        session.add(
            Post(
                person_id=world.person_ids["office_head"],
                organisation_id=world.ids["mine"],
                role=Role.ENTERPRISE_PRINCIPAL.value,
                title="兼职",
                valid_from=date(2025, 1, 1),
            )
        )
    with pytest.raises(PermissionRefusedError) as refusal:
        confirm(world, number, "office_head")
    assert refusal.value.detail["reason"] == "paper_other_side"
    with reading(world.engine) as session:
        assert count_waiting_on_paper(session, world.actor("office_head")) == 0


# ------------------------------------------------------------------ when the case moves on


def test_done_in_the_system_first_makes_the_paper_void(listed: tuple[World, int]) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    world.do("signatory", case_id, SIGN)
    with reading(world.engine) as session:
        actor = world.actor("office_head")
        assert count_waiting_on_paper(session, actor) == 0
        row = get_registration(session, actor, number, world.office.profile)
        assert (row.state, row.may_confirm) == (PaperState.VOID, False)
        assert row.obstacle_detail["person"] == "signatory"
    done = confirm(world, number, "office_head")
    assert isinstance(done.obstacle, TaskNotReadyError)
    assert registration(world, number).state == PaperState.VOID
    assert count_acts(world, case_id, SIGN) == 1


def test_a_substitute_may_have_signed_and_both_names_stand_in_the_record(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    arrange(world, "department_head", "case_officer", confirmed_by="office_head")
    world.confirm_criterion(case_id)
    world.do("second_officer", case_id, _A.VERIFY_HAZARD)
    world.do("second_officer", case_id, _A.ISSUE_RECTIFICATION_ORDER)
    number = register(world, case_id, _A.CONFIRM_VERDICT, "case_officer", "second_officer")
    done = confirm(world, number, "case_officer")
    assert done.receipt is not None
    with reading(world.engine) as session:
        act = session.get_one(Act, done.receipt.act_id)
        assert act.person_id == world.person_ids["case_officer"]
        assert act.post.person_id == world.person_ids["department_head"]
        assert act.substitution_id is not None


def test_what_an_invited_expert_signed_is_registered_by_the_department(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("safety_officer", case_id, _A.SUBMIT_PLAN)
    with reading(world.engine) as session:
        expert_post_id = session.scalars(
            sa.select(Post.id).where(Post.person_id == world.person_ids["expert"])
        ).one()
    asked: dict[str, Any] = {
        "outcome": Outcome.EXPERT_ASKED,
        "opinion": "",
        "question": "更换方案是否可行？",
        "expert_post_id": expert_post_id,
    }
    world.do("case_officer", case_id, _A.REVIEW_PLAN, **asked)
    number = register(world, case_id, _A.GIVE_EXPERT_OPINION, "expert", "case_officer")
    assert confirm(world, number, "department_head").receipt is not None
    assert count_acts(world, case_id, _A.GIVE_EXPERT_OPINION) == 1


def test_an_act_that_was_taken_back_leaves_room_for_a_new_sheet_only(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("safety_officer", case_id, _A.SUBMIT_PLAN)
    before = register(world, case_id, _A.REVIEW_PLAN, "second_officer", "case_officer")
    world.later(minutes=1)
    world.do("second_officer", case_id, _A.REVIEW_PLAN)
    world.take_back("second_officer", case_id)
    assert confirm(world, before, "department_head").receipt is None
    world.later(minutes=1)
    again = register(world, case_id, _A.REVIEW_PLAN, "second_officer", "case_officer")
    assert confirm(world, again, "department_head").receipt is not None


def test_a_case_that_ended_meanwhile_makes_the_paper_void(listed: tuple[World, int]) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    world.withdraw(case_id)
    done = confirm(world, number, "office_head")
    assert isinstance(done.obstacle, TaskNotReadyError)
    assert count_acts(world, case_id, SIGN) == 0


def test_what_was_registered_on_an_older_basis_is_void(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    number = register(world, case_id, _A.VERIFY_HAZARD, "second_officer", "case_officer")
    world.do("safety_officer", case_id, _A.SUPPLEMENT_REPORT)
    done = confirm(world, number, "department_head")
    assert isinstance(done.obstacle, ShownChangedError)
    kept = registration(world, number)
    assert (kept.state, kept.obstacle) == (PaperState.VOID, {"code": "shown_changed", "detail": {}})


def test_a_signer_who_left_meanwhile_signs_no_more(listed: tuple[World, int]) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Post)
            .where(Post.person_id == world.person_ids["signatory"])
            .values(valid_to=local_date(world.now))
        )
    world.later(days=1)
    done = confirm(world, number, "office_head")
    assert isinstance(done.obstacle, CaseNotFoundError)
    assert registration(world, number).state == PaperState.VOID
    assert count_acts(world, case_id, SIGN) == 0


def test_separation_of_duties_holds_for_the_signer_at_the_confirmation(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.rectify(case_id)
    world.do("safety_officer", case_id, _A.EVALUATE_EFFECT)
    number = register(world, case_id, _A.INSPECT_RECTIFICATION, "reviewer", "case_officer")
    other = world.command(case_id, _A.INSPECT_RECTIFICATION, position=1)
    world.act("reviewer", other, _A.INSPECT_RECTIFICATION)
    done = confirm(world, number, "department_head")
    assert isinstance(done.obstacle, RuleError)
    assert count_acts(world, case_id, _A.INSPECT_RECTIFICATION) == 1


def test_a_need_that_may_yet_be_met_leaves_the_registration_waiting(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.do("case_officer", case_id, _A.WITHDRAW_CASE)
    number = register(world, case_id, _A.CONFIRM_WITHDRAWAL, "department_head", "case_officer")
    world.do("second_officer", case_id, _A.ORDER_IMMEDIATE_MEASURES)
    with pytest.raises(PermissionRefusedError) as refusal:
        confirm(world, number, "second_officer")
    assert refusal.value.detail["missing"] == "no_measures_in_force"
    assert registration(world, number).state == PaperState.PENDING


# ------------------------------------------------------------------ two people at once


def race(*acts: Callable[[], object]) -> list[object]:
    barrier, results = Barrier(len(acts)), list[object]()

    def run(act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results.append(act())
        except RuleError as error:
            results.append(error)

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_confirmed_twice_at_once_takes_effect_once(listed: tuple[World, int]) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    results = race(
        lambda: confirm(world, number, "office_head"), lambda: confirm(world, number, "signatory")
    )
    assert sorted(type(result).__name__ for result in results) == [
        "Confirmation",
        "PaperDecidedError",
    ]
    assert count_acts(world, case_id, SIGN) == 1


def test_registered_twice_at_once_waits_once(listed: tuple[World, int]) -> None:
    world, case_id = listed
    add_second_clerk(world)
    results = race(
        lambda: register(world, case_id, SIGN, "signatory", "committee_officer"),
        lambda: register(world, case_id, SIGN, "signatory", "second_clerk"),
    )
    assert sorted(type(result).__name__ for result in results) == ["PaperPendingError", "int"]


def test_paper_and_system_at_once_sign_once(listed: tuple[World, int]) -> None:
    world, case_id = listed
    number = register(world, case_id, SIGN, "signatory", "committee_officer")
    command = world.command(case_id, SIGN)
    race(
        lambda: confirm(world, number, "office_head"),
        lambda: world.act("signatory", command, SIGN),
    )
    assert count_acts(world, case_id, SIGN) == 1
    assert registration(world, number).state in (PaperState.CONFIRMED, PaperState.VOID)
