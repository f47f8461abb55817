"""Referrals from the proposal to the outcome: who may, what is refused, what is kept."""

import itertools
import re
import secrets
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.orm import Session

from services.clock import LOCAL_ZONE
from services.database import Base, reading, transaction
from services.errors import CaseNotFoundError, InvalidCommandError
from services.migrate import alembic_config
from services.models.audit import AuditEntry
from services.models.organisation import Organisation
from services.models.referral import (
    Referral,
    ReferralAct,
    ReferralAuditEntry,
    ReferralLook,
    ReferralOpenStep,
    ReferralPackage,
)
from services.queries.referrals import (
    count_waiting,
    get_received_page,
    get_sent_page,
    list_received,
    list_sent,
)
from services.referral.acts import propose_referral
from services.referral.carriage import CarriageRefusedError, exchange_key
from services.referral.exchange import export_package
from services.referral.package import gather, open_package, pack
from services.referral.reading import PAGE, note_look, write_note
from services.referral.step import ReferralNotFoundError, get_received, get_sent
from services.referral.wall import WALL
from tests.builders import World
from tests.referrals import A, R, Referrals, referrals_in
from workflows.errors import TaskNotReadyError
from workflows.referral import (
    ReferralAction,
    ReferralOutcome,
    ReferralRefusedError,
    ReferralStage,
)
from workflows.vocabulary import Action


@pytest.fixture
def referrals(world: World) -> Referrals:
    return referrals_in(world)


@pytest.fixture
def each_referrals(each_world: World) -> Referrals:
    return referrals_in(each_world)


NUMBER = re.compile(r"朔安移〔\d{4}〕[1-9]\d{3}号")


def listed(world: World) -> int:
    case_id = world.file_report()
    world.to_listing(case_id)
    return case_id


def problems(referrals: Referrals, name: str, case_id: int, **changes: object) -> dict[str, str]:
    with pytest.raises(InvalidCommandError) as refused:
        referrals.propose(name, case_id, **changes)
    return dict(refused.value.fields)


def due_at(referrals: Referrals, referral_id: int, action: ReferralAction) -> str:
    with reading(referrals.world.engine) as session:
        step = session.scalars(
            sa.select(ReferralOpenStep).where(
                ReferralOpenStep.referral_id == referral_id, ReferralOpenStep.step == action
            )
        ).one()
        assert step.due_at is not None
        return f"{step.rule_id} {step.due_at.astimezone(LOCAL_ZONE):%m-%d %H:%M}"


def test_a_referral_goes_its_whole_way_to_an_outcome(each_referrals: Referrals) -> None:
    referrals, world = each_referrals, each_referrals.world
    referral_id = referrals.to_delivered(listed(world))
    referrals.take("police_liaison", referral_id, A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED)
    referrals.take("police_liaison", referral_id, A.ASK_SENDER, R.ASKED, "何时送达？")
    assert A.ANSWER_RECEIVER in referrals.open_steps(referral_id)
    referrals.take("case_officer", referral_id, A.ANSWER_RECEIVER, R.ANSWERED, "上月五日。")
    referrals.take("police_liaison", referral_id, A.DECIDE_FILING, R.NOT_FILED)
    referrals.take("department_head", referral_id, A.OBJECT_TO_FILING, R.OBJECTED)
    referrals.take("police_liaison", referral_id, A.ANSWER_FILING_OBJECTION, R.FILED, "")
    referrals.take("police_liaison", referral_id, A.REPORT_REFERRAL_OUTCOME, R.SANCTIONED)
    referral = referrals.get(referral_id)
    assert referral.stage == ReferralStage.SETTLED
    assert referral.finished_at == world.now
    assert NUMBER.fullmatch(referral.number or "")
    assert referrals.open_steps(referral_id) == set()
    with reading(world.engine) as session:
        assert WALL.first_wrong(session) is None
        page = get_received_page(session, referral_id, world.ids["police"])
        shown = [act.action for act in page.acts]
    # How the sender came to refer is not handed over.
    assert shown[0] is A.DELIVER_REFERRAL
    assert A.PROPOSE_REFERRAL not in shown


