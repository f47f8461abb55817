"""What each official document says, frozen: the values that a template is given."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Self

from workflows.vocabulary import DocumentKind, ListingLevel

Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Organ:
    """The organ that issues: its name, its red header, its 机关代字, the office that prints."""

    name: str
    header: str
    code: str
    office: str


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """The responsible party. A credit code is not always there."""

    name: str
    credit_code: str | None = None


@dataclass(frozen=True, kw_only=True)
class Hazard:
    intake_number: str
    name: str
    category: str
    place: str
    description: str
    found_on: date


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """The clause as it stood on the finding date. Unverified: typed in by hand."""

    document: str
    document_no: str
    article: str
    text: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class Rectification:
    """What has to be done, by when, and how it is reported."""

    order_number: str
    limit_on: date
    requirements: tuple[str, ...]
    control_measures: tuple[str, ...] = ()
    plan_due_on: date | None = None
    progress_report_months: int
    extension_lead_working_days: int


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """Who lists at which level, who looks after it, who is told."""

    level: ListingLevel
    supervising_department: str
    competent_department: str
    territorial_government: str
    cc: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing in black: how many units it is wide and high, and its path."""

    size: int
    path: str


@dataclass(frozen=True, kw_only=True)
class Verification:
    """By what issued pages are looked up: code, address of the page, and the QR code of both."""

    code: str
    address: str
    picture: Picture


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What the signature brought: number, date, case number, and the hash of the signed draft."""

    year: int
    number: int
    issued_on: date
    case_number: str
    draft_sha256: str
    verification: Verification | None = None


@dataclass(frozen=True, kw_only=True)
class ListingNoticeInputs:
    """The listing notice. Without an issue it is the draft laid before the signatory.

    `signatory_principal`: in whose name the signatory signs as a substitute.
    `is_extract`: what a notice for several cases says about this one.
    """

    organ: Organ
    addressee: Addressee
    hazard: Hazard
    criterion: Criterion
    rectification: Rectification
    supervision: Supervision
    signatory_name: str
    drafted_on: date
    signatory_principal: str = ""
    is_extract: bool = False
    issue: Issue | None = None

    def issued(self, issue: Issue) -> Self:
        """The same notice, issued: nothing but the issue is added to the signed draft."""
        return replace(self, issue=issue)

    def as_record(self) -> dict[str, Any]:
        """Plain JSON values: dates as ISO text, tuples as lists."""
        return _as_record(self)

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """The inverse of `as_record`."""
        return cls(
            organ=Organ(**record["organ"]),
            addressee=Addressee(**record["addressee"]),
            hazard=Hazard(**_with_dates(record["hazard"], "found_on")),
            criterion=Criterion(**record["criterion"]),
            rectification=_rectification(record["rectification"]),
            supervision=_supervision(record["supervision"]),
            signatory_name=record["signatory_name"],
            drafted_on=date.fromisoformat(record["drafted_on"]),
            # Drafts frozen before there were substitutes do not say.
            signatory_principal=record.get("signatory_principal", ""),
            is_extract=record.get("is_extract", False),
            issue=_issue(record["issue"]),
        )


@dataclass(frozen=True, kw_only=True)
class Matter:
    """The hazard that an issued document is about. What is not on record yet is empty."""

    party: str
    intake_number: str
    case_number: str
    hazard: str
    place: str
    description: str
    found_on: date | None
    limit_on: date | None


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Another document, as it is referred to."""

    number: str
    issued_on: date


@dataclass(frozen=True, kw_only=True)
class IssuedInputs:
    """A document that is drawn up when it takes its number: there is no draft of it.

    `said`: what the acts behind it say, by the names of their fields.
    """

    kind: DocumentKind
    organ: Organ
    number: str
    issued_on: date
    addressee: Addressee
    matter: Matter
    criterion: Criterion | None
    follows: Reference | None
    said: Mapping[str, str]
    signatory_name: str
    signatory_principal: str
    cc: tuple[str, ...]
    verification: Verification | None

    def as_record(self) -> dict[str, Any]:
        """Plain JSON values. Drawn up on the day of issue."""
        return {**_as_record(self), "drafted_on": self.issued_on.isoformat()}


