"""What anybody may send or ask for: counted by network, so that nobody floods the office."""

from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.models.administration import PublicRequest
from workflows.errors import RuleError

# The office's own settings: several people may share one network.
WINDOW = timedelta(hours=1)
MOST_IN_WINDOW = 10


class PublicForm(StrEnum):
    """Which form was sent."""

    PASSWORD = "password"  # noqa: S105  the name of a form
    REGISTRATION = "registration"
    CALENDAR = "calendar"
    VERIFICATION = "verification"


class TooManyRequestsError(RuleError):
    """Too many of these forms came from one network within the window."""

    code = "too_many_requests"


def count_public_request(session: Session, form: PublicForm, network: str, now: datetime) -> None:
    """Count one sending; TooManyRequestsError beyond the bound. Whom it names plays no part."""
    require_room(session, form, network, now)
    add_public_request(session, form, network, now)


def require_room(session: Session, form: PublicForm, network: str, now: datetime) -> None:
    """TooManyRequestsError when the bound is reached; who asks at the same time waits."""
    lock_until_commit(session, f"public request {network}")
    session.execute(sa.delete(PublicRequest).where(PublicRequest.at <= now - WINDOW))
    sent = session.scalars(
        sa.select(sa.func.count(PublicRequest.id)).where(
            PublicRequest.kind == form, PublicRequest.network == network
        )
    ).one()
    if sent >= MOST_IN_WINDOW:
        raise TooManyRequestsError


def add_public_request(session: Session, form: PublicForm, network: str, now: datetime) -> None:
    """Count one, where only some count: guesses that missed."""
    session.add(PublicRequest(kind=form.value, network=network, at=now))
    session.flush()
