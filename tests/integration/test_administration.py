"""Changes by two persons, each on record: on both databases."""

from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from services import audit
from services.accounts import Attempt, create_account, find_session, open_session
from services.administration.change import Change
from services.administration.devices import NoDeviceError, reset_as_operator
from services.administration.links import (
    NoLinkAllowedError,
    make_confirmed_link,
    set_password_by_link,
)
from services.administration.log import first_changed_entry
from services.administration.proposals import (
    AdministrationRefusedError,
    ProposalDecidedError,
    confirm,
    propose,
    refuse,
    withdraw,
)
from services.database import reading, transaction
from services.errors import InvalidCommandError, RecordNotFoundError
from services.models.account import Account, LoginSession
from services.models.administration import AdministrationEntry, AdministrationProposal
from services.models.audit import AuditEntry
from services.models.organisation import Organisation, Person, Post
from services.password_links import LinkOverError, find_link
from services.queries.administration.log import EntryFilter, list_entries
from services.queries.administration.organisations import get_organisation
from services.second_factor import enrol, find_device
from tests.builders import COUNTY, MINE_CODE, World
from workflows.administration import ChangeKind, EntryKind, ProposalState
from workflows.credit_code import check_character
from workflows.vocabulary import Role

BODY = "91140602MA000009X"
NEW_CODE = BODY + check_character(BODY)
OTHER_END = "1" if NEW_CODE.endswith("0") else "0"


def with_accounts(world: World) -> World:
    """The three administrators and a case officer can sign in."""
    with transaction(world.engine) as session:
        for name in ("system_admin", "security_admin", "audit_admin", "case_officer"):
            create_account(session, world.person_ids[name], name, "a hash")
    return world


@pytest.fixture
def staffed(world: World) -> World:
    return with_accounts(world)


@pytest.fixture
def each_staffed(each_world: World) -> World:
    return with_accounts(each_world)


def ask(world: World, change: Change, name: str = "system_admin") -> int:
    with transaction(world.engine) as session:
        return propose(world.frame(session, name), change)


def agree(world: World, proposal_id: int, name: str = "security_admin") -> None:
    with transaction(world.engine) as session:
        confirm(world.frame(session, name), proposal_id)


