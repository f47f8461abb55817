"""On which provision each kind of enforcement order rests, and how far that is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.reference.tables import read_toml
from workflows.deadlines import Evidence
from workflows.vocabulary import OrderKind

FILE = Path(__file__).parent / "order_bases.toml"


@dataclass(frozen=True)
class OrderBasis:
    """A provision; `words` as they were read, or retold."""

    document: str
    article: str
    words: str
    evidence: Evidence
    note: str


@cache
def order_bases() -> Mapping[OrderKind, OrderBasis]:
    """Return the basis of every kind."""
    return read_order_bases(FILE)


def read_order_bases(file: Path) -> Mapping[OrderKind, OrderBasis]:
    """Read and check a file of bases: each kind stands in it once."""
    table = read_toml(file)
    found: dict[OrderKind, OrderBasis] = {}
    for row in table.tables("orders", "kind"):
        kind = row.member("kind", OrderKind)
        if kind in found:
            raise row.error("this kind stands twice")
        found[kind] = OrderBasis(
            row.text("document"),
            row.text("article", ""),
            row.text("words"),
            row.member("evidence", Evidence),
            row.text("note"),
        )
    missing = ", ".join(kind for kind in OrderKind if kind not in found)
    if missing:
        raise table.error(f"no basis for: {missing}")
    return MappingProxyType(found)
