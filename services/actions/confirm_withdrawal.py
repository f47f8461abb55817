"""Somebody else decides whether supervision ends early."""

from dataclasses import dataclass

from services.database import lock_until_commit
from services.documents.issue import void_notice
from services.errors import InvalidCommandError, ProposalOutdatedError
from services.frame import Frame, Receipt, TaskCommand, require_reason
from services.merging import hold_target, merge_into
from services.step import SEVERAL_CASES, open_step
from workflows.vocabulary import Action, Outcome, WithdrawalGround


@dataclass(frozen=True, kw_only=True)
class ConfirmWithdrawal(TaskCommand):
    """The record is kept; whatever is open in the case ends."""


def confirm_withdrawal(frame: Frame, command: ConfirmWithdrawal) -> Receipt:
    """End the supervision, or refuse with the reason. A merged case hands its sources on."""
    require_reason(command, Outcome.ACCEPTED)
    # Two cases never go into each other: of two decisions at once the later sees the earlier.
    lock_until_commit(frame.session, SEVERAL_CASES)
    step = open_step(frame, Action.CONFIRM_WITHDRAWAL, command)
    asked = step.facts_record.last(Action.WITHDRAW_CASE)
    act = step.record(command)
    if command.outcome is Outcome.ACCEPTED and asked is not None:
        void_notice(frame.session, step.case.id, frame.now)
        if asked.content.get("ground") == WithdrawalGround.MERGED:
            number = str(asked.content["merged_into"])
            try:
                target = hold_target(frame, step.case, number)
            except InvalidCommandError:
                raise ProposalOutdatedError from None
            merge_into(frame, step.case, target, act, step.post)
    return step.advance()
