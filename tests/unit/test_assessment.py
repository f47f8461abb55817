"""Points, totals, grades and places: whole hundredths, the same from the same facts."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from services.reference.assessment import (
    INDICATORS,
    AssessmentRules,
    load_assessment,
    read_assessment,
)
from services.reference.errors import ReferenceDataError
from services.reference.profile import FOLDER, load_profile, profile_names
from workflows.assessment import (
    AssessmentHead,
    Counted,
    Grade,
    Measure,
    Total,
    Weighed,
    add_up,
    divide,
    grade_of,
    mean,
    rank,
    score,
)
from workflows.assessment_round import takes_part
from workflows.vocabulary import OrganisationKind, Role

BOUNDS = {Grade.EXCELLENT: 90, Grade.GOOD: 80, Grade.QUALIFIED: 60}
SHARE = Weighed("a", Measure.SHARE, 10)
FEWER = Weighed("b", Measure.SHORTFALL, 5)
DAYS = Weighed("c", Measure.DAYS, 10, per_day=50)
VETO = Weighed("d", Measure.VETO, 0)


def facts(key: str, met: int, not_met: int, days: int = 0) -> list[Counted]:
    return [Counted(key, True)] * met + [Counted(key, False, days)] * not_met


@pytest.mark.parametrize(
    ("weighed", "met", "not_met", "days", "hundredths"),
    [
        (SHARE, 3, 0, 0, 1000),
        (SHARE, 2, 1, 0, 667),
        (SHARE, 0, 4, 0, 0),
        (SHARE, 0, 0, 0, None),
        (FEWER, 1, 3, 0, 375),
        (FEWER, 0, 3, 0, 500),
        (DAYS, 4, 0, 0, 1000),
        (DAYS, 1, 2, 3, 700),
        (DAYS, 0, 3, 30, 0),
        (DAYS, 0, 0, 0, None),
        (VETO, 1, 0, 0, None),
    ],
)
def test_facts_become_points(
    weighed: Weighed, met: int, not_met: int, days: int, hundredths: int | None
) -> None:
    assert score(weighed, facts(weighed.key, met, not_met, days)).hundredths == hundredths


def total(*given: tuple[Weighed, list[Counted]], least_weight: int = 0) -> Total:
    weighed = [row for row, _ in given]
    return add_up(weighed, [score(row, found) for row, found in given], BOUNDS, least_weight)


def test_what_has_no_facts_is_left_out_and_the_rest_counts_for_all() -> None:
    found = total((SHARE, facts("a", 1, 1)), (FEWER, []), (DAYS, facts("c", 1, 0)))
    assert found == Total(7500, Grade.QUALIFIED, vetoed=False)


def test_a_unit_without_any_fact_has_no_points_and_no_grade() -> None:
    assert total((SHARE, []), (VETO, [])) == Total(None, None, vetoed=False)


def test_a_unit_whose_facts_weigh_too_little_is_not_graded_by_them_alone() -> None:
    light = (SHARE, facts("a", 0, 1))
    assert total(light, (DAYS, []), least_weight=11) == Total(None, None, vetoed=False)
    assert total(light, (DAYS, []), least_weight=10) == Total(0, Grade.UNQUALIFIED, vetoed=False)
    both = total(light, (DAYS, facts("c", 1, 0)), least_weight=20)
    assert both == Total(5000, Grade.UNQUALIFIED, vetoed=False)


def test_a_veto_shows_where_there_are_no_points() -> None:
    found = total((SHARE, facts("a", 1, 0)), (VETO, facts("d", 1, 0)), least_weight=34)
    assert found == Total(None, Grade.UNQUALIFIED, vetoed=True)
    assert rank([(1, found), (2, Total(9000, Grade.EXCELLENT, vetoed=False))], ()) == {2: 1}


def test_a_false_closure_outweighs_all_points() -> None:
    found = total((SHARE, facts("a", 5, 0)), (VETO, facts("d", 1, 0)))
    assert found == Total(10000, Grade.UNQUALIFIED, vetoed=True)


def test_a_recurrence_that_nobody_found_to_be_false_is_no_veto() -> None:
    found = total((SHARE, facts("a", 5, 0)), (VETO, facts("d", 0, 2)))
    assert found == Total(10000, Grade.EXCELLENT, vetoed=False)


@pytest.mark.parametrize(
    ("hundredths", "grade"),
    [
        (10000, Grade.EXCELLENT),
        (9000, Grade.EXCELLENT),
        (8999, Grade.GOOD),
        (8000, Grade.GOOD),
        (7999, Grade.QUALIFIED),
        (6000, Grade.QUALIFIED),
        (5999, Grade.UNQUALIFIED),
        (0, Grade.UNQUALIFIED),
    ],
)
def test_a_bound_belongs_to_the_better_grade(hundredths: int, grade: Grade) -> None:
    assert grade_of(hundredths, BOUNDS) is grade


def test_equal_points_share_a_place_and_vetoed_units_stand_last() -> None:
    totals = [
        (1, Total(9000, Grade.EXCELLENT, vetoed=False)),
        (2, Total(9500, Grade.UNQUALIFIED, vetoed=True)),
        (3, Total(9000, Grade.EXCELLENT, vetoed=False)),
        (4, Total(7000, Grade.QUALIFIED, vetoed=False)),
        (5, Total(None, None, vetoed=False)),
    ]
    assert rank(totals, ()) == {1: 1, 3: 1, 4: 3, 2: 4}


def test_nobody_has_a_place_while_data_are_incomplete() -> None:
    assert rank([(1, Total(9000, Grade.EXCELLENT, vetoed=False))], {2}) == {}


def test_quotients_are_rounded_half_up_and_means_are_quotients() -> None:
    assert [divide(1, 2), divide(2, 3), divide(1, 3), divide(5, 1)] == [1, 1, 0, 5]
    assert mean([9000, 8001]) == 8501
    assert mean([]) is None


@pytest.mark.parametrize("profile", profile_names())
def test_each_profile_weighs_every_indicator_under_all_four_heads(profile: str) -> None:
    rules = load_assessment(profile)
    assert sum(row.weight for row in rules.indicators) == 100
    assert {row.head for row in rules.indicators} == set(AssessmentHead)
    assert rules.grades == BOUNDS
    assert [row.key for row in rules.indicators if row.measure is Measure.VETO] == ["false_closure"]
    assert "本地设置" in rules.weight_note
    assert "最低可计分值" in rules.weight_note
    assert all(row.source for row in rules.indicators)


def test_rules_kept_with_a_round_are_the_same_when_read_again() -> None:
    rules = load_assessment("shuozhou")
    assert AssessmentRules.from_record(rules.as_record()) == rules


@pytest.mark.parametrize("profile", profile_names())
def test_no_indicator_grades_a_unit_alone_or_beside_its_monthly_return(profile: str) -> None:
    rules = load_assessment(profile)
    weights = {row.key: row.weight for row in rules.indicators}
    assert max(weights.values()) + weights["returns_on_time"] < rules.least_weight == 25


def test_rounds_from_before_the_least_weight_are_computed_without_one() -> None:
    record = load_assessment("shuozhou").as_record()
    del record["least_weight"]
    assert AssessmentRules.from_record(record).least_weight == 0


def broken(tmp_path: Path, before: str, after: str) -> Path:
    text = (FOLDER / "shuozhou" / "assessment.toml").read_text(encoding="utf-8")
    assert before in text
    file = tmp_path / "assessment.toml"
    file.write_text(text.replace(before, after), encoding="utf-8")
    tomllib.loads(file.read_text(encoding="utf-8"))
    return file


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("double_report = 10", "double_report = 11"),
        ("double_report = 10\n", ""),
        ("false_closure = 0", "false_closure = 5"),
        ("least_weight = 25", "least_weight = 0"),
        ("least_weight = 25", "least_weight = 101"),
        ("least_weight = 25\n", ""),
        ("days_late_per_day = 50", 'days_late_per_day = "50"'),
    ],
)
def test_weights_that_do_not_fit_are_refused(tmp_path: Path, before: str, after: str) -> None:
    rules = frozenset(load_profile("shuozhou").rules)
    with pytest.raises(ReferenceDataError):
        read_assessment(INDICATORS, broken(tmp_path, before, after), rules)


def test_a_clock_that_no_profile_has_is_refused() -> None:
    settings = FOLDER / "shuozhou" / "assessment.toml"
    with pytest.raises(ReferenceDataError, match="no such rule"):
        read_assessment(INDICATORS, settings, frozenset())


def test_a_changed_weight_changes_the_points_of_that_indicator_alone() -> None:
    given = facts("a", 1, 1)
    assert score(replace(SHARE, weight=20), given).hundredths == 1000
    assert score(SHARE, given).hundredths == 500


@pytest.mark.parametrize(
    ("role", "house", "division_code", "concerned"),
    [
        (Role.LEADER_IN_CHARGE, OrganisationKind.SAFETY_COMMITTEE, "140600", True),
        (Role.LEADER_IN_CHARGE, OrganisationKind.ENTERPRISE, "140602", False),
        (Role.AUTHORISED_SIGNATORY, OrganisationKind.DEPARTMENT, "140600", False),
        (Role.GOVERNMENT_PRINCIPAL, OrganisationKind.GOVERNMENT, "140602", True),
        (Role.GOVERNMENT_PRINCIPAL, OrganisationKind.GOVERNMENT, "140600", False),
        (Role.CASE_OFFICER, OrganisationKind.DEPARTMENT, "140600", True),
        (Role.COMMITTEE_OFFICER, OrganisationKind.COMMITTEE_OFFICE, "140600", True),
        (Role.COMMITTEE_OFFICER, OrganisationKind.DEPARTMENT, "140600", False),
        (Role.ENTERPRISE_PRINCIPAL, OrganisationKind.ENTERPRISE, None, False),
    ],
)
def test_rounds_concern_posts_of_the_office_its_committee_and_the_units(
    role: Role, house: OrganisationKind, division_code: str | None, concerned: bool
) -> None:
    assert takes_part(role, house, division_code) is concerned