def test_of_two_confirming_at_once_one_is_told(each_staffed: World) -> None:
    second = person(each_staffed, role="security_admin", username="second.security")
    office = each_staffed.ids["office"]
    agree(each_staffed, ask(each_staffed, replace(second, organisation_id=office)))
    with reading(each_staffed.engine) as session:
        each_staffed.person_ids["second"] = session.scalars(
            sa.select(Account.person_id).where(Account.username == "second.security")
        ).one()
    proposal_id = ask(each_staffed, organisation())
    start, told = Barrier(2), list[str]()

    def try_it(name: str) -> None:
        start.wait()
        try:
            agree(each_staffed, proposal_id, name)
            told.append("confirmed")
        except ProposalDecidedError as error:
            told.append(error.code)

    threads = [Thread(target=try_it, args=(name,)) for name in ("security_admin", "second")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["confirmed", "proposal_decided"]


def problems(world: World, change: Change) -> dict[str, str]:
    with pytest.raises(InvalidCommandError) as refused:
        ask(world, change)
    return refused.value.fields


def organisation(**changes: Any) -> Change:
    content = {
        "kind": "enterprise",
        "name": "示例新建煤业",
        "division_code": COUNTY,
        "credit_code": NEW_CODE,
        "sector": "coal_mine",
        **changes,
    }
    return Change(ChangeKind.ADD_ORGANISATION, "营业执照", content)


def person(world: World, **changes: Any) -> Change:
    content = {
        "name": "新人",
        "username": "new.person",
        "role": "case_officer",
        "title": "监察员",
        "valid_from": world.now.date().isoformat(),
        **changes,
    }
    where = world.ids["department"]
    return Change(ChangeKind.ADD_PERSON, "任职文件", content, organisation_id=where)


def post(world: World, name: str, role: Role, where: str, **changes: Any) -> Change:
    content = {
        "role": role.value,
        "title": "职务",
        "valid_from": world.now.date().isoformat(),
        **changes,
    }
    return Change(
        ChangeKind.GIVE_POST,
        "任职文件",
        content,
        person_id=world.person_ids[name],
        organisation_id=world.ids[where],
    )


def ending(world: World, name: str, last: date) -> Change:
    with reading(world.engine) as session:
        post_id = session.scalars(
            sa.select(Post.id).where(Post.person_id == world.person_ids[name])
        ).one()
    return Change(
        ChangeKind.END_POST,
        "免职文件",
        {"valid_to": last.isoformat()},
        person_id=world.person_ids[name],
        post_id=post_id,
    )


def account(world: World, name: str, kind: ChangeKind) -> Change:
    return Change(kind, "本人申请", {}, person_id=world.person_ids[name])


def signed_in(world: World, name: str) -> str:
    with transaction(world.engine) as session:
        attempt = Attempt(id=None, person_id=world.person_ids[name], password_hash=None)
        return open_session(session, attempt, world.now)


def holds(world: World, name: str) -> set[Role]:
    return {post.role for post in world.actor(name).posts}


def test_nothing_takes_effect_before_the_second_person_confirms(each_staffed: World) -> None:
    proposal_id = ask(each_staffed, post(each_staffed, "case_officer", Role.EXPERT, "department"))
    assert holds(each_staffed, "case_officer") == {Role.CASE_OFFICER}
    agree(each_staffed, proposal_id)
    assert holds(each_staffed, "case_officer") == {Role.CASE_OFFICER, Role.EXPERT}
    with reading(each_staffed.engine) as session:
        entries = list_entries(session, EntryFilter(), 10, 0).rows
    assert [(row.kind, row.actor, row.proposer) for row in entries] == [
        (EntryKind.CONFIRMED, "security_admin", "system_admin"),
        (EntryKind.PROPOSED, "system_admin", "system_admin"),
    ]
    assert entries[0].after["role"] == "expert"


@pytest.mark.parametrize("name", ["security_admin", "audit_admin", "case_officer", "office_head"])
def test_only_the_system_administrator_proposes(staffed: World, name: str) -> None:
    with pytest.raises(AdministrationRefusedError):
        ask(staffed, organisation(), name)


@pytest.mark.parametrize("name", ["system_admin", "audit_admin", "case_officer", "office_head"])
def test_only_the_security_administrator_decides(staffed: World, name: str) -> None:
    proposal_id = ask(staffed, organisation())
    with pytest.raises(AdministrationRefusedError):
        agree(staffed, proposal_id, name)
    with pytest.raises(AdministrationRefusedError), transaction(staffed.engine) as session:
        refuse(staffed.frame(session, name), proposal_id, "不同意")


def test_nobody_confirms_what_concerns_himself(staffed: World) -> None:
    change = account(staffed, "security_admin", ChangeKind.ISSUE_LINK)
    proposal_id = ask(staffed, change)
    with pytest.raises(AdministrationRefusedError) as refused:
        agree(staffed, proposal_id)
    assert refused.value.detail["reason"] == "own_proposal"


def test_nobody_administers_himself(staffed: World) -> None:
    change = account(staffed, "system_admin", ChangeKind.ISSUE_LINK)
    assert problems(staffed, change) == {"reason": "own_account"}


def test_a_proposer_who_became_the_second_person_confirms_nothing_of_his_own(
    staffed: World,
) -> None:
    proposal_id = ask(staffed, organisation())
    with transaction(staffed.engine) as session:
        session.execute(
            sa.update(Post)
            .where(Post.person_id == staffed.person_ids["system_admin"])
            .values(role=Role.SECURITY_ADMIN.value)
        )
    with pytest.raises(AdministrationRefusedError):
        agree(staffed, proposal_id, "system_admin")


def test_a_decided_change_is_decided_once(each_staffed: World) -> None:
    proposal_id = ask(each_staffed, organisation())
    agree(each_staffed, proposal_id)
    with pytest.raises(ProposalDecidedError):
        agree(each_staffed, proposal_id)
    with pytest.raises(ProposalDecidedError), transaction(each_staffed.engine) as session:
        withdraw(each_staffed.frame(session, "system_admin"), proposal_id)
    with reading(each_staffed.engine) as session:
        names = session.scalars(
            sa.select(Organisation.name).where(Organisation.name == "示例新建煤业")
        )
        assert len(names.all()) == 1


def test_a_refusal_needs_a_reason_and_changes_nothing(staffed: World) -> None:
    proposal_id = ask(staffed, organisation())
    with pytest.raises(InvalidCommandError), transaction(staffed.engine) as session:
        refuse(staffed.frame(session, "security_admin"), proposal_id, "")
    with transaction(staffed.engine) as session:
        refuse(staffed.frame(session, "security_admin"), proposal_id, "依据不符")
    with reading(staffed.engine) as session:
        found = session.get_one(AdministrationProposal, proposal_id)
        assert (found.state, found.opinion) == (ProposalState.REFUSED, "依据不符")
        assert not session.scalars(
            sa.select(Organisation.id).where(Organisation.name == "示例新建煤业")
        ).all()


def test_the_same_change_is_not_asked_for_twice(staffed: World) -> None:
    ask(staffed, organisation())
    assert problems(staffed, organisation()) == {"reason": "already_proposed"}


def test_an_unknown_proposal_is_not_found(staffed: World) -> None:
    with pytest.raises(RecordNotFoundError):
        agree(staffed, 999)


def test_a_change_that_no_longer_holds_does_not_take_effect(staffed: World) -> None:
    first = ask(staffed, person(staffed))
    second = ask(staffed, person(staffed, name="另一人"))
    agree(staffed, first)
    with pytest.raises(InvalidCommandError) as refused:
        agree(staffed, second)
    assert refused.value.fields == {"username": "username_taken"}
    with reading(staffed.engine) as session:
        assert not session.scalars(sa.select(Person.id).where(Person.name == "另一人")).all()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"kind": "castle"}, "kind", "choose"),
        ({"credit_code": NEW_CODE[:-1] + OTHER_END}, "credit_code", "check_digit"),
        ({"credit_code": MINE_CODE}, "credit_code", "code_taken"),
        ({"division_code": "999999"}, "division_code", "choice"),
        ({"sector": ""}, "sector", "choose"),
        ({"level": "city"}, "level", "not_of_this_kind"),
        ({"affiliation": "royal"}, "affiliation", "choice"),
        ({"parent_id": 99999}, "parent_id", "choice"),
        ({"kind": "department"}, "level", "choose"),
        ({"kind": "government", "level": "county"}, "division_code", "one_per_division"),
    ],
)
def test_wrong_details_of_an_organisation_are_named(
    staffed: World, changes: dict[str, Any], field: str, code: str
) -> None:
    assert problems(staffed, organisation(**changes))[field] == code


