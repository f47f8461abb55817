"""The register of numbers: per organ, series and year; no gap, no reuse."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.clock import local_date
from services.models.case import SupervisionCase
from services.models.document import NumberEntry, NumberSeries
from services.models.organisation import Organisation
from services.reference.profile import Profile
from workflows.errors import RuleError


class OrganMarkMissingError(RuleError):
    """The organ has no mark of its own (机关代字), so its numbers could not be told apart."""

    code = "organ_mark_missing"


def take_case_number(
    session: Session, profile: Profile, case: SupervisionCase, now: datetime
) -> str:
    """The number under which a listed case is supervised: one series for the whole office."""
    organ_id = case.safety_committee_id or case.listing_body_id
    entry = take_number(session, "case", profile.case_number_format, organ_id, case.id, now)
    case.case_number = entry.text
    return entry.text


def take_number(
    session: Session, series: str, form: str, organ_id: int, case_id: int, now: datetime
) -> NumberEntry:
    """The next number of a series, given for good when the transaction commits.

    `form` has the places {year}, {number} and {organ}, the organ's own mark.
    """
    year = local_date(now).year
    key = {"series": series, "organ_id": organ_id, "year": year}
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
    organ = session.get_one(Organisation, organ_id)
    if "{organ}" in form and not organ.mark:
        raise OrganMarkMissingError(organ=organ.name)
    text = form.format(year=year, number=number, organ=organ.mark or "")
    entry = NumberEntry(**key, number=number, text=text, case_id=case_id, given_at=now)
    session.add(entry)
    session.flush()
    return entry
