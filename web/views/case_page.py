"""The page of one case: where it stands, who holds it, what has been done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.queries.assignments import DeedRow
from services.queries.case_page import ActRow, CasePage, DocumentRow, SuccessionRow
from services.queries.corrections import corrections_of
from services.queries.decision_facts import ActFacts
from services.queries.urges import UrgeRow
from web.labels import (
    CLOSURE_WITHOUT_LISTING,
    DOCUMENT_STATES,
    FIELD_LABELS,
    FLAG_NOTICES,
    INQUIRY_SAID,
    LEFT_EARLY,
    PLACES,
    STAMPS,
    label_of,
)
from web.views.acts import content_of, facts_said
from web.views.copies import CopiesView
from web.views.deadlines import DeadlineView, deadline_view, waits_of
from web.views.due import Due, due_of
from web.views.ledger import division_name, sector_name
from web.views.measures import Measure, measures_in_force
from web.views.open_step import OpenStep
from web.views.party_changes import PartyChange, changes_since, party_changes
from web.views.photos import PhotoPair, photo_pairs
from web.views.plan import PlanView, plan_view
from web.views.printouts import printouts_of
from web.views.service import ServiceLine, services_of
from web.views.standing import StandingGroup, standing_groups
from workflows.deadlines import end_of_day
from workflows.vocabulary import (
    Action,
    CaseFlag,
    DeadlineUnit,
    DocumentKind,
    InquiryStage,
    Phase,
    Track,
)

# Letters of content that are shown unfolded; acts shown before the earlier ones fold away.
_SHORT = 24
_RECENT = 10
# Phases that a track does not have.
_WITHOUT = {
    Track.TRACKED: (Phase.LISTING, Phase.HANDOVER),
    Track.OWN_LISTING: (Phase.HANDOVER, Phase.ACCEPTANCE),
}
_INQUIRED = (CaseFlag.LIKE_ACCIDENT, CaseFlag.UNLISTED)


class PhaseState(StrEnum):
    """How a phase stands in the row of phases."""

    DONE = "done"
    CURRENT = "current"
    UPCOMING = "upcoming"


@dataclass(frozen=True)
class TimelineAct:
    """One act with what it put on record."""

    row: ActRow
    content: tuple[tuple[str, str | bool], ...]
    facts: tuple[tuple[str, str], ...]
    template = "_timeline_act.html"

    @property
    def is_short(self) -> bool:
        """Whether the content needs no unfolding."""
        return sum(len(text) for _name, text in self.content if isinstance(text, str)) <= _SHORT


@dataclass(frozen=True)
class TimelineDeed:
    """Who took a step or was given it, between the acts."""

    row: DeedRow
    template = "_timeline_deed.html"


@dataclass(frozen=True)
class TimelineSuccession:
    """An organisation was succeeded by another in this case; `places` says as what."""

    row: SuccessionRow
    places: tuple[str, ...]
    template = "_timeline_succession.html"


Timeline = tuple[TimelineAct | TimelineDeed | TimelineSuccession, ...]


@dataclass(frozen=True)
class DocumentLine:
    """One document and where it stands."""

    row: DocumentRow
    state: str
    is_returned: bool
    changes: tuple[PartyChange, ...]
    services: tuple[ServiceLine, ...]
    corrections: tuple[DocumentRow, ...]
    corrects: DocumentRow | None


@dataclass(frozen=True)
class CaseHead:
    """What every page of a case begins with."""

    case: CasePage
    sector: str
    division: str
    phases: tuple[tuple[str, PhaseState], ...]
    stamp: str
    left_early: str
    flags: tuple[tuple[str, str], ...]
    limit: Due | None


@dataclass(frozen=True)
class CaseView:
    """The first page of a case."""

    head: CaseHead
    duties: tuple[OpenStep, ...]
    standing: tuple[StandingGroup, ...]
    missing: tuple[str, ...]
    party_changes: tuple[PartyChange, ...]
    measures: tuple[Measure, ...]
    plan: PlanView
    photos: tuple[PhotoPair, ...]
    documents: tuple[DocumentLine, ...]
    printouts: tuple[tuple[str, str], ...]
    recent: Timeline
    earlier: Timeline
    copies: CopiesView
    running: tuple[DeadlineView, ...]
    ended: tuple[DeadlineView, ...]


def case_head(case: CasePage, now: datetime) -> CaseHead:
    """The phases of its track in their order; a case that ended early has left them."""
    order = [phase for phase in Phase if phase not in _without(case.track)]
    here = order.index(case.phase) if case.phase in order else 0
    limit = case.rectification_limit_on
    return CaseHead(
        case=case,
        sector=sector_name(case.sector),
        division=division_name(case.division_code),
        phases=tuple(
            (_phase_word(phase, case.track), _state(at, here)) for at, phase in enumerate(order)
        ),
        stamp=STAMPS[case.ending] if case.ending else "",
        left_early=LEFT_EARLY.get(case.ending, "") if case.ending else "",
        flags=tuple((label_of(flag), _flag_notice(case, flag)) for flag in case.flags),
        limit=due_of(end_of_day(limit), now) if limit else None,
    )


def _flag_notice(case: CasePage, flag: CaseFlag) -> str:
    """What follows from the flag; with how far the inquiry is, said once, for who reads of it."""
    inquired = [flag for flag in case.flags if flag in _INQUIRED]
    if case.inquiry is None or case.ending or flag not in inquired[-1:]:
        return FLAG_NOTICES[flag]
    settled = case.inquiry is InquiryStage.SETTLED
    return FLAG_NOTICES[flag] + INQUIRY_SAID[settled].format(stage=label_of(case.inquiry))


def _phase_word(phase: Phase, track: Track | None) -> str:
    """What was never listed is closed, not delisted."""
    never_listed = phase is Phase.CLOSURE and track in _WITHOUT
    return CLOSURE_WITHOUT_LISTING if never_listed else label_of(phase)


def _without(track: Track | None) -> tuple[Phase, ...]:
    return _WITHOUT.get(track, ()) if track else ()


def case_view(
    case: CasePage,
    steps: tuple[OpenStep, ...],
    facts: ActFacts,
    deeds: tuple[DeedRow, ...],
    copies: CopiesView,
    urges: Mapping[int, tuple[UrgeRow, ...]],
    now: datetime,
) -> CaseView:
    """Newest acts and deeds first, running deadlines before those that have ended."""
    timeline = _timeline(case, facts, deeds)
    changes = party_changes(case)
    waits = waits_of(case.counting_acts)
    deadlines = [
        replace(view, waits=waits) if view.unit is DeadlineUnit.FIXED_DATE else view
        for view in (
            replace(deadline_view(row, now), urges=urges.get(row.deadline_id, ()))
            for row in case.deadlines
        )
    ]
    return CaseView(
        head=case_head(case, now),
        duties=tuple(step for step in steps if not step.row.task.standing),
        standing=standing_groups(case, steps),
        missing=tuple(FIELD_LABELS[name] for name in case.missing_fields),
        party_changes=changes,
        measures=measures_in_force(case),
        plan=plan_view(case, now),
        photos=photo_pairs(case.acts),
        documents=tuple(_document_line(row, case, changes) for row in case.documents),
        printouts=printouts_of(case),
        recent=timeline[:_RECENT],
        earlier=timeline[_RECENT:],
        copies=copies,
        running=tuple(view for view in deadlines if view.row.ended_at is None),
        ended=tuple(view for view in deadlines if view.row.ended_at is not None),
    )


def _timeline(case: CasePage, facts: ActFacts, deeds: tuple[DeedRow, ...]) -> Timeline:
    """Of one moment, the act stands above what came before it."""
    successions = (
        TimelineSuccession(row, tuple(PLACES[name] for name in row.places))
        for row in case.successions
    )
    items: list[TimelineAct | TimelineDeed | TimelineSuccession] = [
        *successions,
        *(TimelineDeed(deed) for deed in deeds),
        *(TimelineAct(act, content_of(act), facts_said(facts, act.act_id)) for act in case.acts),
    ]
    items.sort(key=lambda item: item.row.at)
    return tuple(items[::-1])


def _document_line(
    row: DocumentRow, case: CasePage, changes: tuple[PartyChange, ...]
) -> DocumentLine:
    """A draft that was sent back is a draft no longer, and waits for nobody."""
    later = any(o.kind is row.kind and o.document_id > row.document_id for o in case.documents)
    anew = any(step.task.step is Action.PROPOSE_LISTING for step in case.open_steps)
    listing = row.kind is DocumentKind.LISTING_NOTICE
    is_returned = row.state == "draft" and listing and (later or anew)
    return DocumentLine(
        row,
        DOCUMENT_STATES["returned" if is_returned else row.state],
        is_returned,
        changes_since(row, changes),
        services_of(case, row),
        corrections_of(case.documents).get(row.document_id, ()),
        next((other for other in case.documents if other.document_id == row.corrects_id), None),
    )


def _state(at: int, here: int) -> PhaseState:
    if at == here:
        return PhaseState.CURRENT
    return PhaseState.DONE if at < here else PhaseState.UPCOMING