def test_nothing_of_it_is_in_the_record_or_the_chain_of_the_case(referrals: Referrals) -> None:
    world, case_id = referrals.world, listed(referrals.world)

    def counting(table: sa.Table) -> sa.Select[int]:
        return sa.select(sa.func.count()).select_from(table)

    def counted() -> list[int]:
        tables = ("audit_entry", "act", "open_task", "process_instance", "outbox", "deadline")
        with reading(world.engine) as session:
            return [
                session.scalar(sa.text(f"SELECT count(*) FROM {t}")) or 0 for t in tables
            ]  # names written above

    before = counted()
    referrals.to_delivered(case_id)
    assert counted() == before


def test_a_head_refuses_and_the_reason_is_kept(referrals: Referrals) -> None:
    referral_id = referrals.propose("case_officer", listed(referrals.world))
    with pytest.raises(InvalidCommandError):
        referrals.take("department_head", referral_id, A.DECIDE_REFERRAL, R.REFUSED, "")
    referrals.take("department_head", referral_id, A.DECIDE_REFERRAL, R.REFUSED, "证据不足。")
    referral = referrals.get(referral_id)
    assert (referral.stage, referral.number) == (ReferralStage.REFUSED, None)
    with reading(referrals.world.engine) as session:
        page = get_sent_page(session, referral_id)
    assert [act.opinion for act in page.acts][-1] == "证据不足。"


def test_only_its_parties_find_it(each_referrals: Referrals) -> None:
    referrals, world = each_referrals, each_referrals.world
    case_id = listed(world)
    police = referrals.to_delivered(case_id)
    discipline = referrals.discipline_delivered(case_id)
    parties = {
        "case_officer": {police},
        "department_head": {police},
        "committee_officer": {discipline},
        "office_head": {discipline},
    }
    received = {"police_liaison": {police}, "discipline_receiver": {discipline}}
    with reading(world.engine) as session:
        for name in world.person_ids:
            actor, frame = world.actor(name), world.frame(session, name)
            sent = {row.referral_id for row in list_sent(session, actor)}
            assert sent == parties.get(name, set()), name
            inbox = {row.referral_id for row in list_received(session, actor)}
            assert inbox == received.get(name, set()), name
            for referral_id in (police, discipline):
                for get, mine in ((get_sent, sent), (get_received, inbox)):
                    if referral_id in mine:
                        get(frame, referral_id)
                    else:
                        with pytest.raises(ReferralNotFoundError):
                            get(frame, referral_id)


def test_what_waits_for_the_sender_is_counted_for_its_parties_alone(referrals: Referrals) -> None:
    world = referrals.world
    referrals.propose("case_officer", listed(world))
    with reading(world.engine) as session:
        waiting = {name for name in world.person_ids if count_waiting(session, world.actor(name))}
    assert waiting == {"case_officer", "department_head"}


def test_who_is_of_the_reported_chain_neither_proposes_nor_decides(referrals: Referrals) -> None:
    world, case_id = referrals.world, listed(referrals.world)
    with pytest.raises(ReferralRefusedError) as refused:
        referrals.to_discipline("case_officer", case_id)
    assert refused.value.detail["reason"] == "concerned"
    # The department stands below the city; nobody of it refers somebody of the city.
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["department"]).parent_id = world.ids["county"]
    with pytest.raises(ReferralRefusedError):
        referrals.to_discipline("case_officer", case_id, about="county")
    with reading(world.engine) as session:
        assert session.scalar(sa.select(sa.func.count(Referral.id))) == 0


def test_the_reported_person_is_never_a_party(referrals: Referrals) -> None:
    world, case_id = referrals.world, listed(referrals.world)
    referral_id = referrals.to_discipline(
        "committee_officer", case_id, about_name="department_head", about_post="局长"
    )
    assert referrals.get(referral_id).about_person_id == world.person_ids["department_head"]
    with reading(world.engine) as session:
        assert list_sent(session, world.actor("department_head")) == ()


