"""What every service of the listing notice says, and when it may have taken place."""

from dataclasses import dataclass
from datetime import date

from services.documents.issue import issued_notice
from services.errors import InvalidCommandError
from services.frame import Frame, TaskCommand, require, require_not_in_future
from services.models.document import Document
from services.step import OpenedStep
from workflows.vocabulary import Action, Outcome, ServiceMethod


@dataclass(frozen=True, kw_only=True)
class Service(TaskCommand):
    """A refusal is answered by leaving the notice at the premises, with witnesses named."""

    method: ServiceMethod | None
    served_on: date | None
    received_by: str


def check_entries(frame: Frame, command: Service) -> None:
    """InvalidCommandError where something is missing or lies in the future."""
    require(command, "method", "served_on", "received_by")
    require_not_in_future(frame, command, "served_on")
    if command.method is ServiceMethod.LEFT_AT_PREMISES:
        require(command, "opinion")


def notice_served_by(step: OpenedStep, command: Service) -> Document:
    """The issued notice; InvalidCommandError when it cannot have been served on that day.

    Before the party changed, it can only have reached the former one.
    """
    notice = issued_notice(step.frame.session, step.case.id)
    changed_on = max(
        (
            act.on
            for act in step.facts_record.acts
            if act.action is Action.CONFIRM_PARTY_CHANGE
            and act.outcome is Outcome.ACCEPTED
            and act.on is not None
        ),
        default=None,
    )
    assert command.served_on is not None
    if notice.issued_on and command.served_on < notice.issued_on:
        raise InvalidCommandError({"served_on": "before_issue"})
    if changed_on is not None and command.served_on < changed_on:
        raise InvalidCommandError({"served_on": "before_party_change"})
    return notice
