"""The public list of cases, and what the page of one says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.public import PublicCase, PublicPicture
from workflows.disclosure import Exposure


class PublicStatus(StrEnum):
    """Where a published case stands for its reader, counted on the day of reading."""

    RECTIFYING = "rectifying"
    OVER_LIMIT = "over_limit"
    DELISTED = "delisted"


@dataclass(frozen=True)
class PublicFilter:
    """What to look for. Empty means all."""

    text: str = ""
    sector: str = ""
    division_code: str = ""
    status: PublicStatus | None = None
    year: int | None = None


@dataclass(frozen=True)
class PublicCaseRow:
    """One case as published. Without its party's name it bears no number either."""

    public_id: int
    exposure: Exposure
    sector: str
    division_code: str
    listing_body_name: str
    department_name: str
    case_number: str
    notice_number: str
    title: str
    party_name: str
    place: str
    basis: str
    summary: str
    progress: str
    result: str
    listed_on: date
    limit_on: date | None
    delisted_on: date | None
    ending: str
    published_at: datetime
    changed_at: datetime
    taken_down_at: datetime | None

    def status(self, today: date) -> PublicStatus:
        """Where it stands on a day."""
        if self.delisted_on is not None:
            return PublicStatus.DELISTED
        over = self.limit_on is not None and self.limit_on < today
        return PublicStatus.OVER_LIMIT if over else PublicStatus.RECTIFYING


@dataclass(frozen=True)
class PublicCasePage:
    """One page of the list and how many cases match in all."""

    rows: tuple[PublicCaseRow, ...]
    total: int


@dataclass(frozen=True)
class PublicPictureRow:
    """A picture of a published case, by the token with which its address ends."""

    token: str
    sha256: str
    media_type: str
    caption: str


# What is shown: a case that is only counted has no page, and one that was taken down is gone.
SHOWN = sa.and_(
    PublicCase.exposure.in_((Exposure.NAMED.value, Exposure.UNNAMED.value)),
    PublicCase.taken_down_at.is_(None),
)
_NAMED_ONLY = ("party_name", "case_number", "notice_number")
_NAMED = PublicCase.exposure == Exposure.NAMED.value


def list_public_cases(
    session: Session, wanted: PublicFilter, today: date, limit: int, offset: int = 0
) -> PublicCasePage:
    """The published cases that a filter finds, listed last first."""
    conditions = _conditions(wanted, today)
    total = session.execute(sa.select(sa.func.count(PublicCase.id)).where(*conditions)).scalar_one()
    cases = session.scalars(
        sa.select(PublicCase)
        .where(*conditions)
        .order_by(PublicCase.listed_on.desc(), PublicCase.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return PublicCasePage(tuple(row_of(case) for case in cases), total)


def find_public_case(session: Session, public_id: int) -> PublicCaseRow | None:
    """A case that has, or had, a page of its own."""
    case = session.scalars(
        sa.select(PublicCase).where(
            PublicCase.id == public_id, PublicCase.exposure != Exposure.COUNTED.value
        )
    ).one_or_none()
    return row_of(case) if case else None


def count_statuses(session: Session, today: date) -> Mapping[PublicStatus, int]:
    """How many of the published cases stand where."""
    numbers = [sa.func.count(PublicCase.id).filter(is_status(one, today)) for one in PublicStatus]
    row = session.execute(sa.select(*numbers).where(SHOWN)).one()
    return dict(zip(PublicStatus, row, strict=True))


def list_years(session: Session) -> tuple[int, ...]:
    """The years in which a published case was listed, newest first."""
    year = sa.extract("year", PublicCase.listed_on)
    rows = session.scalars(sa.select(year).where(SHOWN).distinct().order_by(year.desc()))
    return tuple(int(row) for row in rows)


def list_pictures(session: Session, public_id: int) -> tuple[PublicPictureRow, ...]:
    """The pictures that the page of a case shows."""
    rows = session.scalars(
        sa.select(PublicPicture)
        .join(PublicCase, PublicCase.id == PublicPicture.public_case_id)
        .where(PublicPicture.public_case_id == public_id, _picture_is_open())
        .order_by(PublicPicture.id)
    )
    return tuple(_picture(row) for row in rows)


def find_picture(session: Session, token: str) -> PublicPictureRow | None:
    """The picture at an address, as long as neither it nor its case was withdrawn."""
    row = session.scalars(
        sa.select(PublicPicture)
        .join(PublicCase, PublicCase.id == PublicPicture.public_case_id)
        .where(PublicPicture.token == token, _picture_is_open())
    ).one_or_none()
    return _picture(row) if row else None


def is_status(status: PublicStatus, today: date) -> sa.ColumnElement[bool]:
    """Where a case stands on a day, as a question to the database."""
    over = sa.and_(PublicCase.delisted_on.is_(None), PublicCase.limit_on < today)
    still = sa.or_(PublicCase.limit_on.is_(None), PublicCase.limit_on >= today)
    match status:
        case PublicStatus.DELISTED:
            return PublicCase.delisted_on.is_not(None)
        case PublicStatus.OVER_LIMIT:
            return over
        case PublicStatus.RECTIFYING:
            return sa.and_(PublicCase.delisted_on.is_(None), still)


def is_named(case: PublicCase) -> bool:
    """Whether the public reads of it, with its party's name."""
    return case.exposure == Exposure.NAMED.value and case.taken_down_at is None


def row_of(case: PublicCase) -> PublicCaseRow:
    """A case as published; what is not named keeps no name, whatever its row holds."""
    named = case.exposure == Exposure.NAMED.value
    texts: dict[str, Any] = {name: getattr(case, name) or "" for name in _TEXTS}
    if not named:
        texts |= dict.fromkeys(_NAMED_ONLY, "")
    return PublicCaseRow(
        public_id=case.id,
        exposure=Exposure(case.exposure),
        sector=case.sector,
        division_code=case.division_code,
        listing_body_name=case.listing_body_name,
        listed_on=case.listed_on,
        limit_on=case.limit_on,
        delisted_on=case.delisted_on,
        published_at=case.published_at,
        changed_at=case.changed_at,
        taken_down_at=case.taken_down_at,
        **texts,
    )


_TEXTS = (
    "department_name",
    "case_number",
    "notice_number",
    "title",
    "party_name",
    "place",
    "basis",
    "summary",
    "progress",
    "result",
    "ending",
)


def _conditions(wanted: PublicFilter, today: date) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = [SHOWN]
    if wanted.text:
        conditions.append(_holds(wanted.text))
    if wanted.sector:
        conditions.append(PublicCase.sector == wanted.sector)
    if wanted.division_code:
        conditions.append(PublicCase.division_code == wanted.division_code)
    if wanted.status is not None:
        conditions.append(is_status(wanted.status, today))
    if wanted.year is not None:
        first, last = date(wanted.year, 1, 1), date(wanted.year, 12, 31)
        conditions.append(PublicCase.listed_on.between(first, last))
    return conditions


def _holds(text: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        PublicCase.title.icontains(text, autoescape=True),
        PublicCase.summary.icontains(text, autoescape=True),
        sa.and_(_NAMED, PublicCase.party_name.icontains(text, autoescape=True)),
        sa.and_(_NAMED, PublicCase.case_number.icontains(text, autoescape=True)),
    )


def _picture_is_open() -> sa.ColumnElement[bool]:
    return sa.and_(PublicPicture.revoked_at.is_(None), SHOWN)


def _picture(row: PublicPicture) -> PublicPictureRow:
    return PublicPictureRow(row.token, row.sha256, row.media_type, row.caption)