def test_whoever_was_reported_before_they_came_reads_nothing_of_it(
    each_referrals: Referrals,
) -> None:
    referrals, world = each_referrals, each_referrals.world
    case_id = listed(world)
    # Neither works at the mine, so that nobody is known by the name there.
    for name in ("department_head", "police_liaison"):
        referral_id = referrals.propose("second_officer", case_id, about_name=name)
        assert referrals.get(referral_id).about_person_id is None
    with reading(world.engine) as session:
        seen = [row.about_name for row in list_sent(session, world.actor("department_head"))]
        assert seen == ["police_liaison"]
    referrals.take("department_head", referral_id, A.DECIDE_REFERRAL, R.APPROVED)
    referrals.seal("department_head", referral_id)
    referrals.take("department_head", referral_id, A.DELIVER_REFERRAL, R.DELIVERED_ONLINE)
    with reading(world.engine) as session:
        assert list_received(session, world.actor("police_liaison")) == ()
        with pytest.raises(ReferralNotFoundError):
            get_received(world.frame(session, "police_liaison"), referral_id)


@pytest.mark.parametrize("name", ["leader", "principal", "other_officer", "discipline_receiver"])
def test_who_has_nothing_to_do_with_the_case_proposes_nothing(
    referrals: Referrals, name: str
) -> None:
    case_id = listed(referrals.world)
    with pytest.raises((ReferralRefusedError, InvalidCommandError)):
        referrals.propose(name, case_id)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"receiver": "discipline:discipline"}, {"receiver": "not_by_cadre_level"}),
        (
            {"receiver": "discipline:county_discipline", "cadre_level": "city"},
            {"receiver": "not_by_cadre_level"},
        ),
        ({"ground": "long_unsettled"}, {"receiver": "ground_goes_elsewhere"}),
        ({"ground": "no_such"}, {"ground": "choice"}),
        ({"cadre_level": "moon"}, {"cadre_level": "choice"}),
        ({"receiver": "police:rival"}, {"receiver": "choice"}),
        ({"about": "rival"}, {"about_organisation_id": "choice"}),
        ({"about_name": ""}, {"about_name": "required"}),
        ({"about_name": "长" * 61}, {"about_name": "too_long:60"}),
        ({"case_number": "没有"}, {"case_number": "no_such_case"}),
    ],
)
def test_a_proposal_that_does_not_fit_is_refused(
    referrals: Referrals, changes: dict[str, object], wrong: dict[str, str]
) -> None:
    case_id = listed(referrals.world)
    assert problems(referrals, "case_officer", case_id, **changes) == wrong


def test_the_police_must_be_of_the_same_level(referrals: Referrals) -> None:
    world, case_id = referrals.world, listed(referrals.world)
    with transaction(world.engine) as session:
        session.get_one(Organisation, world.ids["police"]).level = "county"
    assert problems(referrals, "case_officer", case_id) == {"receiver": "not_same_level"}


def test_one_person_is_referred_once(referrals: Referrals) -> None:
    case_id = listed(referrals.world)
    first = referrals.propose("case_officer", case_id)
    found = problems(referrals, "case_officer", case_id)
    assert found == {"about_name": "referred_already"}
    assert referrals.propose("case_officer", case_id, about_name="路人丙") != first
    # A colleague who knows of none is told of none; the head who knows both lets one through.
    second = referrals.propose("second_officer", case_id)
    referrals.take("department_head", first, A.DECIDE_REFERRAL, R.APPROVED)
    with pytest.raises(InvalidCommandError) as refused:
        referrals.take("department_head", second, A.DECIDE_REFERRAL, R.APPROVED)
    assert refused.value.fields == {"about_name": "referred_already"}


def test_a_form_sent_twice_makes_one(each_referrals: Referrals) -> None:
    referrals, world = each_referrals, each_referrals.world
    command = referrals.command(listed(world))
    made = set()
    for _ in range(2):
        with transaction(world.engine) as session:
            made.add(propose_referral(world.frame(session, "case_officer"), command))
    assert len(made) == 1


def test_two_heads_at_once_decide_once(each_referrals: Referrals) -> None:
    referrals = each_referrals
    referral_id = referrals.propose("case_officer", listed(referrals.world))

    def decide(outcome: ReferralOutcome) -> str:
        try:
            referrals.take("department_head", referral_id, A.DECIDE_REFERRAL, outcome)
        except TaskNotReadyError:
            return "late"
        return "done"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(decide, (R.APPROVED, R.REFUSED))) == ["done", "late"]
    with reading(referrals.world.engine) as session:
        assert WALL.first_wrong(session) is None


