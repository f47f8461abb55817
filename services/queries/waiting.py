"""Counts of what waits outside of cases, asked for at once: everybody's first page needs them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.queries import bans
from services.queries.disclosure import unpublished_count, waiting_count
from services.queries.returns import owed_count
from workflows.permissions import Actor


@dataclass(frozen=True)
class WaitingCounts:
    """Publications that wait for one's step, listed cases not published, returns owed, bans that
    wait for one as the second person.
    """

    publications: int
    unpublished: int
    returns: int
    bans: int


def count_waiting(session: Session, actor: Actor) -> WaitingCounts:
    """All of them in one question."""
    counts = (
        waiting_count(actor),
        unpublished_count(actor),
        owed_count(actor),
        bans.waiting_count(actor),
    )
    return WaitingCounts(*session.execute(sa.select(*counts)).one())
