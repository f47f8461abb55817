"""Playing the demonstration's tips: one new, one being verified, one answered and rewarded."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import LOCAL_ZONE
from services.database import transaction
from services.demonstration.cases import load_cases
from services.demonstration.pictures import picture
from services.demonstration.play import Play, actor_of, day_at
from services.frame import Frame
from services.models.tip import Tip, TipOpenStep
from services.office import Office
from services.queries.people import get_organisation_by_key
from services.reference.tables import Table, read_toml
from services.tips import acts, custodians, identity
from services.tips.conversation import write_as_office
from services.tips.receipts import grouped, receipt_for
from services.tips.receiving import Picture, SentTip, Subject, prepare, receive_tip
from services.tips.sealing import ItemKind, OpenVault, list_items
from services.tips.step import TipCommand
from services.tips.table import COMMANDS, OFFICE_STEPS
from workflows.tips import IdentityGround, TipAction, TipChannel, TipOutcome

FILE = Path(__file__).parent / "tips.toml"
CUSTODIAN = "custodian"
# The same as the password: everybody may know both.
PHRASE = "demonstration-only"
_OFFICERS = {
    "department_energy": ("officer.energy", "head.energy"),
    "department_emergency": ("officer.emergency", "head.emergency"),
}


@dataclass(frozen=True)
class DemonstrationReceipt:
    """A receipt to try the public page with."""

    receipt: str
    title: str


@cache
def _tips() -> tuple[Table, ...]:
    return tuple(read_toml(FILE).tables("tips", "form"))


def list_receipts(office: Office) -> tuple[DemonstrationReceipt, ...]:
    """The receipts of the demonstration's tips."""
    return tuple(
        DemonstrationReceipt(
            grouped(receipt_for(office.keys, row.text("form"))), row.text("title", row.text("what"))
        )
        for row in _tips()
    )


def play_tips(play: Play) -> None:
    """A custodian with a key, then each tip as far as it has come."""
    vault = _make_key(play)
    _new, verified, answered = _tips()
    for row in _tips():
        tip_id = _send(play, row)
        if "title" in row.values:
            _register(play, vault, row, tip_id)
        if row is verified:
            _ask(play, row, tip_id)
        if row is answered:
            _answer(play, row, tip_id)


def _make_key(play: Play) -> OpenVault:
    with transaction(play.engine) as session:
        frame = _frame(play, session, CUSTODIAN, days=20)
        custodians.make_key(frame, PHRASE)
        unlocked = custodians.unlock(frame, PHRASE)
        return OpenVault(unlocked.key_id, frame.actor.person_id, unlocked.pair)


def _send(play: Play, row: Table) -> int:
    drawn = picture(row.text("photo"), load_cases().picture_label)
    with transaction(play.engine) as session:
        enterprise = row.text("enterprise", "")
        sent = SentTip(
            channel=row.member("channel", TipChannel),
            subject=Subject.OPERATOR,
            what=row.text("what"),
            place=row.text("place"),
            division_code=row.text("division_code"),
            party=row.text("party", ""),
            contact_name=row.text("contact_name", ""),
            contact_phone=row.text("contact_phone", ""),
            enterprise_id=get_organisation_by_key(session, enterprise).id if enterprise else None,
            pictures=(Picture(drawn.media_type, drawn.data),),
        )
        sent = prepare(play.office, sent, row.text("form"))
        receive_tip(session, play.office, sent, _moment(play, row.get("days", int)))
        return session.scalars(sa.select(Tip.id).where(Tip.receipt_hash == sent.hashed)).one()


def _register(play: Play, vault: OpenVault, row: Table, tip_id: int) -> None:
    with transaction(play.engine) as session:
        pictures = list_items(session, tip_id, ItemKind.PICTURE)
        command = acts.RegisterTip(
            tip_id=tip_id,
            outcome=TipOutcome.REGISTERED,
            title=row.text("title"),
            place=row.text("copy_place"),
            text=row.text("text"),
            handler_id=get_organisation_by_key(session, row.text("handler")).id,
            picture_ids=tuple(item.id for item in pictures),
        )
        frame = _frame(play, session, CUSTODIAN, row.get("days", int) - 1)
        acts.register_tip(frame, vault, command)


def _ask(play: Play, row: Table, tip_id: int) -> None:
    """A question to the informant, and a request for the identity that waits."""
    officer, _ = _OFFICERS[row.text("handler")]
    with transaction(play.engine) as session:
        frame = _frame(play, session, officer, days=1)
        question = "请问拆除保护装置的皮带现在还在运行吗？一般什么时段？"
        write_as_office(frame, tip_id, question, "d" * 32)
        command = identity.AskIdentity(
            tip_id=tip_id,
            task_id=_task(session, tip_id, TipAction.REQUEST_IDENTITY),
            outcome=TipOutcome.REQUESTED,
            opinion="井下皮带较多，摘要未写明是哪一部，需要当面核实位置。",
            ground=IdentityGround.FACTS_UNCLEAR,
        )
        identity.ask_identity(frame, command)


def _answer(play: Play, row: Table, tip_id: int) -> None:
    """Verified, signed, answered, and a reward approved that nobody has claimed yet."""
    officer, head = _OFFICERS[row.text("handler")]
    verify, sign, handle, answer, propose, approve = row.tables("steps", "opinion")
    _take(play, officer, tip_id, verify, TipAction.VERIFY_TIP, TipOutcome.PROVEN)
    _take(play, head, tip_id, sign, TipAction.SIGN_TIP_FINDING, TipOutcome.SIGNED)
    _take(play, officer, tip_id, handle, TipAction.OPEN_TIP_CASE, TipOutcome.HANDLED_OTHERWISE)
    _take(play, officer, tip_id, answer, TipAction.ANSWER_INFORMANT, TipOutcome.ANSWERED)
    _take(play, officer, tip_id, propose, TipAction.PROPOSE_REWARD, TipOutcome.PROPOSED)
    _take(play, head, tip_id, approve, TipAction.APPROVE_REWARD, TipOutcome.APPROVED)


def _take(
    play: Play, username: str, tip_id: int, row: Table, action: TipAction, outcome: TipOutcome
) -> None:
    kind = COMMANDS.get(action, TipCommand)
    values = {name: value for name, value in row.values.items() if name != "days"}
    with transaction(play.engine) as session:
        command = kind(
            tip_id=tip_id,
            task_id=_task(session, tip_id, action),
            outcome=outcome,
            **values,  # type: ignore[arg-type]
        )
        OFFICE_STEPS[action](_frame(play, session, username, row.get("days", int)), command)


def _task(session: Session, tip_id: int, action: TipAction) -> str:
    return session.scalars(
        sa.select(TipOpenStep.task_id).where(
            TipOpenStep.tip_id == tip_id, TipOpenStep.step == action
        )
    ).one()


def _moment(play: Play, days: int) -> datetime:
    if days == 0:
        return play.now
    day = day_at(play.today, days, play.office.calendar)
    return datetime.combine(day, time(10), LOCAL_ZONE) + timedelta(minutes=days)


def _frame(play: Play, session: Session, username: str, days: int) -> Frame:
    moment = _moment(play, days)
    actor = actor_of(play, session, username, moment)
    return Frame(session, actor, moment, play.office)
