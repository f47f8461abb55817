"""Import: an error per row, nothing half done, repeating changes nothing."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from services.accounts import create_account
from services.database import transaction
from services.models.case import SupervisionCase
from services.operations.case_import import (
    ImportRefusedError,
    RowResult,
    check_cases,
    import_cases,
    read_rows,
)
from services.operations.case_output import get_case, list_cases
from services.operations.row_problems import problems_of
from services.reference.criteria import clauses_on
from services.settings import REPOSITORY
from services.workbook.rows import SourceRow
from tests.builders import CLAUSE, COUNTY, MINE_CODE, PHOTO, SECTOR, World
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, Phase

GOOD = {
    "responsible_party": "示例煤业",
    "sector": SECTOR,
    "division": COUNTY,
    "hazard_name": "主扇风机备用电机缺失",
}


@pytest.fixture
def office_world(each_world: World) -> World:
    """A world in which the case officer has an account."""
    with transaction(each_world.engine) as session:
        create_account(session, each_world.person_ids["case_officer"], "officer", "no password")
        create_account(session, each_world.person_ids["principal"], "principal", "no password")
    return each_world


def _import(world: World, *rows: Any) -> list[Any]:
    return import_cases(
        world.engine, world.office, _source(*rows), "officer", "台账.json", world.now
    )


def _source(*rows: Any) -> list[SourceRow]:
    return [SourceRow(number, values) for number, values in enumerate(rows, start=1)]


def _count(world: World) -> int:
    with transaction(world.engine) as session:
        return session.execute(sa.select(sa.func.count(SupervisionCase.id))).scalar_one()


def test_four_columns_are_enough_and_the_rest_is_waited_for(office_world: World) -> None:
    world = office_world
    (report,) = _import(world, GOOD)
    assert report.result is RowResult.IMPORTED
    with transaction(world.engine) as session:
        case = get_case(session, report.case_number, world.office.profile)
    assert case["missing"] == ["place", "description", "found_on", "measures_taken"]
    assert {"verify_hazard", "issue_rectification_order"} <= {
        step["step"] for step in case["open_steps"]
    }


def test_what_is_missing_blocks_only_the_step_that_needs_it(office_world: World) -> None:
    world = office_world
    _import(world, {**GOOD, "found_on": "2026-02-20"})
    with transaction(world.engine) as session:
        case_id = session.execute(sa.select(SupervisionCase.id)).scalar_one()
    world.do("case_officer", case_id, Action.VERIFY_HAZARD, criterion=CLAUSE, uploads=(PHOTO,))
    world.do("case_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER)
    world.confirm_criterion(case_id)
    with pytest.raises(PermissionRefusedError) as refusal:
        world.do("department_head", case_id, Action.CONFIRM_VERDICT)
    assert refusal.value.detail["missing"] == "nothing_missing"


def test_repeating_changes_nothing(office_world: World) -> None:
    world = office_world
    keyed = {**GOOD, "key": "A-1", "hazard_name": "另一隐患"}
    _import(world, GOOD, keyed)
    again = _import(world, GOOD, {**keyed, "hazard_name": "改了名称"})
    assert [report.result for report in again] == [RowResult.UNCHANGED] * 2
    assert _count(world) == 2


def test_a_dry_run_says_what_the_import_would_say_and_keeps_nothing(office_world: World) -> None:
    world = office_world
    rows = [
        GOOD,
        GOOD,
        {**GOOD, "key": "B", "clause_key": "none", "found_on": "2026-02-01"},
        {**GOOD, "key": "C", "division": "140603"},
    ]
    tried = check_cases(world.engine, world.office, _source(*rows), "officer", world.now)
    assert _count(world) == 0
    done = _import(world, *rows)
    assert [report.problems for report in tried] == [report.problems for report in done]
    assert [report.result for report in tried] == [
        RowResult.IMPORTED,
        RowResult.UNCHANGED,
        RowResult.REFUSED,
        RowResult.REFUSED,
    ]
    assert _count(world) == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"hazard_name": ""}, {"hazard_name": "required"}),
        ({"hazard_name": 7}, {"hazard_name": "not_text"}),
        ({"sector": "unknown"}, {"sector": "choice"}),
        ({"division": "999999"}, {"division": "choice"}),
        ({"found_on": "2026/03/01"}, {"found_on": "not_a_date"}),
        ({"found_on": "2027-03-01"}, {"found_on": "in_future"}),
        ({"credit_code": "91140600MA0000000X"}, {"credit_code": "check_digit"}),
        ({"phase": "delisted"}, {"phase": "unknown_field"}),
        ({"clause_key": "CHEM-07"}, {"clause_key": "needs_found_on"}),
        ({"hazard_name": "长" * 201}, {"hazard_name": "too_long:200"}),
        (
            {"credit_code": MINE_CODE, "responsible_party": "别的企业"},
            {"credit_code": "other_party"},
        ),
        (
            {"clause_key": "none", "found_on": "2026-02-01"},
            {"clause_key": "not_in_force"},
        ),
        ({"responsible_party": "他人煤业"}, {"responsible_party": "other_department"}),
    ],
)
def test_a_bad_row_says_what_is_wrong_and_stops_no_other(
    world: World, change: dict[str, Any], problem: dict[str, str]
) -> None:
    with transaction(world.engine) as session:
        create_account(session, world.person_ids["case_officer"], "officer", "no password")
    bad, good = _import(world, {**GOOD, **change}, {**GOOD, "key": "good"})
    assert (bad.result, dict(bad.problems)) == (RowResult.REFUSED, problem)
    assert good.result is RowResult.IMPORTED
    assert _count(world) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [("{", "not_json"), ('"text"', "no_list"), ('{"cases": {}}', "no_list"), ("7", "no_list")],
)
def test_a_file_that_is_no_list_is_refused_whole(text: str, code: str) -> None:
    with pytest.raises(ImportRefusedError) as refusal:
        read_rows(text)
    assert refusal.value.code == code


@pytest.mark.parametrize("username", ["nobody", "principal"])
def test_only_a_case_officer_imports(office_world: World, username: str) -> None:
    with pytest.raises(ImportRefusedError):
        import_cases(
            office_world.engine, office_world.office, _source(GOOD), username, "x", office_world.now
        )


def test_an_object_is_not_a_row(office_world: World) -> None:
    (report,) = _import(office_world, "text")
    assert report.problems == {"row": "not_an_object"}


def test_the_list_can_be_narrowed_to_a_phase(office_world: World) -> None:
    _import(office_world, GOOD)
    with transaction(office_world.engine) as session:
        assert [row["hazard_name"] for row in list_cases(session, Phase.INTAKE)] == [
            GOOD["hazard_name"]
        ]
        assert list_cases(session, Phase.CLOSURE) == []


def test_the_example_in_the_documentation_is_well_formed() -> None:
    text = (REPOSITORY / "docs/examples/cases.json").read_text(encoding="utf-8")
    for row in (source.values for source in read_rows(text)):
        assert problems_of(row, date(2026, 11, 22)) == {}
        keys = {clause.key for clause in clauses_on(row["sector"], date(2026, 10, 12))}
        assert row.get("clause_key") in {None, *keys}
