"""What a row of a file means here: a new case, one that is here already, or nothing that can be."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.errors import InvalidCommandError
from services.frame import Frame
from services.models.case import SupervisionCase
from services.models.organisation import Organisation
from services.national_number import is_taken, may_set_number, number_problem, plain_number
from services.operations.row_problems import problems_of
from services.queries.scope import visible_to
from services.reference.criteria import clauses_on
from services.workbook.rows import SourceRow
from workflows.permissions import Actor, PostRecord, starting_posts
from workflows.vocabulary import OPERATING, Action

# What a row says of a case that is here already, and may not silently change.
COMPARED = (
    "responsible_party",
    "credit_code",
    "sector",
    "division",
    "hazard_name",
    "place",
    "description",
    "measures_taken",
    "found_on",
    "clause_key",
    "national_number",
)


@dataclass
class Earlier:
    """What the rows before would have added, when they are only checked."""

    keys: set[str] = field(default_factory=set)
    sames: set[tuple[str, str, str]] = field(default_factory=set)
    codes: dict[str, str] = field(default_factory=dict)
    names: dict[str, str | None] = field(default_factory=dict)
    national_numbers: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Known:
    """The row is about a case that is here."""

    case: SupervisionCase
    differs: tuple[str, ...]
    new_number: str


@dataclass(frozen=True)
class Repeated:
    """The row says again what a row before it said."""


@dataclass(frozen=True)
class New:
    """The row makes a new case."""

    post: PostRecord
    party: Organisation | None
    key: str


def judge(frame: Frame, row: SourceRow, earlier: Earlier) -> Known | Repeated | New:
    """What is to be done with a row; InvalidCommandError with all that is wrong by column."""
    if "row" in row.problems:
        raise InvalidCommandError({"row": row.problems["row"]})
    if not isinstance(row.values, dict):
        raise InvalidCommandError({"row": "not_an_object"})
    numbered = _find_by_number(frame, row)
    if numbered is not None:
        return _known(frame, row, numbered, earlier)
    problems = {**problems_of(row.values, frame.today), **row.problems}
    if problems:
        raise InvalidCommandError(problems)
    party = _find_party(frame.session, row.values, earlier)
    post = _officers_post(frame.actor, party)
    key = import_key(row.values, post)
    same = _find_same(frame.session, row.values, party, key)
    if same is not None:
        _refuse_recurrence(same, row.values)
        return _known(frame, row, same, earlier)
    if key in earlier.keys or (
        not row.values.get("key") and same_hazard(row.values) in earlier.sames
    ):
        return Repeated()
    _require_possible(frame, row.values, earlier)
    return New(post, party, key)


def _repeats(values: Mapping[str, Any], earlier: Earlier) -> bool:
    return not values.get("key") and same_hazard(values) in earlier.sames


def _find_by_number(frame: Frame, row: SourceRow) -> SupervisionCase | None:
    """The visible case that bears the row's number; refused when it is another hazard's."""
    asked = {
        name: number
        for name in ("intake_number", "case_number")
        if isinstance(number := row.values.get(name), str) and number
    }
    found: SupervisionCase | None = None
    for name, number in asked.items():
        case = frame.session.scalars(
            sa.select(SupervisionCase).where(
                getattr(SupervisionCase, name) == number, visible_to(frame.actor)
            )
        ).one_or_none()
        if case is None:
            continue
        of_another = (case.hazard_name, case.responsible_party.name) != (
            row.values.get("hazard_name"),
            row.values.get("responsible_party"),
        )
        if of_another or (found is not None and found.id != case.id):
            raise InvalidCommandError({name: "other_case"})
        found = case
    return found


def _known(frame: Frame, row: SourceRow, case: SupervisionCase, earlier: Earlier) -> Known:
    """A case stays as it is; only a number of the national database that it lacks is added."""
    stored = _stored(case)
    differs = tuple(
        name
        for name in COMPARED
        if name not in row.problems
        and (said := row.values.get(name))
        and _plain(said) != _plain(stored[name])
    )
    number = row.values.get("national_number")
    adds = number and not case.national_number and may_set_number(frame.actor, case)
    if not adds or not isinstance(number, str):
        return Known(case, differs, "")
    number = _checked_number(frame.session, number, case.id, earlier)
    earlier.national_numbers.add(number)
    return Known(case, tuple(name for name in differs if name != "national_number"), number)


def _stored(case: SupervisionCase) -> dict[str, str | None]:
    return {
        "responsible_party": case.responsible_party.name,
        "credit_code": case.responsible_party.credit_code,
        "sector": case.sector,
        "division": case.division_code,
        "hazard_name": case.hazard_name,
        "place": case.place,
        "description": case.description,
        "measures_taken": case.measures_taken,
        "found_on": case.found_on.isoformat() if case.found_on else None,
        "clause_key": case.criterion.clause_key if case.criterion else None,
        "national_number": case.national_number,
    }


def _plain(text: object) -> str:
    """A text as a sheet can hold it: one kind of line break, no blanks at the ends."""
    return str(text or "").replace("\r\n", "\n").strip()


def _checked_number(session: Session, typed: str, case_id: int | None, earlier: Earlier) -> str:
    number = plain_number(typed)
    problem = number_problem(number)
    if problem is None and (
        number in earlier.national_numbers or is_taken(session, number, case_id)
    ):
        problem = "taken"
    if problem is not None:
        raise InvalidCommandError({"national_number": problem})
    return number


def _officers_post(actor: Actor, party: Organisation | None) -> PostRecord:
    """The officer's post at the department that supervises the party, or any for a new party."""
    for post in starting_posts(actor, Action.REGISTER_HAZARD):
        if party is None or party.supervised_by_id == post.organisation_id:
            return post
    raise InvalidCommandError({"responsible_party": "other_department"})


