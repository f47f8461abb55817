"""Supplement of the first report: causes, harm, and the five-in-place list."""

from dataclasses import dataclass

from services.frame import Frame, Receipt, TaskCommand, require
from services.step import open_step
from workflows.vocabulary import Action


@dataclass(frozen=True, kw_only=True)
class SupplementReport(TaskCommand):
    """Content by article 14 of Order 16 (secondary copies), and the five-in-place list."""

    current_state_and_cause: str
    harm_and_difficulty: str
    measures: str
    responsibility: str
    funds: str
    time_limit: str
    contingency_plan: str
    rectification_lead: str


def supplement_report(frame: Frame, command: SupplementReport) -> Receipt:
    """Complete the report. Each of the five parts is needed, and a named lead."""
    require(command, "current_state_and_cause", "harm_and_difficulty", "rectification_lead")
    require(command, "measures", "responsibility", "funds", "time_limit", "contingency_plan")
    step = open_step(frame, Action.SUPPLEMENT_REPORT, command)
    step.record(command)
    return step.advance()
