"""The demonstration's task list: the jurisdiction's own, with some owners and reports."""

from datetime import datetime, time, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from services.campaigns import ReportProgress, assign_task, load_campaign, report_progress
from services.clock import LOCAL_ZONE
from services.database import transaction
from services.demonstration.play import Play, actor_of, day_at
from services.frame import Frame
from services.queries.campaigns import get_task_page
from services.queries.people import get_organisation_by_key
from services.reference.campaigns import task_lists
from services.reference.tables import Table, read_toml
from workflows.campaigns import TaskState

FILE = Path(__file__).parent / "campaigns.toml"
# Owners are settled before the first report.
SETTLED_DAYS = 40


def play_campaigns(play: Play) -> None:
    """Load the lists of this jurisdiction; of the one that is told of, play what is told."""
    told = read_toml(FILE)
    division_code = play.office.profile.division_code
    own = [row for row in task_lists().values() if row.division_code == division_code]
    with transaction(play.engine) as session:
        for listed in own:
            load_campaign(session, listed, _moment(play, SETTLED_DAYS))
        if told.text("key") in {listed.key for listed in own}:
            _play(play, session, told)


def _play(play: Play, session: Session, told: Table) -> None:
    key = told.text("key")
    for row in told.tables("owners", "number"):
        owner = get_organisation_by_key(session, row.text("owner"))
        frame = _frame(play, session, told.text("assigning"), SETTLED_DAYS)
        assign_task(frame, key, row.get("number", int), owner.id)
    for row in told.tables("reports", "number"):
        number = row.get("number", int)
        command = ReportProgress(
            key=key,
            number=number,
            shown=get_task_page(session, key, number).latest_id,
            state=row.member("state", TaskState),
            text=row.text("text"),
            evidence=row.text("evidence", ""),
        )
        report_progress(_frame(play, session, row.text("by"), row.get("days", int)), command)


def _frame(play: Play, session: Session, username: str, days: int) -> Frame:
    moment = _moment(play, days)
    return Frame(session, actor_of(play, session, username, moment), moment, play.office)


def _moment(play: Play, days: int) -> datetime:
    day = day_at(play.today, days, play.office.calendar)
    return datetime.combine(day, time(15), LOCAL_ZONE) + timedelta(minutes=days)
