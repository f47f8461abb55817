"""An invited expert gives an opinion, or stays away from the case."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.invitations import end_invitation
from services.step import open_step
from workflows.vocabulary import Action, InvitationEnd, Outcome

DECLINING = {"conflict": InvitationEnd.CONFLICT, "unable": InvitationEnd.UNABLE}


@dataclass(frozen=True, kw_only=True)
class GiveExpertOpinion(TaskCommand):
    """`no_conflict` is the expert's own declaration; `declined_because` says why there is none."""

    statement: str = ""
    problems_found: str = ""
    suggestions: str = ""
    no_conflict: bool = False
    declined_because: str = ""


def give_expert_opinion(frame: Frame, command: GiveExpertOpinion) -> Receipt:
    """Advise; the decision stays with the department. Nobody advises with an interest."""
    if command.outcome is Outcome.DONE:
        require(command, "statement")
        if not command.no_conflict:
            raise InvalidCommandError({"no_conflict": "not_declared"})
    elif command.declined_because not in DECLINING:
        raise InvalidCommandError({"declined_because": "choose"})
    step = open_step(frame, Action.GIVE_EXPERT_OPINION, command)
    done = command.outcome is Outcome.DONE
    how = InvitationEnd.GIVEN if done else DECLINING[command.declined_because]
    end_invitation(frame, step.case.id, how)
    step.record(command)
    return step.advance()
