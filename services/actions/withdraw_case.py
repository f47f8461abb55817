"""Request to end the supervision of a case early, with its ground."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.merging import find_target
from services.step import open_step
from workflows.vocabulary import Action, WithdrawalGround


@dataclass(frozen=True, kw_only=True)
class WithdrawCase(TaskCommand):
    """`merged_into` is the number of the case that goes on, where two are one hazard."""

    ground: WithdrawalGround
    merged_into: str = ""


def withdraw_case(frame: Frame, command: WithdrawCase) -> Receipt:
    """Ask for the end; it comes when somebody else decides so. The reason stays on record."""
    require(command, "opinion")
    step = open_step(frame, Action.WITHDRAW_CASE, command)
    listed = step.standing.needs_met["listed"]
    if command.ground is WithdrawalGround.LISTING_REVOKED and not listed:
        raise InvalidCommandError({"ground": "not_listed"})
    if command.ground is WithdrawalGround.MERGED:
        find_target(frame, step.case, command.merged_into)
    step.record(command)
    receipt = step.advance()
    if receipt.ending is not None:
        # Diagrams of before know no second person: one alone ends nothing any more.
        raise InvalidCommandError({"ground": "second_person_missing"})
    return receipt