def test_at_once_it_goes_online_or_on_a_medium_and_never_both(each_referrals: Referrals) -> None:
    referrals, world = each_referrals, each_referrals.world
    referral_id = referrals.propose("case_officer", listed(world))
    referrals.take("department_head", referral_id, A.DECIDE_REFERRAL, R.APPROVED)
    referrals.seal("case_officer", referral_id)
    number, peer = referrals.get(referral_id).number or "", exchange_key(world.office)

    def online() -> str:
        try:
            referrals.take("case_officer", referral_id, A.DELIVER_REFERRAL, R.DELIVERED_ONLINE)
        except InvalidCommandError:
            return "refused"
        return "online"

    def on_medium() -> str:
        try:
            with transaction(world.engine) as session:
                export_package(world.frame(session, "department_head"), number, peer)
        except CarriageRefusedError:
            return "refused"
        return "on medium"

    with ThreadPoolExecutor(2) as both:
        done = [both.submit(way) for way in (online, on_medium)]
    assert sum(way.result() == "refused" for way in done) == 1
    with reading(world.engine) as session:
        assert WALL.first_wrong(session) is None


def test_numbers_and_ids_count_nothing(referrals: Referrals) -> None:
    """Whoever has several of them learns nothing of those between."""
    case_id = listed(referrals.world)
    refused = referrals.propose("case_officer", case_id, about_name="甲")
    referrals.take("department_head", refused, A.DECIDE_REFERRAL, R.REFUSED)
    ids, numbers = [refused], []
    for place in range(12):
        ids.append(referrals.propose("case_officer", case_id, about_name=f"路人{place}"))
        referrals.take("department_head", ids[-1], A.DECIDE_REFERRAL, R.APPROVED)
        numbers.append(referrals.get(ids[-1]).number or "")
    assert all(NUMBER.fullmatch(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert numbers != sorted(numbers)
    assert ids != sorted(ids)
    assert min(b - a for a, b in itertools.pairwise(sorted(ids))) > 1


def test_a_number_that_is_taken_is_drawn_again(
    referrals: Referrals, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = listed(referrals.world)
    drawn = iter([7, 7, 8])
    numbers = []
    with monkeypatch.context() as patched:
        for name in ("乙", "丙"):
            referral_id = referrals.propose("case_officer", case_id, about_name=name)
            patched.setattr(secrets, "randbelow", lambda _most: next(drawn))
            referrals.take("department_head", referral_id, A.DECIDE_REFERRAL, R.APPROVED)
            patched.undo()
            numbers.append(referrals.get(referral_id).number)
    year = f"{referrals.world.now:%Y}"
    assert numbers == [f"朔安移〔{year}〕1007号", f"朔安移〔{year}〕1008号"]


def test_the_clocks_of_the_police(referrals: Referrals) -> None:
    world = referrals.world  # a Monday, 15:00
    case_id = listed(world)
    start = world.now.astimezone(LOCAL_ZONE)
    referral_id = referrals.propose("case_officer", case_id)
    in_three = start + timedelta(days=4)  # until the end of the third day
    assert due_at(referrals, referral_id, A.DECIDE_REFERRAL).startswith("decide_transfer ")
    assert f"{in_three:%m-%d}" in due_at(referrals, referral_id, A.DECIDE_REFERRAL)
    world.later(hours=1)
    approved = world.now.astimezone(LOCAL_ZONE)
    referrals.take("department_head", referral_id, A.DECIDE_REFERRAL, R.APPROVED)
    expected = f"hand_over_to_police {approved + timedelta(hours=24):%m-%d %H:%M}"
    assert due_at(referrals, referral_id, A.SEAL_PACKAGE) == expected
    world.later(hours=2)
    referrals.seal("case_officer", referral_id)
    assert due_at(referrals, referral_id, A.DELIVER_REFERRAL) == expected
    referrals.take("case_officer", referral_id, A.DELIVER_REFERRAL, R.DELIVERED_ONLINE)
    delivered = world.now.astimezone(LOCAL_ZONE)
    receipt = f"acknowledge_police_referral {delivered + timedelta(hours=24):%m-%d %H:%M}"
    assert due_at(referrals, referral_id, A.ACKNOWLEDGE_REFERRAL) == receipt
    referrals.take("police_liaison", referral_id, A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED)
    assert due_at(referrals, referral_id, A.DECIDE_FILING).startswith("decide_police_filing ")
    referrals.take("police_liaison", referral_id, A.DECIDE_FILING, R.NOT_FILED)
    assert due_at(referrals, referral_id, A.OBJECT_TO_FILING).startswith("object_to_filing ")
    referrals.take("case_officer", referral_id, A.OBJECT_TO_FILING, R.OBJECTED)
    answer = due_at(referrals, referral_id, A.ANSWER_FILING_OBJECTION)
    assert answer.startswith("answer_filing_objection ")


def test_the_clocks_of_a_clue_on_an_official(referrals: Referrals) -> None:
    referral_id = referrals.discipline_delivered(listed(referrals.world))
    receipt = due_at(referrals, referral_id, A.ACKNOWLEDGE_REFERRAL)
    assert receipt.startswith("acknowledge_clue ")
    referrals.take("discipline_receiver", referral_id, A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED)
    assert due_at(referrals, referral_id, A.DECIDE_FILING).startswith("referral_feedback ")
    referrals.take("discipline_receiver", referral_id, A.ASK_SENDER, R.ASKED)
    assert due_at(referrals, referral_id, A.ANSWER_RECEIVER).startswith("answer_receiver ")


def test_passed_on_the_former_receiver_finds_it_no_more(referrals: Referrals) -> None:
    world = referrals.world
    referral_id = referrals.discipline_delivered(listed(world))
    to = {"passed_to": f"discipline:{world.ids['second_discipline']}"}
    with pytest.raises(InvalidCommandError):
        referrals.take("discipline_receiver", referral_id, A.ACKNOWLEDGE_REFERRAL, R.PASSED_ON)
    referrals.take("discipline_receiver", referral_id, A.ACKNOWLEDGE_REFERRAL, R.PASSED_ON, **to)
    with reading(world.engine) as session:
        assert list_received(session, world.actor("discipline_receiver")) == ()
        assert len(list_received(session, world.actor("second_receiver"))) == 1
    referrals.take("second_receiver", referral_id, A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED)


def test_it_is_not_passed_on_to_where_the_reported_works(referrals: Referrals) -> None:
    world = referrals.world
    referral_id = referrals.discipline_delivered(listed(world))
    with transaction(world.engine) as session:
        referral = session.get_one(Referral, referral_id)
        referral.about_organisation_id = world.ids["second_discipline"]
    with pytest.raises(InvalidCommandError) as refused:
        referrals.take(
            "discipline_receiver",
            referral_id,
            A.ACKNOWLEDGE_REFERRAL,
            R.PASSED_ON,
            passed_to=f"discipline:{world.ids['second_discipline']}",
        )
    assert refused.value.fields == {"passed_to": "receiver_concerned"}


def test_it_is_passed_on_only_to_where_somebody_receives(referrals: Referrals) -> None:
    world = referrals.world
    referral_id = referrals.discipline_delivered(listed(world))
    for key, problem in (
        ("county_discipline", "nobody_receives_online"),
        ("discipline", "choice"),
        ("rival", "choice"),
    ):
        with pytest.raises(InvalidCommandError) as refused:
            referrals.take(
                "discipline_receiver",
                referral_id,
                A.ACKNOWLEDGE_REFERRAL,
                R.PASSED_ON,
                passed_to=f"discipline:{world.ids[key]}",
            )
        assert refused.value.fields == {"passed_to": problem}


def test_the_offline_route_is_equal(each_referrals: Referrals) -> None:
    referrals, world = each_referrals, each_referrals.world
    referral_id = referrals.to_discipline("committee_officer", listed(world))
    referrals.take("office_head", referral_id, A.DECIDE_REFERRAL, R.APPROVED)
    referrals.seal("committee_officer", referral_id)
    sent: dict[str, Any] = {
        "route": "confidential_post",
        "carrier": "机要员",
        "delivered_on": world.now.date(),
        "receipt_place": "三号柜二卷",
    }
    offline = (A.DELIVER_REFERRAL, R.DELIVERED_OFFLINE)
    for missing in sent:
        with pytest.raises(InvalidCommandError):
            referrals.take("committee_officer", referral_id, *offline, **{**sent, missing: ""})
    with pytest.raises(InvalidCommandError):
        referrals.take("committee_officer", referral_id, *offline, **{**sent, "route": "pigeon"})
    referrals.take("committee_officer", referral_id, *offline, **sent)
    with reading(world.engine) as session:
        assert list_received(session, world.actor("discipline_receiver")) == ()
    with pytest.raises(ReferralNotFoundError):
        referrals.take("discipline_receiver", referral_id, A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED)
    with pytest.raises(InvalidCommandError) as refused:
        referrals.take("committee_officer", referral_id, A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED)
    assert set(refused.value.fields) == {"paper_on", "paper_place"}
    paper: dict[str, Any] = {"paper_on": world.now.date(), "paper_place": "三号柜三卷"}
    for action, outcome in (
        (A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED),
        (A.DECIDE_FILING, R.FILED),
        (A.REPORT_REFERRAL_OUTCOME, R.SANCTIONED),
    ):
        referrals.take("office_head", referral_id, action, outcome, **paper)
    assert referrals.get(referral_id).stage == ReferralStage.SETTLED
    with reading(world.engine) as session:
        content = get_sent_page(session, referral_id).acts[-1].content
    assert content["paper_place"] == "三号柜三卷"


def test_online_only_where_somebody_receives(referrals: Referrals) -> None:
    world = referrals.world
    with transaction(world.engine) as session:
        county = {"receiver": "discipline:county_discipline", "cadre_level": "county"}
        session.get_one(Organisation, world.ids["county_discipline"]).level = "county"
    referral_id = referrals.to_discipline("committee_officer", listed(world), **county)
    referrals.take("office_head", referral_id, A.DECIDE_REFERRAL, R.APPROVED)
    referrals.seal("committee_officer", referral_id)
    with pytest.raises(InvalidCommandError) as refused:
        referrals.take("committee_officer", referral_id, A.DELIVER_REFERRAL, R.DELIVERED_ONLINE)
    assert refused.value.fields == {"route": "nobody_receives_online"}


def test_a_step_that_is_not_open_or_of_another_is_refused(referrals: Referrals) -> None:
    world = referrals.world
    referral_id = referrals.propose("case_officer", listed(world))
    with pytest.raises(TaskNotReadyError):
        referrals.take("case_officer", referral_id, A.DELIVER_REFERRAL, R.DELIVERED_ONLINE)
    with pytest.raises(ReferralRefusedError):
        referrals.take("case_officer", referral_id, A.DECIDE_REFERRAL, R.APPROVED)
    for stranger in ("second_officer", "office_head", "police_liaison", "principal"):
        with pytest.raises(ReferralNotFoundError):
            referrals.take(stranger, referral_id, A.DECIDE_REFERRAL, R.APPROVED)
    with pytest.raises(InvalidCommandError):
        referrals.take("department_head", referral_id, A.DECIDE_REFERRAL, R.SEALED)


def test_the_package_is_kept_as_it_was_and_under_a_key(each_referrals: Referrals) -> None:
    referrals, world = each_referrals, each_referrals.world
    case_id = listed(world)
    referral_id = referrals.to_delivered(case_id)
    world.later(hours=3)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    with transaction(world.engine) as session:
        package = session.get_one(ReferralPackage, referral_id)
        content = open_package(world.frame(session, "police_liaison"), referral_id)
        assert "路人甲" in content.decode()
        assert "路人甲".encode() not in bytes(package.sealed)
        assert package.sealed_at < world.now


def test_a_package_holds_the_dossier_as_it_verifies() -> None:
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("manifest.json", "{}")
    packed = pack(b"<p>letter</p>", b"<p>known</p>", inner.getvalue(), "示例1号")
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert archive.namelist() == [
            "移送函.html",
            "谁在何时知道什么.html",
            "案卷-示例1号.zip",
            "核对说明.txt",
        ]
        assert archive.read("案卷-示例1号.zip") == inner.getvalue()


def test_who_does_not_read_the_inside_gathers_nothing(referrals: Referrals) -> None:
    world, case_id = referrals.world, listed(referrals.world)
    referral_id = referrals.propose("case_officer", case_id)
    with reading(world.engine) as session, pytest.raises(ReferralNotFoundError):
        gather(world.frame(session, "principal"), referral_id)
    with transaction(world.engine) as session:
        session.execute(sa.update(Referral).values(sender_id=world.ids["other_department"]))
        session.execute(sa.update(Referral).values(proposer_id=world.person_ids["other_officer"]))
    with reading(world.engine) as session, pytest.raises(CaseNotFoundError):
        gather(world.frame(session, "other_officer"), referral_id)


def test_looks_and_notes_are_of_the_receiver_alone(each_referrals: Referrals) -> None:
    referrals, world = each_referrals, each_referrals.world
    referral_id = referrals.discipline_delivered(listed(world))
    with transaction(world.engine) as session:
        frame = world.frame(session, "discipline_receiver")
        note_look(frame, referral_id, PAGE)
        for _ in range(2):
            write_note(frame, referral_id, "先核对检查记录。", "1" * 32)
        with pytest.raises(InvalidCommandError):
            write_note(frame, referral_id, "  ", "2" * 32)
        with pytest.raises(ReferralNotFoundError):
            note_look(world.frame(session, "committee_officer"), referral_id, PAGE)
        with pytest.raises(ReferralNotFoundError):
            note_look(world.frame(session, "discipline_handler"), referral_id, PAGE)
    with reading(world.engine) as session:
        page = get_received_page(session, referral_id, world.ids["discipline"])
        assert [note.text for note in page.notes] == ["先核对检查记录。"]
        assert [look.kind for look in page.looks] == [PAGE]
        assert get_sent_page(session, referral_id).looks == ()
        elsewhere = get_received_page(session, referral_id, world.ids["second_discipline"])
        assert (elsewhere.notes, elsewhere.looks) == ((), ())
        assert session.scalar(sa.select(sa.func.count(ReferralLook.id))) == 1
        assert WALL.first_wrong(session) is None


def test_a_changed_word_or_link_is_found(referrals: Referrals) -> None:
    referrals.to_delivered(listed(referrals.world))

    def wrong(session: Session) -> object:
        return WALL.first_wrong(session)

    with transaction(referrals.world.engine) as session:
        session.execute(sa.update(ReferralAct).where(ReferralAct.id == 2).values(opinion="改"))
        assert wrong(session) == 2
        session.execute(
            sa.update(ReferralAct).where(ReferralAct.id == 2).values(opinion="情况属实。")
        )
        assert wrong(session) is None
        session.execute(
            sa.update(ReferralAuditEntry)
            .where(ReferralAuditEntry.sequence == 1)
            .values(body={"referral_act_id": 1})
        )
        assert str(wrong(session)).startswith("content 1")


def test_the_public_chain_counts_no_referral(referrals: Referrals) -> None:
    world, case_id = referrals.world, listed(referrals.world)
    with reading(world.engine) as session:
        before = session.scalars(sa.select(AuditEntry.entry_hash)).all()
    referrals.discipline_delivered(case_id)
    with reading(world.engine) as session:
        assert session.scalars(sa.select(AuditEntry.entry_hash)).all() == before


def test_what_was_referred_comes_through_the_migration_whole(each_referrals: Referrals) -> None:
    """SQLite makes the table of referrals anew: nothing that points at a row of it is lost."""
    engine, case_id = each_referrals.world.engine, listed(each_referrals.world)
    referral_id = each_referrals.to_delivered(case_id)

    def kept() -> list[list[object]]:
        with reading(engine) as session:
            tables = (table for table in Base.metadata.sorted_tables if "referral" in table.name)
            return [[tuple(row) for row in session.execute(sa.select(table))] for table in tables]

    before = kept()
    config = alembic_config()
    for way, revision in ((command.downgrade, "0053"), (command.upgrade, "head")):
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            way(config, revision)
    assert kept() == before
    each_referrals.take("police_liaison", referral_id, A.ACKNOWLEDGE_REFERRAL, R.ACKNOWLEDGED)
