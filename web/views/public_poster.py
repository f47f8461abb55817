"""Papers of what the public reads of a case: the poster for the notice board, the announcement."""

from dataclasses import asdict, dataclass
from datetime import date

from flask import url_for

from services.clock import local_date
from services.documents.context import Picture
from services.documents.verification_code import picture_of
from services.queries.public.cases import PublicCaseRow
from web.context import surroundings
from web.labels.printouts import (
    DELISTED_ANNOUNCEMENT,
    DELISTED_POSTER,
    LISTED_ANNOUNCEMENT,
    LISTED_POSTER,
)
from web.views.public import ending_said


@dataclass(frozen=True)
class PosterPage:
    """What the template is given. `days`: until the limit, or past it, on the day of printing."""

    title: str
    drafted_on: str
    number: str
    notice_number: str
    hazard: str
    party: str
    place: str
    listing_body: str
    listed_on: str
    limit_on: str
    days: int
    delisted_on: str
    ending: str
    address: str
    picture: Picture


@dataclass(frozen=True)
class AnnouncementPage:
    """What the template of an announcement is given."""

    title: str
    drafted_on: str
    published_on: str
    number: str
    notice_number: str
    hazard: str
    party: str
    place: str
    basis: str
    summary: str
    result: str
    department: str
    listing_body: str
    listed_on: str
    limit_on: str
    delisted_on: str
    ending: str
    address: str


def poster_title(case: PublicCaseRow) -> str:
    """After delisting another poster takes the place of the first."""
    return DELISTED_POSTER if case.delisted_on else LISTED_POSTER


def announcement_title(case: PublicCaseRow) -> str:
    """Of the listing, and then of the delisting."""
    return DELISTED_ANNOUNCEMENT if case.delisted_on else LISTED_ANNOUNCEMENT


def announcement_inputs(case: PublicCaseRow, today: date) -> dict[str, object]:
    """Nothing but what is public, dated by when it was published last."""
    page = AnnouncementPage(
        title=announcement_title(case),
        drafted_on=today.isoformat(),
        published_on=local_date(case.changed_at).isoformat(),
        number=case.case_number,
        notice_number=case.notice_number,
        hazard=case.title,
        party=case.party_name,
        place=case.place,
        basis=case.basis,
        summary=case.summary,
        result=case.result,
        department=case.department_name,
        listing_body=case.listing_body_name,
        listed_on=case.listed_on.isoformat(),
        limit_on=_day(case.limit_on),
        delisted_on=_day(case.delisted_on),
        ending=ending_said(case.ending),
        address=_address(case),
    )
    return asdict(page)


def _address(case: PublicCaseRow) -> str:
    path = url_for("public.show_case", public_id=case.public_id)
    return f"{surroundings().settings.public_address}{path}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def poster_inputs(case: PublicCaseRow, today: date) -> dict[str, object]:
    """Nothing but what is public; counted on the day of printing."""
    address = _address(case)
    page = PosterPage(
        title=poster_title(case),
        drafted_on=today.isoformat(),
        number=case.case_number,
        notice_number=case.notice_number,
        hazard=case.title,
        party=case.party_name,
        place=case.place,
        listing_body=case.listing_body_name,
        listed_on=case.listed_on.isoformat(),
        limit_on=_day(case.limit_on),
        days=(case.limit_on - today).days if case.limit_on else 0,
        delisted_on=_day(case.delisted_on),
        ending=ending_said(case.ending),
        address=address,
        picture=picture_of(address),
    )
    return asdict(page)
