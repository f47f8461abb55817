"""What the forms of all acts share: opinion and files at the end, and values for the command."""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from services.errors import InvalidCommandError
from services.queries.brief import Brief
from services.reference.profile import Profile
from services.uploads import AcceptedUpload
from web.forms.base import PageForm, count_files
from web.forms.fields import files, paragraph
from workflows.vocabulary import Outcome

COMMON = ("opinion", "uploads")
# Fields of commands that forms ask for under another name.
_ASKED_AS = {"criterion": "clause_key"}


class StepForm(PageForm):
    """The fields of one act, named as the command names them.

    `REASONED`: outcomes that are refused without a reason. `FIRST` and `LAST` put fields that
    a base class declares where they belong on the page.
    """

    REASONED: frozenset[Outcome] = frozenset()
    FIRST: tuple[str, ...] = ()
    LAST: tuple[str, ...] = COMMON

    opinion = paragraph()
    uploads = files()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        between = [name for name in self._fields if name not in (*self.FIRST, *self.LAST)]
        order = [*self.FIRST, *between, *(name for name in self.LAST if name in self._fields)]
        self._fields = {name: self._fields[name] for name in order}

    def fit(self, brief: Brief, profile: Profile) -> None:
        """Leave out what this case does not need, and offer what it does."""

    def suggest(self, brief: Brief) -> Mapping[str, str]:
        """Values to begin with, when nothing has been typed yet."""
        return {}

    @classmethod
    def typed_again(cls, content: Mapping[str, Any]) -> MultiDict[str, str]:
        """What an earlier act put on record, as a browser would send it."""
        return typed(content)

    def is_complete(self, outcome: Outcome) -> bool:
        """Whether the form can be handed in with this outcome; problems stand in the fields."""
        valid = self.validate()
        problems = dict(self.further_problems(outcome))
        self.add_problems(problems)
        return valid and not problems

    def further_problems(self, outcome: Outcome) -> Mapping[str, str]:
        """What only shows when fields and outcome are looked at together."""
        if outcome in self.REASONED and not self["opinion"].data:
            return {"opinion": "required"}
        return {}

    def take_problems(self, error: InvalidCommandError) -> None:
        """Put what the act found wrong beside its fields; raised again when it has none."""
        problems = {_ASKED_AS.get(name, name): code for name, code in error.fields.items()}
        if not any(name in self for name in problems):
            raise error
        self.add_problems(problems)

    def values(self) -> dict[str, Any]:
        """What was filled in, by the names of the command; files apart."""
        return {name: field.data for name, field in self._fields.items() if name != "uploads"}

    def has_files(self) -> bool:
        """Whether files come with the form."""
        return "uploads" in self._fields and count_files(self._fields["uploads"]) > 0

    def accepted_files(self, limit_bytes: int) -> tuple[AcceptedUpload, ...] | None:
        """The chosen files in the form in which they are kept; None when one is refused."""
        return self.accept_files("uploads", limit_bytes)

    def leave_out(self, names: Iterable[str]) -> None:
        """Drop fields that this case does not ask for."""
        for name in names:
            del self[name]


class DecisionForm(StepForm):
    """An opinion on what others have done; whoever does not agree says why."""

    REASONED = frozenset(
        {
            Outcome.RETURNED,
            Outcome.ORDINARY,
            Outcome.FAILED,
            Outcome.RETURN_TO_RECTIFICATION,
            Outcome.RETURN_TO_ACCEPTANCE,
        }
    )


class RecordForm(StepForm):
    """An act that only records: nothing but a remark and files."""


def typed(values: Mapping[str, Any]) -> MultiDict[str, str]:
    """Values as a browser would send them: lists by entry, nothing for what is empty."""
    pairs: list[tuple[str, str]] = []
    for name, value in values.items():
        if isinstance(value, list | tuple):
            pairs += [(name, str(item)) for item in value]
        elif value is True:
            pairs.append((name, "y"))
        elif value is not None and value is not False and value != "":
            pairs.append((name, str(value)))
    return MultiDict(pairs)
