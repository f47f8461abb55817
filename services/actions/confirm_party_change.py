"""The department head decides whether another party answers for the hazard."""

from dataclasses import dataclass

from services.errors import InvalidCommandError, ProposalOutdatedError
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.parties import check_new_party, pass_to
from services.step import open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ConfirmPartyChange(TaskCommand):
    """Agreed, the new party takes over every duty; no limit starts anew."""


def confirm_party_change(frame: Frame, command: ConfirmPartyChange) -> Receipt:
    """Agree, or refuse with the reason."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.CONFIRM_PARTY_CHANGE, command)
    proposed = step.facts_record.last(Action.CHANGE_RESPONSIBLE_PARTY)
    step.record(command)
    if command.outcome is Outcome.ACCEPTED and proposed is not None:
        new_party_id = int(str(proposed.content["new_party_id"]))
        try:
            new_party = check_new_party(frame.session, step.case, new_party_id)
        except InvalidCommandError:
            raise ProposalOutdatedError from None
        pass_to(frame, step.case, new_party)
    return step.advance()
