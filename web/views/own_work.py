"""The lists beside one's duties: what one has done, begun, received, and kept for later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import wtforms

from services.queries.copies import ReceivedCopyRow
from services.queries.own_drafts import DraftState, OwnDraftRow
from services.queries.own_work import OwnCaseRow, OwnCounts
from web.forms.acts import ACT_FORMS
from web.labels import field_label
from web.views.acts import said
from web.views.tasks import PAGE_SIZE
from workflows.vocabulary import Action

# Ids say nothing to a reader.
_NOT_SHOWN = frozenset({"nonce", "responsible_party_id", "draft_sha256"})


@dataclass(frozen=True)
class OwnCasesView:
    """One page of a list of cases."""

    rows: list[OwnCaseRow]
    counts: OwnCounts
    total: int
    number: int
    pages: int


@dataclass(frozen=True)
class OwnCopiesView:
    """One page of the list of copies received."""

    rows: tuple[ReceivedCopyRow, ...]
    counts: OwnCounts
    number: int
    pages: int


@dataclass(frozen=True)
class DraftLine:
    """A kept form with what was typed, under the words of the form."""

    row: OwnDraftRow
    content: tuple[tuple[str, str | bool], ...]
    is_usable: bool


@dataclass(frozen=True)
class OwnDraftsView:
    """One page of the list of drafts."""

    lines: tuple[DraftLine, ...]
    counts: OwnCounts
    number: int
    pages: int


def own_cases_view(
    rows: list[OwnCaseRow], counts: OwnCounts, total: int, number: int
) -> OwnCasesView:
    """One page of 已办 or 我发起."""
    return OwnCasesView(rows, counts, total, number, _pages(total))


def own_copies_view(
    rows: tuple[ReceivedCopyRow, ...], counts: OwnCounts, number: int
) -> OwnCopiesView:
    """One page of 抄送我."""
    return OwnCopiesView(rows, counts, number, _pages(counts.copies))


def own_drafts_view(rows: list[OwnDraftRow], counts: OwnCounts, number: int) -> OwnDraftsView:
    """One page of 草稿."""
    return OwnDraftsView(
        lines=tuple(
            DraftLine(
                row,
                tuple(_typed(row.key.action, row.values)) if row.key else (),
                row.state is DraftState.USABLE,
            )
            for row in rows
        ),
        counts=counts,
        number=number,
        pages=_pages(counts.drafts),
    )


def _pages(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))


def _typed(action: Action, values: Mapping[str, list[str]]) -> Iterator[tuple[str, str | bool]]:
    """In the order of the form; the database keeps none."""
    for field in ACT_FORMS[action]():
        name = field.short_name
        texts = [text for text in values.get(name, ()) if text.strip()]
        if texts and name not in _NOT_SHOWN:
            flag = isinstance(field, wtforms.BooleanField)
            yield field_label(action, name), said(name, True if flag else texts)
