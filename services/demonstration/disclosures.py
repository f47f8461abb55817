"""What the demonstration's office published: as written down, and how each is played."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.database import transaction
from services.demonstration.cases import Moment, load_cases, read_moment
from services.disclosure.copy import ChosenPicture, TypedCopy
from services.disclosure.steps import StepCommand, begin_publication, take_step
from services.disclosure.suggest import suggest
from services.frame import Frame
from services.instances import shown_of
from services.models.disclosure import Publication
from services.queries.disclosure import due_on_of, list_pictures
from services.reference.tables import Table, read_toml
from workflows.disclosure import CHECKS, TYPED, DisclosureStep, PublicationKind
from workflows.vocabulary import Outcome

FILE = Path(__file__).parent / "disclosures.toml"
_ABOUT_IT = frozenset({"case", "at", "kind", "picture"})
_BY = {
    DisclosureStep.PREPARE: "committee",
    DisclosureStep.REVIEW_SECRECY: "secrecy",
    DisclosureStep.APPROVE: "office.head",
}
_BETWEEN = timedelta(hours=1)


@dataclass(frozen=True)
class DemonstrationPublication:
    """One publication. `values` are texts of the copy; with a `picture`, the newest one."""

    case_key: str
    moment: Moment
    kind: PublicationKind
    picture: str
    values: dict[str, str]


@cache
def load_publications() -> tuple[DemonstrationPublication, ...]:
    """Those that the installation ships with, in the order of time."""
    return read_publications(FILE, frozenset(act.case_key for act in load_cases().acts))


def read_publications(file: Path, keys: frozenset[str]) -> tuple[DemonstrationPublication, ...]:
    """Read and check the publications against the cases of the demonstration."""
    found = [_publication(row, keys) for row in read_toml(file).tables("publications", "case")]
    found.sort(key=lambda one: (-one.moment.day, one.moment.time))
    return tuple(found)


def _publication(row: Table, keys: frozenset[str]) -> DemonstrationPublication:
    if row.text("case") not in keys:
        raise row.error(f"no such case: {row.text('case')!r}")
    known = {field.name for field in fields(TypedCopy)}
    values = {name: row.text(name) for name in row.values if name not in _ABOUT_IT}
    if unknown := sorted(values.keys() - known):
        raise row.error(f"a copy has no field {', '.join(unknown)}")
    return DemonstrationPublication(
        case_key=row.text("case"),
        moment=read_moment(row, "at"),
        kind=row.member("kind", PublicationKind),
        picture=row.text("picture", default=""),
        values=values,
    )


@dataclass(frozen=True)
class Publisher:
    """Where publications are played: `frame_of` gives the frame of an account at a moment."""

    engine: Engine
    frame_of: Callable[[Session, str, datetime], Frame]

    def play(self, one: DemonstrationPublication, case_id: int, moment: datetime) -> None:
        """Prepare, review and approve, an hour apart."""
        with transaction(self.engine) as session:
            frame = self.frame_of(session, _BY[DisclosureStep.PREPARE], moment)
            due_on = due_on_of(session, frame.actor, frame.office, case_id, one.kind, frame.today)
            typed = _typed(frame, one, case_id)
            publication_id = begin_publication(frame, case_id, one.kind, typed, due_on)
        for hours, step in enumerate((DisclosureStep.REVIEW_SECRECY, DisclosureStep.APPROVE), 1):
            with transaction(self.engine) as session:
                frame = self.frame_of(session, _BY[step], moment + hours * _BETWEEN)
                content = session.get_one(Publication, publication_id).content
                command = StepCommand(
                    publication_id=publication_id,
                    step=step,
                    shown=shown_of(content),
                    outcome=Outcome.ACCEPTED,
                    checked=CHECKS if step is DisclosureStep.REVIEW_SECRECY else (),
                )
                take_step(frame, command)


def _typed(frame: Frame, one: DemonstrationPublication, case_id: int) -> TypedCopy:
    """The texts as the office has them, those written down in their place."""
    own = suggest(frame, case_id, one.kind)
    texts: dict[str, Any] = {name: getattr(own, name) for name in TYPED[one.kind]}
    newest = list_pictures(frame.session, case_id)[:1] if one.picture else ()
    pictures = tuple(ChosenPicture(found.attachment_id, one.picture) for found in newest)
    return TypedCopy(**{**texts, **one.values, "basis": own.basis, "pictures": pictures})
