"""The demonstration jurisdiction: everybody whom a case needs is there, and nobody real."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from services.demonstration.organisations import (
    FOLDER,
    DemonstrationOrganisation,
    load,
    read_demonstration,
)
from services.reference.divisions import divisions_below
from services.reference.errors import ReferenceDataError
from services.reference.sectors import sectors
from workflows.credit_code import is_valid_credit_code
from workflows.vocabulary import OrganisationKind, Role

DEMONSTRATION = load()
ORGANISATIONS = DEMONSTRATION.organisations


def operating_enterprises() -> list[DemonstrationOrganisation]:
    parents = {item.parent for item in ORGANISATIONS.values()}
    return [
        item
        for item in ORGANISATIONS.values()
        if item.kind is OrganisationKind.ENTERPRISE and item.key not in parents
    ]


def roles_at(organisation: str) -> Counter[Role]:
    return Counter(
        post.role
        for person in DEMONSTRATION.persons
        for post in person.posts
        if post.organisation == organisation
    )


def test_twenty_enterprises_in_eight_sectors_some_with_a_parent() -> None:
    enterprises = operating_enterprises()
    assert len(enterprises) == 20
    assert len({item.sector for item in enterprises}) == 8
    assert sum(item.parent is not None for item in enterprises) == 7


def test_every_enterprise_is_an_example_with_a_valid_credit_code_of_its_own() -> None:
    enterprises = [
        item for item in ORGANISATIONS.values() if item.kind is OrganisationKind.ENTERPRISE
    ]
    codes = [item.credit_code or "" for item in enterprises]
    assert all(is_valid_credit_code(code) for code in codes)
    assert len(set(codes)) == len(codes)
    assert all("示例" in item.name for item in enterprises)


def test_every_enterprise_has_its_people_and_someone_to_endorse() -> None:
    for enterprise in operating_enterprises():
        roles = roles_at(enterprise.key)
        assert roles[Role.ENTERPRISE_SAFETY_OFFICER] == 1
        assert roles[Role.ENTERPRISE_PRINCIPAL] == 1
        if enterprise.parent is None:
            assert roles[Role.ACTUAL_CONTROLLER] == 1
        else:
            assert roles_at(enterprise.parent)[Role.PARENT_COMPANY_HEAD] == 1


def test_every_enterprise_has_a_staffed_department_that_answers_for_its_sector() -> None:
    for enterprise in operating_enterprises():
        assert enterprise.sector is not None
        department = DEMONSTRATION.department_for(enterprise.sector)
        assert department is not None
        assert enterprise.supervised_by == department.key
        roles = roles_at(department.key)
        assert roles[Role.CASE_OFFICER] >= 1
        assert roles[Role.ACCEPTANCE_REVIEWER] == 2
        assert roles[Role.DEPARTMENT_HEAD] == 1


def test_every_division_has_a_government_and_a_discipline_organ() -> None:
    for division in divisions_below("140600"):
        government = DEMONSTRATION.government_of(division.code)
        assert roles_at(government.key) == {
            Role.GOVERNMENT_OFFICER: 1,
            Role.GOVERNMENT_PRINCIPAL: 1,
        }
        organs = [
            item
            for item in ORGANISATIONS.values()
            if item.kind is OrganisationKind.DISCIPLINE_ORGAN
            and item.division_code == division.code
        ]
        assert len(organs) == 1


def test_only_the_city_discipline_organ_has_a_receiver() -> None:
    receivers = [
        post.organisation
        for person in DEMONSTRATION.persons
        for post in person.posts
        if post.role is Role.DISCIPLINE_RECEIVER
    ]
    assert receivers == ["discipline_city"]


def test_committee_and_its_office_are_staffed() -> None:
    assert roles_at("committee_office") == {
        Role.COMMITTEE_OFFICER: 1,
        Role.COMMITTEE_OFFICE_HEAD: 1,
        Role.INFORMANT_CUSTODIAN: 1,
        Role.SECRECY_REVIEWER: 1,
        Role.SYSTEM_ADMIN: 1,
        Role.SECURITY_ADMIN: 1,
        Role.AUDIT_ADMIN: 1,
    }
    assert roles_at("safety_committee") == {Role.AUTHORISED_SIGNATORY: 1, Role.LEADER_IN_CHARGE: 2}


def test_every_sector_has_exactly_one_leader_in_charge() -> None:
    led = [
        sector
        for person in DEMONSTRATION.persons
        for post in person.posts
        # A group that lists its own hazards has a leader of its own.
        if post.role is Role.LEADER_IN_CHARGE and post.organisation == "safety_committee"
        for sector in post.sectors
    ]
    assert sorted(led) == sorted(sectors())


def test_no_sector_has_two_departments() -> None:
    answered = Counter(sector for item in ORGANISATIONS.values() for sector in item.sectors)
    assert set(answered.values()) == {1}


def test_departments_taken_over_from_elsewhere_are_marked_inferred_with_their_source() -> None:
    departments = [
        item for item in ORGANISATIONS.values() if item.kind is OrganisationKind.DEPARTMENT
    ]
    assert departments
    assert all(item.inferred and item.source for item in departments)


def test_usernames_and_names_are_unique() -> None:
    persons = DEMONSTRATION.persons
    assert len({person.username for person in persons}) == len(persons)
    assert len({person.name for person in persons}) == len(persons)
    assert len({item.name for item in ORGANISATIONS.values()}) == len(ORGANISATIONS)


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("organisations.toml", 'key = "coal_2"', 'key = "coal_1"', "this key stands twice"),
        ("organisations.toml", '"140623"', '"149999"', "no such division"),
        ("organisations.toml", 'credit_code = "9114', 'credit_code = "9124', "not a valid credit"),
        ("organisations.toml", 'parent = "group_coal"', 'parent = "none"', "does not stand above"),
        ("organisations.toml", 'sector = "fire"', 'sector = "water"', "no such sector: water"),
        ("organisations.toml", '"urban_gas"', '"water"', "no such sector: water"),
        ("organisations.toml", 'kind = "department"', 'kind = "office"', "must be one of"),
        ("persons.toml", '"office.head"', '"committee"', "this username stands twice"),
        ("persons.toml", '"office.head"', '"Office Head"', "lower-case ASCII"),
        (
            "persons.toml",
            'organisation = "coal_1"',
            'organisation = "coal_9"',
            "persons safety.coal1, posts coal_9: no such organisation",
        ),
        ("persons.toml", 'role = "case_officer"', 'role = "boss"', "must be one of"),
        ("persons.toml", "[[persons.posts]]", "[[persons.post]]", "without a post"),
        ("persons.toml", 'title = "矿长"', 'title = ""', "`title` is empty"),
    ],
)
def test_broken_demonstration_is_refused_with_the_place(
    tmp_path: Path, file: str, old: str, new: str, fault: str
) -> None:
    folder = tmp_path / "demonstration"
    folder.mkdir()
    for name in ("organisations.toml", "persons.toml"):
        shutil.copy(FOLDER / name, folder / name)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=fault):
        read_demonstration(folder)
