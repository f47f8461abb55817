"""The rule that bans of principals follow from, retold, and how far that is known."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.reference.tables import read_toml
from workflows.deadlines import Evidence

FILE = Path(__file__).parent / "ban_rule.toml"


@dataclass(frozen=True)
class BanRule:
    """The article in words of our own; `counting` and `trade` are the office's reading."""

    version: int
    document: str
    article: str
    earlier: str
    evidence: Evidence
    source_note: str
    five_years: str
    lifetime: str
    counting: str
    counting_evidence: Evidence
    counting_note: str
    trade: str


@cache
def ban_rule() -> BanRule:
    """The rule that the installation ships with."""
    table = read_toml(FILE)
    return BanRule(
        version=table.get("version", int),
        document=table.text("document"),
        article=table.text("article"),
        earlier=table.text("earlier"),
        evidence=table.member("evidence", Evidence),
        source_note=table.text("source_note"),
        five_years=table.text("five_years"),
        lifetime=table.text("lifetime"),
        counting=table.text("counting"),
        counting_evidence=table.member("counting_evidence", Evidence),
        counting_note=table.text("counting_note"),
        trade=table.text("trade"),
    )