def test_only_a_department_supervises(staffed: World) -> None:
    change = organisation(supervised_by_id=staffed.ids["county"])
    assert problems(staffed, change) == {"supervised_by_id": "choice"}
    agree(staffed, ask(staffed, organisation(supervised_by_id=staffed.ids["department"])))


def test_an_organisation_is_edited_with_before_and_after_on_record(each_staffed: World) -> None:
    mine = each_staffed.ids["mine"]
    with reading(each_staffed.engine) as session:
        values = dict(get_organisation(session, mine, each_staffed.now.date()).values)
    new = {"supervised_by_id": each_staffed.ids["other_department"], "affiliation": "provincial"}
    content = {**values, **new}
    change = Change(ChangeKind.EDIT_ORGANISATION, "职责调整", content, organisation_id=mine)
    agree(each_staffed, ask(each_staffed, change))
    with reading(each_staffed.engine) as session:
        entry = list_entries(session, EntryFilter(kind=EntryKind.CONFIRMED), 1, 0).rows[0]
    assert entry.before["supervised_by_id"] == each_staffed.ids["department"]
    assert entry.before["affiliation"] is None
    assert {name: entry.after[name] for name in new} == new
    assert problems(each_staffed, change) == {"reason": "nothing_changed"}


def test_an_organisation_is_not_its_own_ancestor(staffed: World) -> None:
    content = {
        "name": "示例集团",
        "sector": "coal_mine",
        "parent_id": staffed.ids["mine"],
    }
    change = Change(
        ChangeKind.EDIT_ORGANISATION, "重组", content, organisation_id=staffed.ids["group"]
    )
    assert problems(staffed, change) == {"parent_id": "own_descendant"}


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"username": "case_officer"}, "username", "username_taken"),
        ({"username": "ＣＡＳＥ_Officer "}, "username", "username_taken"),
        ({"username": "ab"}, "username", "username_length"),
        ({"username": "张三三"}, "username", "username_characters"),
        ({"name": ""}, "name", "required"),
        ({"role": "enterprise_principal"}, "role", "role_unfit"),
        ({"role": "king"}, "role", "choose"),
        ({"title": ""}, "title", "required"),
        ({"valid_from": None}, "valid_from", "required"),
        ({"valid_to": "2026-01-01"}, "valid_to", "before_beginning"),
        ({"sectors": ["coal_mine"]}, "sectors", "leaders_only"),
    ],
)
def test_wrong_details_of_a_person_are_named(
    staffed: World, changes: dict[str, Any], field: str, code: str
) -> None:
    assert problems(staffed, person(staffed, **changes))[field] == code


