"""Bans of the demonstration: two that stand, one of them beside a namesake, and one that waits."""

import secrets
from datetime import datetime, time, timedelta
from pathlib import Path

from services.bans.comparisons import Compare, record_comparison
from services.bans.register import EnterBan, enter_ban, take_ban_step
from services.clock import LOCAL_ZONE
from services.database import transaction
from services.demonstration.play import Play, actor_of, day_at, frame_at
from services.reference.tables import Table, read_toml
from workflows.bans import BanGround, BanKind, BanStep, Likeness, SubjectKind

FILE = Path(__file__).with_name("bans.toml")


def play_bans(play: Play) -> None:
    """Enter each, confirm what is confirmed, compare who is compared."""
    told = read_toml(FILE)
    for row in told.tables("bans", "name"):
        ban_id = _enter(play, told.text("entered_by"), row)
        if "confirmed" in row.values:
            _confirm(play, told.text("confirmed_by"), row, ban_id)
        if "comparison" in row.values:
            _compare(play, row.table("comparison"), ban_id)


def _enter(play: Play, username: str, row: Table) -> int:
    command = EnterBan(
        nonce=secrets.token_hex(16),
        name=row.text("name"),
        kind=row.member("kind", BanKind),
        ground=row.member("ground", BanGround),
        counted_from=play.today - timedelta(days=row.get("counted_days", int)),
        sector=row.text("sector", ""),
        organ=row.text("organ"),
        document_number=row.text("document_number"),
        document_on=play.today - timedelta(days=row.get("document_days", int)),
        note=row.text("note"),
    )
    with transaction(play.engine) as session:
        moment = _moment(play, row.get("entered", int))
        return enter_ban(frame_at(play, session, username, moment), command)


def _confirm(play: Play, username: str, row: Table, ban_id: int) -> None:
    with transaction(play.engine) as session:
        moment = _moment(play, row.get("confirmed", int))
        take_ban_step(frame_at(play, session, username, moment), ban_id, BanStep.CONFIRM, "")


def _compare(play: Play, row: Table, ban_id: int) -> None:
    with transaction(play.engine) as session:
        moment = _moment(play, row.get("days", int))
        command = Compare(
            subject=SubjectKind.PERSON,
            subject_id=actor_of(play, session, row.text("username"), moment).person_id,
            ban_id=ban_id,
            likeness=Likeness.DIFFERENT,
            compared=row.text("compared"),
        )
        record_comparison(frame_at(play, session, row.text("by"), moment), command)


def _moment(play: Play, days: int) -> datetime:
    return datetime.combine(day_at(play.today, days, play.office.calendar), time(10), LOCAL_ZONE)
