"""A substitute acts for an absent person: by whose leave, for how long, and counted as both."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services import audit
from services.assignments import claim_step
from services.database import transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.models.case import Act, CaseCriterion, SupervisionCase
from services.models.document import Document
from services.models.organisation import Person, Post
from services.queries.assignments import list_deeds
from services.queries.case_page import get_case_page
from services.queries.duties import list_duties
from services.queries.duty_groups import DutyGroup, list_group
from services.queries.facts import load_record, standing_of
from services.queries.scope import visible_to
from services.queries.tasks import list_open_tasks
from services.succession.deeds import DeedNotFoundError, DeedRefusedError, DeedSettledError
from services.succession.substitutions import (
    ProposeSubstitution,
    confirm_substitution,
    propose_substitution,
    revoke_substitution,
)
from services.uploads import AcceptedUpload
from tests.builders import PEOPLE, World
from workflows.assignments import StepClaimedError
from workflows.permissions import PermissionRefusedError, holds_duty, may_view
from workflows.substitution import AbsenceReason
from workflows.vocabulary import Action, Role

SCAN = AcceptedUpload("授权书.pdf", b"%PDF-1.4 authority", "application/pdf")


def post_id(world: World, name: str) -> int:
    with transaction(world.engine) as session:
        return (
            session.scalars(
                sa.select(Post.id).where(Post.person_id == world.person_ids[name])
            ).first()
            or 0
        )


def add_post(
    world: World, name: str, organisation: str, role: Role, until: date | None = None
) -> None:
    """A further post; the person is made when there is none of this name."""
    with transaction(world.engine) as session:
        if name not in world.person_ids:
            person = Person(name=name)
            session.add(person)
            session.flush()
            world.person_ids[name] = person.id
        session.add(
            Post(
                person_id=world.person_ids[name],
                organisation_id=world.ids[organisation],
                role=role.value,
                title=role.value,
                valid_from=date(2025, 1, 1),
                valid_to=until,
            )
        )


def proposal(world: World, principal: str, substitute: str, **changes: Any) -> ProposeSubstitution:
    today = world.now.date()
    values = ProposeSubstitution(
        nonce=f"{principal}-{substitute}-{world.now.timestamp()}",
        post_id=post_id(world, principal),
        substitute_id=world.person_ids[substitute],
        from_on=today,
        to_on=today + timedelta(days=9),
        reason=AbsenceReason.BUSINESS_TRIP,
        authority=SCAN,
    )
    return replace(values, **changes)


def propose(
    world: World, principal: str, substitute: str, by: str | None = None, **changes: Any
) -> int:
    command = proposal(world, principal, substitute, **changes)
    with transaction(world.engine) as session:
        return propose_substitution(world.frame(session, by or principal), command)


def confirm(world: World, number: int, by: str) -> None:
    with transaction(world.engine) as session:
        confirm_substitution(world.frame(session, by), number)


def revoke(world: World, number: int, by: str) -> None:
    with transaction(world.engine) as session:
        revoke_substitution(world.frame(session, by), number)


def arrange(
    world: World,
    principal: str,
    substitute: str,
    by: str | None = None,
    confirmed_by: str = "department_head",
    **changes: Any,
) -> int:
    """Proposed and confirmed."""
    number = propose(world, principal, substitute, by, **changes)
    confirm(world, number, confirmed_by)
    return number


def test_the_substitute_uses_the_principals_post_in_both_names(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    number = arrange(world, "department_head", "case_officer", confirmed_by="office_head")
    world.confirm_criterion(case_id)
    world.walk(
        case_id,
        ("second_officer", Action.VERIFY_HAZARD),
        ("second_officer", Action.ISSUE_RECTIFICATION_ORDER),
        ("case_officer", Action.CONFIRM_VERDICT),
    )
    reader = world.actor("second_officer")
    with transaction(world.engine) as session:
        act = session.scalars(sa.select(Act).order_by(Act.id.desc())).first()
        assert act is not None
        assert act.person_id == world.person_ids["case_officer"]
        assert act.post.person_id == world.person_ids["department_head"]
        assert act.substitution_id == number
        page = get_case_page(session, reader, case_id, world.office.profile)
        assert (page.acts[-1].person_name, page.acts[-1].principal_name) == (
            "case_officer",
            "department_head",
        )
        assert page.acts[-2].principal_name == ""
        entries = list(audit.deeds(session))
        assert [entry["event"] for entry in entries] == ["proposed", "confirmed"]
        assert audit.first_broken_link(session) is None


def test_ones_own_post_comes_first(world: World) -> None:
    add_post(world, "case_officer", "department", Role.DEPARTMENT_HEAD)
    arrange(world, "department_head", "case_officer", confirmed_by="office_head")
    roles = [(post.role, post.authority is None) for post in world.actor("case_officer").posts]
    assert roles == [
        (Role.CASE_OFFICER, True),
        (Role.DEPARTMENT_HEAD, True),
        (Role.DEPARTMENT_HEAD, False),
    ]
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.walk(
        case_id,
        ("second_officer", Action.VERIFY_HAZARD),
        ("second_officer", Action.ISSUE_RECTIFICATION_ORDER),
        ("case_officer", Action.CONFIRM_VERDICT),
    )
    with transaction(world.engine) as session:
        act = session.scalars(sa.select(Act).order_by(Act.id.desc())).first()
        assert act is not None
        assert act.substitution_id is None


def test_the_authority_holds_on_its_days_only(world: World) -> None:
    today = world.now.date()
    days: dict[str, Any] = {
        "from_on": today + timedelta(days=2),
        "to_on": today + timedelta(days=3),
    }
    number = propose(world, "department_head", "case_officer", **days)
    world.later(days=2)
    assert _stands_in(world, "case_officer") == []
    confirm(world, number, "office_head")
    assert _stands_in(world, "case_officer") == [number]
    world.later(days=1)
    assert _stands_in(world, "case_officer") == [number]
    world.later(days=1)
    assert _stands_in(world, "case_officer") == []


def test_before_its_first_day_it_has_no_effect(world: World) -> None:
    tomorrow = world.now.date() + timedelta(days=1)
    number = arrange(
        world, "department_head", "case_officer", confirmed_by="office_head", from_on=tomorrow
    )
    assert _stands_in(world, "case_officer") == []
    world.later(days=1)
    assert _stands_in(world, "case_officer") == [number]


def test_revocation_ends_it_at_once_and_is_open_to_those_concerned(world: World) -> None:
    for who in ("department_head", "case_officer", "office_head"):
        world.later(minutes=1)
        number = arrange(world, "department_head", "case_officer", confirmed_by="office_head")
        assert _stands_in(world, "case_officer") == [number]
        with pytest.raises(DeedRefusedError):
            revoke(world, number, "principal")
        revoke(world, number, who)
        assert _stands_in(world, "case_officer") == []
        with pytest.raises(DeedSettledError):
            revoke(world, number, who)
        with pytest.raises(DeedSettledError):
            confirm(world, number, "office_head")


def test_it_falls_away_with_the_post_of_either(world: World) -> None:
    number = arrange(world, "department_head", "case_officer", confirmed_by="office_head")
    assert _stands_in(world, "case_officer") == [number]
    for name in ("case_officer", "department_head"):
        number_of_post = post_id(world, name)
        for until, left in ((world.now.date() - timedelta(days=1), []), (None, [number])):
            with transaction(world.engine) as session:
                session.get_one(Post, number_of_post).valid_to = until
            assert _stands_in(world, "case_officer") == left
    add_post(world, "case_officer", "mine", Role.ENTERPRISE_SAFETY_OFFICER)
    assert _stands_in(world, "case_officer") == []


def test_a_substitute_of_the_substitute_gets_nothing(world: World) -> None:
    arrange(world, "department_head", "case_officer", confirmed_by="office_head")
    with pytest.raises(InvalidCommandError) as refused:
        propose(world, "case_officer", "second_officer")
    assert refused.value.fields == {"from_on": "stands_in_already"}
    with pytest.raises(InvalidCommandError) as refused:
        propose(world, "second_officer", "department_head")
    assert refused.value.fields == {"substitute_id": "absent_too"}


def test_two_proposals_for_the_same_days_cannot_both_be_confirmed(each_world: World) -> None:
    first = propose(each_world, "department_head", "case_officer")
    second = propose(each_world, "department_head", "second_officer")
    confirm(each_world, first, "office_head")
    with pytest.raises(InvalidCommandError) as refused:
        confirm(each_world, second, "office_head")
    assert refused.value.fields == {"from_on": "already_stood_in_for"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"authority": None}, {"authority": "required"}),
        ({"reason": None}, {"reason": "required"}),
        ({"reason": AbsenceReason.OTHER}, {"note": "required"}),
        ({"from_on": date(2026, 3, 1)}, {"from_on": "in_the_past"}),
        ({"to_on": date(2026, 3, 1)}, {"to_on": "before_first_day"}),
        ({"to_on": date(2026, 5, 31)}, {"to_on": "too_many_days:90"}),
        ({"excluded": (Action.SIGN_LISTING,)}, {"excluded": "choice"}),
    ],
)
def test_an_incomplete_proposal_is_refused(
    world: World, changes: dict[str, Any], problem: dict[str, str]
) -> None:
    with pytest.raises(InvalidCommandError) as refused:
        propose(world, "case_officer", "second_officer", **changes)
    assert refused.value.fields == problem


def test_ninety_days_are_allowed(world: World) -> None:
    assert propose(world, "case_officer", "second_officer", to_on=date(2026, 5, 30))


@pytest.mark.parametrize(
    ("substitute", "problem"),
    [
        ("case_officer", "choice"),
        ("other_officer", "choice"),
        ("principal", "choice"),
        ("administrator", "other_side"),
        ("two_sided", "other_side"),
        ("former", "choice"),
    ],
)
def test_who_may_not_be_a_substitute(world: World, substitute: str, problem: str) -> None:
    add_post(world, "administrator", "department", Role.CASE_OFFICER)
    add_post(world, "administrator", "department", Role.SYSTEM_ADMIN)
    add_post(world, "two_sided", "department", Role.CASE_OFFICER)
    add_post(world, "two_sided", "mine", Role.ENTERPRISE_SAFETY_OFFICER)
    add_post(world, "former", "department", Role.CASE_OFFICER, until=date(2026, 3, 1))
    with pytest.raises(InvalidCommandError) as refused:
        propose(world, "case_officer", substitute)
    assert refused.value.fields == {"substitute_id": problem}


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.EXPERT, Role.INFORMANT_CUSTODIAN])
def test_some_posts_are_held_in_person_only(world: World, role: Role) -> None:
    add_post(world, "special", "department", role)
    with pytest.raises(DeedRefusedError):
        propose(world, "special", "case_officer")


def test_only_the_absent_person_or_the_head_proposes(world: World) -> None:
    assert propose(world, "case_officer", "second_officer", by="department_head")
    for stranger in ("second_officer", "office_head", "reviewer", "principal"):
        with pytest.raises(DeedNotFoundError):
            propose(world, "case_officer", "second_officer", by=stranger)


@pytest.mark.parametrize(
    ("principal", "substitute", "proposer", "may"),
    [
        # A head of the same organisation, if he is neither proposer nor substitute.
        ("case_officer", "second_officer", "case_officer", {"department_head"}),
        ("safety_officer", "miner", "safety_officer", {"principal"}),
        # Else those above: the parent's head, the committee office's head.
        ("case_officer", "second_officer", "department_head", {"office_head"}),
        ("case_officer", "department_head", "case_officer", {"office_head"}),
        ("department_head", "case_officer", "department_head", {"office_head"}),
        (
            "principal",
            "safety_officer",
            "principal",
            {"group_head", "group_principal", "office_head"},
        ),
        ("signatory", "leader", "signatory", {"office_head"}),
        # Above the committee's office: who signs for the committee.
        ("office_head", "committee_officer", "office_head", {"leader", "signatory"}),
    ],
)
def test_the_second_person(
    world: World, principal: str, substitute: str, proposer: str, may: set[str]
) -> None:
    add_post(world, "miner", "mine", Role.ENTERPRISE_SAFETY_OFFICER)
    number = propose(world, principal, substitute, proposer)
    for name in sorted(set(PEOPLE) - may):
        with pytest.raises(DeedRefusedError):
            confirm(world, number, name)
    confirm(world, number, min(may))


def test_a_substitute_of_the_head_confirms_nothing(world: World) -> None:
    arrange(world, "department_head", "reviewer", confirmed_by="office_head")
    number = propose(world, "case_officer", "second_officer")
    with pytest.raises(DeedRefusedError):
        confirm(world, number, "reviewer")


def test_the_same_form_sent_twice_makes_one(each_world: World) -> None:
    command = proposal(each_world, "case_officer", "second_officer")
    numbers = []
    for _ in range(2):
        with transaction(each_world.engine) as session:
            numbers.append(propose_substitution(each_world.frame(session, "case_officer"), command))
    assert numbers[0] == numbers[1]


def test_an_act_left_out_of_the_authority_stays_with_the_principal(world: World) -> None:
    case_id = world.file_report()
    arrange(
        world,
        "department_head",
        "case_officer",
        confirmed_by="office_head",
        excluded=(Action.CONFIRM_VERDICT,),
    )
    world.confirm_criterion(case_id)
    world.walk(
        case_id,
        ("second_officer", Action.VERIFY_HAZARD),
        ("second_officer", Action.ISSUE_RECTIFICATION_ORDER),
    )
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("case_officer", case_id, Action.CONFIRM_VERDICT)
    assert refused.value.detail["reason"] == "left_out"
    world.do("department_head", case_id, Action.CONFIRM_VERDICT)


def test_what_the_substitute_did_bars_the_principal_and_the_other_way_round(
    each_world: World,
) -> None:
    world = each_world
    add_post(world, "reviewer", "department", Role.DEPARTMENT_HEAD)
    case_id = world.file_report()
    world.to_listing(case_id)
    world.rectify(case_id)
    world.do("safety_officer", case_id, Action.EVALUATE_EFFECT)
    # An officer inspects in the name of a reviewer who is a head as well.
    number = arrange(world, "reviewer", "second_officer", confirmed_by="department_head")
    world.do("second_officer", case_id, Action.INSPECT_RECTIFICATION)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("reviewer", case_id, Action.INSPECT_RECTIFICATION)
    assert refused.value.detail["reason"] == "separation_of_duties"
    world.do("second_reviewer", case_id, Action.INSPECT_RECTIFICATION)
    # In his name the work was inspected: as head he may not approve it.
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("reviewer", case_id, Action.APPROVE_ACCEPTANCE)
    assert refused.value.detail["reason"] == "separation_of_duties"
    # Nor may anybody approve it in the name of one who inspected.
    revoke(world, number, "reviewer")
    world.later(minutes=1)
    head_post = _post_of(world, "reviewer", Role.DEPARTMENT_HEAD)
    arrange(world, "reviewer", "case_officer", confirmed_by="office_head", post_id=head_post)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("case_officer", case_id, Action.APPROVE_ACCEPTANCE)
    assert refused.value.detail["reason"] == "separation_of_principal"
    assert refused.value.detail["principal"] == "reviewer"
    world.do("department_head", case_id, Action.APPROVE_ACCEPTANCE)


def test_a_clause_entered_for_somebody_is_not_confirmed_by_that_person(world: World) -> None:
    number = arrange(world, "case_officer", "reviewer")
    case_id = world.register("reviewer")
    with transaction(world.engine) as session:
        criterion = session.scalars(sa.select(CaseCriterion)).one()
        assert criterion.entered_by_id == world.person_ids["reviewer"]
        assert criterion.entered_for_id == world.person_ids["case_officer"]
    for name in ("reviewer", "case_officer"):
        with pytest.raises(PermissionRefusedError) as refused:
            world.confirm_criterion(case_id, name)
        assert refused.value.detail["reason"] == "separation_of_duties"
        assert refused.value.detail["missing"] == "criterion"
    revoke(world, number, "reviewer")
    world.later(minutes=1)
    arrange(world, "case_officer", "second_reviewer")
    with pytest.raises(PermissionRefusedError) as refused:
        world.confirm_criterion(case_id, "second_reviewer")
    assert refused.value.detail["reason"] == "separation_of_principal"
    world.confirm_criterion(case_id, "second_officer")


def test_the_absent_person_is_no_second_officer(world: World) -> None:
    arrange(world, "case_officer", "reviewer")
    case_id = world.file_report()
    for name in ("case_officer", "reviewer"):
        with pytest.raises(InvalidCommandError) as refused:
            world.do("reviewer", case_id, Action.ORDER_IMMEDIATE_MEASURES, co_officer=name)
        assert refused.value.fields == {"co_officer": "own_name"}
    world.do("reviewer", case_id, Action.ORDER_IMMEDIATE_MEASURES)


def test_the_notice_bears_both_names(world: World) -> None:
    add_post(world, "committee_member", "committee", Role.COMMITTEE_OFFICER)
    arrange(world, "signatory", "committee_member", confirmed_by="office_head")
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    assert _notice(world)["signatory_name"] == "committee_member"
    assert _notice(world)["signatory_principal"] == "signatory"
    world.walk(
        case_id,
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
        ("committee_member", Action.SIGN_LISTING),
    )
    assert _notice(world)["signatory_principal"] == "signatory"


def test_the_principal_may_still_sign_in_person(world: World) -> None:
    add_post(world, "committee_member", "committee", Role.COMMITTEE_OFFICER)
    arrange(world, "signatory", "committee_member", confirmed_by="office_head")
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    assert _notice(world)["signatory_name"] == "signatory"
    assert _notice(world)["signatory_principal"] == ""


def test_the_substitute_sees_what_the_post_sees_and_no_longer(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    add_post(world, "clerk", "committee", Role.COMMITTEE_OFFICER)
    assert not _sees(world, "clerk", case_id)
    number = arrange(world, "leader", "clerk", confirmed_by="office_head")
    for name in ("clerk", "leader"):
        _equal_to_the_table(world, name)
    assert _sees(world, "clerk", case_id)
    revoke(world, number, "leader")
    assert not _sees(world, "clerk", case_id)


def test_scope_and_duties_equal_the_table_for_substitutes(each_world: World) -> None:
    world = each_world
    arrange(world, "department_head", "reviewer", confirmed_by="office_head")
    arrange(world, "case_officer", "second_reviewer")
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    steps: list[tuple[str, Action]] = [
        ("second_reviewer", Action.VERIFY_HAZARD),
        ("second_officer", Action.ISSUE_RECTIFICATION_ORDER),
        ("reviewer", Action.CONFIRM_VERDICT),
    ]
    for name, action in steps:
        world.do(name, case_id, action)
        for person in PEOPLE:
            _equal_to_the_table(world, person)
    world.rectify(case_id)
    world.do("safety_officer", case_id, Action.EVALUATE_EFFECT)
    world.do("second_reviewer", case_id, Action.INSPECT_RECTIFICATION)
    for person in PEOPLE:
        _equal_to_the_table(world, person)


def test_a_claim_of_the_principal_is_open_to_the_substitute(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    task_id = world.task_id(case_id, Action.VERIFY_HAZARD)
    _claim(world, "case_officer", case_id, task_id)
    arrange(world, "case_officer", "reviewer")
    for name, group in (
        ("case_officer", DutyGroup.MINE),
        ("reviewer", DutyGroup.MINE),
        ("second_officer", DutyGroup.OTHERS),
    ):
        assert _group_of(world, name, task_id) is group
    with pytest.raises(StepClaimedError):
        world.do("second_officer", case_id, Action.VERIFY_HAZARD)
    world.do("reviewer", case_id, Action.VERIFY_HAZARD)


def test_what_a_substitute_claimed_is_free_when_the_authority_ends(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    task_id = world.task_id(case_id, Action.VERIFY_HAZARD)
    number = arrange(world, "case_officer", "reviewer")
    _claim(world, "reviewer", case_id, task_id)
    assert _group_of(world, "reviewer", task_id) is DutyGroup.MINE
    assert _group_of(world, "second_officer", task_id) is DutyGroup.OTHERS
    reader = world.actor("second_officer")
    with transaction(world.engine) as session:
        deed = list_deeds(session, reader, case_id, world.office.profile)[0]
        assert (deed.person_name, deed.principal_name) == ("reviewer", "case_officer")
    revoke(world, number, "case_officer")
    assert _group_of(world, "second_officer", task_id) is DutyGroup.SHARED
    world.do("second_officer", case_id, Action.VERIFY_HAZARD)


def test_a_claim_under_a_step_left_out_counts_for_nothing(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    task_id = world.task_id(case_id, Action.VERIFY_HAZARD)
    left_out = (Action.VERIFY_HAZARD,)
    arrange(world, "case_officer", "reviewer", excluded=left_out)
    with pytest.raises(PermissionRefusedError) as refused:
        _claim(world, "reviewer", case_id, task_id)
    assert refused.value.detail["reason"] == "left_out"
    assert _group_of(world, "second_officer", task_id) is DutyGroup.SHARED


def _claim(world: World, name: str, case_id: int, task_id: str) -> None:
    with transaction(world.engine) as session:
        claim_step(world.frame(session, name), case_id, task_id)


def _group_of(world: World, name: str, task_id: str) -> DutyGroup:
    actor, today = world.actor(name), world.now.date()
    with transaction(world.engine) as session:
        return next(
            group
            for group in DutyGroup
            if task_id in {r.duty.task_id for r in list_group(session, actor, group, today, 100)}
        )


def _equal_to_the_table(world: World, name: str) -> None:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        visible = set(session.scalars(sa.select(SupervisionCase.id).where(visible_to(actor))))
        listed = {row.task_id for row in list_duties(session, actor, limit=100)}
        cases, duties = set[int](), set[str]()
        for case in session.scalars(sa.select(SupervisionCase)):
            standing = standing_of(session, case, load_record(session, case, world.office.profile))
            if may_view(actor, standing):
                cases.add(case.id)
            for task in list_open_tasks(session, case.id):
                receiver = standing.receiver_at(task.process_id, task.position)
                is_duty = not task.standing or task.due_at is not None
                if is_duty and holds_duty(actor, task.step, standing, receiver):
                    duties.add(task.task_id)
        assert (name, visible, listed) == (name, cases, duties)


def _sees(world: World, name: str, case_id: int) -> bool:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        try:
            get_case_page(session, actor, case_id, world.office.profile)
        except CaseNotFoundError:
            return False
    return True


def _stands_in(world: World, name: str) -> list[int]:
    posts = world.actor(name).posts
    return [post.authority.substitution_id for post in posts if post.authority is not None]


def _post_of(world: World, name: str, role: Role) -> int:
    with transaction(world.engine) as session:
        return session.scalars(
            sa.select(Post.id).where(Post.person_id == world.person_ids[name], Post.role == role)
        ).one()


def _notice(world: World) -> dict[str, object]:
    with transaction(world.engine) as session:
        inputs = session.scalars(
            sa.select(Document.inputs).where(Document.kind == "listing_notice")
        ).one()
        return dict(inputs)
