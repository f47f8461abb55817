"""The ledger of points for heads of enterprises: each entry follows from one act in a case.

Nothing is entered by hand: an act that was taken back counts no more, nor one whose points were
taken away with a reason. The head is whoever was principal of the party on the day of the act.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.clock import local_date
from services.models.case import Act, SupervisionCase
from services.models.head_point import PointReversal
from services.models.organisation import Organisation, Person, Post
from services.queries.scope import inside_of, visible_to
from services.queries.taking_back import not_taken_back
from services.reference.head_points import PointScale
from workflows.permissions import Actor
from workflows.vocabulary import Action, Outcome, Role

MOST = 2000
_PRINCIPAL, _REVERSED_BY = aliased(Person), aliased(Person)


@dataclass(frozen=True)
class PointRow:
    """One entry. `reason` and `reversed_by` are empty while it counts."""

    act_id: int
    case_id: int
    number: str
    party_id: int
    party_name: str
    sector: str
    head_name: str
    name: str
    points: int
    at: datetime
    reason: str
    reversed_by: str

    @property
    def counts(self) -> bool:
        """Whether the points still count."""
        return not self.reversed_by


@dataclass(frozen=True)
class HeadRow:
    """A head of a party with the points that count in a year."""

    party_id: int
    party_name: str
    sector: str
    head_name: str
    points: int
    entries: tuple[PointRow, ...]


def list_heads(session: Session, actor: Actor, scale: PointScale, year: int) -> tuple[HeadRow, ...]:
    """Every head with an entry in the year, most points first; of cases the actor may see."""
    rows = [row for row in list_points(session, actor, scale) if local_date(row.at).year == year]
    keys = dict.fromkeys((row.party_id, row.head_name) for row in rows)
    heads = [_head([row for row in rows if (row.party_id, row.head_name) == key]) for key in keys]
    return tuple(sorted(heads, key=lambda head: (-head.points, head.party_id)))


def _head(entries: list[PointRow]) -> HeadRow:
    first = entries[0]
    return HeadRow(
        first.party_id,
        first.party_name,
        first.sector,
        first.head_name,
        sum(row.points for row in entries if row.counts),
        tuple(entries),
    )


def list_points(session: Session, actor: Actor, scale: PointScale) -> tuple[PointRow, ...]:
    """Every entry that the actor may read from the inside of its case, newest first."""
    asked = sa.or_(
        *(
            sa.and_(Act.action == event.action.value, Act.outcome == event.outcome.value)
            for event in scale.events
        )
    )
    rows = session.execute(
        sa.select(Act, SupervisionCase, Organisation, PointReversal.reason, _REVERSED_BY.name)
        .join(SupervisionCase, SupervisionCase.id == Act.case_id)
        .join(Organisation, Organisation.id == SupervisionCase.responsible_party_id)
        .outerjoin(PointReversal, PointReversal.act_id == Act.id)
        .outerjoin(_REVERSED_BY, _REVERSED_BY.id == PointReversal.person_id)
        .where(asked, not_taken_back(), visible_to(actor), inside_of(actor))
        .order_by(Act.id.desc())
        .limit(MOST)
    ).all()
    heads = _principals(session, {case.responsible_party_id for _, case, *_ in rows})
    found = []
    for act, case, party, reason, reversed_by in rows:
        day = local_date(act.at)
        event = scale.find(Action(act.action), Outcome(act.outcome), day)
        if event is None:
            continue
        found.append(
            PointRow(
                act_id=act.id,
                case_id=case.id,
                number=case.case_number or case.intake_number,
                party_id=party.id,
                party_name=party.name,
                sector=case.sector,
                head_name=_held_on(heads.get(party.id, ()), day),
                name=event.name,
                points=event.points,
                at=act.at,
                reason=reason or "",
                reversed_by=reversed_by or "",
            )
        )
    return tuple(found)


def _principals(
    session: Session, party_ids: Iterable[int]
) -> dict[int, list[tuple[date, date | None, str]]]:
    """Who was principal of each party from when to when."""
    rows = session.execute(
        sa.select(Post.organisation_id, Post.valid_from, Post.valid_to, _PRINCIPAL.name)
        .join(_PRINCIPAL, _PRINCIPAL.id == Post.person_id)
        .where(
            Post.organisation_id.in_(sorted(party_ids)),
            Post.role == Role.ENTERPRISE_PRINCIPAL.value,
        )
        .order_by(Post.id)
    )
    found: dict[int, list[tuple[date, date | None, str]]] = {}
    for house, since, until, name in rows:
        found.setdefault(house, []).append((since, until, name))
    return found


def _held_on(posts: Iterable[tuple[date, date | None, str]], day: date) -> str:
    return next(
        (name for since, until, name in posts if since <= day and (until is None or day <= until)),
        "",
    )
