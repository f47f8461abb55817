"""What a sheet signed on paper says: the fields of its act, and who signed, when, where it lies."""

from functools import cache
from typing import Any, cast

from services.queries.paper import SignerRow
from web.forms.acts import ACT_FORMS
from web.forms.base import PageForm
from web.forms.fields import ChoiceField, OneOfField, choice, day, files, line, one_of, paragraph
from web.forms.step import COMMON, StepForm
from web.labels import BLANK_CHOICES, DECISIONS, both_names
from workflows.outcomes import OUTCOMES
from workflows.vocabulary import Action, Outcome

SHEET = ("signed_on", "uploads", "original_place")


class PaperFields:
    """The fields that every signature on paper has, whatever its act asks for."""

    signer_id = choice({}, "", required=True)
    decision = one_of({}, required=True)
    signed_on = day(required=True)
    uploads = files(required=True)
    original_place = line(required=True)


class RefusePaperForm(PageForm):
    """Why the sheet and the registration do not agree."""

    reason = paragraph(required=True)


class PaperCaseForm(PageForm):
    """The file of a case from paper, and the scans that it names."""

    case_file = files(required=True)
    scans = files()


@cache
def paper_form(action: Action) -> type[StepForm]:
    """The form of an act with the fields of its sheet around it."""
    base = ACT_FORMS[action]
    between = tuple(name for name in base.LAST if name not in COMMON)
    members: dict[str, Any] = {
        "FIRST": ("signer_id", "decision", *base.FIRST),
        "LAST": (*between, "opinion", *SHEET),
    }
    return cast("type[StepForm]", type("PaperForm", (PaperFields, base), members))


def offer(form: StepForm, action: Action, signers: list[SignerRow]) -> None:
    """Put the people who may have signed, and the decisions, into the choices of the form."""
    people = {
        str(row.person_id): both_names(row.name, row.principal_name)
        + f"（{row.organisation_name} {row.post_title}）"
        for row in signers
    }
    signer, decision = cast("ChoiceField", form["signer_id"]), cast("OneOfField", form["decision"])
    signer.choices = {"": BLANK_CHOICES["signer_id"], **people}
    decisions = {outcome.value: DECISIONS[action, outcome].button for outcome in OUTCOMES[action]}
    decision.choices = decisions
    if len(decisions) == 1 and not decision.data:
        decision.data = next(iter(decisions))


def decision_of(form: StepForm, action: Action) -> Outcome:
    """What was decided on paper; the favourable decision while nothing sensible was chosen."""
    chosen = form["decision"].data
    offered = OUTCOMES[action]
    return next((item for item in offered if item.value == chosen), offered[0])


def signer_of(form: StepForm) -> int | None:
    """Who was chosen as signer."""
    text = form["signer_id"].data or ""
    return int(text) if text.isdecimal() else None