def test_a_leader_names_his_sectors(staffed: World) -> None:
    change = post(staffed, "leader", Role.LEADER_IN_CHARGE, "county")
    assert problems(staffed, change) == {"sectors": "choose"}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("case_officer", Role.SYSTEM_ADMIN),
        ("security_admin", Role.AUDIT_ADMIN),
        ("audit_admin", Role.COMMITTEE_OFFICER),
    ],
)
def test_the_three_are_kept_apart(staffed: World, name: str, role: Role) -> None:
    assert problems(staffed, post(staffed, name, role, "office")) == {"role": "three_apart"}


def test_a_post_is_not_given_twice(staffed: World) -> None:
    change = post(staffed, "case_officer", Role.CASE_OFFICER, "department")
    assert problems(staffed, change) == {"role": "post_held"}


def test_a_post_ends_after_its_last_day(staffed: World) -> None:
    agree(staffed, ask(staffed, ending(staffed, "case_officer", staffed.now.date())))
    assert holds(staffed, "case_officer") == {Role.CASE_OFFICER}
    staffed.later(days=1)
    assert holds(staffed, "case_officer") == set()


def test_a_post_ends_at_once_as_of_yesterday_and_no_further_back(staffed: World) -> None:
    today = staffed.now.date()
    assert problems(staffed, ending(staffed, "case_officer", today - timedelta(days=2))) == {
        "valid_to": "day_passed"
    }
    agree(staffed, ask(staffed, ending(staffed, "case_officer", today - timedelta(days=1))))
    assert holds(staffed, "case_officer") == set()


def test_somebody_elses_post_is_not_ended_under_a_wrong_name(staffed: World) -> None:
    change = ending(staffed, "case_officer", staffed.now.date())
    wrong = replace(change, person_id=staffed.person_ids["leader"])
    assert problems(staffed, wrong) == {"reason": "gone"}


@pytest.mark.parametrize("name", ["security_admin", "audit_admin"])
def test_the_office_is_never_left_without_one_of_its_three(each_staffed: World, name: str) -> None:
    today = each_staffed.now.date()
    last = {"reason": "last_administrator"}
    assert problems(each_staffed, ending(each_staffed, name, today)) == last
    assert problems(each_staffed, account(each_staffed, name, ChangeKind.DISABLE_ACCOUNT)) == last
    office = each_staffed.ids["office"]
    successor = replace(person(each_staffed, role=name), organisation_id=office)
    agree(each_staffed, ask(each_staffed, successor))
    # The successor counts once the password is set.
    assert problems(each_staffed, ending(each_staffed, name, today)) == last
    with transaction(each_staffed.engine) as session:
        session.execute(
            sa.update(Account).where(Account.username == "new.person").values(password_hash="set")
        )
    ask(each_staffed, ending(each_staffed, name, today))


