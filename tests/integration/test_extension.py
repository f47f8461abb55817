"""Extension of the rectification limit: who decides, what moves, and what never does."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import InvalidCommandError
from services.models.case import Act, SupervisionCase
from services.models.deadline import Deadline, DeadlineChange
from services.models.process import open_task
from services.queries.case_page import get_case_page
from services.queries.duties import list_duties
from tests.builders import World
from tests.integration.test_substitutions import add_post
from workflows.deadlines import SHANGHAI, end_of_day
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Outcome, Role, Track

REQUEST, REVIEW = Action.REQUEST_EXTENSION, Action.REVIEW_EXTENSION
DECIDE, APPLY = Action.DECIDE_EXTENSION, Action.APPLY_FOR_ACCEPTANCE


def in_rectification(world: World, *, listed: bool) -> int:
    """A case with an accepted plan, before or after its listing was signed."""
    case_id = world.file_report()
    world.to_listing(case_id)
    if listed:
        world.to_signed(case_id)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    return case_id


def limit(world: World, case_id: int) -> Deadline:
    with transaction(world.engine) as session:
        row = session.scalars(
            sa.select(Deadline).where(
                Deadline.case_id == case_id, Deadline.rule_id == "rectification_limit"
            )
        ).one()
        session.expunge_all()
        return row


def limit_of_case(world: World, case_id: int) -> date | None:
    with transaction(world.engine) as session:
        return session.get_one(SupervisionCase, case_id).rectification_limit_on


def changes(world: World) -> list[tuple[date, date, str]]:
    with transaction(world.engine) as session:
        rows = session.execute(
            sa.select(DeadlineChange.former_due_on, DeadlineChange.due_on, Act.action)
            .join(Act, Act.id == DeadlineChange.act_id)
            .order_by(DeadlineChange.id)
        )
        return [(row.former_due_on, row.due_on, row.action) for row in rows]


def content_of(world: World, case_id: int, action: Action) -> dict[str, Any]:
    with transaction(world.engine) as session:
        act = session.scalars(
            sa.select(Act)
            .where(Act.case_id == case_id, Act.action == action)
            .order_by(Act.id.desc())
        ).first()
        assert act is not None
        return dict(act.content)


def due_of(world: World, case_id: int, step: Action) -> object:
    with transaction(world.engine) as session:
        return session.execute(
            sa.select(open_task.c.due_at).where(
                open_task.c.case_id == case_id, open_task.c.step_id == step
            )
        ).scalar_one()


def deciders(world: World, case_id: int) -> set[str]:
    """Whom the open decision falls to."""
    found = set()
    for name in world.person_ids:
        actor = world.actor(name)
        with transaction(world.engine) as session:
            rows = list_duties(session, actor, limit=100)
        if any(row.case_id == case_id and row.step is DECIDE for row in rows):
            found.add(name)
    return found


@pytest.mark.parametrize(
    ("listed", "decider", "other"),
    [(False, "department_head", "signatory"), (True, "signatory", "department_head")],
)
def test_who_listed_decides_and_before_that_the_department(
    each_world: World, *, listed: bool, decider: str, other: str
) -> None:
    world = each_world
    case_id = in_rectification(world, listed=listed)
    former = limit(world, case_id)
    world.do("principal", case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW)
    assert deciders(world, case_id) == {decider}
    with pytest.raises(PermissionRefusedError):
        world.do(other, case_id, DECIDE)
    assert limit(world, case_id).due_on == former.due_on
    world.do(decider, case_id, DECIDE)
    moved = limit(world, case_id)
    until = world.now.astimezone(SHANGHAI).date() + timedelta(days=190)
    assert moved.due_on == until == limit_of_case(world, case_id)
    assert moved.due_at == end_of_day(until) == due_of(world, case_id, APPLY)
    assert (moved.started_at, moved.ended_at) == (former.started_at, None)
    assert changes(world) == [(former.due_on, until, "decide_extension")]
    assert content_of(world, case_id, DECIDE)["former_limit_on"] == former.due_on.isoformat()
    actor = world.actor("safety_officer")
    with transaction(world.engine) as session:
        page = get_case_page(session, actor, case_id, world.office.profile)
    row = next(row for row in page.deadlines if row.rule_id == "rectification_limit")
    assert [(change.former_due_on, change.due_on) for change in row.changes] == [
        (former.due_on, until)
    ]


def test_a_refusal_keeps_the_limit_and_a_later_request_may_be_granted(world: World) -> None:
    case_id = in_rectification(world, listed=False)
    former = limit(world, case_id)
    world.do("principal", case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW, outcome=Outcome.RETURNED, opinion="请补合同。")
    world.do("principal", case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW)
    world.do("department_head", case_id, DECIDE, outcome=Outcome.RETURNED, opinion="理由不充分。")
    assert limit(world, case_id).due_on == former.due_on
    assert changes(world) == []
    world.do("principal", case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW)
    world.do("department_head", case_id, DECIDE)
    assert len(changes(world)) == 1


def test_whoever_reviewed_does_not_decide(world: World) -> None:
    case_id = in_rectification(world, listed=False)
    add_post(world, "case_officer", "department", Role.DEPARTMENT_HEAD)
    world.do("principal", case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("case_officer", case_id, DECIDE)
    assert refused.value.detail["reason"] == "separation_of_duties"


@pytest.mark.parametrize(
    ("days", "problem"),
    [(0, "not_after_limit"), (-1, "not_after_limit"), (1, None), (4000, "over_longest_limit")],
)
def test_an_extension_never_shortens_and_never_outlasts_the_longest_limit(
    world: World, days: int, problem: str | None
) -> None:
    case_id = in_rectification(world, listed=False)
    wanted = limit(world, case_id).due_on + timedelta(days=days)
    if problem is None:
        world.do("principal", case_id, REQUEST, asked_until=wanted)
        return
    with pytest.raises(InvalidCommandError) as asked:
        world.do("principal", case_id, REQUEST, asked_until=wanted)
    assert asked.value.fields["asked_until"].startswith(problem)
    world.do("principal", case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW)
    with pytest.raises(InvalidCommandError) as granted:
        world.do("department_head", case_id, DECIDE, granted_until=wanted)
    assert granted.value.fields["granted_until"].startswith(problem)


def test_a_late_request_is_marked_and_still_decided_on(world: World) -> None:
    case_id = in_rectification(world, listed=False)
    ask_by = date.fromisoformat(_asked(world, case_id)["ask_by"])
    assert not _asked(world, case_id)["late"]
    world.now = world.now.replace(year=ask_by.year, month=ask_by.month, day=ask_by.day)
    assert not _asked(world, case_id)["late"]
    world.later(days=1)
    assert _asked(world, case_id)["late"]
    world.do("principal", case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW)
    world.do("department_head", case_id, DECIDE)
    assert len(changes(world)) == 1


def _asked(world: World, case_id: int) -> dict[str, Any]:
    """What a request puts on record; taken back by a return."""
    world.do("principal", case_id, REQUEST)
    content = content_of(world, case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW, outcome=Outcome.RETURNED, opinion="请补正。")
    return content


def test_applying_for_acceptance_ends_an_open_request(world: World) -> None:
    case_id = in_rectification(world, listed=False)
    world.do("principal", case_id, REQUEST)
    world.do("principal", case_id, APPLY)
    assert REVIEW in world.open_steps(case_id)
    world.do("case_officer", case_id, REVIEW)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("department_head", case_id, DECIDE)
    assert refused.value.detail["missing"] == "limit_runs"
    world.do("group_head", case_id, Action.ENDORSE_AS_PARENT_COMPANY_HEAD)
    assert DECIDE not in world.open_steps(case_id)


def test_nobody_asks_for_more_time_once_acceptance_is_applied_for(world: World) -> None:
    case_id = in_rectification(world, listed=False)
    world.do("principal", case_id, APPLY)
    with pytest.raises(PermissionRefusedError) as refused:
        world.do("principal", case_id, REQUEST)
    assert refused.value.detail["missing"] == "limit_runs"


def test_an_extended_limit_stays_extended_when_the_application_is_sent_back(world: World) -> None:
    case_id = in_rectification(world, listed=False)
    world.do("principal", case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW)
    world.do("department_head", case_id, DECIDE)
    until = limit(world, case_id).due_on
    world.do("principal", case_id, APPLY)
    assert limit(world, case_id).ended_as == "met"
    endorse = Action.ENDORSE_AS_PARENT_COMPANY_HEAD
    world.do("group_head", case_id, endorse, outcome=Outcome.RETURNED, opinion="材料不全。")
    again = limit(world, case_id)
    assert (again.due_on, again.ended_at) == (until, None)
    assert REQUEST in world.open_steps(case_id)


def test_the_body_above_is_petitioned_for_what_it_listed(each_world: World) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id, track=Track.EXTERNAL_LISTING)
    world.do("committee_officer", case_id, Action.RECORD_EXTERNAL_LISTING)
    world.do("safety_officer", case_id, Action.SUBMIT_PLAN)
    world.do("case_officer", case_id, Action.REVIEW_PLAN)
    former = limit(world, case_id)
    world.do("principal", case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW)
    assert DECIDE not in world.open_steps(case_id)
    world.do("office_head", case_id, Action.PETITION_EXTENSION)
    world.do("committee_officer", case_id, Action.RECORD_EXTERNAL_EXTENSION)
    assert limit(world, case_id).due_on > former.due_on
    assert [change[2] for change in changes(world)] == ["record_external_extension"]


def test_a_mine_that_lists_itself_asks_the_department(world: World) -> None:
    case_id = world.file_report()
    world.confirm_criterion(case_id)
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, 0, production_stopped=True)
    world.do("case_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER)
    world.do("department_head", case_id, Action.CONFIRM_VERDICT, 0, track=Track.OWN_LISTING)
    world.do("principal", case_id, Action.LIST_OWN_HAZARD)
    former = limit(world, case_id)
    world.do("principal", case_id, REQUEST)
    world.do("case_officer", case_id, REVIEW)
    world.do("department_head", case_id, DECIDE)
    assert limit(world, case_id).due_on > former.due_on
    world.do("principal", case_id, Action.ACCEPT_OWN_RECTIFICATION)
    with pytest.raises(PermissionRefusedError):
        world.do("principal", case_id, REQUEST)
