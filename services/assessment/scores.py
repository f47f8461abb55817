"""Scores from stored facts and nothing else: computed once, and again to see that they hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.assessment import (
    AssessmentCorrection,
    AssessmentFact,
    AssessmentRound,
    AssessmentScore,
    AssessmentSheet,
)
from services.reference.assessment import AssessmentRules
from workflows.assessment import Counted, IndicatorScore, Total, add_up, score


@dataclass(frozen=True)
class Computed:
    """What a unit scores by the facts as they count after some corrections."""

    scores: tuple[IndicatorScore, ...]
    total: Total


@dataclass(frozen=True)
class Difference:
    """A stored number that the stored facts do not give. `indicator`: empty for the total."""

    unit_id: int
    revision: int
    indicator: str
    stored: str
    computed: str


def compute_unit(rules: AssessmentRules, facts: Iterable[Counted]) -> Computed:
    """The scores and the total of one unit."""
    by_indicator = defaultdict[str, list[Counted]](list)
    for fact in facts:
        by_indicator[fact.indicator].append(fact)
    weighed = [indicator.weighed for indicator in rules.indicators]
    scores = tuple(score(row, by_indicator[row.key]) for row in weighed)
    return Computed(scores, add_up(weighed, scores, rules.grades, rules.least_weight))


def counted_facts(
    session: Session, round_id: int, corrections_to: int | None = None
) -> dict[int, list[Counted]]:
    """The facts of each unit as they count, with the corrections up to this one, or with all."""
    corrections = _corrections(session, round_id, corrections_to)
    found = defaultdict[int, list[Counted]](list)
    for fact in session.scalars(
        sa.select(AssessmentFact)
        .where(AssessmentFact.round_id == round_id)
        .order_by(AssessmentFact.id)
        .execution_options(populate_existing=True)
    ):
        correction = corrections.get(fact.id)
        if correction is None:
            found[fact.unit_id].append(Counted(fact.indicator, fact.met, fact.days))
        elif correction.counts:
            found[fact.unit_id].append(Counted(fact.indicator, correction.met, correction.days))
    return found


def _corrections(
    session: Session, round_id: int, corrections_to: int | None
) -> Mapping[int, AssessmentCorrection]:
    """The last correction of each fact."""
    wanted = (
        sa.select(AssessmentCorrection)
        .join(AssessmentFact, AssessmentFact.id == AssessmentCorrection.fact_id)
        .where(AssessmentFact.round_id == round_id)
        .order_by(AssessmentCorrection.id)
    )
    if corrections_to is not None:
        wanted = wanted.where(AssessmentCorrection.id <= corrections_to)
    return {row.fact_id: row for row in session.scalars(wanted)}


def store_sheet(
    session: Session, found: AssessmentRound, unit_id: int, corrections_to: int, now: datetime
) -> AssessmentSheet:
    """Compute a unit anew and keep the result as its next sheet."""
    rules = AssessmentRules.from_record(found.rules)
    facts = counted_facts(session, found.id, corrections_to)[unit_id]
    computed = compute_unit(rules, facts)
    before = session.scalar(
        sa.select(sa.func.max(AssessmentSheet.revision)).where(
            AssessmentSheet.round_id == found.id, AssessmentSheet.unit_id == unit_id
        )
    )
    sheet = AssessmentSheet(
        round_id=found.id,
        unit_id=unit_id,
        revision=0 if before is None else before + 1,
        corrections_to=corrections_to,
        hundredths=computed.total.hundredths,
        grade=computed.total.grade.value if computed.total.grade else None,
        vetoed=computed.total.vetoed,
        at=now,
    )
    session.add(sheet)
    session.flush()
    session.add_all(
        AssessmentScore(
            sheet_id=sheet.id,
            indicator=one.indicator,
            weight=one.weight,
            counted=one.counted,
            met=one.met,
            days=one.days,
            hundredths=one.hundredths,
        )
        for one in computed.scores
    )
    session.flush()
    return sheet


def differences(session: Session, found: AssessmentRound) -> tuple[Difference, ...]:
    """Every sheet of the round computed again from the stored facts: where they differ."""
    rules = AssessmentRules.from_record(found.rules)
    sheets = session.scalars(
        sa.select(AssessmentSheet)
        .where(AssessmentSheet.round_id == found.id)
        .order_by(AssessmentSheet.unit_id, AssessmentSheet.revision)
        .execution_options(populate_existing=True)
    ).all()
    return tuple(
        difference
        for sheet in sheets
        for difference in _compare(
            session,
            sheet,
            compute_unit(
                rules, counted_facts(session, found.id, sheet.corrections_to)[sheet.unit_id]
            ),
        )
    )


def recompute_unit(session: Session, round_id: int, unit_id: int) -> Computed:
    """What a unit scores now, computed from the stored facts and all corrections."""
    found = session.get_one(AssessmentRound, round_id)
    facts = counted_facts(session, round_id)[unit_id]
    return compute_unit(AssessmentRules.from_record(found.rules), facts)


def recompute(session: Session, round_id: int) -> tuple[int, tuple[Difference, ...]]:
    """How many sheets a round has, and where they differ from the facts."""
    count = sa.select(sa.func.count(AssessmentSheet.id)).where(AssessmentSheet.round_id == round_id)
    found = session.get_one(AssessmentRound, round_id)
    return session.execute(count).scalar_one(), differences(session, found)


def _compare(session: Session, sheet: AssessmentSheet, computed: Computed) -> Iterator[Difference]:
    stored = {row.indicator: row for row in scores_of(session, sheet.id)}
    for one in computed.scores:
        row = stored.pop(one.indicator, None)
        was = (row.weight, row.counted, row.met, row.days, row.hundredths) if row else None
        now = (one.weight, one.counted, one.met, one.days, one.hundredths)
        if was != now:
            yield Difference(sheet.unit_id, sheet.revision, one.indicator, str(was), str(now))
    for key in stored:
        yield Difference(sheet.unit_id, sheet.revision, key, key, "")
    total = computed.total
    before = (sheet.hundredths, sheet.grade, sheet.vetoed)
    again = (total.hundredths, total.grade.value if total.grade else None, total.vetoed)
    if before != again:
        yield Difference(sheet.unit_id, sheet.revision, "", str(before), str(again))


def scores_of(session: Session, sheet_id: int) -> Sequence[AssessmentScore]:
    """The points on a sheet."""
    return session.scalars(
        sa.select(AssessmentScore)
        .where(AssessmentScore.sheet_id == sheet_id)
        .order_by(AssessmentScore.id)
        .execution_options(populate_existing=True)
    ).all()
