"""The page on which a case begins, and the receipt that follows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.queries.case_page import CasePage, OpenStepRow
from services.queries.parties import PartyRow
from web.forms.report import NewCaseForm
from web.labels import DECISIONS, GOVERNMENT_STANDS_IN, Decision
from web.views.criterion import CriterionChoice, criterion_choice
from web.views.due import Due, due_of
from web.views.form_rows import FieldRow, field_labels, field_rows
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True)
class NewCaseView:
    """The form that begins a case. `party` is the reporting enterprise, or the one chosen."""

    action: Action
    party: PartyRow | None
    form: NewCaseForm
    rows: Mapping[str, FieldRow]
    labels: Mapping[str, str]
    choice: CriterionChoice
    words: Decision
    saved_at: datetime | None


@dataclass(frozen=True)
class NextDuty:
    """What is to be done next, by whom, by when; `is_mine` leads to its page."""

    row: OpenStepRow
    due: Due | None


@dataclass(frozen=True)
class ReceiptView:
    """What the office says it has received."""

    case: CasePage
    duties: tuple[NextDuty, ...]


def new_case_view(
    action: Action, form: NewCaseForm, party: PartyRow | None, saved_at: datetime | None
) -> NewCaseView:
    """The form with the clauses for its sector and day, as far as both are known."""
    typed_sector = form["sector"].data if "sector" in form else ""
    sector = (party.sector if party else "") or typed_sector
    return NewCaseView(
        action=action,
        party=party,
        form=form,
        rows=field_rows(action, form),
        labels=field_labels(action, form),
        choice=criterion_choice(sector, form.found_on.data, form.clause_key.data or ""),
        words=DECISIONS[action, Outcome.DONE],
        saved_at=saved_at,
    )


def party_label(party: PartyRow) -> str:
    """A party as it is offered: of a government, for which hazards it stands in."""
    return GOVERNMENT_STANDS_IN.format(name=party.name) if party.is_government else party.name


def receipt_view(case: CasePage, now: datetime) -> ReceiptView:
    """The duties that are open and the standing steps with a deadline, soonest first."""
    return ReceiptView(
        case,
        tuple(
            NextDuty(row, due_of(row.task.due_at, now))
            for row in case.open_steps
            if not row.task.standing or row.task.due_at
        ),
    )
