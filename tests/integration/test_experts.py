"""Experts: asked one by one, each for one case, without an interest in it."""

from datetime import date

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.models.case import Act, Invitation
from services.models.organisation import Organisation, Post
from services.queries.case_page import CasePage, get_case_page
from services.queries.duties import list_duties
from services.queries.ledger import LedgerFilter, list_ledger
from tests.builders import World
from workflows.errors import TaskNotReadyError
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, InvitationEnd, OrganisationKind, Outcome, Role

REVIEW, OPINION = Action.REVIEW_PLAN, Action.GIVE_EXPERT_OPINION
INVITE, RECALL = Action.INVITE_EXPERT, Action.RECALL_EXPERT


def _planned(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    return case_id


def _in_acceptance(world: World) -> int:
    case_id = _planned(world)
    world.walk(
        case_id,
        ("case_officer", REVIEW),
        ("principal", Action.APPLY_FOR_ACCEPTANCE),
        ("group_head", Action.ENDORSE_AS_PARENT_COMPANY_HEAD),
    )
    return case_id


def _post(world: World, name: str = "expert") -> int:
    with transaction(world.engine) as session:
        return session.scalars(
            sa.select(Post.id).where(
                Post.person_id == world.person_ids[name], Post.role == Role.EXPERT
            )
        ).one()


def _ask(world: World, case_id: int, name: str = "expert", **changes: object) -> None:
    values: dict[str, object] = {
        "outcome": Outcome.EXPERT_ASKED,
        "opinion": "",
        "expert_post_id": _post(world, name),
        "question": "更换方案是否可行？",
    }
    world.do("case_officer", case_id, REVIEW, **{**values, **changes})  # type: ignore[arg-type]


def _employ(world: World, name: str, organisation_id: int, role: Role = Role.EXPERT) -> None:
    with transaction(world.engine) as session:
        session.add(
            Post(
                person_id=world.person_ids[name],
                organisation_id=organisation_id,
                role=role.value,
                title="兼职",
                valid_from=date(2025, 1, 1),
            )
        )


def _page(world: World, name: str, case_id: int) -> CasePage:
    actor = world.actor(name)
    with transaction(world.engine) as session:
        return get_case_page(session, actor, case_id, world.office.profile)


def _ends(world: World) -> list[str | None]:
    with transaction(world.engine) as session:
        return list(session.scalars(sa.select(Invitation.ended_as).order_by(Invitation.id)))


def test_the_asked_expert_advises_and_the_department_goes_on(each_world: World) -> None:
    world = each_world
    case_id = _planned(world)
    _ask(world, case_id)
    actor = world.actor("expert")
    with transaction(world.engine) as session:
        steps = [row.step for row in list_duties(session, actor, limit=9)]
    assert steps == [OPINION]
    assert REVIEW not in world.open_steps(case_id)
    world.do("expert", case_id, OPINION)
    world.do("case_officer", case_id, REVIEW)
    assert Action.APPLY_FOR_ACCEPTANCE in world.open_steps(case_id)
    with transaction(world.engine) as session:
        asked = session.scalars(sa.select(Act).where(Act.action == REVIEW)).first()
    assert asked is not None
    assert asked.content["expert"] == "expert（expert）"


def test_an_expert_sees_only_the_case_that_is_asked_about_and_only_while_asked(
    each_world: World,
) -> None:
    world = each_world
    case_id = _planned(world)
    world.later(hours=1)
    other_id = world.file_report()
    for name in ("expert", "second_expert"):
        with pytest.raises(CaseNotFoundError):
            _page(world, name, case_id)
    _ask(world, case_id)
    assert _page(world, "expert", case_id).case_id == case_id
    for name, foreign in (("expert", other_id), ("second_expert", case_id)):
        with pytest.raises(CaseNotFoundError):
            _page(world, name, foreign)
    actor = world.actor("expert")
    with transaction(world.engine) as session:
        rows = list_ledger(session, actor, LedgerFilter(), limit=9).rows
    assert [row.case_id for row in rows] == [case_id]
    world.do("expert", case_id, OPINION)
    with pytest.raises(CaseNotFoundError):
        _page(world, "expert", case_id)


def test_what_is_written_inside_the_office_stays_hidden_from_experts(world: World) -> None:
    case_id = _planned(world)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    _ask(world, case_id)
    page = _page(world, "expert", case_id)
    proposal = next(act for act in page.acts if act.action is Action.PROPOSE_LISTING)
    assert (proposal.withheld, proposal.content) == (True, {})


def test_nobody_but_the_asked_expert_gives_the_opinion(world: World) -> None:
    case_id = _planned(world)
    _ask(world, case_id)
    with pytest.raises(PermissionRefusedError):
        world.do("case_officer", case_id, OPINION)
    with pytest.raises(CaseNotFoundError):
        world.do("second_expert", case_id, OPINION)


def test_an_opinion_needs_the_declaration_and_a_text(world: World) -> None:
    case_id = _planned(world)
    _ask(world, case_id)
    for changes, fields in (
        ({"no_conflict": False}, {"no_conflict": "not_declared"}),
        ({"statement": ""}, {"statement": "required"}),
        ({"outcome": Outcome.DECLINED}, {"declined_because": "choose"}),
    ):
        with pytest.raises(InvalidCommandError) as refused:
            world.do("expert", case_id, OPINION, **changes)
        assert refused.value.fields == fields


def test_whoever_declares_an_interest_is_not_asked_again(world: World) -> None:
    case_id = _planned(world)
    _ask(world, case_id)
    world.do("expert", case_id, OPINION, outcome=Outcome.DECLINED, declined_because="conflict")
    with pytest.raises(CaseNotFoundError):
        _page(world, "expert", case_id)
    with pytest.raises(InvalidCommandError) as refused:
        _ask(world, case_id)
    assert refused.value.fields == {"expert_post_id": "conflict_declared"}
    _ask(world, case_id, "second_expert")
    world.do("second_expert", case_id, OPINION)
    assert _ends(world) == [InvitationEnd.CONFLICT, InvitationEnd.GIVEN]


def test_whoever_cannot_now_may_be_asked_later(world: World) -> None:
    case_id = _planned(world)
    _ask(world, case_id)
    world.do("expert", case_id, OPINION, outcome=Outcome.DECLINED, declined_because="unable")
    _ask(world, case_id)
    world.do("expert", case_id, OPINION)


@pytest.mark.parametrize(
    ("organisation", "conflict"), [("mine", "responsible_party"), ("group", "parent_company")]
)
def test_experts_employed_by_the_supervised_side_are_refused(
    world: World, organisation: str, conflict: str
) -> None:
    case_id = _planned(world)
    _employ(world, "expert", world.ids[organisation], Role.ENTERPRISE_SAFETY_OFFICER)
    with pytest.raises(InvalidCommandError) as refused:
        _ask(world, case_id)
    assert refused.value.fields == {"expert_post_id": f"conflict_{conflict}"}
    assert REVIEW in world.open_steps(case_id)


def test_a_post_that_has_ended_is_no_conflict_and_an_ended_expert_no_expert(world: World) -> None:
    case_id = _planned(world)
    with transaction(world.engine) as session:
        session.execute(
            sa.update(Post)
            .where(Post.person_id == world.person_ids["expert"])
            .values(valid_to=date(2025, 12, 31))
        )
    with pytest.raises(InvalidCommandError) as refused:
        _ask(world, case_id)
    assert refused.value.fields == {"expert_post_id": "choice"}


def test_the_agency_that_evaluated_sends_no_expert(world: World) -> None:
    case_id = _in_acceptance(world)
    with transaction(world.engine) as session:
        agency = Organisation(
            key="agency", kind=OrganisationKind.EXPERT_POOL.value, name="示例评价公司"
        )
        session.add(agency)
        session.flush()
        agency_id = agency.id
    _employ(world, "expert", agency_id, Role.TOWNSHIP_OFFICER)
    world.do(
        "safety_officer",
        case_id,
        Action.EVALUATE_EFFECT,
        evaluator="agency",
        agency="示例评价公司",
        qualification_number="001",
        qualification_scope="煤炭开采",
    )
    values = {"expert_post_id": _post(world), "question": "是否达到要求？"}
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, INVITE, **values)  # type: ignore[arg-type]
    assert refused.value.fields == {"expert_post_id": "conflict_evaluating_agency"}


