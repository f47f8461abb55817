"""On which grounds is referred, to whom, and how far that is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.reference.tables import Table, read_toml
from workflows.deadlines import Evidence
from workflows.referral import ReceiverKind

FILE = Path(__file__).parent / "referral_grounds.toml"


@dataclass(frozen=True)
class ReferralGround:
    """One ground; `words` as they were read, or retold."""

    key: str
    name: str
    document: str
    words: str
    evidence: Evidence
    receivers: frozenset[ReceiverKind]
    note: str


@dataclass(frozen=True)
class ReferralGrounds:
    """All grounds of one version, in their order."""

    version: int
    grounds: Mapping[str, ReferralGround]


@cache
def referral_grounds() -> ReferralGrounds:
    """Return the grounds that the installation ships with."""
    return read_referral_grounds(FILE)


def read_referral_grounds(file: Path) -> ReferralGrounds:
    """Read and check a file of grounds: each key stands in it once."""
    table = read_toml(file)
    found: dict[str, ReferralGround] = {}
    for row in table.tables("grounds", "key"):
        ground = _ground(row)
        if ground.key in found:
            raise row.error("this ground stands twice")
        found[ground.key] = ground
    return ReferralGrounds(table.get("version", int), MappingProxyType(found))


def _ground(row: Table) -> ReferralGround:
    named = row.texts("receivers")
    unknown = sorted(set(named) - set(ReceiverKind))
    if unknown or not named:
        raise row.error(f"`receivers` needs at least one known organ: {', '.join(unknown)}")
    return ReferralGround(
        key=row.text("key"),
        name=row.text("name"),
        document=row.text("document"),
        words=row.text("words"),
        evidence=row.member("evidence", Evidence),
        receivers=frozenset(map(ReceiverKind, named)),
        note=row.text("note", ""),
    )
