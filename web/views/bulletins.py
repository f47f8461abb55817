"""The monthly bulletin in words, made from what was published in the month."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from services.clock import local_date
from services.disclosure.bulletin import BulletinText
from services.frame import Frame
from services.queries.assessments import MOST, SheetRow, published_rounds
from services.queries.months import Month
from services.queries.public.cases import PublicCaseRow
from services.queries.public.entries import PublicEntryRow
from services.queries.public.months import PublishedMonth, read_month
from services.reference.divisions import divisions
from web.labels import label_of
from web.labels.assessment import points, ranking_note, unranked_briefly
from web.labels.disclosure import (
    BULLETIN_HEADS,
    BULLETIN_NOTHING,
    BULLETIN_PARTS,
    bulletin_overview,
    bulletin_title,
)
from web.labels.public import party_said
from workflows.disclosure import PublicationKind
from workflows.vocabulary import OrganisationKind

AMENDING = (PublicationKind.CORRECTION, PublicationKind.TAKEDOWN)


def bulletin_text(frame: Frame, month: Month, introduction: str) -> BulletinText:
    """The bulletin of a month, as it would be frozen now."""
    found = read_month(frame.session, month, frame.today)
    return BulletinText(
        title=bulletin_title(month.year, month.number),
        introduction=introduction,
        sections=(*_sections(month, found), *_ranking(frame, month)),
        basis=frame.office.profile.disclosure.basis,
    )


def _sections(month: Month, found: PublishedMonth) -> list[dict[str, Any]]:
    overview = bulletin_overview(
        month.year,
        month.number,
        len(found.listed),
        len(found.delisted),
        found.standing,
        len(found.over_limit),
        found.counted,
    )
    entries = found.entries
    progress = [one for one in entries if one.kind is PublicationKind.PROGRESS]
    amended = [one for one in entries if one.kind in AMENDING]
    return [
        {"heading": BULLETIN_PARTS["overview"], "paragraphs": [overview], "rows": [], "cases": []},
        _part("listed", [(case, _listed(case)) for case in found.listed]),
        _part("progress", [(one.case, _progressed(one)) for one in progress]),
        _part("delisted", [(case, _delisted(case)) for case in found.delisted]),
        _part("over_limit", [(case, _over(case)) for case in found.over_limit]),
        _part("amended", [(one.case, _amended(one)) for one in amended]),
    ]


def _ranking(frame: Frame, month: Month) -> Iterator[dict[str, Any]]:
    """The annex: the ranking of the month, once it was approved and sent out."""
    for page in published_rounds(frame.session, month):
        rows = [
            [
                label_of(sheet.unit_kind),
                str(sheet.place or "—"),
                sheet.unit_name,
                points(sheet.total.hundredths),
                _graded(sheet, page.rules.least_weight),
            ]
            for sheet in sorted(page.sheets, key=_ranked)
        ]
        if rows:
            yield {
                "heading": BULLETIN_PARTS["ranking"],
                "paragraphs": [ranking_note(page.rules.least_weight)],
                "rows": [list(BULLETIN_HEADS["ranking"]), *rows],
            }


def _ranked(sheet: SheetRow) -> tuple[bool, int, int]:
    """Counties before departments, each by place, those without one last."""
    department = sheet.unit_kind is not OrganisationKind.GOVERNMENT
    return department, sheet.place or MOST, sheet.unit_id


def _graded(sheet: SheetRow, least_weight: int) -> str:
    """The grade; of a unit without points why it has no place."""
    grade = label_of(sheet.total.grade) if sheet.total.grade else ""
    none = sheet.total.hundredths is None
    why = unranked_briefly(sheet.available, least_weight) if none else ""
    return "；".join(filter(None, (grade, why)))


def _part(name: str, told: Sequence[tuple[PublicCaseRow, list[str]]]) -> dict[str, Any]:
    rows = [row for _, row in told]
    return {
        "heading": BULLETIN_PARTS[name],
        "paragraphs": [] if rows else [BULLETIN_NOTHING[name]],
        "rows": [list(BULLETIN_HEADS[name]), *rows] if rows else [],
        "cases": [case.public_id for case, _ in told],
    }


def _listed(case: PublicCaseRow) -> list[str]:
    return [*_named(case), _county(case), _day(case.listed_on), _day(case.limit_on)]


def _progressed(one: PublicEntryRow) -> list[str]:
    return [*_named(one.case), _day(local_date(one.at)), one.case.progress]


def _delisted(case: PublicCaseRow) -> list[str]:
    return [*_named(case), _county(case), _day(case.delisted_on), case.result]


def _over(case: PublicCaseRow) -> list[str]:
    return [*_named(case), _county(case), _day(case.limit_on)]


def _amended(one: PublicEntryRow) -> list[str]:
    return [one.case.title or "—", _day(local_date(one.at)), label_of(one.kind), one.reason]


def _named(case: PublicCaseRow) -> list[str]:
    return [case.title, party_said(case.party_name)]


def _county(case: PublicCaseRow) -> str:
    found = divisions().get(case.division_code)
    return found.name if found else case.division_code


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"
