"""What passes between an informant and the office: by the receipt alone, without a name."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.database import lock_until_commit
from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import MOST_CHARACTERS, Frame
from services.models.tip import SealedItem, Tip, TipMessage
from services.office import Office
from services.tips.quotas import (
    ALL_MESSAGES,
    UNKNOWN_CODES,
    WRONG_CODES,
    GuessesStoppedError,
    Quota,
    TipsFullError,
    is_full,
    messages_of,
    use,
)
from services.tips.receipts import (
    form_hash,
    grouped,
    payment_code_for,
    payment_hash,
    read_receipt,
    receipt_hash,
)
from services.tips.sealing import ItemKind, OpenVault, open_item, seal_item
from services.tips.step import get_handled_tip
from services.tips.wall import WALL
from workflows.errors import RuleError, TaskNotReadyError
from workflows.tips import TipStage


class ReceiptUnknownError(RuleError):
    """No tip has this receipt; `detail["quota"]` names what the try is to be counted under."""

    code = "receipt_unknown"


@dataclass(frozen=True)
class MessageRow:
    """One message as the informant sees it; what the informant wrote is not shown again."""

    by_informant: bool
    sent_on: date
    text: str


@dataclass(frozen=True)
class StatusPage:
    """What the holder of a receipt is told."""

    tip_id: int
    receipt: str
    number: str | None
    stage: TipStage
    received_on: date
    messages: tuple[MessageRow, ...]
    may_write: bool
    payment_code: str | None
    reward_amount: int | None


def find_status(session: Session, office: Office, typed: str, now: datetime) -> StatusPage:
    """What is told to whoever types this code; nothing is written.

    ReceiptUnknownError, which the caller counts by `count_wrong_code`; GuessesStoppedError.
    """
    receipt = read_receipt(office.keys, typed)
    if receipt is None:
        _refuse_when_full(session, WRONG_CODES, now)
        raise ReceiptUnknownError(quota=WRONG_CODES.name)
    hashed = receipt_hash(office.keys, receipt)
    tip = session.scalar(sa.select(Tip).where(Tip.receipt_hash == hashed))
    if tip is None:
        _refuse_when_full(session, UNKNOWN_CODES, now)
        raise ReceiptUnknownError(quota=UNKNOWN_CODES.name)
    rewarded = tip.reward_amount is not None
    return StatusPage(
        tip_id=tip.id,
        receipt=receipt,
        number=tip.number,
        stage=TipStage(tip.stage),
        received_on=tip.received_on,
        messages=_messages(session, tip.id),
        may_write=tip.finished_on is None,
        payment_code=grouped(payment_code_for(office.keys, receipt)) if rewarded else None,
        reward_amount=tip.reward_amount,
    )


def count_wrong_code(session: Session, refusal: ReceiptUnknownError, now: datetime) -> None:
    """Count one code that nobody has."""
    quotas = {quota.name: quota for quota in (WRONG_CODES, UNKNOWN_CODES)}
    use(session, quotas[refusal.detail["quota"]], now)


def note_payment_code(session: Session, office: Office, page: StatusPage) -> None:
    """From the first time that it is shown, the payment code is known by its keyed hash."""
    tip = session.get_one(Tip, page.tip_id)
    if page.payment_code is not None and tip.payment_hash is None:
        tip.payment_hash = payment_hash(office.keys, page.payment_code.replace(" ", ""))
        session.flush()


def write_as_informant(
    session: Session, office: Office, page: StatusPage, text: str, form_number: str, now: datetime
) -> None:
    """Seal the message to the custodians; the same text sent twice from one form counts once."""
    _require_text(text)
    hashed = form_hash(office.keys, f"{page.tip_id} {form_number} {text}")
    if _was_sent(session, hashed):
        return
    if not page.may_write:
        raise InvalidCommandError({"text": "tip_finished"})
    for quota in (messages_of(page.tip_id), ALL_MESSAGES):
        if not use(session, quota, now):
            raise TipsFullError
    today = local_date(now)
    item = seal_item(session, page.tip_id, ItemKind.MESSAGE, text.encode(), today)
    session.add(
        TipMessage(
            tip_id=page.tip_id,
            by_informant=True,
            sent_on=today,
            item_id=item.id,
            form_hash=hashed,
        )
    )
    session.flush()


def write_as_office(frame: Frame, tip_id: int, text: str, form_number: str) -> None:
    """A question or word of the handlers to the informant."""
    _require_text(text)
    tip = get_handled_tip(frame.session, frame.actor, tip_id)
    if tip.finished_on is not None:
        raise InvalidCommandError({"text": "tip_finished"})
    hashed = form_hash(frame.office.keys, f"{tip_id} {form_number} {text}")
    if _was_sent(frame.session, hashed):
        return
    tell_informant(frame, tip_id, text, hashed)


def tell_informant(frame: Frame, tip_id: int, text: str, hashed: str | None = None) -> None:
    """Add one message of the office to the conversation, and to the chain that it was written."""
    row = TipMessage(
        tip_id=tip_id,
        by_informant=False,
        sent_on=frame.today,
        text=text,
        person_id=frame.actor.person_id,
        form_hash=hashed,
    )
    frame.session.add(row)
    frame.session.flush()
    _chain(frame, row, "written")


def read_message(session: Session, vault: OpenVault, message: TipMessage) -> str:
    """What an informant wrote, for a custodian."""
    return open_item(session, vault, session.get_one(SealedItem, message.item_id)).decode()


def get_unread(session: Session, tip_id: int, message_id: int) -> TipMessage:
    """An informant's message that waits for a custodian; TaskNotReadyError once it does not."""
    lock_until_commit(session, f"tip message {message_id}")
    message = session.get(TipMessage, message_id, populate_existing=True)
    if message is None or message.tip_id != tip_id or not message.by_informant:
        raise RecordNotFoundError
    if message.passed_on_at is not None:
        raise TaskNotReadyError
    return message


def pass_on_message(frame: Frame, message: TipMessage, text: str) -> None:
    """Give the handlers an edited copy of a message; an empty one: it told nothing they need."""
    message.text, message.person_id = text, frame.actor.person_id
    message.passed_on_at = frame.now
    frame.session.flush()
    _chain(frame, message, "passed_on")


def _chain(frame: Frame, row: TipMessage, deed: str) -> None:
    body = {
        "tip_message_id": row.id,
        "deed": deed,
        "person_id": frame.actor.person_id,
        "at": frame.now.isoformat(),
    }
    WALL.append(frame.session, row.tip_id, body)


def _was_sent(session: Session, hashed: str) -> bool:
    """Whether this form was sent before; who sends it at the same time waits."""
    lock_until_commit(session, f"tip form {hashed}")
    earlier = sa.select(TipMessage.id).where(TipMessage.form_hash == hashed)
    return session.scalar(earlier) is not None


def _require_text(text: str) -> None:
    if not text.strip():
        raise InvalidCommandError({"text": "required"})
    if len(text) > MOST_CHARACTERS:
        raise InvalidCommandError({"text": f"too_long:{MOST_CHARACTERS}"})


def _refuse_when_full(session: Session, quota: Quota, now: datetime) -> None:
    if is_full(session, quota, now):
        raise GuessesStoppedError


def _messages(session: Session, tip_id: int) -> tuple[MessageRow, ...]:
    rows = session.scalars(
        sa.select(TipMessage).where(TipMessage.tip_id == tip_id).order_by(TipMessage.id).limit(500)
    )
    return tuple(
        MessageRow(row.by_informant, row.sent_on, "" if row.by_informant else row.text)
        for row in rows
    )
