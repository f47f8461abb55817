"""The party was told of an order that is meant for it, and what it said is put on record."""

from dataclasses import dataclass, replace
from datetime import date

from services.clock import start_of_day
from services.errors import InvalidCommandError
from services.frame import Frame, Receipt, require, require_not_in_future
from services.orders import TIME_TO_ANSWER, proposed_kind, require_not_before, told_of_order
from services.papers import serve
from services.queries.calendar import current_calendar
from services.serving import Service, check_entries
from services.step import open_step
from workflows.deadlines import compute
from workflows.vocabulary import Action, DocumentKind, OrderKind, PartyAnswer


@dataclass(frozen=True, kw_only=True)
class HearParty(Service):
    """When it was told, what it answered, and the minutes where a hearing was held.

    The act adds what was told, for those who do not see how the office came to it.
    """

    party_answer: PartyAnswer
    heard_on: date | None = None
    statement: str = ""
    enforcement_kind: OrderKind | None = None
    notice_number: str = ""
    legal_basis: str = ""
    order_ground: str = ""
    facts_and_evidence: str = ""
    order_text: str = ""


def hear_party(frame: Frame, command: HearParty) -> Receipt:
    """Silence is recorded only when the time for asking to be heard is over."""
    check_entries(frame, command)
    if command.party_answer is not PartyAnswer.NOTHING:
        require(command, "heard_on")
    if command.party_answer in (PartyAnswer.STATED, PartyAnswer.HEARING_HELD):
        require(command, "statement", "uploads")
    require_not_in_future(frame, command, "heard_on")
    require_not_before(command, "heard_on", command.served_on)
    step = open_step(frame, Action.HEAR_PARTY, command)
    number = serve(frame, step.case.id, DocumentKind.ORDER_NOTICE, command.served_on)
    if command.party_answer is PartyAnswer.NOTHING:
        _refuse_early_silence(frame, command)
    told = told_of_order(step.facts_record)
    kind = proposed_kind(step.facts_record)
    step.record(
        replace(
            command,
            enforcement_kind=kind,
            notice_number=number,
            legal_basis=told["legal_basis"],
            order_ground=told["order_ground"],
            facts_and_evidence=told["facts_and_evidence"],
            order_text=told["order_text"],
        )
    )
    return step.advance()


def _refuse_early_silence(frame: Frame, command: HearParty) -> None:
    assert command.served_on is not None
    rule = frame.office.profile.rules[TIME_TO_ANSWER]
    calendar = current_calendar(frame.session, frame.office)
    until = compute(rule, start_of_day(command.served_on), calendar).due_on
    if frame.today <= until:
        raise InvalidCommandError({"party_answer": f"answer_time_runs:{until.isoformat()}"})
