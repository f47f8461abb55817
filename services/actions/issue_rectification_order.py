"""The order to rectify within a limit. The rectification limit is counted from it."""

from dataclasses import dataclass
from datetime import date

from services.documents.issue import issue_document
from services.errors import InvalidCommandError
from services.former_values import keep_former
from services.frame import Frame, Receipt, TaskCommand, require, require_other_officer
from services.models.case import SupervisionCase
from services.step import open_step
from workflows.deadlines import latest_fixed_date
from workflows.vocabulary import Action, DocumentKind

LIMIT_RULE = "rectification_limit"


@dataclass(frozen=True, kw_only=True)
class IssueRectificationOrder(TaskCommand):
    """`limit_on` may lie at most one year ahead; the listing limit will equal it."""

    requirements: str
    limit_on: date | None
    co_officer: str


def issue_rectification_order(frame: Frame, command: IssueRectificationOrder) -> Receipt:
    """Order the rectification, number the order, and set the limit of the case."""
    require(command, "requirements", "limit_on", "co_officer")
    if command.limit_on is None or command.limit_on <= frame.today:
        raise InvalidCommandError({"limit_on": "not_in_future"})
    rule = frame.office.profile.rules[LIMIT_RULE]
    if command.limit_on > latest_fixed_date(rule, frame.today):
        raise InvalidCommandError({"limit_on": "over_one_year"})
    step = open_step(frame, Action.ISSUE_RECTIFICATION_ORDER, command)
    require_other_officer(frame, step.post, command.co_officer)
    act = step.record(command)
    of_case = SupervisionCase.id == step.case.id
    keep_former(frame.session, SupervisionCase, ("rectification_limit_on",), frame.now, of_case)
    step.case.rectification_limit_on = command.limit_on
    issue_document(
        frame.session,
        frame.office,
        step.case,
        DocumentKind.RECTIFICATION_ORDER,
        act,
        frame.now,
    )
    return step.advance()
