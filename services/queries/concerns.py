"""What the office watches for in cases: each a condition, the same for a number and its list."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from services.models.case import Act, Handover, SupervisionCase
from services.models.deadline import Deadline
from services.queries.taking_back import not_taken_back
from workflows.permissions import PERMISSIONS, Relation
from workflows.vocabulary import Action, Outcome

OF_THE_PARTY = frozenset(row.action for row in PERMISSIONS if row.relation is Relation.OWN)
_LISTING = (Action.SERVE_LISTING_NOTICE, Action.RECORD_EXTERNAL_LISTING)
# By these decisions the enterprise gets something back to be mended.
_SENDING_BACK = (
    Action.REVIEW_PLAN,
    Action.REVIEW_PROGRESS,
    Action.ENDORSE_AS_PARENT_COMPANY_HEAD,
    Action.APPROVE_ACCEPTANCE,
    Action.ENDORSE_AS_LEADER_IN_CHARGE,
    Action.APPROVE_DELISTING,
    Action.RECORD_EXTERNAL_DELISTING,
    Action.CONFIRM_STOPPAGE,
    Action.REVIEW_EXTENSION,
    Action.CHECK_OWN_CLOSURE,
)
_SENT_BACK = (
    Outcome.RETURNED,
    Outcome.FAILED,
    Outcome.RETURN_TO_RECTIFICATION,
    Outcome.RETURN_TO_ACCEPTANCE,
)


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


def is_of_concern(
    concern: Concern, watch: Watch, told: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """A condition on SupervisionCase. `told`: which deadlines the reader is told of."""
    is_open = SupervisionCase.ending.is_(None)
    match concern:
        case Concern.OPEN:
            return is_open
        case Concern.LISTED:
            return sa.and_(is_open, was_listed())
        case Concern.NEAR_LIMIT:
            near = Deadline.due_at >= watch.now, Deadline.due_at <= watch.near_until
            return runs_out(told, *near)
        case Concern.UNACKNOWLEDGED:
            return sa.and_(
                is_open,
                sa.exists().where(
                    Handover.case_id == SupervisionCase.id, Handover.acknowledged_at.is_(None)
                ),
            )
        case Concern.MEASURES_IN_FORCE:
            ordered = Act.action == Action.ORDER_IMMEDIATE_MEASURES
            ended = sa.or_(
                Act.action == Action.LIFT_IMMEDIATE_MEASURES,
                sa.and_(Act.action == Action.SERVE_RESUMPTION, Act.outcome == Outcome.DONE),
            )
            return sa.and_(is_open, _latest(ordered) > _latest(ended))
        case Concern.SENT_BACK:
            sent_back = sa.and_(Act.action.in_(_SENDING_BACK), Act.outcome.in_(_SENT_BACK))
            answered = Act.action.in_(sorted(OF_THE_PARTY.difference(_SENDING_BACK)))
            return sa.and_(is_open, _latest(sent_back) > _latest(answered))
        case Concern.STUCK:
            silent_since = watch.now - timedelta(days=watch.stuck_days)
            return sa.and_(is_open, SupervisionCase.changed_at < silent_since)


def has_act(action: Action, *further: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """True for the cases in which this was done and not taken back."""
    return sa.exists().where(
        Act.case_id == SupervisionCase.id, Act.action == action.value, not_taken_back(), *further
    )


def was_listed(*when: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """True for the cases whose notice was served here, or that a body above had listed."""
    return sa.or_(*(has_act(action, *when) for action in _LISTING))


def runs_out(*when: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """True for the cases in which a running deadline is due then."""
    return sa.exists().where(
        Deadline.case_id == SupervisionCase.id, Deadline.ended_at.is_(None), *when
    )


def _latest(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """The id of the newest of these acts in a case; 0 where there is none."""
    newest = (
        sa.select(sa.func.max(Act.id))
        .where(Act.case_id == SupervisionCase.id, not_taken_back(), *which)
        .correlate(SupervisionCase)
        .scalar_subquery()
    )
    return sa.func.coalesce(newest, 0)
