"""Recurrence: an earlier hazard of the same kind is shown with who accepted it, inside only."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from services import accounts
from services.database import reading, transaction
from services.errors import CaseNotFoundError
from services.models.case import SupervisionCase
from services.queries.case_page import get_case_page
from services.queries.earlier_cases import list_earlier
from tests.builders import World
from tests.integration.test_case_pages import HASH, SignIn, signed_in_to
from tests.public_rows import app_of
from workflows.vocabulary import Action


@pytest.fixture
def sign_in(world: World, tmp_path: Path) -> SignIn:
    with transaction(world.engine) as session:
        for name in ("case_officer", "principal"):
            accounts.create_account(session, world.person_ids[name], name, HASH)
    app = app_of(world, tmp_path)

    def client(name: str) -> FlaskClient:
        return signed_in_to(app, name)

    return client


def delisted(world: World) -> int:
    """A case from the finding to delisting."""
    case_id = world.register()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.accept(case_id)
    world.close(case_id)
    return case_id


def later(world: World, **changes: object) -> int:
    """Another finding, after that."""
    world.later(days=30)
    return world.register("case_officer", **changes)


def found(world: World, case_id: int, name: str = "case_officer") -> list[int]:
    with reading(world.engine) as session:
        rows = list_earlier(session, world.actor(name), case_id)
    return [row.case_id for row in rows]


def told(world: World, case_id: int, name: str) -> int:
    with reading(world.engine) as session:
        return get_case_page(
            session, world.actor(name), case_id, world.office.profile
        ).earlier_cases


def test_the_same_clause_at_the_same_party_is_of_the_kind(each_world: World) -> None:
    world = each_world
    old = delisted(world)
    new = later(world, hazard_name="局部通风机停运", place="5号掘进头")
    assert found(world, new) == [old]
    with reading(world.engine) as session:
        row = list_earlier(session, world.actor("case_officer"), new)[0]
    assert (row.same_clause, row.like_place, row.like_name) == (True, False, False)
    accepted = [act for act in row.acts if act.action is Action.APPROVE_ACCEPTANCE]
    inspected = [act for act in row.acts if act.action is Action.INSPECT_RECTIFICATION]
    assert len(accepted) == 1
    assert len(inspected) == 2
    assert row.acts[-1].action is Action.APPROVE_DELISTING
    assert (told(world, new, "case_officer"), told(world, old, "case_officer")) == (1, 0)


LIKE = (
    ({"place": "2号采区"}, True),
    ({"place": " 2号 采区回风巷 "}, True),
    ({"hazard_name": "2号采区采掘工作面通风系统不合理"}, True),
    ({"place": "5号掘进头"}, False),
    ({"place": "采区"}, False),  # shorter than four characters: only the whole counts
)


def test_without_a_clause_place_and_name_are_compared(each_world: World) -> None:
    world = each_world
    old = delisted(world)
    for changes, is_like in LIKE:
        plain = {"criterion": None, "hazard_name": "甲烷超限", "place": "x"}
        new = later(world, **{**plain, **changes})
        assert found(world, new) == ([old] if is_like else []), changes


def test_another_sector_another_party_and_a_running_case_are_not(world: World) -> None:
    old = delisted(world)
    new = later(world, criterion=None)
    assert found(world, new) == [old]
    with transaction(world.engine) as session:  # a party keeps its sector; nothing else would do
        session.get_one(SupervisionCase, new).sector = "chemical"
    assert found(world, new) == []
    other = later(world, responsible_party_id=world.ids["private_mine"])
    assert found(world, other) == []
    running = world.register(nonce="running")
    assert found(world, running) == [old]


def test_only_the_supervising_side_is_told(world: World, sign_in: SignIn) -> None:
    old = delisted(world)
    new = later(world)
    assert told(world, new, "case_officer") == told(world, new, "office_head") == 1
    assert told(world, new, "principal") == 0
    number = "以往同类隐患"
    page = sign_in("case_officer").get(f"/cases/{new}").text
    assert f"/cases/{new}/earlier" in page
    assert number in page
    earlier = sign_in("case_officer").get(f"/cases/{new}/earlier").text
    assert f"/cases/{old}" in earlier
    assert "判定依据为同一条款" in earlier
    assert "/earlier" not in sign_in("principal").get(f"/cases/{new}").text
    assert sign_in("principal").get(f"/cases/{new}/earlier").status_code == 404
    with reading(world.engine) as session, pytest.raises(CaseNotFoundError):
        list_earlier(session, world.actor("rival_principal"), new)


def test_who_verifies_reads_of_it_first(world: World, sign_in: SignIn) -> None:
    delisted(world)
    new = later(world)
    world.confirm_criterion(new)
    task_id = world.task_id(new, Action.VERIFY_HAZARD)
    assert "可能复燃" in sign_in("case_officer").get(f"/cases/{new}/tasks/{task_id}").text
