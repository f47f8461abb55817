"""Proposal that another party answers for the hazard."""

from dataclasses import dataclass, replace

from services.frame import Frame, Receipt, TaskCommand, require
from services.parties import check_new_party
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class ChangeResponsibleParty(TaskCommand):
    """`new_party_id` is a party of the register, `new_party` its name when it was proposed;
    the reason stands in `opinion`.
    """

    new_party_id: int | None
    new_party: str = ""


def change_responsible_party(frame: Frame, command: ChangeResponsibleParty) -> Receipt:
    """Propose the change; it takes effect when the head of the department agrees."""
    require(command, "new_party_id", "opinion")
    step = open_step(frame, Action.CHANGE_RESPONSIBLE_PARTY, command)
    party = check_new_party(frame.session, step.case, command.new_party_id)
    step.record(replace(command, new_party=party.name))
    return step.advance()
