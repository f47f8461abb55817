"""The page on which several cases are proposed by one notice."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.frame import Frame
from services.queries.listing_batches import MOST_CASES, WaitingCase, WaitingGroup
from services.queries.shown import shown_sha256
from web.forms.listing_batches import ProposeBatchForm
from web.labels import field_label
from web.views.due import Due, due_of
from workflows.deadlines import DeadlineRule
from workflows.vocabulary import Action

_PROPOSE = Action.PROPOSE_LISTING


@dataclass(frozen=True)
class BatchLine:
    """One case to choose; `shown` is the hash of what a proposal of it rests on."""

    place: int
    row: WaitingCase
    due: Due | None
    shown: str
    is_chosen: bool
    has_changed: bool


@dataclass(frozen=True)
class ProposeBatchView:
    """Cases of one listing body that wait to be proposed."""

    body_name: str
    lines: tuple[BatchLine, ...]
    most: int
    rule: DeadlineRule | None
    form: ProposeBatchForm
    labels: Mapping[str, str]
    has_changed: bool


def propose_batch_view(
    frame: Frame,
    group: WaitingGroup,
    form: ProposeBatchForm,
    changed: frozenset[int] = frozenset(),
    *,
    has_changed: bool = False,
) -> ProposeBatchView:
    """The cases as they stand now, with what has been typed."""
    chosen = form.chosen()
    return ProposeBatchView(
        body_name=group.body_name,
        lines=tuple(
            BatchLine(
                place,
                row,
                due_of(row.due_at, frame.now),
                shown_sha256(frame.session, row.case_id, _PROPOSE),
                row.case_id in chosen and row.case_id not in changed,
                row.case_id in changed,
            )
            for place, row in enumerate(group.cases)
        ),
        most=MOST_CASES,
        rule=frame.office.profile.rules.get(_PROPOSE.value),
        form=form,
        labels={name: field_label(_PROPOSE, name) for name in ("reason", "requirements")},
        has_changed=has_changed,
    )
