"""The minutes of a regulatory talk: who met, what was asked and undertaken, who signed."""

from dataclasses import dataclass
from datetime import date

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require, require_not_in_future
from services.plan import PlanStep
from services.step import OpenedStep, open_step
from workflows.vocabulary import Action, MinutesSigning


@dataclass(frozen=True, kw_only=True)
class RecordTalk(TaskCommand):
    """The talk as both sides put it on paper; `signing_note` names who signed, or who refused."""

    held_on: date | None
    venue: str
    chaired_by: str
    attending_for_office: str
    talked_to: str
    questions_raised: str
    requirements_set: str
    undertakings: tuple[PlanStep, ...]
    minutes_signing: MinutesSigning
    signing_note: str


def record_talk(frame: Frame, command: RecordTalk) -> Receipt:
    """Record the talk. Whoever was talked to answers from now on."""
    require(command, "held_on", "venue", "chaired_by", "attending_for_office", "talked_to")
    require(command, "questions_raised", "requirements_set", "minutes_signing", "signing_note")
    require(command, "uploads")
    require_not_in_future(frame, command, "held_on")
    step = open_step(frame, Action.RECORD_TALK, command)
    _refuse_impossible_days(step, command)
    step.record(command)
    return step.advance()


def _refuse_impossible_days(step: OpenedStep, command: RecordTalk) -> None:
    """First the notice, then the talk, then what was undertaken there."""
    held_on = command.held_on
    served = step.facts_record.last(Action.SERVE_ESCALATION)
    if held_on is None or served is None:
        return
    if held_on < date.fromisoformat(str(served.content["served_on"])):
        raise InvalidCommandError({"held_on": "before_talk_notice"})
    if any(undertaking.due_on < held_on for undertaking in command.undertakings):
        raise InvalidCommandError({"undertakings": "undertaking_before_talk"})