def test_a_disabled_account_is_signed_out_and_its_links_are_void(each_staffed: World) -> None:
    token = signed_in(each_staffed, "case_officer")
    agree(
        each_staffed,
        ask(each_staffed, account(each_staffed, "case_officer", ChangeKind.ISSUE_LINK)),
    )
    with transaction(each_staffed.engine) as session:
        frame = each_staffed.frame(session, "system_admin")
        code = make_confirmed_link(frame, each_staffed.person_ids["case_officer"]).code
    agree(
        each_staffed,
        ask(each_staffed, account(each_staffed, "case_officer", ChangeKind.DISABLE_ACCOUNT)),
    )
    with reading(each_staffed.engine) as session:
        assert session.scalars(sa.select(LoginSession.ended_at)).one() is not None
        assert find_session(session, token, each_staffed.now) is None
        with pytest.raises(LinkOverError):
            find_link(session, code, each_staffed.now)
    again = account(each_staffed, "case_officer", ChangeKind.DISABLE_ACCOUNT)
    assert problems(each_staffed, again) == {"reason": "already_disabled"}
    agree(
        each_staffed,
        ask(each_staffed, account(each_staffed, "case_officer", ChangeKind.ENABLE_ACCOUNT)),
    )
    with reading(each_staffed.engine) as session:
        assert find_session(session, token, each_staffed.now) is None


def test_a_link_is_made_once_for_each_confirmation_and_within_three_days(
    each_staffed: World,
) -> None:
    officer = each_staffed.person_ids["case_officer"]
    with pytest.raises(NoLinkAllowedError), transaction(each_staffed.engine) as session:
        make_confirmed_link(each_staffed.frame(session, "system_admin"), officer)
    proposal_id = ask(each_staffed, account(each_staffed, "case_officer", ChangeKind.ISSUE_LINK))
    with pytest.raises(NoLinkAllowedError), transaction(each_staffed.engine) as session:
        make_confirmed_link(each_staffed.frame(session, "system_admin"), officer)
    agree(each_staffed, proposal_id)
    with pytest.raises(AdministrationRefusedError), transaction(each_staffed.engine) as session:
        make_confirmed_link(each_staffed.frame(session, "security_admin"), officer)
    with transaction(each_staffed.engine) as session:
        link = make_confirmed_link(each_staffed.frame(session, "system_admin"), officer)
    with pytest.raises(NoLinkAllowedError), transaction(each_staffed.engine) as session:
        make_confirmed_link(each_staffed.frame(session, "system_admin"), officer)
    agree(
        each_staffed,
        ask(each_staffed, account(each_staffed, "case_officer", ChangeKind.ISSUE_LINK)),
    )
    each_staffed.later(hours=73)
    with pytest.raises(NoLinkAllowedError), transaction(each_staffed.engine) as session:
        make_confirmed_link(each_staffed.frame(session, "system_admin"), officer)
    assert len(link.code) == 32


def test_a_new_person_signs_in_after_setting_the_password_by_the_link(each_staffed: World) -> None:
    agree(each_staffed, ask(each_staffed, person(each_staffed, username="New.Person")))
    with transaction(each_staffed.engine) as session:
        person_id = session.scalars(
            sa.select(Account.person_id).where(Account.username == "new.person")
        ).one()
        link = make_confirmed_link(each_staffed.frame(session, "system_admin"), person_id)
    assert link.expires_at == each_staffed.now + timedelta(hours=72)
    with transaction(each_staffed.engine) as session:
        set_password_by_link(session, link.code, "a new hash", "10.0.0.1", each_staffed.now)
    with reading(each_staffed.engine) as session:
        kept = session.scalars(sa.select(Account).where(Account.username == "new.person")).one()
        assert kept.password_hash == "a new hash"
        entry = list_entries(session, EntryFilter(kind=EntryKind.LINK_USED), 1, 0).rows[0]
        assert (entry.actor, entry.subject) == ("新人", "新人")
        texts = [str(row.__dict__) for row in session.scalars(sa.select(AdministrationEntry))]
        texts += [str(row.body) for row in session.scalars(sa.select(AuditEntry))]
    assert not any(link.code in text for text in texts)


