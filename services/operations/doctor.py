"""The doctor: what makes an installation silently slow or unsafe, one line each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.audit import first_broken_link
from services.clock import local_date
from services.database import SQLITE_SETTINGS, reading
from services.documents.render import fonts_present, harfbuzz_subset_present
from services.keys import KeyFileError, load_keys
from services.migrate import newest_revision, present_revision
from services.models.case import SupervisionCase
from services.models.deadline import Deadline
from services.models.process import open_task
from services.operations.contents import CONTENTS, Finder
from services.operations.lint import lint_folder, lint_pinned
from services.queries.vacancies import list_vacancies
from services.queries.worker_status import get_worker_status
from services.reference.calendar import load_calendar
from services.reference.profile import load_profile
from services.sealer import Sealer
from services.sealing import verify
from services.settings import Settings
from workflows.errors import RuleError

SQLITE_ANSWERS = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
LAST_MONTH = 12
MOST_TOLD = 20
POSTGRESQL_ANSWERS = ("fsync", "full_page_writes", "synchronous_commit")


@dataclass(frozen=True)
class Check:
    """One line of the doctor: what was looked at, whether it is sound, details, the mend's code."""

    name: str
    sound: bool
    detail: str = ""


def examine(settings: Settings, engine: Engine, now: datetime) -> Iterator[Check]:
    """All checks in order. A check that cannot be made is a fault."""
    for name, check in _CHECKS.items():
        try:
            fault = check(settings, engine, now)
        except (OSError, sa.exc.SQLAlchemyError, RuleError) as error:
            fault = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        yield Check(name, fault is None, fault or "")


def _key_file(settings: Settings, _engine: Engine, _now: datetime) -> str | None:
    try:
        load_keys(settings.key_file)
    except KeyFileError as error:
        return str(error)
    return None


def _schema(_settings: Settings, engine: Engine, _now: datetime) -> str | None:
    found, newest = present_revision(engine), newest_revision()
    return None if found == newest else f"{found} != {newest}"


def _database_settings(_settings: Settings, engine: Engine, _now: datetime) -> str | None:
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            answers = {
                name: str(connection.exec_driver_sql(f"SHOW {name}").scalar())
                for name in POSTGRESQL_ANSWERS
            }
            wrong = {name: value for name, value in answers.items() if value == "off"}
        else:
            answers = {
                name: str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())
                for name in SQLITE_SETTINGS
            }
            wrong = {
                name: answers[name]
                for name, want in SQLITE_ANSWERS.items()
                if answers[name] != want
            }
    return ", ".join(f"{name}={value}" for name, value in wrong.items()) or None


def _proxy(settings: Settings, _engine: Engine, _now: datetime) -> str | None:
    if settings.https and settings.proxy_hops == 0:
        return "GUAPAI_HTTPS=1, GUAPAI_PROXY_HOPS=0"
    return None


def _integrity(_settings: Settings, engine: Engine, _now: datetime) -> str | None:
    if engine.dialect.name != "sqlite":
        return None
    with engine.connect() as connection:
        answer = str(connection.exec_driver_sql("PRAGMA quick_check").scalar())
    return None if answer == "ok" else answer


def _harfbuzz(_settings: Settings, _engine: Engine, _now: datetime) -> str | None:
    return None if harfbuzz_subset_present() else "libharfbuzz-subset0"


def _fonts(settings: Settings, _engine: Engine, _now: datetime) -> str | None:
    found = fonts_present(settings.fonts_folder if settings.fonts_folder.exists() else None)
    missing = [face for face, family in found.items() if family is None]
    return ", ".join(missing) or None


def _calendar(_settings: Settings, _engine: Engine, now: datetime) -> str | None:
    years = load_calendar().known_years
    today = local_date(now)
    # In December most new deadlines end in the next year, whose notice is out by then.
    wanted = {today.year} | ({today.year + 1} if today.month == LAST_MONTH else set())
    return ", ".join(str(year) for year in sorted(wanted - years)) or None


def _diagrams(settings: Settings, _engine: Engine, _now: datetime) -> str | None:
    findings = lint_folder(settings.diagrams_folder)
    return "; ".join(f"{f.file} {f.element_id} {f.code}" for f in findings) or None


