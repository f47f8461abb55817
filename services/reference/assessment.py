"""The indicators of the monthly assessment with what each is worth in a jurisdiction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from services.reference.profile import FOLDER, load_profile
from services.reference.tables import Table, read_toml
from workflows.assessment import AssessmentHead, Grade, Measure, Weighed
from workflows.deadlines import Evidence

INDICATORS = Path(__file__).parent / "indicators.toml"
FULL_WEIGHT = 100


class FactSource(StrEnum):
    """Where the facts of an indicator come from."""

    CLOCKS = "clocks"
    RECEIPTS = "receipts"
    EXTENSIONS = "extensions"
    DISCLOSURES = "disclosures"
    SELF_REPORTS = "self_reports"
    FIRST_ACCEPTANCES = "first_acceptances"
    DAYS_LATE = "days_late"
    FALSE_CLOSURES = "false_closures"
    RETURNS = "returns"


class Attribution(StrEnum):
    """Whose fact it is: who held the clock, the two that govern the case, or its department."""

    HOLDER = "holder"
    GOVERNING = "governing"
    DEPARTMENT = "department"


@dataclass(frozen=True)
class Indicator:
    """One indicator as it is worth here. `rules`: of the clocks that are its facts."""

    key: str
    head: AssessmentHead
    name: str
    words: str
    facts: FactSource
    rules: tuple[str, ...]
    of: Attribution
    measure: Measure
    source: str
    evidence: Evidence
    weight: int
    per_day: int

    @property
    def weighed(self) -> Weighed:
        """What the arithmetic needs to know of it."""
        return Weighed(self.key, self.measure, self.weight, self.per_day)


@dataclass(frozen=True)
class AssessmentRules:
    """By what a round is computed: kept whole with the round, so that it can be computed again.

    `grades`: the least points of each grade but the last. `least_weight`: a unit whose indicators
    with facts weigh less has no total; rounds that were begun before there was one have 0.
    """

    version: str
    basis: str
    weight_note: str
    grade_source: str
    objection_working_days: int
    copies: tuple[str, ...]
    copies_source: str
    grades: Mapping[Grade, int]
    least_weight: int
    heads: Mapping[AssessmentHead, str]
    indicators: tuple[Indicator, ...]

    def as_record(self) -> dict[str, Any]:
        """As it is kept with a round."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "AssessmentRules":
        """As it was kept."""
        return cls(
            **{
                "least_weight": 0,
                **record,
                "copies": tuple(record["copies"]),
                "grades": {Grade(key): bound for key, bound in record["grades"].items()},
                "heads": {AssessmentHead(key): name for key, name in record["heads"].items()},
                "indicators": tuple(map(_from_record, record["indicators"])),
            }
        )


def _from_record(row: Mapping[str, Any]) -> Indicator:
    return Indicator(
        **{
            **row,
            "head": AssessmentHead(row["head"]),
            "facts": FactSource(row["facts"]),
            "rules": tuple(row["rules"]),
            "of": Attribution(row["of"]),
            "measure": Measure(row["measure"]),
            "evidence": Evidence(row["evidence"]),
        }
    )


@cache
def load_assessment(profile_key: str) -> AssessmentRules:
    """Those of a profile that the installation ships with."""
    return read_assessment(
        INDICATORS,
        FOLDER / profile_key / "assessment.toml",
        frozenset(load_profile(profile_key).rules),
    )


def read_assessment(
    indicators: Path, settings: Path, known_rules: frozenset[str]
) -> AssessmentRules:
    """Read and check indicators and their weights as a whole."""
    whole, own = read_toml(indicators), read_toml(settings)
    weights = own.table("weights")
    per_day = own.get("days_late_per_day", int)
    rows = tuple(
        _indicator(row, weights, per_day, known_rules) for row in whole.tables("indicators", "id")
    )
    keys = [row.key for row in rows]
    if len(set(keys)) < len(keys):
        raise whole.error("an indicator stands twice")
    if set(weights.values) != set(keys):
        raise weights.error("weights and indicators do not name the same things")
    if sum(row.weight for row in rows) != FULL_WEIGHT:
        raise weights.error(f"weights must add up to {FULL_WEIGHT}")
    least_weight = own.get("least_weight", int)
    if not 0 < least_weight <= FULL_WEIGHT:
        raise own.error(f"`least_weight` is 1 to {FULL_WEIGHT}")
    bounds = own.table("grades")
    heads = whole.table("heads")
    return AssessmentRules(
        version=f"{whole.get('version', int)}.{own.get('version', int)}",
        basis=own.text("basis"),
        weight_note=own.text("weight_note"),
        grade_source=own.text("grade_source"),
        objection_working_days=own.get("objection_working_days", int),
        copies=own.texts("copies"),
        copies_source=own.text("copies_source"),
        grades={grade: bounds.get(grade, int) for grade in Grade if grade in bounds.values},
        least_weight=least_weight,
        heads={head: heads.text(head) for head in AssessmentHead},
        indicators=rows,
    )


def _indicator(row: Table, weights: Table, per_day: int, known_rules: frozenset[str]) -> Indicator:
    key, measure = row.text("id"), row.member("measure", Measure)
    weight = weights.get(key, int)
    if (weight == 0) is not (measure is Measure.VETO) or weight < 0:
        raise weights.error(f"`{key}`: a veto weighs nothing, everything else something")
    rules = row.texts("rules")
    if unknown := sorted(set(rules) - known_rules):
        raise row.error(f"no such rule: {', '.join(unknown)}")
    facts = row.member("facts", FactSource)
    if bool(rules) is not (facts is FactSource.CLOCKS):
        raise row.error("`rules` are given exactly for clocks")
    return Indicator(
        key=key,
        head=row.member("head", AssessmentHead),
        name=row.text("name"),
        words=row.text("words"),
        facts=facts,
        rules=rules,
        of=row.member("of", Attribution),
        measure=measure,
        source=row.text("source"),
        evidence=row.member("evidence", Evidence),
        weight=weight,
        per_day=per_day if measure is Measure.DAYS else 0,
    )
