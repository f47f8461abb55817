"""Evaluation of the effect by own people and experts, or by a qualified agency."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action

# What each kind of evaluator must say of itself.
EVALUATORS = {
    "own_experts": ("technicians", "experts"),
    "agency": ("agency", "qualification_number", "qualification_scope"),
}


@dataclass(frozen=True, kw_only=True)
class EvaluateEffect(TaskCommand):
    """`evaluator` is `own_experts`, all named, or `agency`, with its qualification."""

    evaluator: str
    technicians: str = ""
    experts: str = ""
    agency: str = ""
    qualification_number: str = ""
    qualification_scope: str = ""
    conclusion: str


def evaluate_effect(frame: Frame, command: EvaluateEffect) -> Receipt:
    """Evaluate the effect; whoever evaluated is named."""
    require(command, "evaluator", "conclusion")
    if command.evaluator not in EVALUATORS:
        raise InvalidCommandError({"evaluator": "choice"})
    require(command, *EVALUATORS[command.evaluator])
    step = open_step(frame, Action.EVALUATE_EFFECT, command)
    step.record(command)
    return step.advance()
