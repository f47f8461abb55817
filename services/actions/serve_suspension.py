"""The decisions on a penalty are served: from here on the suspension is in force."""

from dataclasses import dataclass, replace

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt
from services.papers import serve
from services.penalty import told_of
from services.serving import Service, check_entries
from services.step import open_step
from workflows.vocabulary import Action, DocumentKind


@dataclass(frozen=True, kw_only=True)
class ServeSuspension(Service):
    """To whom each decision went; the act adds what was decided."""

    head_received_by: str = ""
    unit_number: str = ""
    head_number: str = ""
    unit_penalty: str = ""
    head_name: str = ""
    head_penalty: str = ""


def serve_suspension(frame: Frame, command: ServeSuspension) -> Receipt:
    """Record the service of the unit's decision, and of the head's where there is one."""
    check_entries(frame, command)
    step = open_step(frame, Action.SERVE_SUSPENSION, command)
    names = ("unit_penalty", "head_name", "head_penalty")
    told = told_of(step.facts_record, Action.DECIDE_SUSPENSION, names)
    if told["head_penalty"] and not command.head_received_by:
        raise InvalidCommandError({"head_received_by": "required"})
    unit, head = (
        serve(frame, step.case.id, kind, command.served_on)
        for kind in (DocumentKind.UNIT_PENALTY_DECISION, DocumentKind.HEAD_PENALTY_DECISION)
    )
    step.record(
        replace(
            command,
            unit_number=unit,
            head_number=head,
            unit_penalty=told["unit_penalty"],
            head_name=told["head_name"],
            head_penalty=told["head_penalty"],
        )
    )
    return step.advance()
