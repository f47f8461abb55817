"""What can be wrong with the values of a row by themselves, whatever is in the database."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.reference.divisions import divisions
from services.reference.sectors import sectors
from workflows.credit_code import is_valid_credit_code

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
    "national_number": 60,
    "intake_number": 40,
    "case_number": 40,
    "listing_number": 60,
}
DAYS = ("found_on", "listed_on", "delisted_on", "ended_on")
COLUMNS = frozenset({*LONGEST, *DAYS})


def problems_of(values: Mapping[str, Any], today: date) -> dict[str, str]:
    """What is wrong with the values of a row, by column."""
    problems = {name: "unknown_field" for name in values if name not in COLUMNS}
    problems |= dict(_text_problems(values))
    problems |= {name: "required" for name in REQUIRED if not values.get(name)}
    if "sector" not in problems and values["sector"] not in sectors():
        problems["sector"] = "choice"
    if "division" not in problems and values["division"] not in divisions():
        problems["division"] = "choice"
    if "credit_code" not in problems and values.get("credit_code"):
        problems |= _credit_code_problem(values["credit_code"])
    for name in DAYS:
        problems |= _day_problem(name, values.get(name), today)
    if values.get("clause_key") and not values.get("found_on"):
        problems["clause_key"] = "needs_found_on"
    return problems


def _text_problems(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, longest in LONGEST.items():
        value = values.get(name)
        if value is not None and (not isinstance(value, str) or "\0" in value):
            yield name, "not_text"
        elif value is not None and len(value) > longest:
            yield name, f"too_long:{longest}"


def _credit_code_problem(code: str) -> dict[str, str]:
    if len(code) != LONGEST["credit_code"]:
        return {"credit_code": "eighteen"}
    return {} if is_valid_credit_code(code) else {"credit_code": "check_digit"}


def _day_problem(name: str, value: Any, today: date) -> dict[str, str]:
    if value is None:
        return {}
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return {name: "not_a_date"}
    return {name: "in_future"} if day > today else {}
