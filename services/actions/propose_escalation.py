"""The office proposes how slow or weak work is pressed on."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action, Addressee, EscalationKind


@dataclass(frozen=True, kw_only=True)
class ProposeEscalation(TaskCommand):
    """`ground` says what is late or weak; `demands` is the text that goes out."""

    escalation_kind: EscalationKind
    addressee: Addressee
    ground: str
    demands: str


def propose_escalation(frame: Frame, command: ProposeEscalation) -> Receipt:
    """Propose; nothing leaves the office before somebody else has confirmed it."""
    require(command, "escalation_kind", "addressee", "ground", "demands")
    step = open_step(frame, Action.PROPOSE_ESCALATION, command)
    step.record(command)
    return step.advance()
