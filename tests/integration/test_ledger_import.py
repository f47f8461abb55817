"""An Excel ledger with thirty bad rows imported twice on both databases; the long one has 1,000."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from services.accounts import create_account
from services.audit import first_broken_link
from services.database import transaction
from services.models.case import Act, SupervisionCase
from services.models.organisation import Organisation
from services.operations.case_import import (
    RowNote,
    RowReport,
    RowResult,
    check_cases,
    import_cases,
    read_rows,
)
from services.workbook.reading import read_workbook
from services.workbook.rows import SourceRow
from tests.builders import World
from tests.ledgers import BAD_ROWS, ledger_file
from web.labels.ledger_files import row_problem


@pytest.fixture(scope="module", params=[70, pytest.param(970, marks=pytest.mark.long)])
def ledger(request: pytest.FixtureRequest) -> tuple[bytes, dict[int, Any]]:
    return ledger_file(request.param)


@pytest.fixture(scope="module")
def rows(ledger: tuple[bytes, dict[int, Any]]) -> tuple[SourceRow, ...]:
    return read_workbook(ledger[0]).rows


def _results(reports: list[RowReport]) -> dict[RowResult, int]:
    return {
        result: sum(report.result is result for report in reports)
        for result in {report.result for report in reports}
    }


def test_a_ledger_with_thirty_bad_rows_imported_twice(
    each_world: World,
    ledger: tuple[bytes, dict[int, Any]],
    rows: tuple[SourceRow, ...],
) -> None:
    world = each_world
    with transaction(world.engine) as session:
        create_account(session, world.person_ids["case_officer"], "officer", "no password")
    good = len(rows) - len(ledger[1])
    assert (good % 100, len(ledger[1])) == (70, 30)

    checked = check_cases(world.engine, world.office, rows, "officer", world.now)
    first = import_cases(world.engine, world.office, rows, "officer", "台账.xlsx", world.now)
    before = _everything(world)
    second = import_cases(world.engine, world.office, rows, "officer", "台账.xlsx", world.now)

    assert _results(first) == {RowResult.IMPORTED: good, RowResult.REFUSED: 30}
    assert [(r.result, r.problems) for r in checked] == [(r.result, r.problems) for r in first]
    assert _results(second) == {RowResult.UNCHANGED: good, RowResult.REFUSED: 30}
    assert _everything(world) == before
    refused = {report.row: report for report in first if report.result is RowResult.REFUSED}
    assert {row: dict(report.problems) for row, report in refused.items()} == {
        row: {bad.column: bad.code} for row, bad in ledger[1].items()
    }
    assert len({bad.code.partition(":")[0] for bad in BAD_ROWS}) >= 10
    for report in refused.values():
        for column, code in report.problems.items():
            assert code not in row_problem(column, code)  # said in Chinese, not by its code
    assert any(RowNote.LISTED_ON_PAPER in report.notes for report in first)
    with transaction(world.engine) as session:
        assert set(session.scalars(sa.select(SupervisionCase.phase))) == {"intake"}
        assert first_broken_link(session) is None


def _everything(world: World) -> dict[str, Any]:
    """What an import could have changed."""
    with transaction(world.engine) as session:
        cases = session.execute(
            sa.select(
                SupervisionCase.intake_number,
                SupervisionCase.hazard_name,
                SupervisionCase.description,
                SupervisionCase.national_number,
                SupervisionCase.changed_at,
            ).order_by(SupervisionCase.id)
        ).all()
        acts = session.execute(sa.select(sa.func.count(Act.id))).scalar_one()
        parties = session.execute(sa.select(sa.func.count(Organisation.id))).scalar_one()
    return {"cases": [tuple(row) for row in cases], "acts": acts, "parties": parties}


def test_the_json_reader_and_the_workbook_reader_give_the_same_rows(
    rows: tuple[SourceRow, ...],
) -> None:
    sound = [row for row in rows if not row.problems]
    text = json.dumps({"cases": [row.values for row in sound]}, ensure_ascii=False)
    assert [row.values for row in read_rows(text)] == [row.values for row in sound]
