"""Registration of enterprises: who gets it, what confirming brings, what nobody learns from it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services import accounts
from services.audit import first_broken_link
from services.database import reading, transaction
from services.errors import InvalidCommandError, RecordNotFoundError
from services.models.account import Account
from services.models.administration import (
    AdministrationEntry,
    EnterpriseRegistration,
    OrganisationSector,
)
from services.models.organisation import Organisation, Post
from services.public_requests import MOST_IN_WINDOW
from services.registration import (
    Confirmation,
    Registration,
    RegistrationDecidedError,
    confirm_registration,
    make_registered_links,
    refuse_registration,
    register_enterprise,
)
from services.settings import Settings
from tests.builders import CITY, COUNTY, MINE_CODE, SECTOR, World
from web.app import create_app
from workflows.administration import RegistrationState
from workflows.credit_code import check_character
from workflows.vocabulary import Role

BODY = "91140602MA000008X"
CODE = BODY + check_character(BODY)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
NUMBER = re.compile(r"\d{8}-\d{8}")
HASH = accounts.hash_password("整改到位 and then some")
TITLES = {Role.ENTERPRISE_PRINCIPAL: "主要负责人", Role.ENTERPRISE_SAFETY_OFFICER: "安全员"}
SENT = Registration(
    nonce="0" * 32,
    name="示例新建煤业",
    credit_code=CODE,
    division_code=COUNTY,
    address="示例路 1 号",
    sector=SECTOR,
    contact_person="联系人甲",
    phone="0349-1234567",
    principal_name="负责人乙",
    principal_username="New.Principal",
    officer_name="安全员丙",
    officer_username="new.officer",
)
CONFIRMED = Confirmation(
    titles=TITLES, principal_username="new.principal", officer_username="new.officer"
)


def with_sectors(world: World) -> World:
    """The department answers for the sector."""
    with transaction(world.engine) as session:
        session.add(OrganisationSector(organisation_id=world.ids["department"], sector=SECTOR))
    return world


@pytest.fixture
def office(world: World) -> World:
    return with_sectors(world)


@pytest.fixture
def each_office(each_world: World) -> World:
    return with_sectors(each_world)


def register(world: World, **changes: Any) -> int:
    values = {"nonce": f"{len(all_rows(world)):032x}", **changes}
    with transaction(world.engine) as session:
        number = register_enterprise(session, replace(SENT, **values), CITY, "10.0.0.1", world.now)
        return session.scalars(
            sa.select(EnterpriseRegistration.id).filter_by(receipt_number=number)
        ).one()


def all_rows(world: World) -> list[EnterpriseRegistration]:
    with reading(world.engine) as session:
        return list(session.scalars(sa.select(EnterpriseRegistration)))


def routed(world: World, registration_id: int) -> str:
    with reading(world.engine) as session:
        row = session.get_one(EnterpriseRegistration, registration_id)
        return next(key for key, number in world.ids.items() if number == row.routed_to_id)


def confirm(world: World, registration_id: int, name: str = "case_officer", **changes: Any) -> None:
    with transaction(world.engine) as session:
        frame = world.frame(session, name)
        confirm_registration(frame, registration_id, replace(CONFIRMED, **changes))


def refused(world: World, registration_id: int, **changes: Any) -> Mapping[str, str]:
    with pytest.raises(InvalidCommandError) as refusal:
        confirm(world, registration_id, **changes)
    return refusal.value.fields


def enterprise(world: World, code: str = CODE) -> Organisation:
    with reading(world.engine) as session:
        return session.scalars(sa.select(Organisation).filter_by(credit_code=code)).one()


def test_it_goes_to_the_department_of_the_sector(office: World) -> None:
    assert routed(office, register(office)) == "department"


def test_the_nearer_department_comes_before_that_of_the_city(office: World) -> None:
    with transaction(office.engine) as session:
        near = session.get_one(Organisation, office.ids["other_department"])
        near.division_code = COUNTY
        session.add(OrganisationSector(organisation_id=near.id, sector=SECTOR))
    assert routed(office, register(office)) == "other_department"


def test_without_a_department_it_goes_to_the_committee_office(office: World) -> None:
    assert routed(office, register(office, sector="chemical")) == "office"


def test_an_enterprise_that_is_known_stays_with_its_department(office: World) -> None:
    sent = register(office, credit_code=MINE_CODE, sector="chemical")
    assert routed(office, sent) == "department"


def test_confirming_brings_enterprise_persons_posts_and_a_record(each_office: World) -> None:
    confirm(each_office, register(each_office))
    found = enterprise(each_office)
    assert (found.name, found.sector, found.division_code) == ("示例新建煤业", SECTOR, COUNTY)
    assert found.supervised_by_id == each_office.ids["department"]
    with reading(each_office.engine) as session:
        posts = session.scalars(sa.select(Post).filter_by(organisation_id=found.id)).all()
        assert {(post.person.name, post.role) for post in posts} == {
            ("负责人乙", Role.ENTERPRISE_PRINCIPAL),
            ("安全员丙", Role.ENTERPRISE_SAFETY_OFFICER),
        }
        entry = session.scalars(sa.select(AdministrationEntry)).one()
        assert entry.kind == "registration_confirmed"
        assert entry.person_id == each_office.person_ids["case_officer"]
        assert entry.after["principal"] == "负责人乙 new.principal"
        assert first_broken_link(session) is None


def test_a_known_enterprise_is_attached_to_and_not_made_twice(office: World) -> None:
    confirm(office, register(office, credit_code=MINE_CODE, name="另一名称"))
    found = enterprise(office, MINE_CODE)
    assert found.id == office.ids["mine"]
    assert found.name == "示例煤业"
    with reading(office.engine) as session:
        held = session.scalars(sa.select(Post).filter_by(organisation_id=found.id)).all()
        assert len(held) == 4


def test_an_enterprise_of_another_department_is_not_attached_to(office: World) -> None:
    sent = register(office)
    with transaction(office.engine) as session:
        rival = session.get_one(Organisation, office.ids["rival"])
        rival.credit_code = CODE
    assert refused(office, sent) == {"reason": "supervised_elsewhere"}


def test_an_organ_is_no_enterprise(office: World) -> None:
    sent = register(office)
    with transaction(office.engine) as session:
        session.get_one(Organisation, office.ids["county"]).credit_code = CODE
    assert refused(office, sent) == {"reason": "code_of_an_organ"}


def test_the_committee_office_names_the_department(office: World) -> None:
    sent = register(office, sector="chemical")
    clerk = {"name": "committee_officer"}
    assert refused(office, sent, **clerk) == {"supervised_by_id": "choose"}
    wrong = office.ids["county"]
    assert refused(office, sent, **clerk, supervised_by_id=wrong) == {"supervised_by_id": "choose"}
    confirm(office, sent, **clerk, supervised_by_id=office.ids["other_department"])
    assert enterprise(office).supervised_by_id == office.ids["other_department"]


def test_a_department_confirms_for_itself_only(office: World) -> None:
    confirm(office, register(office), supervised_by_id=office.ids["other_department"])
    assert enterprise(office).supervised_by_id == office.ids["department"]


@pytest.mark.parametrize(
    "name", ["other_officer", "department_head", "committee_officer", "system_admin", "principal"]
)
def test_others_do_not_know_of_it(office: World, name: str) -> None:
    sent = register(office)
    with pytest.raises(RecordNotFoundError):
        confirm(office, sent, name)
    with pytest.raises(RecordNotFoundError), transaction(office.engine) as session:
        make_registered_links(office.frame(session, name), sent)


def test_a_user_name_that_is_taken_is_changed_by_the_officer(office: World) -> None:
    with transaction(office.engine) as session:
        accounts.create_account(session, office.person_ids["leader"], "new.officer")
    sent = register(office)
    assert refused(office, sent) == {"officer_username": "username_taken"}
    same = {"officer_username": "NEW.principal"}
    assert refused(office, sent, **same) == {"officer_username": "usernames_equal"}
    confirm(office, sent, officer_username="new.officer2")


def test_it_is_decided_once(office: World) -> None:
    sent = register(office)
    with pytest.raises(InvalidCommandError), transaction(office.engine) as session:
        refuse_registration(office.frame(session, "case_officer"), sent, "")
    with transaction(office.engine) as session:
        refuse_registration(office.frame(session, "case_officer"), sent, "材料不符")
    with pytest.raises(RegistrationDecidedError):
        confirm(office, sent)
    row = all_rows(office)[0]
    assert (row.state, row.reason) == (RegistrationState.REFUSED, "材料不符")


def test_of_two_officers_at_once_one_is_told(each_office: World) -> None:
    sent = register(each_office)
    start, told = Barrier(2), list[str]()

    def try_it(name: str) -> None:
        start.wait()
        try:
            confirm(each_office, sent, name)
            told.append("confirmed")
        except RegistrationDecidedError as error:
            told.append(error.code)

    threads = [Thread(target=try_it, args=(name,)) for name in ("case_officer", "second_officer")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["confirmed", "registration_decided"]
    assert enterprise(each_office).name == "示例新建煤业"


def test_the_same_form_twice_is_one_registration(each_office: World) -> None:
    register(each_office, nonce="a" * 32)
    register(each_office, nonce="a" * 32)
    assert len(all_rows(each_office)) == 1


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"credit_code": CODE[:-1]}, "credit_code", "check_digit"),
        ({"name": ""}, "name", "required"),
        ({"sector": "magic"}, "sector", "choose"),
        ({"division_code": "1"}, "division_code", "choose"),
        ({"principal_username": "王"}, "principal_username", "username_length"),
        ({"officer_username": "new.principal"}, "officer_username", "usernames_equal"),
    ],
)
def test_what_is_wrong_is_named(
    office: World, changes: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(InvalidCommandError) as refusal:
        register(office, **changes)
    assert refusal.value.fields[field] == code


# Pages


@pytest.fixture
def app(office: World, tmp_path: Path) -> Flask:
    url = office.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    with transaction(office.engine) as session:
        for name in ("case_officer", "other_officer", "committee_officer", "system_admin"):
            accounts.create_account(session, office.person_ids[name], name, HASH)
    return create_app(settings, office=office.office, now=lambda: office.now)


@pytest.fixture
def browse(app: Flask, office: World) -> Callable[[str], FlaskClient]:
    def sign_in(name: str) -> FlaskClient:
        client = app.test_client()
        with transaction(office.engine) as session:
            attempt = accounts.Attempt(None, office.person_ids[name], None)
            token = accounts.open_session(session, attempt, office.now)
        client.set_cookie("guapai_session", token)
        return client

    return sign_in


FORM = {name: value for name, value in SENT.__dict__.items() if name != "nonce"}


def send(client: FlaskClient, address: str, shown: str = "", /, **data: str) -> TestResponse:
    page = client.get(shown or address).text
    token = TOKEN.search(page)
    assert token is not None
    nonce = re.search(r'name="nonce"[^>]*value="([0-9a-f]{32})"', page)
    more = {"nonce": nonce[1]} if nonce else {}
    return client.post(address, data={**more, **data, "csrf_token": token[1]})


def test_the_answer_is_the_same_for_a_new_and_a_known_enterprise(app: Flask) -> None:
    pages = []
    for changes in ({}, {"credit_code": MINE_CODE}, {"principal_username": "case_officer"}, {}):
        client = app.test_client()
        answer = send(client, "/registration", **{**FORM, **changes})
        assert answer.status_code == 303
        assert answer.location == "/registration/receipt"
        receipt = client.get(answer.location).text
        assert NUMBER.search(receipt)
        pages.append(NUMBER.sub("", TOKEN.sub("", receipt)))
    assert len(set(pages)) == 1
    assert "示例" not in pages[0]


def test_a_stranger_sees_no_receipt_and_no_registration(app: Flask) -> None:
    client = app.test_client()
    send(client, "/registration", **FORM)
    stranger = app.test_client()
    assert stranger.get("/registration/receipt").location == "/registration"
    assert stranger.get("/registrations").status_code == 302
    assert "新建煤业" not in stranger.get("/registration").text


def test_a_wrong_form_keeps_what_was_typed(app: Flask, office: World) -> None:
    wrong = {**FORM, "credit_code": "12345", "phone": "没有"}
    answer = send(app.test_client(), "/registration", **wrong)
    assert answer.status_code == 422
    assert "应为电话号码" in answer.text
    answer = send(app.test_client(), "/registration", **{**FORM, "credit_code": "12345"})
    assert answer.status_code == 422
    for text in ("示例新建煤业", "12345", "校验位不对", "0349-1234567", "New.Principal"):
        assert text in answer.text
    assert all_rows(office) == []


def test_the_eleventh_from_one_network_is_refused_with_what_was_typed(
    app: Flask, office: World
) -> None:
    client = app.test_client()
    for _ in range(MOST_IN_WINDOW):
        assert send(client, "/registration", **FORM).status_code == 303
    answer = send(client, "/registration", **FORM)
    assert answer.status_code == 429
    assert "示例新建煤业" in answer.text
    assert len(all_rows(office)) == MOST_IN_WINDOW


def test_the_officer_confirms_and_hands_over_the_links(
    app: Flask, office: World, browse: Callable[[str], FlaskClient]
) -> None:
    send(app.test_client(), "/registration", **FORM)
    send(app.test_client(), "/registration", **{**FORM, "name": "同码的另一家"})
    first = min(row.id for row in all_rows(office))
    officer = browse("case_officer")
    assert "示例新建煤业" in officer.get("/registrations").text
    page = f"/registrations/{first}"
    shown = officer.get(page).text
    assert "同码的另一家" in shown
    assert "New.Principal" in shown
    data = {"principal_username": "new.principal", "officer_username": "new.officer"}
    none = send(officer, f"{page}/decision", page, **data, decision="refuse")
    assert none.status_code == 422
    answer = send(officer, f"{page}/decision", page, **data, decision="confirm")
    assert answer.location == page
    assert "企业注册已通过" in officer.get(page).text
    made = send(officer, f"{page}/links", page)
    codes = re.findall(r"/set-password#([a-z2-7]{32})", made.text)
    assert len(set(codes)) == 2
    again = send(officer, f"{page}/links", page)
    assert not set(codes) & set(re.findall(r"#([a-z2-7]{32})", again.text))
    with transaction(office.engine) as session:
        session.execute(
            sa.update(Account).where(Account.username.like("new.%")).values(password_hash="set")
        )
    token = TOKEN.search(officer.get(page).text)
    assert token is not None
    late = officer.post(f"{page}/links", data={"csrf_token": token[1]})
    assert late.status_code == 409
    second = f"/registrations/{first + 1}"
    assert "两名人员加入该企业" in officer.get(second).text


def test_other_offices_and_administrators_do_not_find_it(
    app: Flask, office: World, browse: Callable[[str], FlaskClient]
) -> None:
    send(app.test_client(), "/registration", **FORM)
    page = f"/registrations/{all_rows(office)[0].id}"
    for name in ("other_officer", "committee_officer"):
        client = browse(name)
        assert client.get(page).status_code == 404
        assert "示例新建煤业" not in client.get("/registrations").text
    assert browse("system_admin").get(page).status_code == 403


def test_the_sign_in_page_leads_to_both_public_forms(app: Flask) -> None:
    page = app.test_client().get("/sign-in").text
    assert 'href="/registration"' in page
    assert 'href="/forgotten-password"' in page
