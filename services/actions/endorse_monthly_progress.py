"""A leader in charge or a parent company's head endorses the month's progress, case by case."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.database import lock_until_commit
from services.errors import InvalidCommandError, ShownChangedError
from services.frame import ActOrigin, Frame, Receipt, TaskCommand, append_audit, record_act, require
from services.queries.endorsement_sheet import list_sheet
from services.queries.facts import load_record, standing_of
from services.queries.months import Month
from services.queries.scope import get_visible_case
from workflows.errors import RuleError, TaskNotReadyError
from workflows.permissions import check
from workflows.vocabulary import Action, Stance


class AlreadyEndorsedError(RuleError):
    """The person has signed this case for this month."""

    code = "already_endorsed"


class SheetChangedError(RuleError):
    """Something about these cases has changed since the sheet was shown. Nothing was signed."""

    code = "sheet_changed"

    def __init__(self, case_ids: Sequence[int]) -> None:
        super().__init__()
        self.case_ids = tuple(case_ids)


@dataclass(frozen=True, kw_only=True)
class EndorseMonthlyProgress(TaskCommand):
    """One line of a sheet; `month` as 2026-11. Not a step of the diagram."""

    task_id: str = ""
    month: str
    stance: Stance


def endorse_monthly_progress(frame: Frame, command: EndorseMonthlyProgress) -> Receipt:
    """Sign one case of one month, once a person. A demand or an objection says what and why."""
    if command.stance is not Stance.AGREED:
        require(command, "opinion")
    month = _month(frame, command)
    session = frame.session
    lock_until_commit(session, f"endorsement of {command.case_id}")
    case = get_visible_case(session, frame.actor, command.case_id)
    record = load_record(session, case, frame.office.profile)
    post = check(frame.actor, Action.ENDORSE_MONTHLY_PROGRESS, standing_of(session, case, record))
    line = next(iter(list_sheet(session, frame.actor, month, frame.now, case.id)), None)
    if line is None or line.ending is not None:
        raise TaskNotReadyError
    if line.mine is not None:
        raise AlreadyEndorsedError
    if command.shown != line.shown:
        raise ShownChangedError
    act = record_act(
        frame,
        case,
        Action.ENDORSE_MONTHLY_PROGRESS,
        post,
        command,
        ActOrigin(shown=command.shown),
    )
    append_audit(frame, act, {"month": str(month), "shown": line.shown})
    return Receipt(case.id, act.id, (), (), None)


def sign_sheet(frame: Frame, commands: Sequence[EndorseMonthlyProgress]) -> tuple[Receipt, ...]:
    """One sitting: all of these cases or none. What was signed before is passed over.

    Raises SheetChangedError naming every case that is no longer as it was shown.
    """
    receipts: list[Receipt] = []
    changed: list[int] = []
    for command in sorted(commands, key=lambda command: command.case_id):
        try:
            receipts.append(endorse_monthly_progress(frame, command))
        except AlreadyEndorsedError:
            continue
        except (ShownChangedError, TaskNotReadyError):
            changed.append(command.case_id)
    if changed:
        raise SheetChangedError(changed)
    return tuple(receipts)


def _month(frame: Frame, command: EndorseMonthlyProgress) -> Month:
    month = Month.read(command.month)
    if month is None:
        raise InvalidCommandError({"month": "choice"})
    if month > Month.of(frame.today):
        raise InvalidCommandError({"month": "in_future"})
    return month
