"""A case as it stood on a day, in words; and the chain backwards."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.as_it_stood import AsItStood, CaseState, DeadlineState, StepState
from services.diagrams import Diagram
from services.queries.case_page import ActRow, CasePage, OpenStepRow
from services.queries.tasks import TaskRow
from services.queries.trace import Link, Stage
from web.labels import DOCUMENT_STATES, STAMPS, fact_said, label_of
from web.labels.trace import DEADLINE_ENDS, PUBLIC_SAID, RAN, RAN_LATE
from web.views.acts import content_of
from web.views.diagram import DiagramView, diagram_view
from web.views.due import limit_said
from workflows.disclosure import Exposure


@dataclass(frozen=True)
class PastAct:
    """One act that had been done, with what it put on record."""

    row: ActRow
    content: tuple[tuple[str, str | bool], ...]


@dataclass(frozen=True)
class PastDeadline:
    """One limit and how it stood."""

    row: DeadlineState
    due: str
    state: str
    is_late: bool


@dataclass(frozen=True)
class PastDocument:
    """One document and where it stood."""

    name: str
    number: str
    state: str
    issued_on: date | None
    organ_name: str
    served_at: datetime | None


@dataclass(frozen=True)
class AsItStoodView:
    """The whole page of one day."""

    on: date
    moment: datetime
    state: CaseState | None
    ending: str
    duties: tuple[StepState, ...]
    standing: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    acts: tuple[PastAct, ...]
    deadlines: tuple[PastDeadline, ...]
    documents: tuple[PastDocument, ...]
    public_said: str
    diagram: DiagramView | None


@dataclass(frozen=True)
class ChainPart:
    """One stage of the chain."""

    name: str
    stage: Stage
    links: tuple[Link, ...]


def as_it_stood_view(
    found: AsItStood,
    on: date,
    diagrams: tuple[Diagram, ...],
    wanted: str,
    addresses: Mapping[str, str],
) -> AsItStoodView:
    """What the day's page shows; before the case was filed there is no state."""
    state, at = found.state, found.moment
    if state is None:
        return AsItStoodView(on, at, None, "", (), (), (), (), (), (), "", None)
    past = _as_page(found.page, state)
    return AsItStoodView(
        on=on,
        moment=at,
        state=state,
        ending=STAMPS[state.ending] if state.ending else "",
        duties=tuple(step for step in state.open_steps if not step.standing),
        standing=tuple(
            dict.fromkeys(label_of(step.action) for step in state.open_steps if step.standing)
        ),
        facts=tuple(fact_said(name, value) for name, value in sorted(state.facts.items())),
        acts=tuple(PastAct(act, content_of(act)) for act in reversed(state.acts)),
        deadlines=tuple(_deadline(row, at) for row in state.deadlines),
        documents=tuple(_documents(state)),
        public_said=public_said(state),
        diagram=diagram_view(past, diagrams, found.advances, wanted, addresses, at),
    )


def deadline_said(row: DeadlineState, at: datetime) -> str:
    """How a limit stood at a moment."""
    if row.ended_as is not None:
        return DEADLINE_ENDS.get(row.ended_as, DEADLINE_ENDS["ended"])
    return RAN_LATE if row.is_overdue(at) else RAN


def public_said(state: CaseState) -> str:
    """What the public could read."""
    shown = state.published
    if shown is None:
        return PUBLIC_SAID["nothing"]
    if shown.taken_down_at is not None:
        return PUBLIC_SAID["taken_down"]
    return PUBLIC_SAID["counted" if shown.exposure is Exposure.COUNTED else "shown"]


def chain_view(links: tuple[Link, ...]) -> tuple[ChainPart, ...]:
    """Every stage, those without a record too."""
    return tuple(
        ChainPart(label_of(stage), stage, tuple(link for link in links if link.stage is stage))
        for stage in Stage
    )


def link_said(link: Link) -> str:
    """What was done, in words."""
    said = label_of(link.what)
    if link.publication is not None:
        said = f"{label_of(link.publication)}：{said}"
    if link.outcome is not None and link.outcome.value != "done":
        said += f"（{label_of(link.outcome)}）"
    return said


def _deadline(row: DeadlineState, at: datetime) -> PastDeadline:
    return PastDeadline(row, limit_said(row.due_at), deadline_said(row, at), row.is_overdue(at))


def _documents(state: CaseState) -> list[PastDocument]:
    return [
        PastDocument(
            label_of(row.kind),
            row.number or "",
            DOCUMENT_STATES[row.state],
            row.issued_on,
            row.organ_name,
            row.served_at,
        )
        for row in state.documents
    ]


def _as_page(page: CasePage, state: CaseState) -> CasePage:
    """The page of the case as its diagram would have read it then."""
    steps = tuple(
        OpenStepRow(
            TaskRow(
                str(place),
                state.case_id,
                step.action,
                step.process_id,
                step.position,
                step.standing,
                {},
                step.opened_at,
                None,
            ),
            holder_name="",
            is_mine=False,
            principal_name="",
            may_act=False,
            may_delegate=False,
            refusal="",
            refusal_detail="",
            unmet={},
        )
        for place, step in enumerate(state.open_steps)
    )
    return replace(page, acts=state.acts, open_steps=steps, ending=state.ending)
