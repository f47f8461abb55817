"""Checks after delisting (回头看): when they are due, what they find, and who records them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.errors import RuleError
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Role

_LAST_MONTH = 12
RECORDERS = (Role.CASE_OFFICER, Role.COMMITTEE_OFFICER)
READERS = (*RECORDERS, Role.DEPARTMENT_HEAD, Role.COMMITTEE_OFFICE_HEAD)


class LookBackResult(StrEnum):
    """What a check after delisting found."""

    HOLDS = "holds"
    RECURRED = "recurred"
    NOT_REACHABLE = "not_reachable"


class LookBackState(StrEnum):
    """How one check stands."""

    DONE = "done"
    MISSED = "missed"
    DUE = "due"
    UPCOMING = "upcoming"


@dataclass(frozen=True)
class LookBack:
    """One check: so many months after the end, and how it stands."""

    months: int
    due_on: date
    state: LookBackState


class LookBackRefusedError(RuleError):
    """No post of this person records it."""

    code = "look_back_refused"


def schedule(
    ended_on: date,
    months: Sequence[int],
    results: Mapping[int, Iterable[LookBackResult]],
    today: date,
) -> tuple[LookBack, ...]:
    """The checks of a case in order; `results` by the months of the check.

    Who was not reached is to be visited again. Once a later check is due, an earlier one that was
    not made is missed: a visit today cannot stand for one of months ago. After a recurrence no
    check is due any more; a new case looks after the hazard.
    """
    days = {count: months_after(ended_on, count) for count in months}
    ended = any(LookBackResult.RECURRED in found for found in results.values())
    latest = max((count for count in months if days[count] <= today), default=0)
    checks = []
    for count in months:
        found = results.get(count, ())
        if any(result is not LookBackResult.NOT_REACHABLE for result in found):
            state = LookBackState.DONE
        elif count < latest:
            state = LookBackState.MISSED
        elif count == latest:
            state = LookBackState.DUE
        else:
            state = LookBackState.UPCOMING
        if state is LookBackState.DONE or not ended:
            checks.append(LookBack(count, days[count], state))
    return tuple(checks)


def months_after(day: date, count: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, place = divmod(day.month - 1 + count, _LAST_MONTH)
    wanted = day.replace(day=1, year=day.year + year, month=place + 1)
    return wanted.replace(day=min(day.day, _days_in(wanted)))


def find_post(actor: Actor, organisations: Iterable[int | None]) -> PostRecord | None:
    """The post at one of these organisations by which the person records, or None."""
    houses = set(organisations)
    return next(
        (post for post in actor.posts if post.role in RECORDERS and post.organisation_id in houses),
        None,
    )


def houses_of(actor: Actor) -> frozenset[int]:
    """The organisations whose checks the person reads."""
    return frozenset(post.organisation_id for post in actor.posts if post.role in READERS)


def _days_in(first: date) -> int:
    year, month = divmod(first.month, _LAST_MONTH)
    return (first.replace(year=first.year + year, month=month + 1) - first).days
