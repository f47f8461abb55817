"""The earlier cases of the same kind, with who found that they were put right, and on what."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import SupervisionCase
from services.queries.case_page import ActRow, list_acts
from services.queries.recurrence import earlier_of_the_kind, likeness_to
from services.queries.scope import get_visible_case
from workflows.permissions import Actor
from workflows.vocabulary import Action, CaseEnding

MOST = 20
# From the application for acceptance to the end, whichever way the case took.
CLOSING = frozenset(
    {
        Action.APPLY_FOR_ACCEPTANCE,
        Action.EVALUATE_EFFECT,
        Action.INSPECT_RECTIFICATION,
        Action.APPROVE_ACCEPTANCE,
        Action.RECORD_SPOT_CHECK,
        Action.APPROVE_DELISTING,
        Action.RECORD_EXTERNAL_DELISTING,
        Action.CLOSE_TRACKED_CASE,
        Action.CLOSE_OWN_LISTING,
        Action.CHECK_OWN_CLOSURE,
    }
)


@dataclass(frozen=True)
class EarlierCase:
    """One earlier case. `acts` led to its end in its last round, in order."""

    case_id: int
    number: str
    hazard_name: str
    place: str
    ending: CaseEnding
    ended_at: datetime
    same_clause: bool
    like_place: bool
    like_name: bool
    acts: tuple[ActRow, ...]


def list_earlier(session: Session, actor: Actor, case_id: int) -> tuple[EarlierCase, ...]:
    """Those that the actor reads the inside of, the newest first."""
    case = get_visible_case(session, actor, case_id)
    alike = likeness_to(case)
    rows = session.execute(
        sa.select(SupervisionCase, alike.clause, alike.place, alike.name)
        .where(earlier_of_the_kind(case, actor))
        .order_by(SupervisionCase.ended_at.desc(), SupervisionCase.id.desc())
        .limit(MOST)
    ).all()
    return tuple(
        EarlierCase(
            case_id=earlier.id,
            number=earlier.case_number or earlier.intake_number,
            hazard_name=earlier.hazard_name,
            place=earlier.place or "",
            ending=CaseEnding(earlier.ending or ""),
            ended_at=earlier.ended_at,
            same_clause=bool(clause),
            like_place=bool(place),
            like_name=bool(name),
            acts=_closing_acts(session, earlier),
        )
        for earlier, clause, place, name in rows
        if earlier.ended_at is not None
    )


def _closing_acts(session: Session, case: SupervisionCase) -> tuple[ActRow, ...]:
    return tuple(
        act
        for act in list_acts(session, case.id)
        if act.counts and act.action in CLOSING and act.round_number == case.round_number
    )
