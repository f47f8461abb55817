"""Posts by kind of organisation, the three administrators apart, the second person another one."""

from datetime import date
from itertools import combinations, product

import pytest

from services.demonstration.organisations import load
from tests.builders import ORGANISATIONS, PEOPLE
from workflows.administration import (
    ADMINISTRATORS,
    ROLES_OF_KIND,
    Span,
    fits,
    keeps_administrators_apart,
    may_confirm,
    overlap,
)
from workflows.permissions import PERMISSIONS
from workflows.vocabulary import OPERATING, OrganisationKind, Role

BUSINESS = sorted(set(Role) - ADMINISTRATORS)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def open_span(role: Role) -> Span:
    return Span(role, date(2026, 1, 1), None)


def test_every_kind_of_organisation_has_its_posts() -> None:
    assert set(ROLES_OF_KIND) == set(OrganisationKind)


def test_every_role_fits_some_kind() -> None:
    assert set().union(*ROLES_OF_KIND.values()) == set(Role)


def test_no_enterprise_judges_and_no_organ_reports() -> None:
    judging = {Role.CASE_OFFICER, Role.DEPARTMENT_HEAD, Role.ACCEPTANCE_REVIEWER, *ADMINISTRATORS}
    reporting = {Role.ENTERPRISE_SAFETY_OFFICER, Role.ENTERPRISE_PRINCIPAL}
    for kind, roles in ROLES_OF_KIND.items():
        assert not roles & (judging if kind in OPERATING else reporting), kind


def test_whoever_may_act_on_cases_can_hold_the_post_somewhere() -> None:
    for row in PERMISSIONS:
        assert any(fits(row.role, kind) for kind in OrganisationKind), row.role


def test_the_posts_of_the_demonstration_and_of_the_tests_fit() -> None:
    demonstration = load()
    for person in demonstration.persons:
        for post in person.posts:
            kind = demonstration.organisations[post.organisation].kind
            assert fits(post.role, kind), (person.username, post.role)
    for organisation, role in PEOPLE.values():
        assert fits(role, ORGANISATIONS[organisation][0])


def test_administrators_see_no_case() -> None:
    assert not ADMINISTRATORS & {row.role for row in PERMISSIONS}


@pytest.mark.parametrize(("held", "new"), list(combinations(sorted(ADMINISTRATORS), 2)))
def test_the_three_are_three_persons(held: Role, new: Role) -> None:
    assert not keeps_administrators_apart([open_span(held)], open_span(new))
    assert not keeps_administrators_apart([open_span(new)], open_span(held))


@pytest.mark.parametrize(("one", "other"), list(product(sorted(ADMINISTRATORS), BUSINESS)))
def test_an_administrator_holds_no_business_post(one: Role, other: Role) -> None:
    assert not keeps_administrators_apart([open_span(one)], open_span(other))
    assert not keeps_administrators_apart([open_span(other)], open_span(one))


def test_business_posts_may_be_held_together() -> None:
    held = [open_span(Role.CASE_OFFICER)]
    assert keeps_administrators_apart(held, open_span(Role.ACCEPTANCE_REVIEWER))


def test_one_after_the_other_is_no_conflict_but_one_day_together_is() -> None:
    before = Span(Role.CASE_OFFICER, *YEAR)
    after = Span(Role.SYSTEM_ADMIN, date(2027, 1, 1), None)
    same_day = Span(Role.SYSTEM_ADMIN, date(2026, 12, 31), None)
    assert keeps_administrators_apart([before], after)
    assert not keeps_administrators_apart([before], same_day)


@pytest.mark.parametrize(
    ("first", "last", "meets"),
    [
        (date(2025, 1, 1), date(2025, 12, 31), False),
        (date(2025, 1, 1), date(2026, 1, 1), True),
        (date(2026, 5, 1), None, True),
        (date(2026, 12, 31), None, True),
        (date(2027, 1, 1), None, False),
        (date(2025, 1, 1), None, True),
    ],
)
def test_spans_meet_when_one_day_belongs_to_both(
    first: date, last: date | None, meets: bool
) -> None:
    span, year = Span(Role.EXPERT, first, last), Span(Role.EXPERT, *YEAR)
    assert overlap(span, year) is overlap(year, span) is meets


def test_the_second_person_is_neither_proposer_nor_concerned() -> None:
    assert may_confirm(3, proposer_id=1, subject_id=2)
    assert may_confirm(3, proposer_id=1, subject_id=None)
    assert not may_confirm(1, proposer_id=1, subject_id=2)
    assert not may_confirm(2, proposer_id=1, subject_id=2)
