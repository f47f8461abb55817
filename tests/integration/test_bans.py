"""The register of bans: two persons for an entry, and every way to a principal's post."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from services import audit
from services.administration.change import Change
from services.administration.proposals import confirm as confirm_change
from services.administration.proposals import propose as propose_change
from services.bans.check import PrincipalBannedError
from services.bans.comparisons import Compare, record_comparison
from services.bans.register import (
    BanOverError,
    EnterBan,
    enter_ban,
    first_changed_ban,
    take_ban_step,
)
from services.database import reading, transaction
from services.errors import InvalidCommandError, RecordNotFoundError
from services.models.administration import EnterpriseRegistration
from services.models.audit import AuditEntry
from services.models.ban import Ban, BanComparison, BanStepTaken
from services.models.organisation import Organisation, Post
from services.queries.bans import BanFilter, get_ban, get_scan, hits_of, list_bans, list_hits
from services.queries.waiting import count_waiting
from services.uploads import AcceptedUpload
from tests.builders import MINE_CODE, SECTOR, World
from tests.integration import test_administration as administration
from tests.integration import test_departures as departures
from tests.integration import test_dissolutions as dissolutions
from tests.integration import test_registration as registrations
from tests.integration import test_substitutions as substitutions
from workflows.administration import ChangeKind, RegistrationState
from workflows.bans import (
    BanGround,
    BanKind,
    BanRefusedError,
    BanState,
    BanStep,
    Likeness,
    SubjectKind,
)
from workflows.vocabulary import OrganisationKind, Role

NAME = "负责人乙"
NUMBER, OTHER_NUMBER = "999999199001010016", "999999199001010024"
SCAN = AcceptedUpload("判决书.pdf", b"%PDF-1.4 judgment", "application/pdf")


def entry(world: World, name: str = NAME, **changes: Any) -> EnterBan:
    values = EnterBan(
        nonce=sha256(f"{name} {sorted(changes.items(), key=str)}".encode()).hexdigest(),
        name=name,
        kind=BanKind.FIVE_YEARS,
        ground=BanGround.SENTENCE,
        counted_from=world.now.date() - timedelta(days=400),
        organ="示例区人民法院",
        document_number="示例刑初〔2024〕1号",
        document_on=world.now.date() - timedelta(days=900),
    )
    return replace(values, **changes)


def enter(world: World, name: str = NAME, by: str = "committee_officer", **changes: Any) -> int:
    with transaction(world.engine) as session:
        return enter_ban(world.frame(session, by), entry(world, name, **changes))


def take(world: World, ban_id: int, step: BanStep, by: str = "office_head", why: str = "") -> None:
    with transaction(world.engine) as session:
        take_ban_step(world.frame(session, by), ban_id, step, why)


def ban(world: World, name: str = NAME, **changes: Any) -> int:
    """Entered and confirmed."""
    number = enter(world, name, **changes)
    take(world, number, BanStep.CONFIRM)
    return number


def compare(
    world: World,
    ban_id: int,
    subject: tuple[SubjectKind, int],
    by: str = "case_officer",
    **changes: Any,
) -> None:
    values = {
        "likeness": Likeness.DIFFERENT,
        "compared": "当面核对身份证件，出生年份不同。",
        **changes,
    }
    command = Compare(subject=subject[0], subject_id=subject[1], ban_id=ban_id, **values)
    with transaction(world.engine) as session:
        record_comparison(world.frame(session, by), command)


def state(world: World, ban_id: int) -> BanState:
    with reading(world.engine) as session:
        return BanState(session.get_one(Ban, ban_id).state)


def stopped(way: Callable[[], object]) -> PrincipalBannedError:
    with pytest.raises(PrincipalBannedError) as refusal:
        way()
    return refusal.value


def person_of(world: World, name: str) -> tuple[SubjectKind, int]:
    return SubjectKind.PERSON, world.person_ids[name]


@pytest.fixture
def office(world: World) -> World:
    return registrations.with_sectors(world)


@pytest.fixture
def each_office(each_world: World) -> World:
    return registrations.with_sectors(each_world)


# ------------------------------------------------------------------ two persons


def test_an_entry_counts_after_a_second_person_only(each_office: World) -> None:
    world = each_office
    number = enter(world, scan=SCAN, identity_number=NUMBER)
    registrations.confirm(world, registrations.register(world))  # it stops nobody yet
    with pytest.raises(BanRefusedError) as own:
        take(world, number, BanStep.CONFIRM, "committee_officer")
    assert own.value.detail == {"reason": "own_entry"}
    with pytest.raises(BanRefusedError):
        take(world, number, BanStep.CONFIRM, "department_head")
    take(world, number, BanStep.CONFIRM)
    take(world, number, BanStep.CONFIRM)  # sent twice
    assert state(world, number) is BanState.STANDING
    with reading(world.engine) as session:
        page = get_ban(session, world.actor("office_head"), number, world.now.date())
        assert [(line.step, line.person_name) for line in page.steps] == [
            (BanStep.ENTER, "committee_officer"),
            (BanStep.CONFIRM, "office_head"),
        ]
        assert page.row.identity_tail == NUMBER[-4:]
        assert get_scan(session, number).file_name == SCAN.file_name
        stored = session.execute(sa.text("SELECT * FROM ban")).one()
        assert NUMBER not in str(stored)
        assert NUMBER not in str([entry.body for entry in session.scalars(sa.select(AuditEntry))])


def test_of_two_deciding_at_once_one_is_told(each_office: World) -> None:
    substitutions.add_post(each_office, "second_head", "office", Role.COMMITTEE_OFFICE_HEAD)
    number = enter(each_office)
    start, told = Barrier(2), list[str]()

    def try_it(name: str, step: BanStep) -> None:
        start.wait()
        try:
            take(each_office, number, step, name, "文书未生效")
            told.append(step.value)
        except BanOverError as error:
            told.append(error.code)

    threads = [
        Thread(target=try_it, args=args)
        for args in (("office_head", BanStep.CONFIRM), ("second_head", BanStep.REFUSE))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert min(told) == "ban_over"
    assert state(each_office, number) in (BanState.STANDING, BanState.REFUSED)
    with reading(each_office.engine) as session:
        assert len(session.scalars(sa.select(BanStepTaken)).all()) == 2
        assert first_changed_ban(session) is None


def test_an_entry_and_a_registration_confirmed_at_once_do_not_miss_each_other(
    each_office: World,
) -> None:
    number, sent = enter(each_office), registrations.register(each_office)
    start, told = Barrier(2), list[str]()

    def confirm_it() -> None:
        start.wait()
        take(each_office, number, BanStep.CONFIRM)

    def register_it() -> None:
        start.wait()
        try:
            registrations.confirm(each_office, sent)
            told.append("confirmed")
        except PrincipalBannedError as error:
            told.append(error.code)

    threads = [Thread(target=confirm_it), Thread(target=register_it)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(each_office.engine) as session:
        actor = each_office.actor("office_head")
        hits = list_hits(session, actor, each_office.now.date())
    assert told in (["confirmed"], ["principal_banned"])
    assert {hit.candidate.is_in_office for hit in hits} == {told == ["confirmed"]}


def test_what_is_refused_stops_nobody_and_can_be_entered_again(office: World) -> None:
    number = enter(office)
    with pytest.raises(InvalidCommandError) as without:
        take(office, number, BanStep.REFUSE)
    assert without.value.fields == {"reason": "required"}
    take(office, number, BanStep.REFUSE, why="判决尚未生效")
    registrations.confirm(office, registrations.register(office))
    with pytest.raises(BanOverError):
        take(office, number, BanStep.CONFIRM)
    assert enter(office, note="判决已生效") != number


def test_a_revocation_takes_two_persons_and_then_stops_nobody(each_office: World) -> None:
    world = each_office
    number, sent = ban(world), registrations.register(world)
    take(world, number, BanStep.PROPOSE_REVOCATION, why="再审改判无罪")
    stopped(lambda: registrations.confirm(world, sent))  # it stands until the second person
    with pytest.raises(BanRefusedError):
        take(world, number, BanStep.CONFIRM_REVOCATION)
    with pytest.raises(InvalidCommandError):
        take(world, number, BanStep.REFUSE_REVOCATION, "committee_officer")
    take(world, number, BanStep.REFUSE_REVOCATION, "committee_officer", "改判尚未生效")
    take(world, number, BanStep.PROPOSE_REVOCATION, "committee_officer", "再审改判无罪，已生效")
    take(world, number, BanStep.CONFIRM_REVOCATION)
    registrations.confirm(world, sent)
    assert state(world, number) is BanState.REVOKED


def test_the_same_form_twice_is_one_entry_and_the_same_document_is_named(office: World) -> None:
    number = enter(office)
    assert enter(office) == number
    with pytest.raises(InvalidCommandError) as twice:
        enter(office, nonce="another form")
    assert twice.value.fields == {"document_number": f"ban_there:{number}"}


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": " "}, {"name": "required"}),
        ({"name": "甲" * 61}, {"name": "too_long:60"}),
        ({"kind": None}, {"kind": "choose"}),
        ({"ground": None}, {"ground": "choose"}),
        ({"counted_from": None}, {"counted_from": "required"}),
        ({"organ": ""}, {"organ": "required"}),
        ({"document_number": ""}, {"document_number": "required"}),
        ({"kind": BanKind.LIFETIME}, {"sector": "choose"}),
        ({"kind": BanKind.LIFETIME, "sector": "magic"}, {"sector": "choose"}),
        ({"sector": SECTOR}, {"sector": "lifetime_only"}),
        ({"identity_number": NUMBER[:-1] + "8"}, {"identity_number": "identity_number"}),
    ],
)
def test_what_is_wrong_with_an_entry_is_named(
    office: World, changes: dict[str, Any], problem: dict[str, str]
) -> None:
    with pytest.raises(InvalidCommandError) as refusal:
        enter(office, **{"name": NAME, **changes})
    assert refusal.value.fields == problem


@pytest.mark.parametrize("field", ["counted_from", "document_on"])
def test_a_day_that_has_not_come_is_refused(office: World, field: str) -> None:
    changes: dict[str, Any] = {field: office.now.date() + timedelta(days=1)}
    with pytest.raises(InvalidCommandError) as refusal:
        enter(office, **changes)
    assert refusal.value.fields == {field: "in_future"}


@pytest.mark.parametrize("name", ["case_officer", "department_head", "principal", "leader"])
def test_only_the_office_enters(office: World, name: str) -> None:
    with pytest.raises(BanRefusedError):
        enter(office, by=name)


# ------------------------------------------------------------------ ways to a principal's post


def test_a_registration_is_stopped_with_the_document_named(each_office: World) -> None:
    world = each_office
    number = ban(world, " 负责人　乙")  # blanks do not count
    sent = registrations.register(world)
    refusal = stopped(lambda: registrations.confirm(world, sent))
    assert refusal.subject == (SubjectKind.REGISTRATION, sent)
    assert refusal.detail["reason"] == "five_years_namesake"
    told = ("organ", "number", "until", "article")
    with reading(world.engine) as session:
        row = session.get_one(Ban, number)
        last = row.counted_from.replace(year=row.counted_from.year + 5)
        assert [refusal.detail[name] for name in told] == [
            row.organ,
            row.document_number,
            last.isoformat(),
            "第九十四条第三款",
        ]
        assert session.get_one(EnterpriseRegistration, sent).state == RegistrationState.PENDING
        assert not session.scalars(sa.select(Organisation).filter_by(name="示例新建煤业")).all()


def change(world: World, kind: ChangeKind, **values: Any) -> Change:
    if kind is ChangeKind.ADD_PERSON:
        mine = {"role": Role.ENTERPRISE_PRINCIPAL.value, "name": NAME, **values}
        made = administration.person(world, **mine)
        return replace(made, organisation_id=world.ids["mine"])
    return administration.post(world, "safety_officer", Role.ENTERPRISE_PRINCIPAL, "mine", **values)


def proposed(world: World, made: Change) -> int:
    with transaction(world.engine) as session:
        return propose_change(world.frame(session, "system_admin"), made)


def confirmed(world: World, number: int) -> None:
    with transaction(world.engine) as session:
        confirm_change(world.frame(session, "security_admin"), number)


def test_a_person_added_as_principal_is_stopped(each_office: World) -> None:
    number = proposed(each_office, change(each_office, ChangeKind.ADD_PERSON))
    ban_id = ban(each_office)
    refusal = stopped(lambda: confirmed(each_office, number))
    assert refusal.subject == (SubjectKind.PROPOSAL, number)
    compare(each_office, ban_id, (SubjectKind.PROPOSAL, number), "security_admin")
    confirmed(each_office, number)
    assert not hits(each_office)  # what was found of the proposal holds for the person it brought


@pytest.mark.parametrize("role", [Role.ENTERPRISE_PRINCIPAL, Role.PARENT_COMPANY_HEAD])
def test_a_post_of_a_head_is_stopped(each_office: World, role: Role) -> None:
    made = administration.post(each_office, "safety_officer", role, "mine")
    number = proposed(each_office, made)
    ban(each_office, "safety_officer")
    refusal = stopped(lambda: confirmed(each_office, number))
    assert refusal.subject == person_of(each_office, "safety_officer")


def test_other_posts_are_not_stopped(office: World) -> None:
    ban(office, "safety_officer")
    made = administration.post(office, "safety_officer", Role.ACTUAL_CONTROLLER, "mine")
    confirmed(office, proposed(office, made))


def test_a_unit_that_enters_the_trade_is_stopped(office: World) -> None:
    ban(office, "principal", kind=BanKind.LIFETIME, sector="chemical")
    with reading(office.engine) as session:
        mine = session.get_one(Organisation, office.ids["mine"])
        kept = {"name": mine.name, "division_code": mine.division_code}
    content = {**kept, "credit_code": MINE_CODE, "sector": "chemical"}
    made = Change(
        ChangeKind.EDIT_ORGANISATION, "营业执照", content, organisation_id=office.ids["mine"]
    )
    number = proposed(office, made)
    assert stopped(lambda: confirmed(office, number)).detail["reason"] == "lifetime_namesake"


def test_a_successor_is_stopped(each_office: World) -> None:
    world = each_office
    number = departures.prepare(world, "principal", {"enterprise_principal": "safety_officer"})
    ban_id = ban(world, "safety_officer")
    refusal = stopped(lambda: departures.confirm(world, number, "office_head"))
    assert refusal.subject == person_of(world, "safety_officer")
    told = stopped(lambda: departures.confirm(world, number, "group_head"))
    assert (told.subject, told.detail) == (None, {"reason": "untold", "name": "safety_officer"})
    compare(world, ban_id, person_of(world, "safety_officer"))
    departures.confirm(world, number, "group_head")


def test_a_substitute_is_stopped(each_office: World) -> None:
    world = each_office
    number = substitutions.propose(world, "principal", "safety_officer")
    ban_id = ban(world, "safety_officer")
    refusal = stopped(lambda: substitutions.confirm(world, number, "office_head"))
    assert refusal.subject == person_of(world, "safety_officer")
    compare(world, ban_id, person_of(world, "safety_officer"), "committee_officer")
    substitutions.confirm(world, number, "office_head")


def test_a_substitute_of_others_is_not_stopped(office: World) -> None:
    ban(office, "second_officer")
    substitutions.arrange(office, "case_officer", "second_officer")


def test_a_principal_who_would_go_on_at_the_successor_is_stopped(office: World) -> None:
    dissolutions.add_organisation(
        office, "new_mine", OrganisationKind.ENTERPRISE, sector="chemical"
    )
    ban(office, "rival_principal", kind=BanKind.LIFETIME, sector="chemical")
    assert not hits(office)  # another trade so far
    number = dissolutions.prepare(office, "rival", "new_mine")
    assert len(hits(office)) == 1
    refusal = stopped(lambda: dissolutions.confirm(office, number))
    assert refusal.subject == person_of(office, "rival_principal")


# ------------------------------------------------------------------ what passes


def test_another_trade_passes_and_an_unknown_one_does_not(office: World) -> None:
    ban(office, kind=BanKind.LIFETIME, sector="chemical")
    sent = registrations.register(office)
    registrations.confirm(office, sent)
    ban(office, "safety_officer", kind=BanKind.LIFETIME, sector="chemical")
    number = proposed(office, change(office, ChangeKind.GIVE_POST))
    with transaction(office.engine) as session:
        session.get_one(Organisation, office.ids["mine"]).sector = None
    assert stopped(lambda: confirmed(office, number)).detail["trade"]


def test_a_ban_stops_on_its_last_day_and_not_on_the_next(office: World) -> None:
    today = office.now.date()
    ban(office, counted_from=today.replace(year=today.year - 5))
    sent = registrations.register(office)
    stopped(lambda: registrations.confirm(office, sent))
    office.later(days=1)
    registrations.confirm(office, sent)


def test_a_post_that_begins_after_the_last_day_passes(office: World) -> None:
    today = office.now.date()
    ban(office, "safety_officer", counted_from=today.replace(year=today.year - 5))
    tomorrow = (today + timedelta(days=1)).isoformat()
    number = proposed(office, change(office, ChangeKind.GIVE_POST, valid_from=tomorrow))
    confirmed(office, number)


def test_a_successor_who_begins_after_the_last_day_passes(office: World) -> None:
    today = office.now.date()
    ban(office, "safety_officer", counted_from=today.replace(year=today.year - 5))
    number = departures.prepare(office, "principal", {"enterprise_principal": "safety_officer"})
    departures.confirm(office, number, "office_head")


# ------------------------------------------------------------------ comparisons


def hits(world: World, name: str = "office_head") -> list[tuple[str, bool]]:
    with reading(world.engine) as session:
        found = list_hits(session, world.actor(name), world.now.date())
        return [(hit.candidate.name, hit.is_same) for hit in found]


def test_not_the_same_person_passes_and_stays_on_record(each_office: World) -> None:
    world = each_office
    number, sent = ban(world), registrations.register(world)
    subject = (SubjectKind.REGISTRATION, sent)
    with pytest.raises(InvalidCommandError) as empty:
        compare(world, number, subject, compared=" ")
    assert empty.value.fields == {"compared": "required"}
    compare(world, number, subject)
    compare(world, number, subject)  # sent twice
    registrations.confirm(world, sent)
    assert hits(world) == []
    with reading(world.engine) as session:
        page = get_ban(session, world.actor("office_head"), number, world.now.date())
        (line,) = page.comparisons
        assert (line.person_name, line.likeness) == ("case_officer", Likeness.DIFFERENT)
        assert line.units == "示例新建煤业"
        assert first_changed_ban(session) is None


def test_it_was_found_of_one_person_only(office: World) -> None:
    number, sent = ban(office), registrations.register(office)
    compare(office, number, (SubjectKind.REGISTRATION, sent))
    other = registrations.register(office, credit_code=administration.NEW_CODE)
    stopped(lambda: registrations.confirm(office, other))


def test_the_same_person_is_refused_without_an_override(each_office: World) -> None:
    world = each_office
    number, sent = ban(world), registrations.register(world)
    subject = (SubjectKind.REGISTRATION, sent)
    compare(world, number, subject, likeness=Likeness.SAME, compared="身份证件一致。")
    refusal = stopped(lambda: registrations.confirm(world, sent))
    assert refusal.detail["reason"] == "five_years_same"
    with pytest.raises(InvalidCommandError) as again:
        compare(world, number, subject, "committee_officer")
    assert again.value.fields == {"compared": "found_same"}


def test_identity_numbers_decide_where_both_are_known(office: World) -> None:
    number, sent = ban(office, identity_number=NUMBER), registrations.register(office)
    subject = (SubjectKind.REGISTRATION, sent)
    with pytest.raises(InvalidCommandError) as same:
        compare(office, number, subject, identity_number=NUMBER)
    assert same.value.fields == {"identity_number": "identity_same"}
    with pytest.raises(InvalidCommandError) as differs:
        compare(office, number, subject, likeness=Likeness.SAME, identity_number=OTHER_NUMBER)
    assert differs.value.fields == {"identity_number": "identity_differs"}
    compare(office, number, subject, likeness=Likeness.SAME)
    # found to be the same by mistake: numbers that differ are the only mend
    compare(office, number, subject, identity_number=OTHER_NUMBER)
    registrations.confirm(office, sent)
    # known by number, the person is not stopped by another entry of that number either
    assert hits(office) == []
    ban(office, document_number="示例刑初〔2024〕2号", identity_number=NUMBER)
    assert hits(office) == []
    ban(office, "改名后的人", document_number="3号", identity_number=OTHER_NUMBER)
    assert hits(office) == [(NAME, True)]


def test_present_principals_of_the_name_are_listed_until_they_are_compared(
    each_office: World,
) -> None:
    world = each_office
    enter(world, "principal")
    assert hits(world) == []
    number = ban(world, "principal", document_number="示例刑初〔2024〕9号")
    assert hits(world) == [("principal", False)]
    assert hits(world, "department_head") == [("principal", False)]
    assert hits(world, "other_officer") == []  # another department's unit
    assert hits(world, "principal") == []
    with pytest.raises(RecordNotFoundError):
        compare(world, number, person_of(world, "principal"), "other_officer")
    compare(world, number, person_of(world, "principal"), likeness=Likeness.SAME)
    assert hits(world) == [("principal", True)]  # until somebody else is principal
    with transaction(world.engine) as session:
        post = session.scalars(
            sa.select(Post).where(Post.person_id == world.person_ids["principal"])
        ).one()
        post.valid_to = world.now.date() - timedelta(days=1)
    assert hits(world) == []
    subject, actor = person_of(world, "principal"), world.actor("office_head")
    with reading(world.engine) as session, pytest.raises(RecordNotFoundError):
        hits_of(session, actor, *subject, world.now.date())


# ------------------------------------------------------------------ the register


def test_the_list_is_searched_by_name_and_state(office: World) -> None:
    today = office.now.date()
    standing = ban(office)
    ended = ban(office, "刑满甲", counted_from=today.replace(year=today.year - 6))
    waiting = enter(office, "待核乙")
    refused = enter(office, "不符丙")
    take(office, refused, BanStep.REFUSE, why="不符")
    revoked = ban(office, "改判丁")
    take(office, revoked, BanStep.PROPOSE_REVOCATION, why="改判")
    with reading(office.engine) as session:

        def found(text: str = "", chosen: BanFilter | None = None) -> list[int]:
            page = list_bans(session, text, chosen, today, 0)
            assert page.total == len(page.rows)
            return [row.ban_id for row in page.rows]

        assert found() == [revoked, waiting, refused, ended, standing]
        assert found("刑 满") == [ended]
        assert found(chosen=BanFilter.STANDING) == [revoked, standing]
        assert found(chosen=BanFilter.ENDED) == [ended]
        assert found(chosen=BanFilter.WAITING) == [revoked, waiting]
        assert found(chosen=BanFilter.REFUSED) == [refused]
        assert found(chosen=BanFilter.REVOKED) == []


def test_what_waits_is_told_to_the_second_person(office: World) -> None:
    enter(office)
    number = ban(office, "改判丁")
    take(office, number, BanStep.PROPOSE_REVOCATION, why="改判")

    def waiting(name: str) -> int:
        with reading(office.engine) as session:
            return count_waiting(session, office.actor(name)).bans

    assert (waiting("office_head"), waiting("committee_officer")) == (1, 1)
    assert (waiting("case_officer"), waiting("principal")) == (0, 0)


@pytest.mark.parametrize(
    ("table", "values", "found"),
    [
        (Ban, {"name": "改过的名字"}, "ban_step"),
        (Ban, {"counted_from": sa.text("'2001-01-01'")}, "ban_step"),
        (Ban, {"state": "revoked"}, "ban "),
        (BanStepTaken, {"reason": "改过的话"}, "ban_step"),
        (BanComparison, {"likeness": "same"}, "ban_comparison"),
    ],
)
def test_a_changed_record_is_found(
    each_office: World, table: Any, values: dict[str, Any], found: str
) -> None:
    number, sent = ban(each_office), registrations.register(each_office)
    compare(each_office, number, (SubjectKind.REGISTRATION, sent))
    with transaction(each_office.engine) as session:
        assert first_changed_ban(session) is None
        assert audit.first_broken_link(session) is None
        session.execute(sa.update(table).values(**values))
        session.expire_all()
        assert (first_changed_ban(session) or "").startswith(found)