@dataclass(frozen=True, kw_only=True)
class BatchLine:
    """One case in the table of a notice for several. The case number comes with the signature."""

    intake_number: str
    case_number: str
    party: str
    hazard: str
    place: str
    criterion: str
    criterion_verified: bool
    limit_on: date
    competent_department: str
    territorial_government: str


@dataclass(frozen=True, kw_only=True)
class ListingBatchInputs:
    """One listing notice for several cases. Without an issue it is the draft to be signed."""

    organ: Organ
    level: ListingLevel
    lines: tuple[BatchLine, ...]
    requirements: tuple[str, ...]
    progress_report_months: int
    extension_lead_working_days: int
    signatory_name: str
    signatory_principal: str
    drafted_on: date
    issue: Issue | None = None

    @classmethod
    def of(cls, notices: Sequence[ListingNoticeInputs]) -> Self:
        """The whole of these extracts, in their order."""
        first = notices[0]
        return cls(
            organ=first.organ,
            level=first.supervision.level,
            lines=tuple(_line(notice) for notice in notices),
            requirements=first.rectification.requirements,
            progress_report_months=first.rectification.progress_report_months,
            extension_lead_working_days=first.rectification.extension_lead_working_days,
            signatory_name=first.signatory_name,
            signatory_principal=first.signatory_principal,
            drafted_on=first.drafted_on,
        )

    def numbered(self, intake_number: str, case_number: str) -> Self:
        """The same notice, with the number under which one of its cases is supervised."""
        lines = (
            replace(line, case_number=case_number) if line.intake_number == intake_number else line
            for line in self.lines
        )
        return replace(self, lines=tuple(lines))

    @property
    def is_numbered(self) -> bool:
        """Whether every case has its number."""
        return all(line.case_number for line in self.lines)

    def as_record(self) -> dict[str, Any]:
        """Plain JSON values: dates as ISO text, tuples as lists."""
        return _as_record(self)

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """The inverse of `as_record`."""
        values = {
            **_with_dates(record, "drafted_on"),
            "organ": Organ(**record["organ"]),
            "level": ListingLevel(record["level"]),
            "lines": tuple(BatchLine(**_with_dates(row, "limit_on")) for row in record["lines"]),
            "requirements": tuple(record["requirements"]),
            "issue": _issue(record["issue"]),
        }
        return cls(**values)


def _line(notice: ListingNoticeInputs) -> BatchLine:
    clause = notice.criterion
    return BatchLine(
        intake_number=notice.hazard.intake_number,
        case_number="",
        party=notice.addressee.name,
        hazard=notice.hazard.name,
        place=notice.hazard.place,
        criterion=f"《{clause.document}》{clause.article}",
        criterion_verified=clause.verified,
        limit_on=notice.rectification.limit_on,
        competent_department=notice.supervision.competent_department,
        territorial_government=notice.supervision.territorial_government,
    )


def _as_record(inputs: ListingNoticeInputs | ListingBatchInputs | IssuedInputs) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(
        json.dumps(asdict(inputs), default=date.isoformat, ensure_ascii=False)
    )
    return record


def _issue(record: Record | None) -> Issue | None:
    if record is None:
        return None
    values = _with_dates(record, "issued_on")
    # What was issued before there were codes has none.
    code = record.get("verification")
    values["verification"] = _verification(code) if code else None
    return Issue(**values)


def _verification(record: Record) -> Verification:
    return Verification(**{**record, "picture": Picture(**record["picture"])})


def _rectification(record: Record) -> Rectification:
    values = _with_dates(record, "limit_on", "plan_due_on")
    values["requirements"] = tuple(record["requirements"])
    values["control_measures"] = tuple(record["control_measures"])
    return Rectification(**values)


def _supervision(record: Record) -> Supervision:
    values = dict(record)
    values["level"] = ListingLevel(record["level"])
    values["cc"] = tuple(record["cc"])
    return Supervision(**values)


def _with_dates(record: Record, *names: str) -> dict[str, Any]:
    dates = {name: date.fromisoformat(record[name]) for name in names if record[name]}
    return {**record, **dates}
