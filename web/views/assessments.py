"""Assessments on screen: rounds, the table of one, a unit with every point opened, one fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.assessment.scores import Computed, recompute_unit
from services.errors import RecordNotFoundError
from services.frame import Frame
from services.queries.assessments import (
    FactRow,
    ObjectionRow,
    RoundPage,
    RoundRow,
    ScoreRow,
    SheetRow,
    find_committee,
    find_round_id,
    get_round,
    list_facts,
    list_rounds,
    read_steps,
)
from services.queries.months import Month
from services.reference.assessment import Indicator
from web.labels.assessment import ASSESSMENT_DECISIONS, formula, total_formula
from workflows.assessment import AssessmentHead, Measure
from workflows.assessment_round import (
    OFFICE,
    OUTCOMES,
    ROLES,
    AssessmentRefusedError,
    AssessmentStep,
    check_post,
    find_post,
    kept_apart,
    persons_of,
    reads_evidence,
)
from workflows.vocabulary import OrganisationKind, Role

EARLIER_MONTHS = 3


@dataclass(frozen=True)
class RoundsView:
    """All rounds, and the months that may be begun now. `office_id`: where the visitor begins."""

    rounds: tuple[RoundRow, ...]
    office_id: int | None
    months: tuple[Month, ...]
    years: tuple[int, ...]


@dataclass(frozen=True)
class Decision:
    """One button of a step, and what follows."""

    outcome: str
    label: str
    follows: str


@dataclass(frozen=True)
class RoundView:
    """One round. `step`: the one that the visitor may take now; `barred`: had a hand in it.

    `readable`: the facts objected to that the visitor may open.
    """

    page: RoundPage
    groups: Mapping[OrganisationKind, tuple[SheetRow, ...]]
    step: AssessmentStep | None
    barred: bool
    decisions: tuple[Decision, ...]
    in_office: bool
    own: frozenset[int]
    open_objections: tuple[ObjectionRow, ...]
    readable: frozenset[int]


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator of a unit: its points, how they come about, and the facts behind them."""

    indicator: Indicator
    score: ScoreRow
    formula: str
    facts: tuple[FactRow, ...]
    unseen: int


@dataclass(frozen=True)
class UnitView:
    """A unit's sheet with every point opened. `again`: computed anew from the stored facts."""

    page: RoundPage
    sheet: SheetRow
    heads: Mapping[AssessmentHead, tuple[IndicatorLine, ...]]
    sum_said: str
    again: Computed
    agrees: bool
    may_object: bool


@dataclass(frozen=True)
class FactView:
    """One fact with what it rests on, its objection, and what the visitor may do about it."""

    page: RoundPage
    sheet: SheetRow
    indicator: Indicator
    fact: FactRow
    objection: ObjectionRow | None
    reads_files: bool
    in_office: bool
    may_object: bool
    window_over: bool
    may_answer: bool
    barred: bool
    may_find_false: bool


def rounds_view(frame: Frame) -> RoundsView:
    """The rounds, and for the officer the latest months that nobody has assessed."""
    rounds = list_rounds(frame.session, frame.actor)
    office_id = next(
        (
            post.organisation_id
            for post in frame.actor.posts
            if post.role in ROLES[AssessmentStep.SCORE]
        ),
        None,
    )
    months = tuple(_open_months(frame, office_id)) if office_id is not None else ()
    years = {row.period.year for row in rounds if row.is_published}
    return RoundsView(rounds, office_id, months, tuple(sorted(years, reverse=True)))


def _open_months(frame: Frame, office_id: int) -> list[Month]:
    month, found = Month.of(frame.today), []
    for _ in range(EARLIER_MONTHS):
        month = month.before()
        if find_round_id(frame.session, office_id, month) is None:
            found.append(month)
    return found


def round_view(frame: Frame, round_id: int) -> RoundView:
    """One round as the visitor may read it."""
    page = get_round(frame.session, frame.actor, round_id)
    step, barred = _open_step(frame, page)
    own = {post.organisation_id for post in frame.actor.posts}
    kinds = dict.fromkeys(sheet.unit_kind for sheet in page.sheets)
    return RoundView(
        page=page,
        groups={kind: _in_order(page, kind) for kind in kinds},
        step=step,
        barred=barred,
        decisions=tuple(
            Decision(outcome.value, *ASSESSMENT_DECISIONS[f"{step}.{outcome}"])
            for outcome in (OUTCOMES[step] if step else ())
        ),
        in_office=_in_office(frame, page),
        own=frozenset(own),
        open_objections=tuple(one for one in page.objections if one.is_open),
        readable=_readable(frame, page),
    )


def _readable(frame: Frame, page: RoundPage) -> frozenset[int]:
    units = {one.unit_id for one in page.objections}
    rows = (list_facts(frame.session, frame.actor, page.row.round_id, unit) for unit in units)
    return frozenset(fact.fact_id for facts in rows for fact in facts if fact.seen)


def _in_order(page: RoundPage, kind: OrganisationKind) -> tuple[SheetRow, ...]:
    """By place; without one by points, those without points last."""
    rows = [sheet for sheet in page.sheets if sheet.unit_kind is kind]
    return tuple(
        sorted(
            rows,
            key=lambda row: (
                row.place or len(rows) + 1,
                -(row.total.hundredths or -1),
                row.unit_id,
            ),
        )
    )


