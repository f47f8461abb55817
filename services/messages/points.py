"""The labelled points of the worker: where it may be killed, and nothing is lost or done twice."""

from collections.abc import Callable
from enum import StrEnum


class Point(StrEnum):
    """Between any two of these, either all of what one transaction writes is kept, or none."""

    MESSAGE_LEASED = "message_leased"
    MESSAGE_WORKED = "message_worked"
    MESSAGE_RECORDED = "message_recorded"
    MESSAGE_KEPT = "message_kept"
    DEADLINE_FOUND = "deadline_found"
    DEADLINE_TAKEN = "deadline_taken"
    DEADLINE_RECORDED = "deadline_recorded"
    DEADLINE_KEPT = "deadline_kept"


Passing = Callable[[Point], None]


def pass_by(_point: Point) -> None:
    """Go on: what the worker does at every point unless a test stops it there."""
