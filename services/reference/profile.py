"""A jurisdiction's profile: its numbers, its notices and its time limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.reference.tables import Table, read_toml
from workflows.deadlines import DeadlineRule, Evidence, InvalidDeadlineRuleError, OtherSource
from workflows.disclosure import Exposure
from workflows.handovers import REFERRED_INSTEAD, HandoverLevel, HandoverReceiver
from workflows.returns import ReturnCovers, ReturnPart
from workflows.tips import OrganReports
from workflows.vocabulary import Action, ClockEvent, DeadlineUnit, DocumentKind, HazardSource

FOLDER = Path(__file__).parent / "profiles"
_MOST_NUMBER_LENGTH = 40


@dataclass(frozen=True)
class NoLimit:
    """A step without a time limit of its own: why, and the rules that hold instead, if any."""

    step: str
    reason: str
    governed_by: tuple[str, ...]


@dataclass(frozen=True)
class NoticeSettings:
    """What the listing notice of this jurisdiction says beyond the case itself."""

    header: str
    code: str
    other_header: str
    other_code: str
    progress_report_months: int


@dataclass(frozen=True)
class Attention:
    """From how many days on a case is shown as near a limit, or as stuck. The office's own."""

    near_days: int
    stuck_days: int


@dataclass(frozen=True)
class LatenessSettings:
    """From how many days on a deadline is seriously late, and how often it is urged at most.

    Both numbers are the office's own.
    """

    seriously_late_days: int
    urge_most_every_days: int


@dataclass(frozen=True)
class MonthlyEndorsement:
    """What asks for the monthly sheet, and by when it is signed. The month is the office's own."""

    document: str
    article: str
    words: str
    note: str
    due_days_before_month_end: int


@dataclass(frozen=True)
class DisclosureSettings:
    """How much of a listed case is told to the public, by how it came to be known.

    `note` says where that comes from; `basis` is the rule that a publication names unless the
    officer names another. A month's bulletin is due on `bulletin_due_day` of the next.
    """

    exposure: Mapping[HazardSource, Exposure]
    note: str
    basis: str
    bulletin_number_format: str
    bulletin_due_day: int


@dataclass(frozen=True)
class LookBackSettings:
    """After how many months a delisted hazard is looked at again; `note`: where that comes from."""

    months: tuple[int, ...]
    note: str


@dataclass(frozen=True)
class HandoverSettings:
    """At which level this jurisdiction hands over, to whom, and the number of its letters."""

    level: HandoverLevel
    receivers: tuple[HandoverReceiver, ...]
    number_format: str


@dataclass(frozen=True)
class TracebackSettings:
    """How late calls for a traceback, and the form of a report's number; `note`: their source."""

    late_days: int
    number_format: str
    note: str


@dataclass(frozen=True)
class PartOfReturn:
    """One part of the monthly return. `campaign`: the list that a part of tasks is made from."""

    key: str
    kind: ReturnPart
    name: str
    campaign: str


@dataclass(frozen=True)
class ReturnSettings:
    """What asks for monthly returns, who owes them, what they consist of.

    `opens_days_before_due` is the office's own, like what `note` says.
    """

    document: str
    article: str
    words: str
    note: str
    covers: ReturnCovers
    opens_days_before_due: int
    counties_report: bool
    departments_report: bool
    parts: tuple[PartOfReturn, ...]


@dataclass(frozen=True)
class RewardGrade:
    """A grade by which a verified tip is rewarded, in yuan."""

    key: str
    name: str
    amount: int


