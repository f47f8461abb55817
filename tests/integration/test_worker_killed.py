"""A worker killed at each labelled point: another one finishes; nothing is lost or done twice."""

import os
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.audit import first_broken_link
from services.database import create_engine_for, reading
from services.messages.points import Point
from services.models.audit import AuditEntry
from services.models.deadline import Deadline
from services.models.document import Document
from services.models.process import outbox
from services.models.urge import EscalationSuggestion, Urge
from services.sweep import sweep_off
from services.worker import LEASE, Workshop, work_off
from tests.builders import World, fake_render, fake_sign
from workflows.vocabulary import Action

KILLED = 9
PATIENCE_SECONDS = 60
MESSAGE_POINTS = [point for point in Point if point.startswith("message_")]
DEADLINE_POINTS = [point for point in Point if point.startswith("deadline_")]


def kill_at(world: World, point: Point, run: Callable[[Workshop], object]) -> None:
    """Run in a process of its own, which ends at the point without any cleaning up."""
    url = world.engine.url.render_as_string(hide_password=False)
    world.engine.dispose()
    child = os.fork()
    if child == 0:  # pragma: no cover  the child is killed

        def passing(reached: Point) -> None:
            if reached is point:
                os._exit(KILLED)

        try:
            run(
                Workshop(
                    create_engine_for(url), world.office.files, fake_render, fake_sign, passing
                )
            )
        finally:
            os._exit(0)
    _child, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == KILLED, "the point was not reached"
    until_the_server_has_noticed(world)


def until_the_server_has_noticed(world: World) -> None:
    """PostgreSQL keeps the locks of whoever died until it finds the connection broken."""
    if world.engine.dialect.name != "postgresql":
        return
    others = sa.text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    give_up = time.monotonic() + PATIENCE_SECONDS
    with reading(world.engine) as session:
        while session.execute(others).scalar_one():
            assert time.monotonic() < give_up, "the server keeps the session of the dead worker"
            time.sleep(0.02)
            session.rollback()  # what is seen of the activity is kept for a transaction


@pytest.mark.parametrize("point", MESSAGE_POINTS)
def test_a_message_is_handled_once_wherever_the_worker_is_killed(
    each_world: World, point: Point
) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.act(
        "committee_officer", world.command(case_id, Action.PROPOSE_LISTING), Action.PROPOSE_LISTING
    )
    kill_at(world, point, lambda shop: work_off(shop, world.now))
    world.now += LEASE + timedelta(seconds=1)
    left = work_off(Workshop(world.engine, world.office.files, fake_render, fake_sign), world.now)
    assert left == (0 if point is Point.MESSAGE_KEPT else 1)
    with reading(world.engine) as session:
        waiting = session.execute(sa.select(outbox).where(outbox.c.done_at.is_(None))).all()
        drafts = session.scalars(
            sa.select(Document.draft_sha256).where(Document.draft_sha256.is_not(None))
        ).all()
    assert waiting == []
    assert len(drafts) == 1
    assert world.office.files.read(drafts[0] or "").startswith(b"%PDF")


@pytest.mark.parametrize("point", DEADLINE_POINTS)
def test_a_late_deadline_is_urged_once_wherever_the_worker_is_killed(
    each_world: World, point: Point
) -> None:
    world = each_world
    world.to_listing(world.file_report())
    world.later(days=120)
    kill_at(
        world, point, lambda shop: sweep_off(shop.engine, world.office, world.now, shop.passing)
    )
    sweep_off(world.engine, world.office, world.now)
    assert sweep_off(world.engine, world.office, world.now) == 0
    with reading(world.engine) as session:
        late = session.scalars(
            sa.select(Deadline.id).where(Deadline.ended_at.is_(None), Deadline.due_at < world.now)
        ).all()
        urged = session.scalars(sa.select(Urge.deadline_id)).all()
        marked = session.scalars(sa.select(Deadline.id).where(Deadline.lateness.is_not(None))).all()
        pressed = session.execute(
            sa.select(EscalationSuggestion.addressee, sa.func.count()).group_by(
                EscalationSuggestion.addressee
            )
        ).all()
        entries = [
            body["urge_id"]
            for body in session.scalars(sa.select(AuditEntry.body))
            if "urge_id" in body
        ]
        assert first_broken_link(session) is None
    assert late
    assert sorted(urged) == sorted(late) == sorted(marked)
    assert len(entries) == len(set(entries)) == len(late)
    assert pressed
    assert all(count == 1 for _addressee, count in pressed)