def test_an_opinion_that_does_not_come_is_given_up(each_world: World) -> None:
    world = each_world
    case_id = _planned(world)
    _ask(world, case_id)
    late = world.command(case_id, OPINION)
    world.later(days=30)
    with pytest.raises(InvalidCommandError):
        world.do("case_officer", case_id, RECALL, opinion="")
    world.do("case_officer", case_id, RECALL)
    assert _ends(world) == [InvitationEnd.RECALLED]
    with pytest.raises((CaseNotFoundError, TaskNotReadyError)):
        world.act("expert", late, OPINION)
    world.do("case_officer", case_id, REVIEW)


def test_acceptance_does_not_wait_for_experts_and_ends_their_invitation(world: World) -> None:
    case_id = _in_acceptance(world)
    values = {"expert_post_id": _post(world), "question": "是否达到要求？"}
    world.do("case_officer", case_id, INVITE, **values)  # type: ignore[arg-type]
    world.do("expert", case_id, OPINION)
    world.do("case_officer", case_id, INVITE, **values)  # type: ignore[arg-type]
    world.accept(case_id)
    assert _ends(world) == [InvitationEnd.GIVEN, InvitationEnd.SUPERSEDED]
    with pytest.raises(CaseNotFoundError):
        _page(world, "expert", case_id)


def test_the_end_of_the_case_ends_the_experts_sight(each_world: World) -> None:
    world = each_world
    case_id = _planned(world)
    _ask(world, case_id)
    world.withdraw(case_id)
    with pytest.raises(CaseNotFoundError):
        _page(world, "expert", case_id)
