"""What 12341 asks of a listed case, as versioned data: each obligation, and what shows it done."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from services.reference.tables import Table, read_toml
from workflows.deadlines import Evidence
from workflows.disclosure import PublicationKind
from workflows.vocabulary import Action, Outcome

FILE = Path(__file__).parent / "obligations.toml"


class ObligationHead(StrEnum):
    """The five heads of the mechanism."""

    CLOSED_LOOP = "closed_loop"
    TWO_HANDOVERS = "two_handovers"
    THREE_DISCLOSURES = "three_disclosures"
    FOUR_ASSESSMENTS = "four_assessments"
    ONE_TRACEBACK = "one_traceback"


class HandoverStage(StrEnum):
    """What every receiver is to have done."""

    ACKNOWLEDGED = "acknowledged"
    REPORTED = "reported"


@dataclass(frozen=True)
class Obligation:
    """One thing that has to be done, on what ground, and by which rows it is shown.

    `persons`: how many different ones. `assessment`: a fact of the case counted in a month that was
    sent out. `traceback`: every one that was called for has been decided; where nothing called for
    one, there is no such obligation. With none of these this release cannot show it.
    """

    key: str
    head: ObligationHead
    name: str
    basis: str
    evidence: Evidence
    acts: tuple[tuple[Action, Outcome], ...]
    persons: int
    handovers: HandoverStage | None
    publication: PublicationKind | None
    assessment: bool
    of_operating_party: bool
    traceback: bool

    @property
    def can_be_shown(self) -> bool:
        """Whether this release keeps rows that would show it."""
        counted = self.assessment or self.traceback
        return bool(self.acts or self.handovers or self.publication or counted)


@dataclass(frozen=True)
class Obligations:
    """All of one version, in their order."""

    version: int
    rows: tuple[Obligation, ...]


@cache
def load_obligations() -> Obligations:
    """Those that the installation ships with."""
    return read_obligations(FILE)


def read_obligations(file: Path) -> Obligations:
    """Read and check a file of obligations."""
    whole = read_toml(file)
    rows = tuple(_obligation(row) for row in whole.tables("obligations", "key"))
    keys = [row.key for row in rows]
    if len(set(keys)) < len(keys):
        raise whole.error("an obligation stands twice")
    return Obligations(whole.get("version", int), rows)


def _obligation(row: Table) -> Obligation:
    handovers = row.text("handovers", default="")
    publication = row.text("publication", default="")
    return Obligation(
        key=row.text("key"),
        head=row.member("head", ObligationHead),
        name=row.text("name"),
        basis=row.text("basis"),
        evidence=row.member("evidence", Evidence),
        acts=tuple(_acts(row)),
        persons=row.get("persons", int) if "persons" in row.values else 1,
        handovers=row.member("handovers", HandoverStage) if handovers else None,
        publication=row.member("publication", PublicationKind) if publication else None,
        assessment=row.flag("assessment", default=False),
        of_operating_party=row.flag("of_operating_party", default=False),
        traceback=row.flag("traceback", default=False),
    )


def _acts(row: Table) -> Iterator[tuple[Action, Outcome]]:
    for text in row.texts("acts"):
        action, _, outcome = text.partition(":")
        if action not in set(Action) or outcome not in set(Outcome):
            raise row.error(f"no such act: {text!r}")
        yield Action(action), Outcome(outcome)
