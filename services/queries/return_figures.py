"""What the record says of one unit and one month: the figures of its monthly return."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.models.case import Act, Handover, SupervisionCase
from services.models.organisation import Post
from services.queries.months import Month
from workflows.vocabulary import Action, CaseEnding, Outcome


class Figure(StrEnum):
    """One line of the table, in its order."""

    REGISTERED = "registered"
    LISTED = "listed"
    DELISTED = "delisted"
    HANDED_OVER = "handed_over"
    VISITED = "visited"
    UNDER_SUPERVISION = "under_supervision"
    PAST_LIMIT = "past_limit"
    NOT_ACKNOWLEDGED = "not_acknowledged"


# How things stand on a day, and not what happened in a month.
STANDING = (Figure.UNDER_SUPERVISION, Figure.PAST_LIMIT, Figure.NOT_ACKNOWLEDGED)


@dataclass(frozen=True)
class FigureLine:
    """A figure of the month and of the year up to its end; of what stands there is no year."""

    figure: Figure
    month: int
    year: int | None


def list_figures(
    session: Session, unit_id: int, period: Month, now: datetime
) -> tuple[FigureLine, ...]:
    """Counted to the end of the month, or to this moment where the month is not over.

    A unit's cases are those in its territory or under its supervision. Nobody is named.
    """
    until = min(now, period.ends_at)
    month = _happened(session, unit_id, period.begins_at, until)
    year = _happened(session, unit_id, Month(period.year, 1).begins_at, until)
    standing = _standing(session, unit_id, until)
    return tuple(
        FigureLine(figure, standing[figure], None)
        if figure in STANDING
        else FigureLine(figure, month[figure], year[figure])
        for figure in Figure
    )


def as_of(period: Month, today: date) -> date:
    """The day up to which the figures are counted."""
    return min(today, period.last_on)


def _happened(
    session: Session, unit_id: int, begins_at: datetime, until: datetime
) -> dict[Figure, int]:
    def within(column: sa.SQLColumnExpression[datetime | None]) -> sa.ColumnElement[bool]:
        return sa.and_(column >= begins_at, column < until)

    listing = sa.exists().where(
        Act.case_id == SupervisionCase.id,
        Act.action.in_((Action.SIGN_LISTING.value, Action.RECORD_EXTERNAL_LISTING.value)),
        Act.outcome.in_((Outcome.ACCEPTED.value, Outcome.DONE.value)),
        within(Act.at),
    )
    return {
        Figure.REGISTERED: _count_cases(session, unit_id, within(SupervisionCase.filed_at)),
        Figure.LISTED: _count_cases(
            session, unit_id, SupervisionCase.case_number.is_not(None), listing
        ),
        Figure.DELISTED: _count_cases(
            session,
            unit_id,
            SupervisionCase.ending == CaseEnding.DELISTED.value,
            within(SupervisionCase.ended_at),
        ),
        Figure.HANDED_OVER: _count(
            session,
            sa.select(sa.func.count(Handover.id)).where(
                Handover.receiver_id == unit_id, within(Handover.handed_over_at)
            ),
        ),
        Figure.VISITED: _count(
            session,
            sa.select(sa.func.count(Act.id))
            .join(Post, Post.id == Act.post_id)
            .where(
                Post.organisation_id == unit_id,
                Act.action == Action.RECORD_VISIT.value,
                within(Act.at),
            ),
        ),
    }


def _standing(session: Session, unit_id: int, until: datetime) -> dict[Figure, int]:
    listed: Sequence[sa.ColumnElement[bool]] = (
        SupervisionCase.case_number.is_not(None),
        SupervisionCase.filed_at < until,
        sa.or_(SupervisionCase.ended_at.is_(None), SupervisionCase.ended_at >= until),
    )
    past = SupervisionCase.rectification_limit_on < local_date(until)
    waiting = sa.select(sa.func.count(Handover.id)).where(
        Handover.receiver_id == unit_id,
        Handover.handed_over_at < until,
        sa.or_(Handover.acknowledged_at.is_(None), Handover.acknowledged_at >= until),
    )
    return {
        Figure.UNDER_SUPERVISION: _count_cases(session, unit_id, *listed),
        Figure.PAST_LIMIT: _count_cases(session, unit_id, *listed, past),
        Figure.NOT_ACKNOWLEDGED: _count(session, waiting),
    }


def _count_cases(session: Session, unit_id: int, *which: sa.ColumnElement[bool]) -> int:
    own = sa.or_(
        SupervisionCase.territorial_government_id == unit_id,
        SupervisionCase.competent_department_id == unit_id,
    )
    return _count(session, sa.select(sa.func.count(SupervisionCase.id)).where(own, *which))


def _count(session: Session, counted: sa.Select[int]) -> int:
    return session.execute(counted).scalar_one()
