"""The secret address of a personal calendar: made, looked up, ended. The token is kept nowhere."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.models.account import Account, CalendarFeed
from services.public_requests import PublicForm, TooManyRequestsError, count_public_request
from workflows.errors import RuleError

# The office's own settings: programs ask every quarter of an hour or less often.
WINDOW = timedelta(hours=1)
MOST_READS_IN_WINDOW = 60


class FeedNotFoundError(RuleError):
    """No such address (any more)."""

    code = "feed_not_found"


@dataclass(frozen=True)
class FeedRow:
    """The address that a person has: since when, and when a program last read it."""

    made_at: datetime
    read_at: datetime | None


def make_feed(session: Session, person_id: int, now: datetime) -> str:
    """The token of a new address; the one before is worthless from now on."""
    lock_until_commit(session, f"calendar feed {person_id}")
    end_feeds(session, person_id, now)
    token = secrets.token_urlsafe(32)
    session.add(CalendarFeed(person_id=person_id, token_hash=_token_hash(token), made_at=now))
    session.flush()
    return token


def end_feeds(session: Session, person_id: int, now: datetime) -> int:
    """No program reads this person's calendar any more; returns how many addresses ended."""
    ended = session.execute(
        sa.update(CalendarFeed)
        .where(CalendarFeed.person_id == person_id, CalendarFeed.ended_at.is_(None))
        .values(ended_at=now)
        .returning(CalendarFeed.id)
    ).all()
    return len(ended)


def find_feed(session: Session, person_id: int) -> FeedRow | None:
    """The person's address, without its token."""
    row = session.scalars(
        sa.select(CalendarFeed).where(
            CalendarFeed.person_id == person_id, CalendarFeed.ended_at.is_(None)
        )
    ).first()
    return FeedRow(row.made_at, row.read_at) if row else None


def read_feed(session: Session, token: str, now: datetime) -> int | None:
    """Whose calendar this address shows, counting the reading; None: nobody's.

    TooManyRequestsError when a program asks more often than the bound.
    """
    feed = session.scalars(
        sa.select(CalendarFeed)
        .join(Account, Account.person_id == CalendarFeed.person_id)
        .where(
            CalendarFeed.token_hash == _token_hash(token),
            CalendarFeed.ended_at.is_(None),
            Account.disabled_at.is_(None),
        )
        .with_for_update(of=CalendarFeed)
    ).one_or_none()
    if feed is None:
        return None
    if feed.counted_from is None or now - feed.counted_from >= WINDOW:
        feed.counted_from, feed.reads = now, 0
    if feed.reads >= MOST_READS_IN_WINDOW:
        raise TooManyRequestsError
    feed.read_at, feed.reads = now, feed.reads + 1
    session.flush()
    return feed.person_id


def count_wrong_address(session: Session, network: str, now: datetime) -> None:
    """Somebody asks for an address that is none; TooManyRequestsError beyond the bound."""
    count_public_request(session, PublicForm.CALENDAR, network, now)


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
