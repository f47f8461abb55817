"""The clauses that a finding may be judged by, sorted as their documents sort them."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from services.queries.case_page import CasePage, CriterionRow, FileRow
from services.reference.criteria import (
    Clause,
    CriteriaDocument,
    clauses_on,
    documents_on,
    needs_hand_entry,
)
from web.labels import DECISIONS, Decision
from web.views.ledger import sector_name
from workflows.errors import TaskNotReadyError
from workflows.permissions import ROLES_OF, Actor, PermissionRefusedError
from workflows.vocabulary import Action, Outcome

_CONFIRM = Action.CONFIRM_CRITERION


@dataclass(frozen=True)
class ClauseGroup:
    """Clauses of one category; `chosen` when one of them is."""

    category: str
    clauses: tuple[Clause, ...]
    chosen: bool


@dataclass(frozen=True)
class DocumentGroup:
    """One document with its clauses."""

    document: CriteriaDocument
    categories: tuple[ClauseGroup, ...]


@dataclass(frozen=True)
class CriterionView:
    """A typed clause, to be confirmed by a second person, with the files of the case."""

    case: CasePage
    criterion: CriterionRow
    shown: str
    files: tuple[FileRow, ...]
    words: Decision


@dataclass(frozen=True)
class CriterionChoice:
    """What can be chosen for a sector and a day. `documents` is empty until both are known."""

    sector: str
    found_on: date | None
    documents: tuple[DocumentGroup, ...]
    without_text: tuple[CriteriaDocument, ...]
    incomplete: bool


def criterion_choice(sector: str, found_on: date | None, chosen: str = "") -> CriterionChoice:
    """The catalogue as it stood on that day."""
    if not sector or found_on is None:
        return CriterionChoice(sector_name(sector) if sector else "", found_on, (), (), False)
    documents = documents_on(sector, found_on)
    clauses = clauses_on(sector, found_on)
    return CriterionChoice(
        sector=sector_name(sector),
        found_on=found_on,
        documents=tuple(
            DocumentGroup(document, _by_category(clauses, document, chosen))
            for document in documents
            if not document.text_missing
        ),
        without_text=tuple(document for document in documents if document.text_missing),
        incomplete=needs_hand_entry(sector, found_on),
    )


def criterion_view(case: CasePage, shown: str, actor: Actor) -> CriterionView:
    """Raises when nothing waits for confirmation, or when it falls to somebody else."""
    criterion = case.criterion
    if criterion is None or criterion.verified or criterion.confirmed or case.ending is not None:
        raise TaskNotReadyError
    if not case.may_confirm_criterion:
        holds_post = any(post.role in ROLES_OF[_CONFIRM] for post in actor.posts)
        reason = "separation_of_duties" if holds_post else "no_post"
        raise PermissionRefusedError(action=_CONFIRM, reason=reason, missing="criterion")
    return CriterionView(
        case=case,
        criterion=criterion,
        shown=shown,
        files=tuple(item for act in case.counting_acts for item in act.files),
        words=DECISIONS[_CONFIRM, Outcome.DONE],
    )


def _by_category(
    clauses: tuple[Clause, ...], document: CriteriaDocument, chosen: str
) -> tuple[ClauseGroup, ...]:
    mine = [clause for clause in clauses if clause.document == document]
    categories = {clause.category for clause in mine}

    def category_of(clause: Clause) -> str:
        # An aspect whose situations follow stands at their head.
        return clause.text if clause.text in categories else clause.category

    groups: list[ClauseGroup] = []
    for category, members in groupby(mine, key=category_of):
        found = tuple(members)
        groups.append(ClauseGroup(category, found, any(c.key == chosen for c in found)))
    return tuple(groups)
