"""The fields of a form as its page shows them: word, hint, and the macro that draws each."""

from collections.abc import Mapping
from dataclasses import dataclass

import wtforms

from web.forms.criterion import CRITERION_FIELDS
from web.forms.fields import (
    ChoiceField,
    DayField,
    MomentField,
    NumberField,
    OneOfField,
    SeveralField,
)
from web.forms.step import DecisionForm, StepForm
from web.labels import DECISIONS, FIELD_GROUPS, FIELD_HINTS, PHRASES, field_hint, field_label
from workflows.outcomes import OUTCOMES
from workflows.vocabulary import Action

# Macros of _form.html, the most special kind of field first.
MACROS: tuple[tuple[type[wtforms.Field], str], ...] = (
    (DayField, "date"),
    (MomentField, "moment"),
    (NumberField, "number"),
    (OneOfField, "radio"),
    (SeveralField, "checkboxes"),
    (ChoiceField, "select"),
    (wtforms.BooleanField, "checkbox"),
    (wtforms.MultipleFileField, "file"),
    (wtforms.HiddenField, "hidden"),
    (wtforms.TextAreaField, "textarea"),
    (wtforms.StringField, "text"),
)


@dataclass(frozen=True)
class FieldRow:
    """One field; `group` is a heading before it, `phrases` what is often written into it."""

    field: wtforms.Field
    macro: str
    label: str
    hint: str
    required: bool
    group: str
    phrases: tuple[tuple[str, tuple[str, ...]], ...] = ()


def field_rows(action: Action, form: StepForm) -> dict[str, FieldRow]:
    """All fields by name, in order; the criterion's have a part of the page to themselves."""
    return {
        field.short_name: FieldRow(
            field=field,
            macro=next(name for kind, name in MACROS if isinstance(field, kind)),
            label=_label(action, field.short_name),
            hint=_hint(action, form, field.short_name),
            required=field.flags.required or False,
            group=FIELD_GROUPS.get(f"{action}.{field.short_name}", ""),
            phrases=_phrases(action) if field.short_name == "opinion" else (),
        )
        for field in form
        if field.short_name not in CRITERION_FIELDS
    }


def field_labels(action: Action, form: StepForm) -> Mapping[str, str]:
    """The words for the summary of errors."""
    return {field.short_name: _label(action, field.short_name) for field in form}


def _phrases(action: Action) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What is often said, under the button that it goes with."""
    return tuple(
        (DECISIONS[action, outcome].button, PHRASES[outcome]) for outcome in OUTCOMES[action]
    )


def _label(action: Action, name: str) -> str:
    return "" if name == "nonce" else field_label(action, name)


def _hint(action: Action, form: StepForm, name: str) -> str:
    own = field_hint(action, name)
    if not own and name == "opinion" and isinstance(form, DecisionForm):
        return FIELD_HINTS["reasoned.opinion"]
    return own