def _in_office(frame: Frame, page: RoundPage) -> bool:
    return any(
        post.role in OFFICE and post.organisation_id == page.row.office_id
        for post in frame.actor.posts
    )


def _open_step(frame: Frame, page: RoundPage) -> tuple[AssessmentStep | None, bool]:
    step = page.row.waiting_step
    if step is None:
        return None, False
    house = page.row.office_id
    if step is AssessmentStep.APPROVE:
        house = find_committee(frame.session, house) or 0
    if find_post(frame.actor, step, house) is None:
        return None, False
    try:
        check_post(frame.actor, step, house, kept_apart(step, page.steps))
    except AssessmentRefusedError:
        return None, True
    return step, False


def unit_view(frame: Frame, round_id: int, unit_id: int) -> UnitView:
    """A unit's sheet; RecordNotFoundError where the visitor may not read it."""
    page = get_round(frame.session, frame.actor, round_id)
    sheet = _sheet(page, unit_id)
    facts = list_facts(frame.session, frame.actor, round_id, unit_id)
    lines = [
        _line(indicator, sheet.scores[indicator.key], facts) for indicator in page.rules.indicators
    ]
    again = recompute_unit(frame.session, round_id, unit_id)
    scored = sum(one.hundredths or 0 for one in sheet.scores.values())
    return UnitView(
        page=page,
        sheet=sheet,
        heads={
            head: tuple(line for line in lines if line.indicator.head is head)
            for head in AssessmentHead
        },
        sum_said=total_formula(scored, sheet.available),
        again=again,
        agrees=_agrees(sheet, again),
        may_object=_may_object(frame, page, unit_id),
    )


def _agrees(sheet: SheetRow, again: Computed) -> bool:
    stored = {key: row.hundredths for key, row in sheet.scores.items()}
    return sheet.total == again.total and stored == {
        one.indicator: one.hundredths for one in again.scores
    }


def _sheet(page: RoundPage, unit_id: int) -> SheetRow:
    found = next((sheet for sheet in page.sheets if sheet.unit_id == unit_id), None)
    if found is None:
        raise RecordNotFoundError
    return found


def _line(indicator: Indicator, score: ScoreRow, facts: tuple[FactRow, ...]) -> IndicatorLine:
    own = [fact for fact in facts if fact.indicator == indicator.key]
    return IndicatorLine(
        indicator=indicator,
        score=score,
        formula=formula(
            indicator.measure,
            score.weight,
            score.counted,
            score.met,
            score.days,
            indicator.per_day,
        ),
        facts=tuple(fact for fact in own if fact.seen),
        unseen=sum(not fact.seen for fact in own),
    )


def _may_object(frame: Frame, page: RoundPage, unit_id: int) -> bool:
    return find_post(frame.actor, AssessmentStep.OBJECT, unit_id) is not None and _is_open(
        page, frame.today
    )


def _is_open(page: RoundPage, today: date) -> bool:
    until = page.row.objections_until
    shown = page.row.waiting_step is AssessmentStep.FREEZE
    return shown and until is not None and today <= until


def fact_view(frame: Frame, round_id: int, fact_id: int) -> FactView:
    """One fact of a sheet that the visitor may read."""
    page = get_round(frame.session, frame.actor, round_id)
    sheet, fact = next(
        (
            (sheet, fact)
            for sheet in page.sheets
            for fact in list_facts(frame.session, frame.actor, round_id, sheet.unit_id)
            if fact.fact_id == fact_id and fact.seen
        ),
        (None, None),
    )
    if sheet is None or fact is None:
        raise RecordNotFoundError
    indicator = next(row for row in page.rules.indicators if row.key == fact.indicator)
    objection = next((one for one in page.objections if one.fact_id == fact_id), None)
    may_answer, barred = _answers(frame, page, objection)
    mine = find_post(frame.actor, AssessmentStep.OBJECT, sheet.unit_id) is not None
    return FactView(
        page=page,
        sheet=sheet,
        indicator=indicator,
        fact=fact,
        objection=objection,
        reads_files=reads_evidence(frame.actor, page.row.office_id, sheet.unit_id),
        in_office=_in_office(frame, page),
        may_object=objection is None and mine and _is_open(page, frame.today),
        window_over=mine and objection is None and not _is_open(page, frame.today),
        may_answer=may_answer,
        barred=barred,
        may_find_false=indicator.measure is Measure.VETO
        and fact.corrected is None
        and page.row.waiting_step is AssessmentStep.FREEZE
        and _is_head(frame, page)
        and not _apart(frame, page),
    )


def _answers(frame: Frame, page: RoundPage, objection: ObjectionRow | None) -> tuple[bool, bool]:
    """Whether the visitor may answer the objection; or else had a hand in the scores."""
    if objection is None or not objection.is_open or not _in_office(frame, page):
        return False, False
    taken = read_steps(frame.session, page.row.round_id, objection.objection_id)
    barred = _apart(frame, page) or frame.actor.person_id in persons_of(
        taken, AssessmentStep.OBJECT
    )
    return not barred, barred


def _apart(frame: Frame, page: RoundPage) -> bool:
    return frame.actor.person_id in kept_apart(AssessmentStep.ANSWER, page.steps)


def _is_head(frame: Frame, page: RoundPage) -> bool:
    return any(
        post.role is Role.COMMITTEE_OFFICE_HEAD and post.organisation_id == page.row.office_id
        for post in frame.actor.posts
    )
