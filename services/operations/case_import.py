"""Importing cases from the rows of a file: an error per row, repeating changes nothing."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.cases import NewCase, create_case, find_bodies
from services.clock import local_date
from services.criterion import CriterionEntry, freeze_criterion
from services.database import lock_until_commit, reading, transaction
from services.errors import InvalidCommandError
from services.frame import Frame, TaskCommand
from services.models.organisation import Organisation
from services.national_number import officers_post, plain_number, set_number
from services.office import Office
from services.operations.row_judgement import (
    Earlier,
    Known,
    New,
    Repeated,
    judge,
    same_hazard,
)
from services.parties import party_kind_of
from services.queries.people import find_account_holder
from services.step import start_case
from services.workbook.rows import SourceRow
from workflows.permissions import Actor, starting_posts
from workflows.vocabulary import Action, HazardSource, OrganisationKind

# Others who act wait for so many rows at most.
ROWS_TOGETHER = 20


class RowResult(StrEnum):
    """What became of a row, or would."""

    IMPORTED = "imported"
    NUMBER_ADDED = "number_added"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class RowNote(StrEnum):
    """What is to be known about a row that was not refused."""

    LISTED_ON_PAPER = "listed_on_paper"
    NUMBER_UNKNOWN = "number_unknown"


@dataclass(frozen=True)
class RowReport:
    """One row: its number in the file, what became of it, and what is wrong by column.

    `differs` names the columns in which the file says something else than the case, which stays.
    """

    row: int
    result: RowResult
    case_number: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    notes: tuple[RowNote, ...] = ()
    differs: tuple[str, ...] = ()


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
    paper_listing: str = ""


def read_rows(text: str) -> list[SourceRow]:
    """The rows of a JSON file: a list, or an object with the list under `cases`."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ImportRefusedError("not_json", str(error)) from error
    rows = content.get("cases") if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise ImportRefusedError("no_list")
    return [SourceRow(number, values) for number, values in enumerate(rows, start=1)]


def import_cases(
    engine: Engine,
    office: Office,
    rows: Sequence[SourceRow],
    username: str,
    source_name: str,
    now: datetime,
) -> list[RowReport]:
    """Import the good rows on behalf of a case officer, a few in each transaction.

    Should one of them fail, those few are not in; importing the file again brings in what lacks.
    """
    reports: list[RowReport] = []
    for start in range(0, len(rows), ROWS_TOGETHER):
        with transaction(engine) as session:
            frame = Frame(session, _officer(session, username, now), now, office)
            # Two files at once must not both find that a case or a party is not here yet.
            lock_until_commit(session, "case import")
            some = rows[start : start + ROWS_TOGETHER]
            reports += [_tried(frame, row, source_name) for row in some]
    return reports


def check_cases(
    engine: Engine, office: Office, rows: Sequence[SourceRow], username: str, now: datetime
) -> list[RowReport]:
    """The dry run: the same judgement of each row, writing nothing and keeping nobody waiting."""
    earlier = Earlier()
    with reading(engine) as session:
        frame = Frame(session, _officer(session, username, now), now, office)
        return [_checked(frame, row, earlier) for row in rows]


def _tried(frame: Frame, row: SourceRow, source_name: str) -> RowReport:
    """One row inside a transaction that goes on: refused, it leaves nothing behind."""
    try:
        with frame.session.begin_nested():
            verdict = judge(frame, row, Earlier())
            if isinstance(verdict, New):
                number = _register(frame, row, verdict, source_name)
                return _new_report(row, number)
            if isinstance(verdict, Known) and verdict.new_number:
                post = officers_post(frame.actor, verdict.case)
                set_number(frame, verdict.case, post, verdict.new_number)
            return _known_report(row, verdict)
    except InvalidCommandError as error:
        return RowReport(row.number, RowResult.REFUSED, problems=error.fields)