def import_key(values: Mapping[str, Any], post: PostRecord) -> str:
    """What makes two rows the same: the key of the department's own file, else the hazard."""
    if values.get("key"):
        return f"key:{post.organisation_id}:{values['key']}"
    return "sha256:" + hashlib.sha256("\n".join(same_hazard(values)).encode()).hexdigest()


def own_key(stored: str | None) -> str | None:
    """The key of the department's own file within a stored import key."""
    kind, _, rest = (stored or "").partition(":")
    return rest.partition(":")[2] if kind == "key" else None


def same_hazard(values: Mapping[str, Any]) -> tuple[str, str, str]:
    return (
        str(values["responsible_party"]),
        str(values["hazard_name"]),
        str(values.get("place") or ""),
    )


def _find_same(
    session: Session, values: Mapping[str, Any], party: Organisation | None, key: str
) -> SupervisionCase | None:
    """The case that this row made before; else an open one of the same party, hazard and place."""
    made = session.scalars(
        sa.select(SupervisionCase).where(SupervisionCase.import_key == key)
    ).one_or_none()
    if made is not None or party is None or values.get("key"):
        return made
    return session.scalars(
        sa.select(SupervisionCase)
        .where(
            SupervisionCase.responsible_party_id == party.id,
            SupervisionCase.hazard_name == values["hazard_name"],
            sa.func.coalesce(SupervisionCase.place, "") == (values.get("place") or ""),
            SupervisionCase.ended_at.is_(None),
        )
        .order_by(SupervisionCase.id)
        .limit(1)
    ).first()


def _refuse_recurrence(case: SupervisionCase, values: Mapping[str, Any]) -> None:
    """The same hazard found again after its case had ended is no repetition of the row."""
    found_on = values.get("found_on")
    if case.ended_at and found_on and date.fromisoformat(found_on) > local_date(case.ended_at):
        raise InvalidCommandError({"hazard_name": "recurrence"})


def _require_possible(frame: Frame, values: Mapping[str, Any], earlier: Earlier) -> None:
    """Everything that the registration itself would refuse."""
    if values.get("delisted_on") or values.get("ended_on"):
        column = "delisted_on" if values.get("delisted_on") else "ended_on"
        raise InvalidCommandError({column: "already_ended"})
    if number := values.get("national_number"):
        _checked_number(frame.session, number, None, earlier)
    if clause := values.get("clause_key"):
        found_on = date.fromisoformat(values["found_on"])
        if clause not in {entry.key for entry in clauses_on(values["sector"], found_on)}:
            raise InvalidCommandError({"clause_key": "not_in_force"})


def _find_party(
    session: Session, values: Mapping[str, Any], earlier: Earlier
) -> Organisation | None:
    """The enterprise under this code or name; refused when the two belong to different ones."""
    name, code = values["responsible_party"], values.get("credit_code")
    if code and earlier.codes.get(code, name) != name:
        raise InvalidCommandError({"credit_code": "other_party"})
    if code and earlier.names.get(name) not in (None, code):
        raise InvalidCommandError({"credit_code": "other_code"})
    if code:
        found = session.scalars(
            sa.select(Organisation).where(Organisation.credit_code == code)
        ).one_or_none()
        if found is not None and found.name != name:
            raise InvalidCommandError({"credit_code": "other_party"})
        if found is not None:
            return found
    named = session.scalars(sa.select(Organisation).where(Organisation.name == name).limit(2)).all()
    if any(party.kind not in OPERATING for party in named):
        raise InvalidCommandError({"responsible_party": "no_enterprise"})
    if len(named) > 1:
        raise InvalidCommandError({"responsible_party": "several_of_that_name"})
    if named and code and named[0].credit_code:
        raise InvalidCommandError({"credit_code": "other_code"})
    return named[0] if named else None
