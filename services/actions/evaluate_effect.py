"""Evaluation of the effect by own people and experts, or by a qualified agency."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class EvaluateEffect(TaskCommand):
    """`evaluator` is `own_experts` or `agency`; an agency is named with its qualification."""

    evaluator: str
    agency: str
    conclusion: str


def evaluate_effect(frame: Frame, command: EvaluateEffect) -> Receipt:
    """Evaluate the effect; an agency must be named."""
    require(command, "evaluator", "conclusion")
    if command.evaluator == "agency":
        require(command, "agency")
    step = open_step(frame, Action.EVALUATE_EFFECT, command)
    step.record(command)
    return step.advance()
