"""What came with a request besides the fields: pressed buttons, and values to begin a form with."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import MultiDict

from services.drafts import Draft, TypedValues
from services.queries.brief import Brief
from services.queries.case_page import ActRow
from web.forms.step import StepForm
from workflows.vocabulary import Action

# Buttons, and what belongs to one showing of a page only.
NOT_KEPT = frozenset(
    {
        "csrf_token",
        "shown",
        "nonce",
        "draft_sha256",
        "outcome",
        "draft",
        "list_clauses",
        "mark_photos",
        "one_time_code",
    }
)
# Done again after a return or in a new round: begun with what was handed in before.
DONE_AGAIN = frozenset(
    {
        Action.VERIFY_HAZARD,
        Action.PROPOSE_LISTING,
        Action.SUBMIT_PLAN,
        Action.APPLY_FOR_ACCEPTANCE,
        Action.EVALUATE_EFFECT,
    }
)


@dataclass(frozen=True)
class Beginning:
    """The values that a form begins with; `from_earlier`: those of an earlier act."""

    values: MultiDict[str, str]
    from_earlier: bool = False


def pressed(name: str) -> bool:
    """Whether this button sent the form."""
    return name in request.form


def typed_values() -> TypedValues:
    """Everything that was typed, unchecked."""
    return {name: texts for name, texts in request.form.lists() if name not in NOT_KEPT}


def kept_values(kept: Draft) -> MultiDict[str, str]:
    """What was kept, as if it were sent again."""
    return MultiDict([(name, text) for name, texts in kept.values.items() for text in texts])


def beginning(form: type[StepForm], brief: Brief, kept: Draft | None) -> Beginning:
    """What was kept for later; else what was handed in before; else what is suggested.

    An act that was taken back is begun with all of it, its opinion too.
    """
    earlier = None
    if kept is not None:
        values = kept_values(kept)
    else:
        earlier = brief.taken_back or _earlier(brief)
        values = form.typed_again(_handed_in(earlier)) if earlier else MultiDict()
    for name, text in form().suggest(brief).items():
        if name not in values:
            values.add(name, text)
    return Beginning(values, earlier is not None)


def _handed_in(act: ActRow) -> Mapping[str, object]:
    """The content of an act by the names of its form; the opinion where it is done over."""
    criterion = act.content.get("criterion") or {}
    opinion = act.opinion if act.taken_back else ""
    return {**act.content, **criterion, "criterion": None, "opinion": opinion}


def _earlier(brief: Brief) -> ActRow | None:
    """The latest act on the step that this one does again."""
    action = brief.step.task.step
    if action not in DONE_AGAIN:
        return None
    return next((act for act in reversed(brief.page.counting_acts) if act.action is action), None)
