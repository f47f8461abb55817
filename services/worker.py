"""The worker: leases a message, works outside any transaction, records it; looks at deadlines."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from services.beats import Pulse
from services.database import reading, transaction
from services.disclosure.bulletin import BULLETIN_TEMPLATE, printed_bulletin
from services.documents.catalog import CATALOG, LISTING_BATCH
from services.documents.issue import ISSUED, NUMBERED
from services.errors import reason_of, told_of
from services.files import FileStore
from services.former_values import keep_former
from services.handover_letters import LETTER_TEMPLATE, keep_letter, printed_letter, sealing_organ
from services.messages.points import Passing, Point, pass_by
from services.models.document import Document, ListingBatch
from services.models.process import outbox
from services.models.public import PublicBulletin
from services.office import Office
from services.referral.rules import propose_what_is_due
from services.returns.opening import open_returns
from services.returns.printing import RETURN_TEMPLATE, keep_pages, printed_return
from services.sealing import seal_when_due
from services.settings import ReferralModule
from services.signing import Signatory, as_rows, signatories_of, signatories_of_batch
from services.succession.departures import settle_departure
from services.sweep import sweep_once
from services.tips.forgetting import forget_what_is_over
from services.topics import Topic
from services.tracebacks.proposing import propose_by_rule
from services.tracebacks.report import REPORT_TEMPLATE, keep_report, report_to_set
from services.uploads.received import ReceivedFiles
from workflows.errors import RuleError
from workflows.vocabulary import DocumentKind

LEASE = timedelta(minutes=2)
BACK_OFF_SECONDS = (5, 30, 120, 600)
MOST_ATTEMPTS = len(BACK_OFF_SECONDS) + 1
PDF = "application/pdf"
log = structlog.get_logger()


@dataclass(frozen=True)
class Workshop:
    """What the worker works with. `sign` puts signatures into issued pages.

    `passing` is told each labelled point that is reached.
    """

    engine: Engine
    files: FileStore
    render: Callable[[str, Mapping[str, Any]], bytes]
    sign: Callable[[bytes, Sequence[Signatory], datetime], bytes]
    passing: Passing = pass_by


class WorkersLostError(RuleError):
    """Every worker that took the message ended without a word: it may be what ends them."""

    code = "workers_lost"


@dataclass(frozen=True)
class Message:
    """One leased message."""

    id: int
    topic: str
    payload: Mapping[str, int]
    attempts: int


def work_forever(
    shop: Workshop, office: Office, clock: Callable[[], datetime], pause_seconds: float = 0.5
) -> None:
    """Poll the outbox and the deadlines until the process is told to stop."""
    pulse = Pulse(shop.engine, clock())
    try:
        while True:
            if not _work_a_turn(shop, office, clock, pulse):
                time.sleep(pause_seconds)
    finally:
        with suppress(SQLAlchemyError):
            pulse.stop()


def _work_a_turn(
    shop: Workshop, office: Office, clock: Callable[[], datetime], pulse: Pulse
) -> bool:
    """One message and one deadline; False when there was neither."""
    try:
        if pulse.beat(clock()):
            _seal(shop, office, clock())
            forget_what_is_over(shop.engine, clock())
            _clear_received(office, clock())
            if office.referrals is not ReferralModule.RECEIVE:
                _begin_what_is_due(shop.engine, office, clock())
        worked = work_once(shop, clock())
        worked = sweep_once(shop.engine, office, clock(), shop.passing) or worked
    except SQLAlchemyError as error:  # the database may come back
        log.warning("database_unavailable", error=str(error).splitlines()[0])
        return False
    if worked:
        pulse.note_work(clock())
    return worked


def _begin_what_is_due(engine: Engine, office: Office, now: datetime) -> None:
    """What begins by itself where cases are handled."""
    if office.referrals is ReferralModule.ON:
        propose_what_is_due(engine, office, now)
    open_returns(engine, office, now)
    propose_by_rule(engine, office, now)


def _seal(shop: Workshop, office: Office, now: datetime) -> None:
    try:
        reason = seal_when_due(shop.engine, office.sealer, now)
    except OSError as error:  # the statement could not be written out; the next beat tries again
        log.warning("checkpoint_not_written", error=str(error))
        return
    if reason is not None:
        log.info("audit_chain_sealed", reason=reason.value)


def _clear_received(office: Office, now: datetime) -> None:
    try:
        ReceivedFiles(office.received_folder).clear(now)
    except OSError as error:  # the next beat tries again
        log.warning("received_files_not_cleared", error=str(error))


def work_off(shop: Workshop, now: datetime) -> int:
    """Work until nothing is waiting; returns how many messages were handled."""
    handled = 0
    while work_once(shop, now):
        handled += 1
    return handled


def work_once(shop: Workshop, now: datetime) -> bool:
    """Handle one waiting message; False when there is none."""
    message = _lease(shop, now)
    if message is None:
        return False
    shop.passing(Point.MESSAGE_LEASED)
    try:
        _handle(shop, message, now)
    except (OperationalError, InterfaceError):  # the database, not the message
        raise
    except Exception as error:  # noqa: BLE001  one message must not keep the others waiting
        log.warning(
            "message_failed", message_id=message.id, topic=message.topic, error=told_of(error)
        )
        _put_back(shop, message, now, error)
        return True
    shop.passing(Point.MESSAGE_KEPT)
    return True


def _handle(shop: Workshop, message: Message, now: datetime) -> None:
    if message.attempts > MOST_ATTEMPTS:
        raise WorkersLostError
    _HANDLERS[Topic(message.topic)](shop, message, now)


def _lease(shop: Workshop, now: datetime) -> Message | None:
    waiting = (
        sa.select(outbox.c.id)
        .where(
            outbox.c.done_at.is_(None),
            outbox.c.incident.is_(None),
            outbox.c.not_before <= now,
            sa.or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < now),
        )
        .order_by(outbox.c.id)
        .limit(1)
    )
    with reading(shop.engine) as session:  # most polls find nothing: no write lock for those
        if session.connection().execute(waiting).first() is None:
            return None
    with transaction(shop.engine) as session:
        connection = session.connection()
        found = connection.execute(waiting.with_for_update(skip_locked=True)).scalar_one_or_none()
        if found is None:
            return None
        row = connection.execute(
            sa.update(outbox)
            .where(outbox.c.id == found)
            .values(leased_until=now + LEASE, attempts=outbox.c.attempts + 1)
            .returning(outbox.c.id, outbox.c.topic, outbox.c.payload, outbox.c.attempts)
        ).one()
    return Message(row.id, row.topic, row.payload, row.attempts)


def _put_back(shop: Workshop, message: Message, now: datetime, error: Exception) -> None:
    """Later again, at last an incident; unless another worker has taken the message over."""
    last = message.attempts >= MOST_ATTEMPTS
    pause = timedelta(seconds=BACK_OFF_SECONDS[min(message.attempts, len(BACK_OFF_SECONDS)) - 1])
    with transaction(shop.engine) as session:
        session.connection().execute(
            sa.update(outbox)
            .where(
                outbox.c.id == message.id,
                outbox.c.attempts == message.attempts,
                outbox.c.done_at.is_(None),
            )
            .values(
                leased_until=None,
                not_before=now + pause,
                incident=told_of(error) if last else None,
                incident_code=reason_of(error) if last else None,
            )
        )


def _finish(session: Session, message: Message, now: datetime) -> bool:
    """Mark the message done; False when it was done already by who leased it before or after."""
    finished = session.connection().execute(
        sa.update(outbox)
        .where(outbox.c.id == message.id, outbox.c.done_at.is_(None))
        .values(done_at=now)
        .returning(outbox.c.id)
    )
    return finished.first() is not None


def _render(shop: Workshop, message: Message, now: datetime) -> None:
    document_id = message.payload["document_id"]
    with reading(shop.engine) as session:
        document = session.get_one(Document, document_id)
        template = CATALOG[DocumentKind(document.kind)].template
        inputs = dict(document.inputs)
        is_draft = message.topic == Topic.RENDER_DRAFT
        signatories = () if is_draft else signatories_of(session, document)
    stored = shop.files.put(shop.sign(shop.render(template, inputs), signatories, now), PDF)
    pages: dict[str, Any]
    if is_draft:
        column, pages = Document.draft_sha256, {"draft_sha256": stored.sha256}
    else:
        column, pages = (
            Document.issued_sha256,
            {
                "issued_sha256": stored.sha256,
                "signatures": as_rows(signatories),
                # A notice that became void meanwhile keeps its pages, and stays void.
                "state": sa.case((Document.state == NUMBERED, ISSUED), else_=Document.state),
            },
        )
    shop.passing(Point.MESSAGE_WORKED)
    with transaction(shop.engine) as session:
        if _finish(session, message, now):
            unmade = sa.and_(Document.id == document_id, column.is_(None))
            keep_former(session, Document, (column.key, "state"), now, unmade)
            session.execute(sa.update(Document).where(unmade).values(**pages))
        shop.passing(Point.MESSAGE_RECORDED)
    log.info("document_rendered", document_id=document_id, topic=message.topic)


def _render_batch(shop: Workshop, message: Message, now: datetime) -> None:
    batch_id = message.payload["batch_id"]
    with reading(shop.engine) as session:
        batch = session.get(ListingBatch, batch_id)
        if batch is None:  # the demonstration was reset meanwhile
            return
        inputs = dict(batch.inputs)
        is_draft = message.topic == Topic.RENDER_BATCH_DRAFT
        signatories = () if is_draft else signatories_of_batch(session, batch)
    pages = shop.sign(shop.render(LISTING_BATCH.template, inputs), signatories, now)
    stored = shop.files.put(pages, PDF)
    column = ListingBatch.draft_sha256 if is_draft else ListingBatch.issued_sha256
    shop.passing(Point.MESSAGE_WORKED)
    with transaction(shop.engine) as session:
        if _finish(session, message, now):
            session.execute(
                sa.update(ListingBatch)
                .where(ListingBatch.id == batch_id, column.is_(None))
                .values({column: stored.sha256, ListingBatch.signatures: as_rows(signatories)})
            )
        shop.passing(Point.MESSAGE_RECORDED)
    log.info("batch_rendered", batch_id=batch_id, topic=message.topic)


def _render_bulletin(shop: Workshop, message: Message, now: datetime) -> None:
    bulletin_id = message.payload["bulletin_id"]
    with reading(shop.engine) as session:
        bulletin = session.get(PublicBulletin, bulletin_id)
        if bulletin is None:  # the demonstration was reset meanwhile
            return
        inputs = printed_bulletin(bulletin)
    stored = shop.files.put(shop.render(BULLETIN_TEMPLATE, inputs), PDF)
    shop.passing(Point.MESSAGE_WORKED)
    with transaction(shop.engine) as session:
        if _finish(session, message, now):
            session.execute(
                sa.update(PublicBulletin)
                .where(PublicBulletin.id == bulletin_id, PublicBulletin.sha256.is_(None))
                .values(sha256=stored.sha256)
            )
        shop.passing(Point.MESSAGE_RECORDED)
    log.info("bulletin_rendered", bulletin_id=bulletin_id)


def _render_return(shop: Workshop, message: Message, now: datetime) -> None:
    step_id = message.payload["step_id"]
    with reading(shop.engine) as session:
        inputs = printed_return(session, step_id)
    if inputs is None:  # the demonstration was reset meanwhile
        return
    stored = shop.files.put(shop.render(RETURN_TEMPLATE, inputs), PDF)
    shop.passing(Point.MESSAGE_WORKED)
    with transaction(shop.engine) as session:
        if _finish(session, message, now):
            keep_pages(session, step_id, stored.sha256)
        shop.passing(Point.MESSAGE_RECORDED)
    log.info("return_rendered", return_id=message.payload["return_id"])


def _render_handover_letter(shop: Workshop, message: Message, now: datetime) -> None:
    letter_id = message.payload["letter_id"]
    with reading(shop.engine) as session:
        inputs = printed_letter(session, letter_id)
        signatories = sealing_organ(session, letter_id) if inputs else ()
    if inputs is None:  # the demonstration was reset meanwhile
        return
    pages = shop.sign(shop.render(LETTER_TEMPLATE, inputs), signatories, now)
    stored = shop.files.put(pages, PDF)
    shop.passing(Point.MESSAGE_WORKED)
    with transaction(shop.engine) as session:
        if _finish(session, message, now):
            keep_letter(session, letter_id, stored.sha256, signatories, inputs["enclosed"])
        shop.passing(Point.MESSAGE_RECORDED)
    log.info("handover_letter_rendered", letter_id=letter_id)


def _render_traceback_report(shop: Workshop, message: Message, now: datetime) -> None:
    traceback_id = message.payload["traceback_id"]
    with reading(shop.engine) as session:
        report = report_to_set(session, traceback_id)
    if report is None:  # the demonstration was reset meanwhile
        return
    pages = shop.sign(shop.render(REPORT_TEMPLATE, report.inputs), report.signatories, now)
    stored = shop.files.put(pages, PDF)
    shop.passing(Point.MESSAGE_WORKED)
    with transaction(shop.engine) as session:
        if _finish(session, message, now):
            keep_report(session, traceback_id, stored.sha256, report.signatories)
        shop.passing(Point.MESSAGE_RECORDED)
    log.info("traceback_report_rendered", traceback_id=traceback_id)


def _settle_departure(shop: Workshop, message: Message, now: datetime) -> None:
    with transaction(shop.engine) as session:
        if _finish(session, message, now):
            settle_departure(session, message.payload["departure_id"], now)
        shop.passing(Point.MESSAGE_RECORDED)
    log.info("departure_settled", departure_id=message.payload["departure_id"])


_HANDLERS: Mapping[Topic, Callable[[Workshop, Message, datetime], None]] = {
    Topic.RENDER_DRAFT: _render,
    Topic.RENDER_ISSUED: _render,
    Topic.RENDER_BATCH_DRAFT: _render_batch,
    Topic.RENDER_BATCH_ISSUED: _render_batch,
    Topic.RENDER_BULLETIN: _render_bulletin,
    Topic.RENDER_RETURN: _render_return,
    Topic.RENDER_HANDOVER_LETTER: _render_handover_letter,
    Topic.RENDER_TRACEBACK_REPORT: _render_traceback_report,
    Topic.SETTLE_DEPARTURE: _settle_departure,
}