@dataclass(frozen=True)
class TipSettings:
    """How tips are taken here. `notes` say of each setting where it comes from, and how surely.

    `superior_channel` is where a tip about an organ goes that may not be taken here.
    """

    anonymous_public: bool
    anonymous_employee: bool
    organ_reports: OrganReports
    superior_channel: str
    superior_telephone: str
    number_format: str
    grades: tuple[RewardGrade, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ReferralSettings:
    """How referrals are numbered here, and when the rules propose one: both the office's own.

    A hazard found by others within `found_by_others_days` after a clean inspection; a
    rectification limit that is over since `overdue_days`.
    """

    number_format: str
    found_by_others_days: int
    overdue_days: int
    note: str


@dataclass(frozen=True)
class Profile:
    """How one jurisdiction works. `rules` by rule id, `without_limit` by step."""

    key: str
    name: str
    division_code: str
    inspector_count: int
    self_listing_sectors: frozenset[str]
    government_resumption_sectors: frozenset[str]
    substitution_most_days: int
    handover: HandoverSettings
    intake_number_format: str
    case_number_format: str
    number_formats: Mapping[DocumentKind, str]
    other_number_formats: Mapping[DocumentKind, str]
    number_note: str
    listing_notice: NoticeSettings
    attention: Attention
    lateness: LatenessSettings
    monthly_endorsement: MonthlyEndorsement
    disclosure: DisclosureSettings
    look_back: LookBackSettings
    monthly_return: ReturnSettings
    traceback: TracebackSettings
    tips: TipSettings
    referrals: ReferralSettings
    rules: Mapping[str, DeadlineRule]
    without_limit: Mapping[str, NoLimit]

    @property
    def extension_lead_working_days(self) -> int:
        """How long before the end of a rectification limit more time is asked for."""
        return self.rules["extension_lead"].count


def profile_names() -> tuple[str, ...]:
    """The profiles that the installation ships with."""
    return tuple(sorted(file.parent.name for file in FOLDER.glob("*/profile.toml")))


@cache
def load_profile(name: str) -> Profile:
    """Read one of the profiles that the installation ships with."""
    return read_profile(FOLDER / name)


def read_profile(folder: Path) -> Profile:
    """Read a profile from its folder and check it as a whole."""
    profile = read_toml(folder / "profile.toml")
    deadlines, base = _deadlines(folder)
    numbers = profile.table("numbers")
    rules = _rules(deadlines, base)
    return Profile(
        key=folder.name,
        name=profile.text("name"),
        division_code=profile.text("division_code"),
        inspector_count=_inspector_count(profile),
        self_listing_sectors=frozenset(profile.texts("self_listing_sectors")),
        government_resumption_sectors=frozenset(profile.texts("government_resumption_sectors")),
        substitution_most_days=_substitution_most_days(profile),
        handover=_handover(profile.table("handover")),
        intake_number_format=_number_format(numbers, "intake"),
        case_number_format=_number_format(numbers, "case"),
        number_formats=_document_formats(numbers.table("documents")),
        other_number_formats=_other_formats(numbers.table("documents_of_other_bodies")),
        number_note=numbers.text("note"),
        listing_notice=_notice_settings(profile.table("listing_notice")),
        attention=_attention(profile.table("attention")),
        lateness=_lateness(profile.table("lateness")),
        monthly_endorsement=_monthly_endorsement(profile.table("monthly_endorsement")),
        disclosure=_disclosure(profile.table("disclosure")),
        look_back=_look_back(profile.table("look_back")),
        monthly_return=_monthly_return(profile.table("monthly_return")),
        traceback=_traceback(profile.table("traceback")),
        tips=_tips(profile.table("tips")),
        referrals=_referrals(profile.table("referrals")),
        rules=rules,
        without_limit=_without_limit(deadlines, base, rules),
    )


def _notice_settings(table: Table) -> NoticeSettings:
    return NoticeSettings(
        header=table.text("header"),
        code=table.text("code"),
        other_header=table.text("other_header"),
        other_code=table.text("other_code"),
        progress_report_months=table.get("progress_report_months", int),
    )


def _attention(table: Table) -> Attention:
    attention = Attention(table.get("near_days", int), table.get("stuck_days", int))
    if attention.near_days < 1 or attention.stuck_days < 1:
        raise table.error("`near_days` and `stuck_days` are at least 1")
    return attention


def _lateness(table: Table) -> LatenessSettings:
    settings = LatenessSettings(
        table.get("seriously_late_days", int), table.get("urge_most_every_days", int)
    )
    if settings.seriously_late_days < 1 or settings.urge_most_every_days < 1:
        raise table.error("`seriously_late_days` and `urge_most_every_days` are at least 1")
    return settings


def _monthly_endorsement(table: Table) -> MonthlyEndorsement:
    days = table.get("due_days_before_month_end", int)
    if not 0 <= days < 28:
        raise table.error("`due_days_before_month_end` lies between 0 and 27")
    return MonthlyEndorsement(
        document=table.text("document"),
        article=table.text("article"),
        words=table.text("words"),
        note=table.text("note"),
        due_days_before_month_end=days,
    )


def _disclosure(table: Table) -> DisclosureSettings:
    exposure = table.table("exposure")
    unknown = sorted(set(exposure.values) - set(HazardSource))
    if unknown:
        raise exposure.error(f"no such source: {', '.join(unknown)}")
    return DisclosureSettings(
        exposure=MappingProxyType(
            {source: exposure.member(source.value, Exposure) for source in HazardSource}
        ),
        note=table.text("note"),
        basis=table.text("basis"),
        bulletin_number_format=_number_format(table, "bulletin_number"),
        bulletin_due_day=_due_day(table),
    )


def _look_back(table: Table) -> LookBackSettings:
    months = tuple(table.items("months", int))
    if not months or months[0] < 1 or list(months) != sorted(set(months)):
        raise table.error("`months` are whole numbers from 1, each later than the one before")
    return LookBackSettings(months, table.text("note"))


def _handover(table: Table) -> HandoverSettings:
    receivers = table.texts("receivers")
    if walled := sorted(set(receivers) & set(REFERRED_INSTEAD)):
        raise table.error(
            f"{', '.join(walled)} receive no handover: what concerns them is referred, walled off"
        )
    if unknown := sorted(set(receivers) - set(HandoverReceiver)):
        raise table.error(f"no such receiver: {', '.join(unknown)}")
    if not receivers or len(set(receivers)) < len(receivers):
        raise table.error("`receivers` names at least one, and each once")
    return HandoverSettings(
        level=table.member("level", HandoverLevel),
        receivers=tuple(HandoverReceiver(name) for name in receivers),
        number_format=_number_format(table, "number"),
    )


def _traceback(table: Table) -> TracebackSettings:
    days = table.get("late_days", int)
    if days < 1:
        raise table.error("`late_days` is a whole number from 1")
    return TracebackSettings(days, _number_format(table, "number"), table.text("note"))


def _monthly_return(table: Table) -> ReturnSettings:
    days = table.get("opens_days_before_due", int)
    # Longer than a month, and two months would be open at once.
    if not 1 <= days <= 27:
        raise table.error("`opens_days_before_due` lies between 1 and 27")
    parts = tuple(
        PartOfReturn(
            key=row.text("key"),
            kind=row.member("kind", ReturnPart),
            name=row.text("name"),
            campaign=row.text("campaign", default=""),
        )
        for row in table.tables("parts", "key")
    )
    if not parts or len({part.key for part in parts}) < len(parts):
        raise table.error("`parts` needs at least one, each with a key of its own")
    if any((part.kind is ReturnPart.TASK_LIST) != bool(part.campaign) for part in parts):
        raise table.error("a part of tasks, and no other, names its `campaign`")
    if sum(part.kind is ReturnPart.FIGURES for part in parts) > 1:
        raise table.error("`figures` stand in one part only")
    return ReturnSettings(
        document=table.text("document"),
        article=table.text("article"),
        words=table.text("words"),
        note=table.text("note"),
        covers=table.member("covers", ReturnCovers),
        opens_days_before_due=days,
        counties_report=table.get("counties_report", bool),
        departments_report=table.get("departments_report", bool),
        parts=parts,
    )


def _due_day(table: Table) -> int:
    day = table.get("bulletin_due_day", int)
    if not 1 <= day <= 28:
        raise table.error("`bulletin_due_day` lies between 1 and 28")
    return day


def _tips(table: Table) -> TipSettings:
    grades = tuple(
        RewardGrade(row.text("key"), row.text("name"), row.get("amount", int))
        for row in table.tables("grades", "key")
    )
    if len({grade.key for grade in grades}) < len(grades) or not grades:
        raise table.error("`grades` needs at least one, each with a key of its own")
    if any(grade.amount < 1 for grade in grades):
        raise table.error("the amount of a grade is at least 1")
    return TipSettings(
        anonymous_public=table.get("anonymous_public", bool),
        anonymous_employee=table.get("anonymous_employee", bool),
        organ_reports=table.member("organ_reports", OrganReports),
        superior_channel=table.text("superior_channel"),
        superior_telephone=table.text("superior_telephone"),
        number_format=_number_format(table, "number"),
        grades=grades,
        notes=table.texts("notes"),
    )


def _referrals(table: Table) -> ReferralSettings:
    settings = ReferralSettings(
        number_format=_number_format(table, "number"),
        found_by_others_days=table.get("found_by_others_days", int),
        overdue_days=table.get("overdue_days", int),
        note=table.text("note"),
    )
    if settings.found_by_others_days < 1 or settings.overdue_days < 1:
        raise table.error("`found_by_others_days` and `overdue_days` are at least 1")
    return settings


def _inspector_count(profile: Table) -> int:
    count = profile.get("inspector_count", int)
    # At least two officers (Administrative Penalty Law 42).
    if count < 2:
        raise profile.error("`inspector_count` must be at least 2")
    return count


def _substitution_most_days(profile: Table) -> int:
    days = profile.get("substitution_most_days", int)
    if days < 1:
        raise profile.error("`substitution_most_days` must be at least 1")
    return days


def _number_format(table: Table, field: str) -> str:
    pattern = table.text(field)
    try:
        texts = {pattern.format(year=2026, number=number, organ="示例") for number in (1, 9999)}
    except (KeyError, IndexError, ValueError) as fault:
        raise table.error(
            f"`{field}` knows {{year}}, {{number}} and {{organ}} only: {fault}"
        ) from fault
    if len(texts) < 2 or "{year}" not in pattern:
        raise table.error(f"`{field}` needs both {{year}} and {{number}}")
    if max(map(len, texts)) > _MOST_NUMBER_LENGTH:
        raise table.error(f"`{field}` gives more than {_MOST_NUMBER_LENGTH} characters")
    return pattern


def _document_formats(table: Table) -> Mapping[DocumentKind, str]:
    unknown = sorted(set(table.values) - set(DocumentKind))
    if unknown:
        raise table.error(f"no such kind of document: {', '.join(unknown)}")
    formats = {kind: _number_format(table, kind) for kind in DocumentKind}
    if len(set(formats.values())) < len(formats):
        raise table.error("two kinds of document have the same number format")
    return MappingProxyType(formats)


def _other_formats(table: Table) -> Mapping[DocumentKind, str]:
    """Number forms of bodies other than the committee, for the kinds that these bodies issue."""
    unknown = sorted(set(table.values) - set(DocumentKind))
    if unknown:
        raise table.error(f"no such kind of document: {', '.join(unknown)}")
    formats = {DocumentKind(kind): _number_format(table, kind) for kind in table.values}
    if without_mark := sorted(kind for kind, form in formats.items() if "{organ}" not in form):
        raise table.error(f"needs {{organ}}: {', '.join(without_mark)}")
    return MappingProxyType(formats)


def _deadlines(folder: Path) -> tuple[Table, Table | None]:
    """The time limits of a profile, and those of the one whose rows it takes over, if any."""
    deadlines = read_toml(folder / "deadlines.toml")
    name = deadlines.text("based_on", default="")
    if not name:
        return deadlines, None
    if name not in profile_names():
        raise deadlines.error(f"no profile has the name {name!r}")
    base = read_toml(FOLDER / name / "deadlines.toml")
    if "based_on" in base.values:
        raise deadlines.error(f"`based_on` is {name!r}, which is itself based on another")
    return deadlines, base


def _rules(deadlines: Table, base: Table | None) -> Mapping[str, DeadlineRule]:
    """The rows by id; one's own row replaces the row of the same id that the base has."""
    rules = dict(_rules(base, None)) if base is not None else {}
    own: set[str] = set()
    for row in deadlines.tables("rules", "id"):
        rule = _rule(row)
        if rule.id in own:
            raise row.error("this id stands twice")
        own.add(rule.id)
        rules[rule.id] = rule
    return MappingProxyType(rules)


def _rule(row: Table) -> DeadlineRule:
    kind, _, subject = row.text("starts").partition(":")
    ends = row.texts("ends")
    for action in ends:
        _known_action(row, action)
    if kind == "event":
        _known_event(row, subject)
    else:
        _known_action(row, subject)
        if not ends:
            raise row.error("`ends` names no act")
    evidence = row.member("evidence", Evidence)
    verified = row.get("verified", bool)
    if verified and evidence is not Evidence.PRIMARY_TEXT:
        raise row.error("only evidence S can be verified")
    try:
        return DeadlineRule(
            id=row.text("id"),
            version=row.get("version", int),
            name=row.text("name"),
            starts=row.text("starts"),
            ends=ends,
            unit=row.member("unit", DeadlineUnit),
            count=row.get("count", int),
            document=row.text("document"),
            article=row.get("article", str),
            words=row.get("words", str),
            evidence=evidence,
            verified=verified,
            note=row.get("note", str),
            effective_from=row.get("effective_from", date),
            effective_to=row.find_date("effective_to"),
            when=row.text("when", default=""),
            backward=row.flag("backward", default=False),
            conflicts=tuple(
                _other_source(source) for source in row.tables("conflicts", "document")
            ),
            choice=row.text("choice", default=""),
        )
    except InvalidDeadlineRuleError as fault:
        raise row.error(f"`{fault.detail['field']}` cannot be {fault.detail['value']!r}") from fault


def _other_source(row: Table) -> OtherSource:
    return OtherSource(row.text("document"), row.text("says"), row.member("evidence", Evidence))


def _without_limit(
    deadlines: Table, base: Table | None, rules: Mapping[str, DeadlineRule]
) -> Mapping[str, NoLimit]:
    limited = {rule.starts for rule in rules.values()}
    found: dict[str, NoLimit] = {}
    for table in (deadlines, base):
        for row in table.tables("without_limit", "step") if table is not None else ():
            reason = _no_limit(row, rules)
            if f"step:{reason.step}" not in limited:
                found.setdefault(reason.step, reason)
            elif table is deadlines:
                raise row.error("this step has a rule as well")
    unanswered = sorted(
        action for action in Action if f"step:{action}" not in limited and action not in found
    )
    if unanswered:
        raise deadlines.error(f"neither a rule nor a reason for none: {', '.join(unanswered)}")
    return MappingProxyType(found)


def _no_limit(row: Table, rules: Mapping[str, DeadlineRule]) -> NoLimit:
    step, governed_by = row.text("step"), row.texts("governed_by")
    _known_action(row, step)
    if unknown := [name for name in governed_by if name not in rules]:
        raise row.error(f"no rule has the id {', '.join(unknown)}")
    return NoLimit(step, row.text("reason"), governed_by)


def _known_event(row: Table, event: str) -> None:
    if event not in set(ClockEvent):
        raise row.error(f"no such event: {event!r}")


def _known_action(row: Table, action: str) -> None:
    if action not in set(Action):
        raise row.error(f"no such act: {action!r}")
