"""The worker: once for each message, again after a failure, an incident at last."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from services import worker
from services.database import transaction
from services.documents.render import RenderFailedError
from services.messages.outbox import put
from services.models.document import Document
from services.models.process import outbox
from services.topics import Topic
from services.worker import (
    BACK_OFF_SECONDS,
    LEASE,
    MOST_ATTEMPTS,
    Message,
    Workshop,
    work_off,
    work_once,
)
from tests.builders import World, fake_render, fake_sign
from workflows.vocabulary import Action


@pytest.fixture
def waiting_world(each_world: World) -> World:
    """A case whose draft has not been rendered yet."""
    case_id = each_world.file_report()
    each_world.to_listing(case_id)
    command = each_world.command(case_id, Action.PROPOSE_LISTING)
    each_world.act("committee_officer", command, Action.PROPOSE_LISTING)
    return each_world


def _shop(world: World, render: Any = fake_render) -> Workshop:
    return Workshop(world.engine, world.office.files, render, fake_sign)


def _failing(_template: str, _inputs: Mapping[str, Any]) -> bytes:
    raise RenderFailedError(template="listing_notice.html", reason="test")


def _message(world: World) -> Any:
    with transaction(world.engine) as session:
        return session.execute(sa.select(outbox).order_by(outbox.c.id.desc()).limit(1)).one()


def test_a_draft_is_rendered_once_and_its_hash_recorded(waiting_world: World) -> None:
    world = waiting_world
    assert work_off(_shop(world), world.now) == 1
    assert work_off(_shop(world), world.now) == 0
    with transaction(world.engine) as session:
        draft = session.scalars(sa.select(Document).where(Document.draft_sha256.is_not(None))).one()
    assert world.office.files.read(draft.draft_sha256 or "").startswith(b"%PDF")


def test_a_failure_is_tried_again_later_and_becomes_an_incident(waiting_world: World) -> None:
    world, shop = waiting_world, _shop(waiting_world, _failing)
    for pause in BACK_OFF_SECONDS:
        assert work_once(shop, world.now)
        assert not work_once(shop, world.now)
        assert _message(world).incident is None
        world.later(seconds=pause)
    assert work_once(shop, world.now)
    assert _message(world).incident
    world.later(days=1)
    assert not work_once(shop, world.now)


def test_an_unforeseen_failure_becomes_an_incident_that_tells_nothing_of_the_row(
    waiting_world: World,
) -> None:
    world = waiting_world

    def poisoned(_template: str, _inputs: Mapping[str, Any]) -> bytes:
        raise KeyError("first line\nvalues of the row")

    shop = _shop(world, poisoned)
    for pause in (*BACK_OFF_SECONDS, 1):
        assert work_once(shop, world.now)
        assert not work_once(shop, world.now)
        world.later(seconds=pause)
    assert _message(world).incident_code == "KeyError"
    assert _message(world).incident.startswith("KeyError (test_worker.py:")
    assert _message(world).done_at is None


def test_a_message_of_a_dead_worker_is_taken_over_when_its_lease_ends(waiting_world: World) -> None:
    world = waiting_world

    def die(_template: str, _inputs: Mapping[str, Any]) -> bytes:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work_once(_shop(world, die), world.now)
    assert not work_once(_shop(world), world.now)
    world.now += LEASE + timedelta(seconds=1)
    assert work_once(_shop(world), world.now)
    assert _message(world).done_at == world.now


def test_a_notice_that_became_void_before_its_pages_were_made_stays_void(
    each_world: World,
) -> None:
    world = each_world
    case_id = world.file_report()
    world.to_listing(case_id)
    world.walk(
        case_id,
        ("committee_officer", Action.PROPOSE_LISTING),
        ("office_head", Action.REVIEW_DRAFT),
        ("leader", Action.COUNTERSIGN_LISTING),
    )
    for name, action in (
        ("signatory", Action.SIGN_LISTING),
        ("committee_officer", Action.WITHDRAW_CASE),
        ("signatory", Action.CONFIRM_WITHDRAWAL),
    ):
        world.act(name, world.command(case_id, action), action)  # the worker has not come yet
    assert work_off(_shop(world), world.now) == 3  # the notice, and a letter to each receiver
    with transaction(world.engine) as session:
        notice = session.scalars(
            sa.select(Document).where(Document.number.is_not(None)).order_by(Document.id.desc())
        ).first()
    assert notice is not None
    assert (notice.state, notice.issued_sha256 is None) == ("void", False)


def test_a_message_that_ends_every_worker_becomes_an_incident(waiting_world: World) -> None:
    world = waiting_world

    def die(_template: str, _inputs: Mapping[str, Any]) -> bytes:
        raise KeyboardInterrupt

    for _attempt in range(MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            work_once(_shop(world, die), world.now)
        world.now += LEASE + timedelta(seconds=1)
    assert work_once(_shop(world, die), world.now)
    assert _message(world).incident_code == "workers_lost"
    world.later(days=1)
    assert not work_once(_shop(world, die), world.now)


def test_several_workers_at_once_take_each_message_once(
    waiting_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, taken, start = waiting_world, list[int](), Barrier(4)
    document_id = _message(world).payload["document_id"]
    with transaction(world.engine) as session:
        for number in range(20):
            payload = {"document_id": document_id}
            put(session, f"again:{number}", Topic.RENDER_DRAFT, payload, world.now)
    real = worker._handle

    def handle(shop: Workshop, message: Message, now: Any) -> None:
        taken.append(message.id)
        real(shop, message, now)

    monkeypatch.setattr(worker, "_handle", handle)
    broken: list[Exception] = []

    def run() -> None:
        start.wait()
        try:
            work_off(_shop(world), world.now)
        except Exception as error:  # noqa: BLE001  told below
            broken.append(error)

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []
    assert sorted(Counter(taken).values()) == [1] * 21
    with transaction(world.engine) as session:
        rows = session.execute(sa.select(outbox.c.attempts, outbox.c.done_at)).all()
    assert {(row.attempts, row.done_at) for row in rows} == {(1, world.now)}


def test_a_failing_message_does_not_keep_the_others_waiting(waiting_world: World) -> None:
    world = waiting_world
    payload = {"document_id": _message(world).payload["document_id"]}
    with transaction(world.engine) as session:
        put(session, "poison", Topic.RENDER_DRAFT, {"document_id": 999}, world.now)
        put(session, "after it", Topic.RENDER_DRAFT, payload, world.now)
    work_off(_shop(world), world.now)
    with transaction(world.engine) as session:
        left = session.scalars(
            sa.select(outbox.c.idempotency_key).where(outbox.c.done_at.is_(None))
        ).all()
    assert left == ["poison"]
