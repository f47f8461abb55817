"""A listed case whose party changes: the notice stays as it is and reaches the new party."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.database import transaction
from services.errors import InvalidCommandError
from services.models.case import Act
from services.models.deadline import Deadline
from services.models.document import Document
from tests.builders import World
from tests.integration.test_crossing_events import give_party_to, refused_field
from tests.integration.test_tracks import refused, rules_open
from workflows.errors import TaskNotReadyError
from workflows.vocabulary import Action, DocumentKind, Outcome, ServiceMethod

_A = Action


def served(world: World) -> int:
    """A case whose notice was served on its party."""
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("committee_officer", case_id, _A.SERVE_LISTING_NOTICE)
    return case_id


def notice_of(world: World, case_id: int) -> tuple[object, ...]:
    """Everything that is stored of the notice."""
    with transaction(world.engine) as session:
        return tuple(
            session.execute(
                sa.select(Document.__table__).where(
                    Document.case_id == case_id, Document.kind == DocumentKind.LISTING_NOTICE
                )
            ).one()
        )


def newest_content(world: World, case_id: int) -> dict[str, object]:
    """What the newest act put on record."""
    newest = world.last_act(case_id)
    with transaction(world.engine) as session:
        return dict(session.get_one(Act, newest).content)


def test_the_unchanged_notice_is_served_on_the_new_party_on_a_clock_of_its_own(
    each_world: World,
) -> None:
    world = each_world
    case_id = served(world)
    before = notice_of(world, case_id)
    world.later(days=1)
    give_party_to(world, case_id, "private_mine")
    changed = newest_content(world, case_id)
    assert (changed["former_party"], changed["new_party"]) == ("示例煤业", "示例民营煤业")
    assert _A.SERVE_ON_NEW_PARTY in world.open_steps(case_id)
    assert rules_open(world, case_id)["serve_on_new_party"] == world.ids["office"]
    with transaction(world.engine) as session:
        limits = {row.rule_id: row.basis for row in session.scalars(sa.select(Deadline))}
    first, again = limits["serve_listing_notice"], limits["serve_on_new_party"]
    assert (first["unit"], first["count"]) == (again["unit"], again["count"])
    world.do("committee_officer", case_id, _A.SERVE_ON_NEW_PARTY, 0, paper_number="示例函1号")
    assert notice_of(world, case_id) == before
    content = newest_content(world, case_id)
    assert content["notice_number"] in before
    assert content["new_party"] == "示例民营煤业"
    assert "serve_on_new_party" not in rules_open(world, case_id)
    assert _A.CHANGE_RESPONSIBLE_PARTY in world.open_steps(case_id)


def test_every_further_change_is_followed_by_its_service(world: World) -> None:
    case_id = served(world)
    give_party_to(world, case_id, "private_mine")
    world.do("case_officer", case_id, _A.SERVE_ON_NEW_PARTY)
    give_party_to(world, case_id, "mine")
    assert _A.SERVE_ON_NEW_PARTY in world.open_steps(case_id)


@pytest.mark.parametrize("signed", [False, True])
def test_what_was_not_served_yet_goes_to_the_new_party_at_once(
    world: World, *, signed: bool
) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    if signed:
        world.to_signed(case_id)
        world.later(days=1)
    give_party_to(world, case_id, "private_mine")
    assert _A.SERVE_ON_NEW_PARTY not in world.open_steps(case_id)
    if signed:
        yesterday = {"served_on": world.now.date() - timedelta(days=1)}
        problem = refused_field(
            world, "committee_officer", case_id, _A.SERVE_LISTING_NOTICE, **yesterday
        )
        assert problem == "before_party_change"
        world.do("committee_officer", case_id, _A.SERVE_LISTING_NOTICE)


def test_a_change_that_is_refused_serves_nothing(world: World) -> None:
    case_id = served(world)
    world.do("case_officer", case_id, _A.CHANGE_RESPONSIBLE_PARTY)
    kept = {"outcome": Outcome.RETURNED, "opinion": "依据不足。"}
    world.do("department_head", case_id, _A.CONFIRM_PARTY_CHANGE, 0, **kept)
    assert _A.SERVE_ON_NEW_PARTY not in world.open_steps(case_id)
    assert newest_content(world, case_id)["former_party"] == ""


def test_a_service_says_when_and_how(world: World) -> None:
    case_id = served(world)
    world.later(days=1)
    give_party_to(world, case_id, "private_mine")
    today = world.now.date()
    for wrong, problems in (
        ({"served_on": today - timedelta(days=1)}, {"served_on": "before_party_change"}),
        ({"served_on": today + timedelta(days=1)}, {"served_on": "in_future"}),
        ({"received_by": ""}, {"received_by": "required"}),
        ({"method": ServiceMethod.LEFT_AT_PREMISES}, {"opinion": "required"}),
    ):
        with pytest.raises(InvalidCommandError) as refusal:
            world.do("committee_officer", case_id, _A.SERVE_ON_NEW_PARTY, 0, **wrong)
        assert refusal.value.fields == problems
    assert refused(world, "signatory", case_id, _A.SERVE_ON_NEW_PARTY) == ""


def test_no_case_is_delisted_before_the_new_party_was_served(world: World) -> None:
    case_id = served(world)
    world.to_handed_over_after_service(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.do("leader", case_id, _A.ENDORSE_AS_LEADER_IN_CHARGE)
    give_party_to(world, case_id, "private_mine")
    assert refused(world, "signatory", case_id, _A.APPROVE_DELISTING) == "new_party_served"
    world.do("case_officer", case_id, _A.SERVE_ON_NEW_PARTY)
    world.do("signatory", case_id, _A.APPROVE_DELISTING)


def test_a_service_is_recorded_once(each_world: World) -> None:
    world = each_world
    case_id = served(world)
    give_party_to(world, case_id, "private_mine")
    command = world.command(case_id, _A.SERVE_ON_NEW_PARTY)
    world.act("committee_officer", command, _A.SERVE_ON_NEW_PARTY)
    with pytest.raises(TaskNotReadyError) as refusal:
        world.act("case_officer", command, _A.SERVE_ON_NEW_PARTY)
    assert refusal.value.detail["person"] == "committee_officer"
