"""The sectors by which hazards, departments and leaders in charge are sorted."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.reference.tables import read_json

FILE = Path(__file__).parent / "sectors.json"


@dataclass(frozen=True)
class Sector:
    """A sector; `criteria_sector` names the part of the criteria catalogue that serves it."""

    key: str
    name: str
    criteria_sector: str | None


@cache
def sectors() -> Mapping[str, Sector]:
    """Return all sectors by key, in the order of the notices."""
    return read_sectors(FILE)


def read_sectors(file: Path) -> Mapping[str, Sector]:
    """Read and check a file of sectors."""
    found: dict[str, Sector] = {}
    for row in read_json(file).tables("sectors", "key"):
        key = row.text("key")
        if key in found:
            raise row.error("this key stands twice")
        found[key] = Sector(key, row.text("name"), row.find_text("criteria_sector"))
    return MappingProxyType(found)
