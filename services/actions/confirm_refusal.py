"""The department head decides whether the party is on record as refusing to rectify."""

from dataclasses import dataclass, replace
from datetime import date

from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.step import open_step
from workflows.vocabulary import Action, DocumentKind, Outcome


@dataclass(frozen=True, kw_only=True)
class ConfirmRefusal(TaskCommand):
    """The act repeats the order and the day, for those who do not read what was proposed."""

    order_kind: DocumentKind | None = None
    order_number: str = ""
    refused_on: date | None = None


def confirm_refusal(frame: Frame, command: ConfirmRefusal) -> Receipt:
    """Confirm it, or say why it is no refusal."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.CONFIRM_REFUSAL, command)
    recorded = step.facts_record.last(Action.RECORD_REFUSAL)
    assert recorded is not None
    content = recorded.content
    step.record(
        replace(
            command,
            order_kind=DocumentKind(str(content["order_kind"])),
            order_number=str(content["order_number"]),
            refused_on=date.fromisoformat(str(content["refused_on"])),
        )
    )
    return step.advance()
