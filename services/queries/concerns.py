"""What the office watches for in cases: each a condition, the same for a number and its list."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from services.models.case import Act, Handover, SupervisionCase
from services.models.deadline import Deadline
from workflows.permissions import INSIDE_ACTS, PERMISSIONS, Relation
from workflows.vocabulary import Action, Outcome

OF_THE_PARTY = frozenset(row.action for row in PERMISSIONS if row.relation is Relation.OWN)
# Sent back to whoever rectifies; what officials send back to each other is not among them.
_SENT_BACK = (
    Outcome.RETURNED,
    Outcome.FAILED,
    Outcome.RETURN_TO_RECTIFICATION,
    Outcome.RETURN_TO_ACCEPTANCE,
)
_BETWEEN_OFFICIALS = INSIDE_ACTS | {Action.CONFIRM_VERDICT, Action.INSPECT_RECTIFICATION}


class Concern(StrEnum):
    """A state of a case that somebody has to look after."""

    OPEN = "open"
    LISTED = "listed"
    NEAR_LIMIT = "near_limit"
    UNACKNOWLEDGED = "unacknowledged"
    MEASURES_IN_FORCE = "measures_in_force"
    SENT_BACK = "sent_back"
    STUCK = "stuck"


@dataclass(frozen=True)
class Watch:
    """The moment of asking, and from how many days on a case counts as near or stuck."""

    now: datetime
    near_days: int
    stuck_days: int

    @property
    def near_until(self) -> datetime:
        """What is due by then is near its limit."""
        return self.now + timedelta(days=self.near_days)


def is_of_concern(concern: Concern, watch: Watch) -> sa.ColumnElement[bool]:
    """A condition on SupervisionCase."""
    is_open = SupervisionCase.ending.is_(None)
    match concern:
        case Concern.OPEN:
            return is_open
        case Concern.LISTED:
            return sa.and_(is_open, has_act(Action.SERVE_LISTING_NOTICE))
        case Concern.NEAR_LIMIT:
            return runs_out(Deadline.due_at >= watch.now, Deadline.due_at <= watch.near_until)
        case Concern.UNACKNOWLEDGED:
            return sa.and_(
                is_open,
                sa.exists().where(
                    Handover.case_id == SupervisionCase.id, Handover.acknowledged_at.is_(None)
                ),
            )
        case Concern.MEASURES_IN_FORCE:
            ordered = Act.action == Action.ORDER_IMMEDIATE_MEASURES
            lifted = Act.action == Action.LIFT_IMMEDIATE_MEASURES
            return sa.and_(is_open, _latest(ordered) > _latest(lifted))
        case Concern.SENT_BACK:
            sent_back = sa.and_(
                Act.outcome.in_(_SENT_BACK), Act.action.not_in(sorted(_BETWEEN_OFFICIALS))
            )
            answered = Act.action.in_(sorted(OF_THE_PARTY))
            return sa.and_(is_open, _latest(sent_back) > _latest(answered))
        case Concern.STUCK:
            silent_since = watch.now - timedelta(days=watch.stuck_days)
            return sa.and_(is_open, SupervisionCase.changed_at < silent_since)


def has_act(action: Action, *further: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """True for the cases in which this was done."""
    return sa.exists().where(
        Act.case_id == SupervisionCase.id, Act.action == action.value, *further
    )


def runs_out(*when: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """True for the cases in which a running deadline is due then."""
    return sa.exists().where(
        Deadline.case_id == SupervisionCase.id, Deadline.ended_at.is_(None), *when
    )


def _latest(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """The id of the newest of these acts in a case; 0 where there is none."""
    newest = (
        sa.select(sa.func.max(Act.id))
        .where(Act.case_id == SupervisionCase.id, *which)
        .correlate(SupervisionCase)
        .scalar_subquery()
    )
    return sa.func.coalesce(newest, 0)
