"""Limits against floods and guesses: how often something happened in a span, never by whom.

No address, browser or network is looked at. What is full refuses without writing anything.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.models.tip import PublicQuota
from workflows.errors import RuleError

ENTERPRISE = "enterprise"
_START = datetime.fromisoformat("2000-01-01T00:00:00+08:00")


class TipsFullError(RuleError):
    """More tips came in this span than the office can read; `detail["quota"]` is which."""

    code = "tips_full"


class GuessesStoppedError(RuleError):
    """Too many wrong receipts within a minute, by whomever."""

    code = "guesses_stopped"


@dataclass(frozen=True)
class Quota:
    """At most so many within each span. The numbers are the office's own."""

    name: str
    most: int
    span: timedelta

    def at(self, now: datetime) -> datetime:
        """When the present span began."""
        return now - (now - _START) % self.span


# Spans of a day keep nothing finer than the day on which an informant wrote.
ALL_TIPS = Quota("tips", 300, timedelta(days=1))
ALL_MESSAGES = Quota("messages", 600, timedelta(days=1))
WRONG_CODES = Quota("wrong codes", 30, timedelta(minutes=1))
UNKNOWN_CODES = Quota("unknown codes", 20, timedelta(minutes=1))


def tips_about(place: str) -> Quota:
    """Tips for one division or one enterprise: a flood about one place leaves the others open."""
    return Quota(f"tips {place}", 40, timedelta(days=1))


def messages_of(tip_id: int) -> Quota:
    """Messages of one informant."""
    return Quota(f"messages {tip_id}", 20, timedelta(days=1))


def is_full(session: Session, quota: Quota, now: datetime) -> bool:
    """Whether nothing more is let through in this span."""
    row = session.get(PublicQuota, quota.name, populate_existing=True)
    return row is not None and row.begins_at == quota.at(now) and row.used >= quota.most


def full_places(session: Session, now: datetime) -> tuple[str, ...]:
    """Of which division or `enterprise ID` nothing more is taken today; "" where nothing at all."""
    begins_at = ALL_TIPS.at(now)
    rows = session.scalars(
        sa.select(PublicQuota).where(PublicQuota.begins_at == begins_at).order_by(PublicQuota.name)
    )
    full = (row.name for row in rows if _is_of_tips(row.name) and row.used >= _most(row.name))
    return tuple(name.removeprefix(ALL_TIPS.name).strip() for name in full)


def _is_of_tips(name: str) -> bool:
    return name.split(" ", maxsplit=1)[0] == ALL_TIPS.name


def _most(name: str) -> int:
    return ALL_TIPS.most if name == ALL_TIPS.name else tips_about("").most


def use(session: Session, quota: Quota, now: datetime) -> bool:
    """Count one; False when the span is full already."""
    lock_until_commit(session, f"public quota {quota.name}")
    if is_full(session, quota, now):
        return False
    row = session.get(PublicQuota, quota.name)
    if row is None:
        session.add(PublicQuota(name=quota.name, begins_at=quota.at(now), used=1))
    elif row.begins_at != quota.at(now):
        row.begins_at, row.used = quota.at(now), 1
    else:
        row.used += 1
    session.flush()
    return True


def forget_old(session: Session, now: datetime) -> None:
    """Nothing is kept of spans that are over."""
    session.execute(sa.delete(PublicQuota).where(PublicQuota.begins_at < now - timedelta(days=2)))
