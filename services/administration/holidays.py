"""The yearly holiday notice, typed in by one administrator and confirmed by another."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services.administration.change import Change, Effect, Problems
from services.models.calendar import CalendarNotice
from services.queries.calendar import list_notices
from workflows.working_days import Notice, NoticeTextError, read_notice

_FIRST_YEAR, _LAST_YEAR = 2021, 2099


def check_notice(_session: Session, change: Change, _today: date) -> Problems:
    """What keeps these lines from being a calendar."""
    content = change.content
    missing = {
        name: "required"
        for name in ("notice_title", "notice_number", "off_days")
        if not content.get(name)
    }
    if missing:
        return missing
    if not _FIRST_YEAR <= int(content.get("year") or 0) <= _LAST_YEAR:
        return {"year": f"between:{_FIRST_YEAR}–{_LAST_YEAR}"}
    for name, read in (("off_days", {**content, "make_up_days": ""}), ("make_up_days", content)):
        try:
            _read(read)
        except NoticeTextError as error:
            return {name: f"{error.code}:{error.line}"}
    return {}


def put_in_force(session: Session, change: Change, now: datetime) -> Effect:
    """From now on limits are counted by it; those that run keep their dates until accepted anew."""
    notice = _read(change.content)
    former = [row for row in list_notices(session) if row.year == notice.year]
    row = CalendarNotice(
        year=notice.year,
        citation=notice.citation,
        off_days={day.isoformat(): name for day, name in notice.off_days.items()},
        make_up_days={day.isoformat(): name for day, name in notice.make_up_days.items()},
        in_force_at=now,
    )
    session.add(row)
    session.flush()
    before = {"citation": former[-1].citation} if former else {}
    return Effect(None, None, before, {"citation": notice.citation, "year": notice.year})


def _read(content: Mapping[str, Any]) -> Notice:
    return read_notice(
        int(content["year"]),
        f"{content['notice_title']}（{content['notice_number']}）",
        str(content["off_days"]),
        str(content.get("make_up_days") or ""),
    )