def _pinned(_settings: Settings, engine: Engine, _now: datetime) -> str | None:
    with reading(engine) as session:
        found = {digest: findings for digest, findings in lint_pinned(session).items() if findings}
    return ", ".join(f"{digest[:12]} ({len(items)})" for digest, items in found.items()) or None


def _stuck_cases(_settings: Settings, engine: Engine, _now: datetime) -> str | None:
    with reading(engine) as session:
        return ", ".join(stuck_cases(session)) or None


def stuck_cases(session: Session) -> list[str]:
    """Numbers of running cases with no open non-standing step and no open deadline."""
    waits = sa.exists().where(
        open_task.c.case_id == SupervisionCase.id, open_task.c.standing.is_(False)
    )
    runs = sa.exists().where(Deadline.case_id == SupervisionCase.id, Deadline.ended_at.is_(None))
    return list(
        session.scalars(
            sa.select(SupervisionCase.intake_number)
            .where(SupervisionCase.ending.is_(None), ~waits, ~runs)
            .order_by(SupervisionCase.id)
            .limit(MOST_TOLD)
        )
    )


def _vacant_steps(settings: Settings, engine: Engine, now: datetime) -> str | None:
    with reading(engine) as session:
        found = list_vacancies(
            session, load_profile(settings.profile), local_date(now), limit=MOST_TOLD
        )
    return (
        ", ".join(f"{row.case_number} {row.step} {row.organisation_name}" for row in found) or None
    )


def _worker(_settings: Settings, engine: Engine, now: datetime) -> str | None:
    """Silent: one was running, or something waits, and nobody has been heard for a minute."""
    with reading(engine) as session:
        status = get_worker_status(session, now)
    if status.is_heard:
        return None
    if status.workers:
        return status.workers[0].beat_at.isoformat(timespec="seconds")
    return None if status.is_idle else "never"


def _incidents(_settings: Settings, engine: Engine, now: datetime) -> str | None:
    with reading(engine) as session:
        count = get_worker_status(session, now).incident_count
    return str(count) if count else None


def _audit_chain(settings: Settings, engine: Engine, _now: datetime) -> str | None:
    with reading(engine) as session:
        try:
            key = load_keys(settings.key_file).sealing_key
        except KeyFileError:  # a fault of its own; the links can be looked at without it
            broken = first_broken_link(session)
            return None if broken is None else str(broken)
        fault = verify(session, Sealer(key, settings.checkpoints_folder)).fault
    return None if fault is None else f"{fault.code} {fault.first}-{fault.last}"


def _contents_of(finder: Finder) -> Callable[[Settings, Engine, datetime], str | None]:
    def check(_settings: Settings, engine: Engine, _now: datetime) -> str | None:
        with reading(engine) as session:
            changed = finder(session)
        return None if changed is None else str(changed)

    return check


def _without_department(_settings: Settings, engine: Engine, _now: datetime) -> str | None:
    with reading(engine) as session:
        numbers = session.scalars(
            sa.select(SupervisionCase.intake_number)
            .where(
                SupervisionCase.ending.is_(None), SupervisionCase.competent_department_id.is_(None)
            )
            .order_by(SupervisionCase.id)
            .limit(MOST_TOLD)
        ).all()
    return ", ".join(numbers) or None


_CHECKS: dict[str, Callable[[Settings, Engine, datetime], str | None]] = {
    "key_file": _key_file,
    "schema": _schema,
    "proxy": _proxy,
    "database_settings": _database_settings,
    "database_integrity": _integrity,
    "harfbuzz_subset": _harfbuzz,
    "fonts": _fonts,
    "calendar_years": _calendar,
    "diagrams": _diagrams,
    "pinned_definitions": _pinned,
    "stuck_cases": _stuck_cases,
    "vacant_steps": _vacant_steps,
    "worker": _worker,
    "incidents": _incidents,
    "audit_chain": _audit_chain,
    **{kind: _contents_of(finder) for kind, finder in CONTENTS.items()},
    "cases_without_department": _without_department,
}


def doctor_checks() -> tuple[str, ...]:
    """The names of all checks, in their order."""
    return tuple(_CHECKS)