def test_the_log_is_chained_with_the_acts_and_every_change_of_it_is_found(
    each_staffed: World,
) -> None:
    each_staffed.file_report()
    agree(each_staffed, ask(each_staffed, organisation()))
    each_staffed.register()
    agree(each_staffed, ask(each_staffed, person(each_staffed)))
    with transaction(each_staffed.engine) as session:
        assert audit.first_broken_link(session) is None
        assert first_changed_entry(session) is None
        own = session.scalars(
            sa.select(AuditEntry.case_sequence)
            .where(AuditEntry.case_id.is_(None))
            .order_by(AuditEntry.sequence)
        ).all()
        assert own == [1, 2, 3, 4]
        entries = session.scalars(
            sa.select(AdministrationEntry).order_by(AdministrationEntry.id)
        ).all()
        for entry in entries:
            for name, value in (
                ("reason", "改过的"),
                ("after", {"name": "改过的"}),
                ("person_id", each_staffed.person_ids["leader"]),
                ("kind", "refused"),
                ("subject_id", each_staffed.person_ids["leader"]),
            ):
                before = getattr(entry, name)
                setattr(entry, name, value)
                session.flush()
                assert first_changed_entry(session) == entry.id
                setattr(entry, name, before)
                session.flush()
        session.delete(entries[-1])
        session.flush()
        assert first_changed_entry(session) == entries[-1].id
        session.rollback()


def test_the_log_is_filtered_by_kind_change_and_person(each_staffed: World) -> None:
    agree(each_staffed, ask(each_staffed, organisation()))
    ask(each_staffed, post(each_staffed, "case_officer", Role.EXPERT, "department"))

    def count(wanted: EntryFilter) -> int:
        with reading(each_staffed.engine) as session:
            return list_entries(session, wanted, 10, 0).total

    assert count(EntryFilter()) == 3
    assert count(EntryFilter(kind=EntryKind.PROPOSED)) == 2
    assert count(EntryFilter(change=ChangeKind.GIVE_POST)) == 1
    assert count(EntryFilter(person="security")) == 1
    assert count(EntryFilter(person="case_officer")) == 1
    assert count(EntryFilter(person="nobody")) == 0


# ------------------------------------------------------------------ a lost device


def test_a_lost_device_is_forgotten_by_two_persons(each_staffed: World) -> None:
    world, officer = each_staffed, each_staffed.person_ids["case_officer"]
    change = account(world, "case_officer", ChangeKind.RESET_SECOND_FACTOR)
    assert problems(world, change) == {"reason": "no_device"}
    with transaction(world.engine) as session:
        enrol(session, world.office.keys, officer, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", world.now)
    proposal_id = ask(world, change)
    with reading(world.engine) as session:
        assert find_device(session, officer) is not None
    with pytest.raises(AdministrationRefusedError):
        agree(world, proposal_id, "system_admin")
    agree(world, proposal_id)
    with reading(world.engine) as session:
        assert find_device(session, officer) is None
        entry = session.scalars(
            sa.select(AdministrationEntry).order_by(AdministrationEntry.id.desc()).limit(1)
        ).one()
        assert (entry.before, entry.after) == ({"device": True}, {"device": False})
        assert first_changed_entry(session) is None
    assert problems(world, change) == {"reason": "no_device"}


def test_the_operator_forgets_a_lost_device_on_record(staffed: World) -> None:
    officer = staffed.person_ids["case_officer"]
    for username in ("nobody", "case_officer"):
        with pytest.raises(NoDeviceError), transaction(staffed.engine) as session:
            reset_as_operator(session, username, staffed.now)
    with transaction(staffed.engine) as session:
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        enrol(session, staffed.office.keys, officer, secret, staffed.now)
        reset_as_operator(session, "Case_Officer", staffed.now)
    with reading(staffed.engine) as session:
        assert find_device(session, officer) is None
        entry = session.scalars(sa.select(AdministrationEntry)).one()
        found = (entry.kind, entry.person_id, entry.subject_id)
        assert found == (EntryKind.DEVICE_RESET, None, officer)
