"""The poster for the notice board: what the public reads of a case, and the way to its page."""

from dataclasses import asdict, dataclass
from datetime import date

from flask import url_for

from services.documents.context import Picture
from services.documents.verification_code import picture_of
from services.queries.public.cases import PublicCaseRow
from web.context import surroundings
from web.labels.printouts import DELISTED_POSTER, LISTED_POSTER
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


def poster_title(case: PublicCaseRow) -> str:
    """After delisting another poster takes the place of the first."""
    return DELISTED_POSTER if case.delisted_on else LISTED_POSTER


def poster_inputs(case: PublicCaseRow, today: date) -> dict[str, object]:
    """Nothing but what is public; counted on the day of printing."""
    path = url_for("public.show_case", public_id=case.public_id)
    address = f"{surroundings().settings.public_address}{path}"
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
        limit_on=case.limit_on.isoformat() if case.limit_on else "",
        days=(case.limit_on - today).days if case.limit_on else 0,
        delisted_on=case.delisted_on.isoformat() if case.delisted_on else "",
        ending=ending_said(case.ending),
        address=address,
        picture=picture_of(address),
    )
    return asdict(page)
