"""Importing cases from a JSON file: an error per row, repeating changes nothing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
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
from services.queries.people import find_actor
from services.reference.divisions import divisions
from services.reference.sectors import sectors
from services.step import start_case
from workflows.credit_code import is_valid_credit_code
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Action, HazardSource, OrganisationKind, Role

REQUIRED = ("responsible_party", "sector", "division", "hazard_name")
TEXTS = ("place", "description", "measures_taken", "credit_code", "key", *REQUIRED)
OPTIONAL = ("key", "credit_code", "place", "description", "measures_taken", "found_on", "criterion")
LONGEST = 4000


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
    return [
        _import_row(engine, office, number, row, username, source_name, now)
        for number, row in enumerate(rows, start=1)
    ]


def check_cases(
    engine: Engine, office: Office, rows: list[Any], username: str, now: datetime
) -> list[RowReport]:
    """The dry run: the same checks, and nothing is kept."""
    reports = []
    for number, row in enumerate(rows, start=1):
        with transaction(engine) as session:
            reports.append(_checked(session, office, number, row, username, now)[0])
    return reports


def _import_row(
    engine: Engine,
    office: Office,
    number: int,
    row: Any,
    username: str,
    source_name: str,
    now: datetime,
) -> RowReport:
    with transaction(engine) as session:
        report, frame, post = _checked(session, office, number, row, username, now)
        if report.result is not RowResult.WOULD_IMPORT or frame is None or post is None:
            return report
    try:
        with transaction(engine) as session:
            frame = Frame(session, frame.actor, now, office)
            case = _create(frame, post, row)
            command = ImportedFinding(imported_from=source_name, row=number)
            start_case(frame, Action.REGISTER_HAZARD, case, post, command)
            return RowReport(number, RowResult.IMPORTED, case.intake_number, {}, report.missing)
    except InvalidCommandError as error:
        return RowReport(number, RowResult.REFUSED, "", error.fields, ())


def _checked(
    session: Session, office: Office, number: int, row: Any, username: str, now: datetime
) -> tuple[RowReport, Frame | None, PostRecord | None]:
    actor = _officer(session, username, now)
    problems = _problems(row, local_date(now))
    if problems:
        return RowReport(number, RowResult.REFUSED, "", problems, ()), None, None
    known = session.execute(
        sa.select(SupervisionCase.intake_number).where(
            SupervisionCase.import_key == import_key(row)
        )
    ).scalar_one_or_none()
    if known is not None:
        return RowReport(number, RowResult.UNCHANGED, known, {}, ()), None, None
    party = _find_party(session, row)
    post = next(
        (
            post
            for post in actor.posts
            if post.role is Role.CASE_OFFICER
            and (party is None or party.supervised_by_id == post.organisation_id)
        ),
        None,
    )
    if post is None:
        problem = {"responsible_party": "other_department"}
        return RowReport(number, RowResult.REFUSED, "", problem, ()), None, None
    missing = tuple(
        name
        for name in ("place", "description", "measures_taken", "found_on", "criterion")
        if not row.get(name)
    )
    report = RowReport(number, RowResult.WOULD_IMPORT, "", {}, missing)
    return report, Frame(session, actor, now, office), post


def import_key(row: Mapping[str, Any]) -> str:
    """What makes two rows the same: the file's own key, else party, hazard and place."""
    if row.get("key"):
        return f"key:{row['key']}"
    parts = [str(row.get(name) or "") for name in ("responsible_party", "hazard_name", "place")]
    return "sha256:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _officer(session: Session, username: str, now: datetime) -> Actor:
    person_id = session.execute(
        sa.select(Account.person_id).where(Account.username == username)
    ).scalar_one_or_none()
    actor = find_actor(session, person_id, local_date(now)) if person_id is not None else None
    if actor is None or not any(post.role is Role.CASE_OFFICER for post in actor.posts):
        raise ImportRefusedError("no_officer", username)
    return actor


def _problems(row: Any, today: date) -> dict[str, str]:
    if not isinstance(row, dict):
        return {"row": "not_an_object"}
    problems = {name: "unknown_field" for name in row if name not in (*REQUIRED, *OPTIONAL)}
    for name in TEXTS:
        value = row.get(name)
        if value is not None and not isinstance(value, str):
            problems[name] = "not_text"
        elif value is not None and len(value) > LONGEST:
            problems[name] = "too_long"
    problems |= {name: "required" for name in REQUIRED if not row.get(name)}
    if "sector" not in problems and row["sector"] not in sectors():
        problems["sector"] = "choice"
    if "division" not in problems and row["division"] not in divisions():
        problems["division"] = "choice"
    if row.get("credit_code") and not is_valid_credit_code(str(row["credit_code"])):
        problems["credit_code"] = "check_digit"
    problems |= _found_on_problem(row.get("found_on"), today)
    criterion = row.get("criterion")
    if criterion is not None and _criterion(criterion) is None:
        problems["criterion"] = "not_a_criterion"
    elif criterion is not None and not row.get("found_on"):
        problems["criterion"] = "needs_found_on"
    return problems


def _found_on_problem(value: Any, today: date) -> dict[str, str]:
    if value is None:
        return {}
    try:
        found_on = date.fromisoformat(value)
    except (TypeError, ValueError):
        return {"found_on": "not_a_date"}
    return {"found_on": "in_future"} if found_on > today else {}


def _criterion(value: Any) -> CriterionEntry | None:
    names = set(CriterionEntry.__dataclass_fields__)
    if not isinstance(value, dict) or not set(value) <= names:
        return None
    if not all(isinstance(text, str) for text in value.values()):
        return None
    return CriterionEntry(**value)


def _find_party(session: Session, row: Mapping[str, Any]) -> Organisation | None:
    condition = (
        Organisation.credit_code == row["credit_code"]
        if row.get("credit_code")
        else sa.and_(
            Organisation.name == row["responsible_party"],
            Organisation.kind == OrganisationKind.ENTERPRISE,
        )
    )
    return session.scalars(sa.select(Organisation).where(condition)).first()


def _create(frame: Frame, post: PostRecord, row: Mapping[str, Any]) -> SupervisionCase:
    party = _find_party(frame.session, row)
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
    if row.get("criterion"):
        freeze_criterion(frame.session, case, _criterion(row["criterion"]), frame.actor.person_id)
    return case
