"""The register of numbers: per organ, series and year; no gap, no reuse."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.clock import local_date
from services.documents.paper import PaperOrigin
from services.errors import InvalidCommandError
from services.models.case import SupervisionCase
from services.models.document import NumberEntry, NumberSeries
from services.models.organisation import Organisation
from services.models.paper import PaperNumber
from services.reference.profile import Profile
from workflows.errors import RuleError

# Why a number of a series was passed over.
GIVEN_ON_PAPER = "given_on_paper"


class OrganMarkMissingError(RuleError):
    """The organ has no mark of its own (机关代字), so its numbers could not be told apart."""

    code = "organ_mark_missing"


def take_case_number(
    session: Session,
    profile: Profile,
    case: SupervisionCase,
    now: datetime,
    paper: PaperOrigin | None = None,
) -> str:
    """The number under which a listed case is supervised: one series for the whole office.

    A case that was listed on paper keeps the number it has there.
    """
    if paper is not None:
        case.case_number = number_from_paper(
            session, "case", paper.case_number, case.id, local_date(now), paper.moment
        )
        return case.case_number
    organ_id = case.safety_committee_id or case.listing_body_id
    entry = take_number(session, "case", profile.case_number_format, organ_id, case.id, now)
    case.case_number = entry.text
    return entry.text


def take_number(
    session: Session, series: str, form: str, organ_id: int, case_id: int, now: datetime
) -> NumberEntry:
    """The next number of a series, given for good when the transaction commits.

    `form` has the places {year}, {number} and {organ}, the organ's own mark. A number that was
    given on paper before stays in the register as void, and the next one is taken.
    """
    organ = session.get_one(Organisation, organ_id)
    if "{organ}" in form and not organ.mark:
        raise OrganMarkMissingError(organ=organ.name)
    while True:
        entry = _next_entry(session, series, form, organ, case_id, now)
        if session.scalar(sa.select(PaperNumber.id).where(PaperNumber.text == entry.text)) is None:
            return entry
        entry.void_reason = GIVEN_ON_PAPER
        session.flush()


def number_from_paper(
    session: Session, series: str, text: str, case_id: int, issued_on: date, now: datetime
) -> str:
    """Keep a number as it was given on paper, outside the series. One that is known is refused."""
    known = session.scalar(
        sa.select(NumberEntry.id).where(NumberEntry.text == text)
    ) or session.scalar(sa.select(PaperNumber.id).where(PaperNumber.text == text))
    if known is not None:
        raise InvalidCommandError({"number": "number_taken"})
    session.add(
        PaperNumber(series=series, text=text, case_id=case_id, issued_on=issued_on, recorded_at=now)
    )
    session.flush()
    return text


def _next_entry(
    session: Session, series: str, form: str, organ: Organisation, case_id: int, now: datetime
) -> NumberEntry:
    year = local_date(now).year
    key = {"series": series, "organ_id": organ.id, "year": year}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    number = (
        session.connection()
        .execute(
            dialect.insert(NumberSeries)
            .values(**key, last_number=1)
            .on_conflict_do_update(
                index_elements=list(key), set_={"last_number": NumberSeries.last_number + 1}
            )
            .returning(NumberSeries.last_number)
        )
        .scalar_one()
    )
    text = form.format(year=year, number=number, organ=organ.mark or "")
    entry = NumberEntry(**key, number=number, text=text, case_id=case_id, given_at=now)
    session.add(entry)
    session.flush()
    return entry
