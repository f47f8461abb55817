"""The monthly assessment: how facts become points, how points become a grade and a place.

Points are whole hundredths; nothing here is a float, so the same facts give the same points.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

HUNDREDTHS = 100
FULL = 100 * HUNDREDTHS


class AssessmentHead(StrEnum):
    """The four heads of 四考核, as a press report of 2023 words them."""

    CAMPAIGN = "campaign"
    SELF_INSPECTION = "self_inspection"
    ENFORCEMENT = "enforcement"
    LEADERSHIP = "leadership"


class Measure(StrEnum):
    """How facts count: the share that is met, the share that is not, days lost, or a veto."""

    SHARE = "share"
    SHORTFALL = "shortfall"
    DAYS = "days"
    VETO = "veto"


class Grade(StrEnum):
    """The four grades, best first."""

    EXCELLENT = "excellent"
    GOOD = "good"
    QUALIFIED = "qualified"
    UNQUALIFIED = "unqualified"


@dataclass(frozen=True)
class Weighed:
    """What one indicator is worth: at most `weight` points, `per_day` hundredths less a day."""

    key: str
    measure: Measure
    weight: int
    per_day: int = 0


@dataclass(frozen=True)
class Counted:
    """One fact as it counts now, after corrections."""

    indicator: str
    met: bool
    days: int = 0


@dataclass(frozen=True)
class IndicatorScore:
    """Points of one indicator; `hundredths` is None where nothing was there to be counted."""

    indicator: str
    weight: int
    counted: int
    met: int
    days: int
    hundredths: int | None


@dataclass(frozen=True)
class Total:
    """The sum over the indicators that had facts, scaled to 100 points.

    None where they weigh less than a unit needs to be graded.
    """

    hundredths: int | None
    grade: Grade | None
    vetoed: bool


def score(weighed: Weighed, facts: Sequence[Counted]) -> IndicatorScore:
    """Points of one indicator from its facts."""
    met, days = sum(fact.met for fact in facts), sum(fact.days for fact in facts)
    return IndicatorScore(
        weighed.key,
        weighed.weight,
        len(facts),
        met,
        days,
        _hundredths(weighed, len(facts), met, days) if facts else None,
    )


def _hundredths(weighed: Weighed, counted: int, met: int, days: int) -> int | None:
    full = weighed.weight * HUNDREDTHS
    match weighed.measure:
        case Measure.SHARE:
            return divide(full * met, counted)
        case Measure.SHORTFALL:
            return divide(full * (counted - met), counted)
        case Measure.DAYS:
            return max(0, full - weighed.per_day * days)
        case Measure.VETO:
            return None


def available_weight(points: Iterable[tuple[int, int | None]]) -> int:
    """What the indicators with facts weigh together; `points`: weight and hundredths of each."""
    return sum(weight for weight, hundredths in points if hundredths is not None)


def add_up(
    weighed: Sequence[Weighed],
    scores: Sequence[IndicatorScore],
    bounds: Mapping[Grade, int],
    least_weight: int,
) -> Total:
    """The total of a unit; none below the least weight, so that one light fact grades nobody.

    A veto makes a unit unqualified, whatever its points, and without any.
    """
    counting = [one for one in scores if one.hundredths is not None]
    available = available_weight((one.weight, one.hundredths) for one in scores)
    measures = {row.key: row.measure for row in weighed}
    vetoed = any(measures[one.indicator] is Measure.VETO and one.met for one in scores)
    if available < max(1, least_weight):
        return Total(None, Grade.UNQUALIFIED if vetoed else None, vetoed)
    points = divide(sum(one.hundredths or 0 for one in counting) * 100, available)
    return Total(points, Grade.UNQUALIFIED if vetoed else grade_of(points, bounds), vetoed)


def grade_of(hundredths: int, bounds: Mapping[Grade, int]) -> Grade:
    """The grade of so many points; a bound belongs to the better grade. `bounds` in points."""
    return next(
        (grade for grade in Grade if grade in bounds and hundredths >= bounds[grade] * HUNDREDTHS),
        Grade.UNQUALIFIED,
    )


def divide(value: int, by: int) -> int:
    """A quotient of whole numbers, rounded half up."""
    return (2 * value + by) // (2 * by)


def mean(values: Sequence[int]) -> int | None:
    """The mean of months that have points, in hundredths; None without any."""
    return divide(sum(values), len(values)) if values else None


def rank(totals: Iterable[tuple[int, Total]], incomplete: Collection[int]) -> dict[int, int]:
    """The place of each unit that has points; equal points share a place, vetoed units stand last.

    Nobody has a place while the data of any unit are `incomplete`.
    """
    rows = [(unit, total) for unit, total in totals if total.hundredths is not None]
    if incomplete:
        return {}
    keys = {unit: (total.vetoed, -(total.hundredths or 0)) for unit, total in rows}
    ordered = sorted(keys.values())
    return {unit: ordered.index(key) + 1 for unit, key in keys.items()}
