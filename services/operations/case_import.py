"""Importing cases from a JSON file: an error per row, repeating changes nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.cases import NewCase, create_case
from services.clock import local_date
from services.criterion import CriterionEntry, freeze_criterion
from services.database import transaction
from services.errors import InvalidCommandError
from services.frame import Frame, TaskCommand
from services.models.account import Account
from services.models.case import SupervisionCase
from services.models.organisation import Organisation
from services.office import Office
from services.parties import party_kind_of
from services.queries.people import find_actor
from services.reference.divisions import divisions
from services.reference.sectors import sectors
from services.step import start_case
from workflows.credit_code import is_valid_credit_code
from workflows.permissions import STARTING_ACTIONS, Actor, PostRecord
from workflows.vocabulary import OPERATING, Action, HazardSource, OrganisationKind

REQUIRED = ("responsible_party", "sector", "division", "hazard_name")
# Text columns and the most characters that each may hold.
LONGEST = {
    "responsible_party": 200,
    "sector": 40,
    "division": 12,
    "hazard_name": 200,
    "key": 100,
    "credit_code": 18,
    "place": 300,
    "description": 4000,
    "measures_taken": 4000,
    "clause_key": 100,
}
COLUMNS = frozenset({*LONGEST, "found_on"})


class RowResult(StrEnum):
    """What became of a row."""

    IMPORTED = "imported"
    UNCHANGED = "unchanged"
    WOULD_IMPORT = "would_import"
    REFUSED = "refused"


@dataclass(frozen=True)
class RowReport:
    """One row: its place in the file (from 1), what became of it, and what is wrong by field."""

    row: int
    result: RowResult
    case_number: str
    problems: Mapping[str, str]
    missing: tuple[str, ...]


class ImportRefusedError(Exception):
    """The file as a whole cannot be imported; `code` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True, kw_only=True)
class ImportedFinding(TaskCommand):
    """The registration of a hazard that came from a file."""

    case_id: int = 0
    task_id: str = ""
    shown: str = ""
    imported_from: str
    row: int


def read_rows(text: str) -> list[Any]:
    """The rows of a file: a JSON list, or an object with the list under `cases`."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ImportRefusedError("not_json", str(error)) from error
    rows = content.get("cases") if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise ImportRefusedError("no_list")
    return rows


def import_cases(
    engine: Engine,
    office: Office,
    rows: list[Any],
    username: str,
    source_name: str,
    now: datetime,
) -> list[RowReport]:
    """Import each good row in a transaction of its own, on behalf of a case officer."""
    reports = []
    for number, row in enumerate(rows, start=1):
        with transaction(engine) as session:
            frame = Frame(session, _officer(session, username, now), now, office)
            reports.append(_tried(frame, number, row, source_name))
    return reports


def check_cases(
    engine: Engine, office: Office, rows: list[Any], username: str, now: datetime
) -> list[RowReport]:
    """The dry run: the import itself, of which nothing is kept."""
    reports = []
    with transaction(engine) as session, session.begin_nested() as trial:
        frame = Frame(session, _officer(session, username, now), now, office)
        for number, row in enumerate(rows, start=1):
            report = _tried(frame, number, row, "")
            if report.result is RowResult.IMPORTED:
                report = replace(report, result=RowResult.WOULD_IMPORT, case_number="")
            reports.append(report)
        trial.rollback()
    return reports


def _tried(frame: Frame, number: int, row: Any, source_name: str) -> RowReport:
    """One row inside a transaction that goes on: refused, it leaves nothing behind."""
    try:
        with frame.session.begin_nested():
            return _import_row(frame, number, row, source_name)
    except InvalidCommandError as error:
        return RowReport(number, RowResult.REFUSED, "", error.fields, ())


def _import_row(frame: Frame, number: int, row: Any, source_name: str) -> RowReport:
    problems = _problems(row, frame.today)
    if problems:
        raise InvalidCommandError(problems)
    known = frame.session.execute(
        sa.select(SupervisionCase.intake_number).where(
            SupervisionCase.import_key == import_key(row)
        )
    ).scalar_one_or_none()
    if known is not None:
        return RowReport(number, RowResult.UNCHANGED, known, {}, ())
    party = _find_party(frame.session, row)
    post = _officers_post(frame.actor, party)
    case = _create(frame, post, party, row)
    command = ImportedFinding(imported_from=source_name, row=number)
    start_case(frame, Action.REGISTER_HAZARD, case, post, command)
    return RowReport(number, RowResult.IMPORTED, case.intake_number, {}, _missing(row))


def _officers_post(actor: Actor, party: Organisation | None) -> PostRecord:
    """The officer's post at the department that supervises the party, or any for a new party."""
    for post in actor.posts:
        if post.role in STARTING_ACTIONS[Action.REGISTER_HAZARD] and (
            party is None or party.supervised_by_id == post.organisation_id
        ):
            return post
    raise InvalidCommandError({"responsible_party": "other_department"})


