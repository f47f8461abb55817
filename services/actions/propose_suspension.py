"""The case officer proposes to penalise: suspension for the unit, and the head's own penalty."""

from dataclasses import dataclass, replace

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, require
from services.penalty import Penalty, check_head
from services.step import open_step
from workflows.facts import is_self_reported
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ProposeSuspension(Penalty):
    """What was violated, on what ground it is penalised, and what proves it.

    `leniency` says how it weighs that the enterprise reported itself; the act adds whether it did.
    """

    clause_violated: str
    penalty_basis: str
    facts_and_evidence: str
    leniency: str = ""
    self_reported: bool = False


def propose_suspension(frame: Frame, command: ProposeSuspension) -> Receipt:
    """Propose; nothing is told to the party before its legality has been reviewed."""
    require(command, "clause_violated", "penalty_basis", "facts_and_evidence", "unit_penalty")
    check_head(command)
    step = open_step(frame, Action.PROPOSE_SUSPENSION, command)
    self_reported = is_self_reported(step.facts_record)
    if self_reported and not command.leniency:
        raise InvalidCommandError({"leniency": "required"})
    step.record(replace(command, self_reported=self_reported))
    return step.advance()
