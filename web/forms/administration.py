"""Forms of the administrators: organisations, persons, posts, accounts, decisions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.administration.change import Change
from services.errors import InvalidCommandError
from services.reference.divisions import divisions
from services.reference.sectors import sectors
from services.sign_in_rules import USERNAME_MAXIMUM
from web.forms.base import PageForm
from web.forms.fields import choice, day, line, number, one_of, paragraph, several
from web.labels import ADMINISTRATION_BLANKS, ENUMS, ORGANISATION_LEVELS
from workflows.administration import AccountState, ChangeKind
from workflows.vocabulary import Affiliation, OrganisationKind, Role

NAME, CODE, TITLE, REASON = 60, 18, 100, 500
CHOOSE, NONE = ADMINISTRATION_BLANKS["choose"], ADMINISTRATION_BLANKS["none"]
ACCOUNT_CHANGES: Mapping[AccountState, tuple[ChangeKind, ...]] = {
    AccountState.NONE: (),
    AccountState.WAITING: (ChangeKind.ISSUE_LINK, ChangeKind.DISABLE_ACCOUNT),
    AccountState.ACTIVE: (
        ChangeKind.ISSUE_LINK,
        ChangeKind.RESET_SECOND_FACTOR,
        ChangeKind.DISABLE_ACCOUNT,
    ),
    AccountState.DISABLED: (ChangeKind.ENABLE_ACCOUNT,),
}


class ChangeForm(PageForm):
    """A change to propose, with its reason. Fields are named as the content of the change."""

    reason = paragraph(REASON, required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._fields["reason"] = self._fields.pop("reason")  # asked last

    def take_problems(self, error: InvalidCommandError) -> None:
        """Put what the service found wrong beside its fields; raised again when it has none."""
        if not any(name in self for name in error.fields):
            raise error
        self.add_problems(error.fields)

    def content(self) -> dict[str, Any]:
        """What was filled in, as plain JSON, without the reason."""
        return {
            name: _plain(field.data) for name, field in self._fields.items() if name != "reason"
        }


class OrganisationForm(ChangeForm):
    """An organisation. Which fields apply depends on its kind; the service says so."""

    kind = choice(ENUMS[OrganisationKind], CHOOSE, required=True)
    name = line(required=True)
    division_code = choice({code: row.name for code, row in divisions().items()}, CHOOSE)
    level = choice(ORGANISATION_LEVELS, ADMINISTRATION_BLANKS["level"])
    credit_code = line(CODE)
    mark = line(20)
    sector = choice({key: row.name for key, row in sectors().items()}, CHOOSE)
    affiliation = choice(ENUMS[Affiliation], ADMINISTRATION_BLANKS["affiliation"])
    sectors = several({key: row.name for key, row in sectors().items()})
    parent_id = choice({}, NONE)
    supervised_by_id = choice({}, NONE)

    def offer(self, parents: Mapping[int, str], departments: Mapping[int, str]) -> None:
        """The organisations to choose from."""
        self.parent_id.choices = _options(NONE, parents)
        self.supervised_by_id.choices = _options(NONE, departments)

    def content(self) -> dict[str, Any]:
        """Ids as numbers, the credit code without blanks and in capitals."""
        found = super().content()
        for name in ("parent_id", "supervised_by_id"):
            found[name] = int(found[name]) if found[name] else None
        found["credit_code"] = "".join((found["credit_code"] or "").split()).upper()
        return found


class PostForm(ChangeForm):
    """A post: role, title, dates, and the sectors of a leader."""

    organisation_id = choice({}, CHOOSE, required=True)
    role = choice(ENUMS[Role], CHOOSE, required=True)
    title = line(TITLE, required=True)
    valid_from = day(required=True)
    valid_to = day()
    sectors = several({key: row.name for key, row in sectors().items()})

    def offer(self, organisations: Mapping[int, str]) -> None:
        """The organisations to choose from."""
        self.organisation_id.choices = _options(CHOOSE, organisations)

    def content(self) -> dict[str, Any]:
        """The post; its organisation stands beside the content of a change."""
        found = super().content()
        del found["organisation_id"]
        return found


class HolidaysForm(ChangeForm):
    """A yearly notice, its days as lines."""

    year = number(2021, 2099, required=True)
    notice_title = line(200, required=True)
    notice_number = line(60, required=True)
    off_days = paragraph(2000, required=True)
    make_up_days = paragraph(2000)


class PersonForm(PostForm):
    """A new person: name, user name, first post."""

    name = line(NAME, required=True)
    username = line(USERNAME_MAXIMUM, required=True)


class EndPostForm(ChangeForm):
    """The last day of a post."""

    valid_to = day(required=True)


class AccountForm(ChangeForm):
    """What is to happen to an account."""

    kind = one_of({}, required=True)

    def offer(self, state: AccountState) -> None:
        """What can be asked for an account in this state."""
        labels = ENUMS[ChangeKind]
        self.kind.choices = {kind.value: labels[kind.value] for kind in ACCOUNT_CHANGES[state]}

    def content(self) -> dict[str, Any]:
        """Nothing beyond the kind of the change."""
        return {}


class DecisionForm(PageForm):
    """The second person's decision. Whoever refuses says why."""

    opinion = paragraph(REASON)


def change_from(form: ChangeForm, kind: ChangeKind, **concerned: int | None) -> Change:
    """The change that a form asks for."""
    return Change(kind=kind, reason=form.reason.data or "", content=form.content(), **concerned)


def _options(blank: str, named: Mapping[int, str]) -> dict[str, str]:
    return {"": blank, **{str(number): name for number, name in named.items()}}


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return sorted(value)
    return value or None if isinstance(value, str) else value
