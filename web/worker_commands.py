"""`flask worker`: run it, see how it stands, have what failed tried anew."""

import signal
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import NoReturn

import click
from flask import Flask
from flask.cli import AppGroup

from services import clock
from services.administration.incidents import (
    IncidentOverError,
    retry_all_as_operator,
    retry_as_operator,
)
from services.connection import WorkSession
from services.queries.worker_status import (
    IncidentRef,
    IncidentRow,
    TopicRow,
    WorkerRow,
    WorkerStatus,
    get_worker_status,
)
from services.worker import Workshop, work_forever
from web.context import renderer, signer, surroundings
from web.labels import error_sentence, incident_name, label_of, local_time
from web.operator_words import WORKER
from workflows.errors import RuleError

worker = AppGroup("worker", help="后台任务 What is done behind the pages")


def install(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(worker)


@worker.command("run")
def run() -> None:
    """生成文书、巡查期限，直到停止 Work until stopped."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    here = surroundings()
    shop = Workshop(here.connection.engine, here.office.files, renderer(), signer().sign)
    work_forever(shop, here.office, clock.now)


def _stop(_signal: int, _frame: object) -> NoReturn:
    sys.exit(0)


@worker.command("status")
def status() -> None:
    """进程、队列、失败任务 Exit code 1 when nobody is heard or something failed for good."""
    now = surroundings().clock()
    with surroundings().connection.reading() as session:
        found = get_worker_status(session, now)
    for line in _lines(found, now):
        click.echo(line)
    if not found.is_healthy:
        raise SystemExit(1)


@worker.command("retry")
@click.argument("incident", required=False)
@click.option("--all", "everything", is_flag=True, help="全部失败任务 Every incident")
@click.option("--reason", default="", help="原因，记入管理日志 Kept in the log")
def retry(incident: str | None, everything: bool, reason: str) -> None:
    """排除原因后重试，编号见 status Try an incident anew; on record."""
    if everything == (incident is not None):
        raise click.UsageError(WORKER["one_or_all"])
    try:
        with surroundings().connection.transaction() as session:
            count = _retry(session, incident, reason.strip())
    except RuleError as error:
        raise click.ClickException(error_sentence(error.code, error.detail)) from error
    click.echo(WORKER["retried"].format(count=count) if count else WORKER["nothing_failed"])


def _retry(session: WorkSession, incident: str | None, reason: str) -> int:
    if incident is None:
        return retry_all_as_operator(session, reason, surroundings().clock())
    ref = IncidentRef.read(incident)
    if ref is None:
        raise IncidentOverError
    retry_as_operator(session, ref, reason, surroundings().clock())
    return 1


def _lines(found: WorkerStatus, now: datetime) -> Iterator[str]:
    yield WORKER["healthy" if found.is_healthy else "not_healthy"]
    yield WORKER["workers"]
    yield from (_worker_line(row, now) for row in found.workers)
    if not found.workers:
        yield WORKER["no_worker"]
    yield WORKER["messages"]
    yield from (_topic_line(row) for row in found.topics)
    if not found.topics:
        yield WORKER["no_message"]
    oldest = local_time(found.oldest_look_at) if found.oldest_look_at else "—"
    yield WORKER["sweep"].format(
        waiting=found.to_look_at, oldest=oldest, put_back=found.looks_put_back
    )
    yield WORKER["incidents"].format(count=found.incident_count)
    yield from (_incident_line(row) for row in found.incidents)


def _worker_line(row: WorkerRow, now: datetime) -> str:
    return WORKER["silent" if row.is_silent else "heard"].format(
        name=row.name,
        seconds=max(0, int((now - row.beat_at).total_seconds())),
        beat=local_time(row.beat_at),
        started=local_time(row.started_at),
        worked=local_time(row.worked_at) if row.worked_at else "—",
    )


def _topic_line(row: TopicRow) -> str:
    return WORKER["topic"].format(
        topic=label_of(row.topic),
        waiting=row.waiting,
        late=row.late,
        oldest=local_time(row.oldest_at) if row.oldest_at else "—",
        leased=row.leased,
        put_back=row.put_back,
    )


def _incident_line(row: IncidentRow) -> str:
    return WORKER["incident"].format(
        ref=row.ref,
        task=incident_name(row.topic),
        attempts=row.attempts,
        error=row.error,
        since=local_time(row.since),
    )
