"""The papers of an enforcement order, and what is repeated of it to those who were not told how."""

from collections.abc import Mapping
from datetime import date, datetime

from services.clock import local_date
from services.errors import InvalidCommandError
from services.reference.order_bases import order_bases
from services.reference.profile import Profile
from workflows.deadlines import compute
from workflows.facts import CaseRecord
from workflows.orders import kind_named
from workflows.vocabulary import Action, OrderKind
from workflows.working_days import Calendar

# The rule of the profile that says how long before the stop the party is told.
NOTICE_BEFORE_STOP = "notify_of_power_stop"
# The time for asking to be heard is the same as for a penalty.
TIME_TO_ANSWER = "answer_penalty_notice"
TOLD = ("legal_basis", "order_ground", "facts_and_evidence", "order_text")


def proposed_kind(record: CaseRecord) -> OrderKind:
    """The kind of the order under way."""
    return _named_last(record, Action.PROPOSE_ORDER)


def lifted_kind(record: CaseRecord) -> OrderKind:
    """The kind of the order whose lifting is under way."""
    return _named_last(record, Action.LIFT_ORDER)


def _named_last(record: CaseRecord, action: Action) -> OrderKind:
    act = record.last(action)
    kind = kind_named(act) if act else None
    assert kind is not None, f"{action} names the kind"
    return kind


def told_of_order(record: CaseRecord) -> Mapping[str, str]:
    """What the party is told: what was proposed, and on which basis."""
    proposed = record.last(Action.PROPOSE_ORDER)
    content: Mapping[str, object] = proposed.content if proposed else {}
    return {name: str(content.get(name) or "") for name in TOLD}


def basis_of(kind: OrderKind) -> str:
    """The provision on which a kind of order rests, as the reference data name it now."""
    basis = order_bases()[kind]
    return f"{basis.document}{basis.article}"


def check_notice(profile: Profile, calendar: Calendar, told_at: datetime, at: datetime) -> None:
    """InvalidCommandError where what is ordered begins too soon after the party was told.

    Hours run through holidays.
    """
    earliest = compute(profile.rules[NOTICE_BEFORE_STOP], told_at, calendar).due_at
    if at < earliest:
        raise InvalidCommandError({"stops_at": f"too_soon_after_notice:{earliest.isoformat()}"})


def require_not_before(command: object, name: str, earliest: date | None) -> None:
    """InvalidCommandError where this date lies before what it follows."""
    day = getattr(command, name)
    if earliest is not None and day is not None and day < earliest:
        raise InvalidCommandError({name: f"before_day:{earliest.isoformat()}"})


def day_said(record: CaseRecord, action: Action, name: str) -> date | None:
    """The day that the latest act of this kind put on record under this name, or None."""
    act = record.last(action)
    text = str(act.content.get(name) or "") if act else ""
    if "T" in text:
        return local_date(datetime.fromisoformat(text))
    return date.fromisoformat(text) if text else None
