"""What the rules propose for a head to decide: once, and into the tables of referrals alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.database import reading, transaction
from services.errors import InvalidCommandError
from services.models.case import SupervisionCase
from services.models.deadline import Deadline
from services.models.look_back import LookBackCheck
from services.models.monthly_return import MonthlyReturn
from services.models.referral import Referral
from services.queries.referrals import list_sent
from services.referral.acts import Subject
from services.referral.rules import propose_what_is_due
from services.referral.wall import WALL
from services.settings import ReferralModule
from services.worker import Workshop, _work_a_turn
from tests.builders import World, fake_render, fake_sign
from tests.referrals import A, R, Referrals, referrals_in
from workflows.referral import ReferralRule, ReferralStage
from workflows.vocabulary import Action, HazardSource


class Pulse:
    """A worker whose beat is due."""

    def beat(self, _now: object) -> bool:
        return True

    def note_work(self, _now: object) -> None:
        pass


@pytest.fixture
def referrals(world: World) -> Referrals:
    return referrals_in(world)


@pytest.fixture
def each_referrals(each_world: World) -> Referrals:
    return referrals_in(each_world)


def proposed(world: World) -> list[Referral]:
    with reading(world.engine) as session:
        return list(session.scalars(sa.select(Referral).order_by(Referral.id)))


def refusal(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("case_officer", case_id, Action.RECORD_REFUSAL)
    world.do("department_head", case_id, Action.CONFIRM_REFUSAL)


def overdue(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    with transaction(world.engine) as session:
        limit = session.scalars(
            sa.select(Deadline).where(Deadline.rule_id == "rectification_limit")
        ).first()
        if limit is None:
            limit = session.scalars(sa.select(Deadline)).first()
        assert limit is not None
        limit.rule_id, limit.ended_at = "rectification_limit", None
        limit.due_at = world.now - timedelta(days=91)


def recurrence(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    officer = world.actor("case_officer")
    with transaction(world.engine) as session:
        session.add(
            LookBackCheck(
                case_id=case_id,
                months=1,
                due_on=world.now.date(),
                done_on=world.now.date(),
                result="recurred",
                note="再次出现。",
                person_id=officer.person_id,
                post_id=officer.posts[0].post_id,
                at=world.now,
                nonce="0" * 32,
            )
        )


FOUND = {
    ReferralRule.REFUSAL: (refusal, "department_head", "refusal", "police"),
    ReferralRule.OVERDUE: (overdue, "office_head", "long_unsettled", "discipline"),
    ReferralRule.RECURRENCE: (recurrence, "office_head", "repeated", "discipline"),
}


@pytest.mark.parametrize("rule", FOUND)
def test_a_rule_proposes_once_to_the_head_alone(
    each_referrals: Referrals, rule: ReferralRule
) -> None:
    world = each_referrals.world
    happens, head, ground, receiver = FOUND[rule]
    happens(world)
    assert propose_what_is_due(world.engine, world.office, world.now) == 1
    assert propose_what_is_due(world.engine, world.office, world.now) == 0
    (referral,) = proposed(world)
    assert (referral.rule, referral.ground, referral.receiver_kind) == (rule, ground, receiver)
    assert referral.stage == ReferralStage.PROPOSED
    with reading(world.engine) as session:
        for name in world.person_ids:
            seen = len(list_sent(session, world.actor(name)))
            assert seen == (name == head), name
        assert WALL.first_wrong(session) is None


def found_by_others(world: World, days: int) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.do("case_officer", case_id, Action.RECORD_VISIT, problems_found="", demands="")
    world.later(days=days)
    found = {"source": HazardSource.HIGHER_INSPECTION, "finder": "省督导检查组"}
    world.register(**found, finder_reference="督查〔2026〕7号")


def test_a_hazard_found_by_others_after_a_clean_visit(referrals: Referrals) -> None:
    world = referrals.world
    found_by_others(world, days=10)
    assert propose_what_is_due(world.engine, world.office, world.now) == 1
    (referral,) = proposed(world)
    assert referral.rule == ReferralRule.FOUND_BY_OTHERS
    assert referral.about_person_id == world.person_ids["case_officer"]
    assert referral.sender_id == world.ids["office"]


def test_long_after_a_clean_visit_nothing_is_proposed(referrals: Referrals) -> None:
    world = referrals.world
    found_by_others(world, days=31)
    assert propose_what_is_due(world.engine, world.office, world.now) == 0


def test_the_head_completes_what_a_rule_found(referrals: Referrals) -> None:
    world = referrals.world
    refusal(world)
    propose_what_is_due(world.engine, world.office, world.now)
    (found,) = proposed(world)
    decide = (A.DECIDE_REFERRAL, R.APPROVED)
    with pytest.raises(InvalidCommandError):
        referrals.take("department_head", found.id, *decide)
    subject = Subject(
        ground="refusal",
        receiver=f"police:{world.ids['police']}",
        about_name="principal",
        about_post="矿长",
        cadre_level="not_managed",
        facts="停产整顿期间仍在生产。",
    )
    referrals.take("department_head", found.id, *decide, subject=subject)
    (referral,) = proposed(world)
    assert referral.about_person_id == world.person_ids["principal"]
    assert referral.number
    referrals.seal("department_head", found.id)
    referrals.take("department_head", found.id, A.DELIVER_REFERRAL, R.DELIVERED_ONLINE)


def test_no_head_of_the_reported_chain_is_asked(referrals: Referrals) -> None:
    world = referrals.world
    overdue(world)
    with transaction(world.engine) as session:
        case = session.scalars(sa.select(SupervisionCase)).one()
        case.listing_office_id = world.ids["department"]
    assert propose_what_is_due(world.engine, world.office, world.now) == 0


@pytest.mark.parametrize("installed", ReferralModule)
def test_the_worker_proposes_only_where_the_module_is_installed(
    referrals: Referrals, installed: ReferralModule
) -> None:
    world = referrals.world
    refusal(world)
    clock: Callable[[], object] = lambda: world.now  # noqa: E731
    shop = Workshop(world.engine, world.office.files, fake_render, fake_sign)
    office = replace(world.office, referrals=installed)
    _work_a_turn(shop, office, clock, Pulse())  # type: ignore[arg-type]
    assert len(proposed(world)) == (installed is ReferralModule.ON)
    with reading(world.engine) as session:
        opened = session.scalar(sa.select(sa.func.count(MonthlyReturn.id)))
    # Where only referrals are received nobody owes a return.
    assert bool(opened) == (installed is not ReferralModule.RECEIVE)