def _missing(row: Mapping[str, Any]) -> tuple[str, ...]:
    wanted = ("place", "description", "measures_taken", "found_on", "clause_key")
    return tuple(name for name in wanted if not row.get(name))


def import_key(row: Mapping[str, Any]) -> str:
    """What makes two rows the same: the file's own key, else party, hazard and place."""
    if row.get("key"):
        return f"key:{row['key']}"
    parts = [str(row.get(name) or "") for name in ("responsible_party", "hazard_name", "place")]
    return "sha256:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _officer(session: Session, username: str, now: datetime) -> Actor:
    person_id = session.execute(
        sa.select(Account.person_id).where(
            Account.username == username, Account.disabled_at.is_(None)
        )
    ).scalar_one_or_none()
    actor = find_actor(session, person_id, local_date(now)) if person_id is not None else None
    if actor is None or not any(
        post.role in STARTING_ACTIONS[Action.REGISTER_HAZARD] for post in actor.posts
    ):
        raise ImportRefusedError("no_officer", username)
    return actor


def _problems(row: Any, today: date) -> dict[str, str]:
    if not isinstance(row, dict):
        return {"row": "not_an_object"}
    problems = {name: "unknown_field" for name in row if name not in COLUMNS}
    for name, longest in LONGEST.items():
        value = row.get(name)
        if value is not None and (not isinstance(value, str) or "\0" in value):
            problems[name] = "not_text"
        elif value is not None and len(value) > longest:
            problems[name] = "too_long"
    problems |= {name: "required" for name in REQUIRED if not row.get(name)}
    if "sector" not in problems and row["sector"] not in sectors():
        problems["sector"] = "choice"
    if "division" not in problems and row["division"] not in divisions():
        problems["division"] = "choice"
    if row.get("credit_code") and not is_valid_credit_code(str(row["credit_code"])):
        problems["credit_code"] = "check_digit"
    problems |= _found_on_problem(row.get("found_on"), today)
    if row.get("clause_key") and not row.get("found_on"):
        problems["clause_key"] = "needs_found_on"
    return problems


def _found_on_problem(value: Any, today: date) -> dict[str, str]:
    if value is None:
        return {}
    try:
        found_on = date.fromisoformat(value)
    except (TypeError, ValueError):
        return {"found_on": "not_a_date"}
    return {"found_on": "in_future"} if found_on > today else {}


def _find_party(session: Session, row: Mapping[str, Any]) -> Organisation | None:
    """The enterprise under this code or name. A code that belongs to another name is refused."""
    name, code = row["responsible_party"], row.get("credit_code")
    if code:
        found = session.scalars(
            sa.select(Organisation).where(Organisation.credit_code == code)
        ).one_or_none()
        if found is not None and found.name != name:
            raise InvalidCommandError({"credit_code": "other_party"})
        if found is not None:
            return found
    return session.scalars(
        sa.select(Organisation).where(Organisation.name == name, Organisation.kind.in_(OPERATING))
    ).first()


def _create(
    frame: Frame, post: PostRecord, party: Organisation | None, row: Mapping[str, Any]
) -> SupervisionCase:
    if party is None:
        party = Organisation(
            key=f"imported:{import_key(row)}"[:80],
            kind=OrganisationKind.ENTERPRISE.value,
            name=row["responsible_party"],
            division_code=row["division"],
            credit_code=row.get("credit_code"),
            sector=row["sector"],
            supervised_by_id=post.organisation_id,
        )
        frame.session.add(party)
        frame.session.flush()
    found_on = row.get("found_on")
    case = create_case(
        frame,
        NewCase(
            source=HazardSource.REGULATOR_FINDING,
            responsible_party=party,
            party_kind=party_kind_of(party, None),
            competent_department_id=post.organisation_id,
            hazard_name=row["hazard_name"],
            sector=row["sector"],
            division_code=row["division"],
            place=row.get("place"),
            description=row.get("description"),
            measures_taken=row.get("measures_taken"),
            found_on=date.fromisoformat(found_on) if found_on else None,
            import_key=import_key(row),
        ),
    )
    if row.get("clause_key"):
        entry = CriterionEntry(clause_key=row["clause_key"])
        freeze_criterion(frame.session, case, entry, frame.actor.person_id)
    return case
