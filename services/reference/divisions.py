"""Administrative divisions of the jurisdiction."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.reference.tables import read_json

FILE = Path(__file__).parent / "divisions.json"


@dataclass(frozen=True)
class Division:
    """A city, county, district or development zone. A zone's code is not in GB/T 2260."""

    code: str
    name: str
    kind: str
    parent_code: str
    in_gb_t_2260: bool


@cache
def divisions() -> Mapping[str, Division]:
    """Return the city and its divisions by code."""
    return read_divisions(FILE)


def read_divisions(file: Path) -> Mapping[str, Division]:
    """Read and check a file of divisions."""
    found: dict[str, Division] = {}
    for row in read_json(file).tables("divisions", "code"):
        code = row.text("code")
        if code in found:
            raise row.error("this code stands twice")
        if len(code) != 6 or not code.isdigit():
            raise row.error("a code has six digits")
        found[code] = Division(
            code=code,
            name=row.text("name"),
            kind=row.text("kind"),
            parent_code=row.text("parent_code"),
            in_gb_t_2260=row.get("gb_t_2260", bool),
        )
    return MappingProxyType(found)


def divisions_below(code: str) -> tuple[Division, ...]:
    """Return the divisions directly below one, such as a city's counties."""
    return tuple(division for division in divisions().values() if division.parent_code == code)
