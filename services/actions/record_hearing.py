"""The hearing that the party asked for, recorded by whoever chaired it."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.step import open_step
from workflows.deadlines import last_day_to_ask
from workflows.vocabulary import Action

NOTICE_OF_HEARING = "notify_of_hearing"


@dataclass(frozen=True, kw_only=True)
class RecordHearing(TaskCommand):
    """When it was announced and held, who came, and what was said."""

    notified_on: date | None
    held_on: date | None
    attendees: str
    minutes: str


def record_hearing(frame: Frame, command: RecordHearing) -> Receipt:
    """Asked for, then announced in time before it was held (Administrative Penalty Law, 64)."""
    require(command, "notified_on", "held_on", "attendees", "minutes", "uploads")
    require_not_in_future(frame, command, "notified_on", "held_on")
    step = open_step(frame, Action.RECORD_HEARING, command)
    _refuse_short_notice(frame, command)
    asked_on = step.facts_record.last_on(Action.ANSWER_PENALTY_NOTICE)
    if command.notified_on and asked_on and command.notified_on < asked_on:
        raise InvalidCommandError({"notified_on": "before_hearing_asked"})
    step.record(command)
    return step.advance()


def _refuse_short_notice(frame: Frame, command: RecordHearing) -> None:
    if command.held_on is None or command.notified_on is None:
        return
    count = frame.office.profile.rules[NOTICE_OF_HEARING].count
    latest = last_day_to_ask(command.held_on, count, frame.office.calendar)
    if command.notified_on > latest:
        raise InvalidCommandError({"notified_on": f"short_notice:{latest.isoformat()}"})
