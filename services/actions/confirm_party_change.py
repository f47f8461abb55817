"""The department head decides whether another party answers for the hazard."""

from dataclasses import dataclass, replace

from services.errors import InvalidCommandError, ProposalOutdatedError
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.models.organisation import Organisation
from services.parties import check_new_party, pass_to
from services.step import OpenedStep, open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True, kw_only=True)
class ConfirmPartyChange(TaskCommand):
    """Agreed, the new party takes over every duty; no limit starts anew.

    The names of the two parties are put in when the change takes effect.
    """

    former_party: str = ""
    new_party: str = ""


def confirm_party_change(frame: Frame, command: ConfirmPartyChange) -> Receipt:
    """Agree, or refuse with the reason."""
    require_reason(command, Outcome.ACCEPTED)
    step = open_step(frame, Action.CONFIRM_PARTY_CHANGE, command)
    if command.outcome is not Outcome.ACCEPTED:
        step.record(replace(command, former_party="", new_party=""))
        return step.advance()
    new_party = _proposed_party(step)
    former = step.case.responsible_party.name
    step.record(replace(command, former_party=former, new_party=new_party.name))
    pass_to(frame, step.case, new_party)
    return step.advance()


def _proposed_party(step: OpenedStep) -> Organisation:
    """The party that was proposed, if it may still take over. ProposalOutdatedError otherwise."""
    proposed = step.facts_record.last(Action.CHANGE_RESPONSIBLE_PARTY)
    if proposed is None:
        raise ProposalOutdatedError
    try:
        return check_new_party(
            step.frame.session, step.case, int(str(proposed.content["new_party_id"]))
        )
    except InvalidCommandError:
        raise ProposalOutdatedError from None