def _checked(frame: Frame, row: SourceRow, earlier: Earlier) -> RowReport:
    try:
        verdict = judge(frame, row, earlier)
        if isinstance(verdict, New):
            find_bodies(frame, row.values["division"])
    except InvalidCommandError as error:
        return RowReport(row.number, RowResult.REFUSED, problems=error.fields)
    if not isinstance(verdict, New):
        return _known_report(row, verdict)
    _remember(row.values, verdict, earlier)
    return _new_report(row, "")


def _remember(values: Mapping[str, Any], new: New, earlier: Earlier) -> None:
    earlier.keys.add(new.key)
    earlier.sames.add(same_hazard(values))
    name, code = values["responsible_party"], values.get("credit_code")
    earlier.names.setdefault(name, code)
    if code:
        earlier.codes[code] = name
        earlier.names[name] = code
    if number := values.get("national_number"):
        earlier.national_numbers.add(number)


def _new_report(row: SourceRow, number: str) -> RowReport:
    values = row.values
    notes = []
    if values.get("listing_number") or values.get("listed_on"):
        notes.append(RowNote.LISTED_ON_PAPER)
    if values.get("intake_number") or values.get("case_number"):
        notes.append(RowNote.NUMBER_UNKNOWN)
    wanted = ("place", "description", "measures_taken", "found_on", "clause_key")
    missing = tuple(name for name in wanted if not values.get(name))
    return RowReport(row.number, RowResult.IMPORTED, number, {}, missing, tuple(notes))


def _known_report(row: SourceRow, verdict: Known | Repeated) -> RowReport:
    if isinstance(verdict, Repeated):
        return RowReport(row.number, RowResult.UNCHANGED)
    case = verdict.case
    result = RowResult.NUMBER_ADDED if verdict.new_number else RowResult.UNCHANGED
    number = case.case_number or case.intake_number
    return RowReport(row.number, result, number, differs=verdict.differs)


def _officer(session: Session, username: str, now: datetime) -> Actor:
    actor = find_account_holder(session, username, local_date(now))
    if actor is None or not starting_posts(actor, Action.REGISTER_HAZARD):
        raise ImportRefusedError("no_officer", username)
    return actor


def _register(frame: Frame, row: SourceRow, new: New, source_name: str) -> str:
    """Begin the case; returns its intake number."""
    values = row.values
    party = new.party or _added_party(frame, new, values)
    if values.get("credit_code") and not party.credit_code:
        party.credit_code = values["credit_code"]
    found_on = values.get("found_on")
    case = create_case(
        frame,
        NewCase(
            source=HazardSource.REGULATOR_FINDING,
            responsible_party=party,
            party_kind=party_kind_of(party, None),
            competent_department_id=new.post.organisation_id,
            hazard_name=values["hazard_name"],
            sector=values["sector"],
            division_code=values["division"],
            place=values.get("place"),
            description=values.get("description"),
            measures_taken=values.get("measures_taken"),
            found_on=date.fromisoformat(found_on) if found_on else None,
            import_key=new.key,
        ),
    )
    if values.get("clause_key"):
        entry = CriterionEntry(clause_key=values["clause_key"])
        freeze_criterion(frame, case, entry, new.post)
    command = ImportedFinding(
        imported_from=source_name, row=row.number, paper_listing=_paper_listing(values)
    )
    start_case(frame, Action.REGISTER_HAZARD, case, new.post, command)
    if number := values.get("national_number"):
        set_number(frame, case, new.post, plain_number(number))
    return case.intake_number


def _paper_listing(values: Mapping[str, Any]) -> str:
    said = (values.get("listing_number"), values.get("listed_on"))
    return " ".join(text for text in said if text)


def _added_party(frame: Frame, new: New, values: Mapping[str, Any]) -> Organisation:
    party = Organisation(
        key=f"imported:{hashlib.sha256(new.key.encode()).hexdigest()}",
        kind=OrganisationKind.ENTERPRISE.value,
        name=values["responsible_party"],
        division_code=values["division"],
        credit_code=values.get("credit_code"),
        sector=values["sector"],
        supervised_by_id=new.post.organisation_id,
    )
    frame.session.add(party)
    frame.session.flush()
    return party
