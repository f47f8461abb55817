"""The steps of a tip that officers and custodians take, one function each."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.errors import InvalidCommandError
from services.frame import Frame, require
from services.models.case import Act, SupervisionCase
from services.models.organisation import Organisation
from services.models.tip import SealedItem, Tip, TipAct, TipPicture
from services.queries.scope import find_visible_case
from services.tips.conversation import tell_informant
from services.tips.receipts import payment_hash
from services.tips.sealing import ItemKind, OpenVault, list_items, open_item
from services.tips.step import TipCommand, open_tip_step
from workflows.tips import TipAction, TipOutcome
from workflows.vocabulary import HazardSource, OrganisationKind

HANDLING = (OrganisationKind.DEPARTMENT, OrganisationKind.COMMITTEE_OFFICE)
REGISTER = "tip"


@dataclass(frozen=True, kw_only=True)
class RegisterTip(TipCommand):
    """The edited copy, who handles it, and which pictures the handlers may see.

    Not taken: only the reason, which the informant reads as `answer`.
    """

    title: str = ""
    place: str = ""
    text: str = ""
    handler_id: int | None = None
    picture_ids: tuple[int, ...] = ()
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class ReassignTip(TipCommand):
    """The office that handles the tip from now on."""

    handler_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class OpenTipCase(TipCommand):
    """The case that was opened without the identity, by its intake number."""

    intake_number: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerInformant(TipCommand):
    """What the informant is told of the finding."""

    answer: str


@dataclass(frozen=True, kw_only=True)
class ProposeReward(TipCommand):
    """The grade of the reward."""

    grade: str = ""


@dataclass(frozen=True, kw_only=True)
class PayReward(TipCommand):
    """The code that whoever comes for the reward tells."""

    payment_code: str = ""


def register_tip(frame: Frame, vault: OpenVault, command: RegisterTip) -> None:
    """Write the edited copy and give it to an office; or do not take the tip, and say why."""
    opened = open_tip_step(frame, TipAction.REGISTER_TIP, command)
    tip = opened.tip
    if command.outcome is TipOutcome.NOT_TAKEN:
        require(command, "answer")
        tip.number = _next_number(frame)
        opened.record(answer=command.answer)
        tell_informant(frame, tip.id, command.answer)
        return
    require(command, "title", "place", "text", "handler_id")
    _require_fit_handler(frame.session, tip, command.handler_id)
    refuse_identity_in(frame.session, vault, tip.id, _copy_of(command))
    pictures = {item.id: item for item in list_items(frame.session, tip.id, ItemKind.PICTURE)}
    if set(command.picture_ids) - pictures.keys():
        raise InvalidCommandError({"picture_ids": "choice"})
    tip.number, tip.handler_id = _next_number(frame), command.handler_id
    tip.title, tip.place, tip.text = command.title, command.place, command.text
    for number in command.picture_ids:
        _release_picture(frame.session, vault, pictures[number])
    opened.record(**_copy_of(command), handler_id=tip.handler_id, pictures=len(command.picture_ids))


def verify_tip(frame: Frame, command: TipCommand) -> None:
    """Put the finding on record: whether what was reported is so."""
    opened = open_tip_step(frame, TipAction.VERIFY_TIP, command)
    require(command, "opinion")
    opened.record()


def reassign_tip(frame: Frame, command: ReassignTip) -> None:
    """Give the tip to another office; who had it before sees it no more. The limit runs on."""
    opened = open_tip_step(frame, TipAction.REASSIGN_TIP, command)
    require(command, "handler_id")
    _require_fit_handler(frame.session, opened.tip, command.handler_id)
    before, opened.tip.handler_id = opened.tip.handler_id, command.handler_id
    opened.record(handler_id=command.handler_id, handler_before_id=before)


def sign_tip_finding(frame: Frame, command: TipCommand) -> None:
    """The head signs the finding (Work Safety Law, article 73), or sends it back with a reason."""
    opened = open_tip_step(frame, TipAction.SIGN_TIP_FINDING, command)
    _require_reason(command, TipOutcome.SIGNED)
    opened.record()


def open_tip_case(frame: Frame, command: OpenTipCase) -> None:
    """Name the case that was registered from the tip, or say how the hazard is handled else."""
    opened = open_tip_step(frame, TipAction.OPEN_TIP_CASE, command)
    if command.outcome is TipOutcome.HANDLED_OTHERWISE:
        require(command, "opinion")
        opened.record()
        return
    require(command, "intake_number")
    opened.tip.case_id = _case_of(frame, opened.tip, command.intake_number)
    opened.record(intake_number=command.intake_number)


def answer_informant(frame: Frame, command: AnswerInformant) -> None:
    """Tell the informant, who reads it with the receipt."""
    opened = open_tip_step(frame, TipAction.ANSWER_INFORMANT, command)
    require(command, "answer")
    opened.tip.answered_at = frame.now
    opened.record(answer=command.answer)
    tell_informant(frame, opened.tip.id, command.answer)


def propose_reward(frame: Frame, command: ProposeReward) -> None:
    """Propose a grade, or say why there is no reward."""
    opened = open_tip_step(frame, TipAction.PROPOSE_REWARD, command)
    if command.outcome is TipOutcome.NO_REWARD:
        require(command, "opinion")
        opened.record()
        return
    grades = {grade.key: grade for grade in frame.office.profile.tips.grades}
    if command.grade not in grades:
        raise InvalidCommandError({"grade": "choose"})
    opened.record(grade=command.grade, amount=grades[command.grade].amount)


def approve_reward(frame: Frame, command: TipCommand) -> None:
    """Approve the amount that was proposed; from now on the informant is shown a payment code."""
    opened = open_tip_step(frame, TipAction.APPROVE_REWARD, command)
    _require_reason(command, TipOutcome.APPROVED)
    if command.outcome is TipOutcome.APPROVED:
        opened.tip.reward_amount = proposed_amount(frame.session, opened.tip.id)
    opened.record()


def pay_reward(frame: Frame, command: PayReward) -> None:
    """Paid to whoever tells the payment code, without a name; or not claimed, with a reason."""
    opened = open_tip_step(frame, TipAction.PAY_REWARD, command)
    if command.outcome is TipOutcome.UNCLAIMED:
        require(command, "opinion")
    else:
        require(command, "payment_code")
        code = "".join(command.payment_code.split())
        if payment_hash(frame.office.keys, code) != opened.tip.payment_hash:
            raise InvalidCommandError({"payment_code": "payment_code_wrong"})
    opened.record()


def proposed_amount(session: Session, tip_id: int) -> int:
    """The amount of the latest proposal."""
    content = session.scalars(
        sa.select(TipAct.content)
        .where(TipAct.tip_id == tip_id, TipAct.action == TipAction.PROPOSE_REWARD)
        .order_by(TipAct.id.desc())
        .limit(1)
    ).one()
    return int(content["amount"])


def identity_of(session: Session, vault: OpenVault, tip_id: int) -> Mapping[str, str]:
    """Name and telephone number as the informant left them; empty when there are none."""
    items = list_items(session, tip_id, ItemKind.IDENTITY)
    return json.loads(open_item(session, vault, items[0])) if items else {}


def refuse_identity_in(
    session: Session, vault: OpenVault, tip_id: int, texts: Mapping[str, str]
) -> None:
    """InvalidCommandError for every text that holds the informant's name or number."""
    marks = map(_joined, identity_of(session, vault, tip_id).values())
    told = [mark for mark in marks if len(mark) > 1]
    wrong = {
        name: "identity_in_copy"
        for name, text in texts.items()
        if any(mark in _joined(text) for mark in told)
    }
    if wrong:
        raise InvalidCommandError(wrong)


def _joined(text: str) -> str:
    """Without what people put between the parts of a number or a name."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Pd")


def _copy_of(command: RegisterTip) -> Mapping[str, str]:
    return {"title": command.title, "place": command.place, "text": command.text}


def _require_reason(command: TipCommand, unless: TipOutcome) -> None:
    if command.outcome is not unless:
        require(command, "opinion")


def _require_fit_handler(session: Session, tip: Tip, handler_id: int | None) -> None:
    """An organ of the register that handles tips, and never the one that the tip is about."""
    handler = session.get(Organisation, handler_id)
    fits = handler is not None and handler.dissolved_on is None and handler.kind in HANDLING
    if not fits or handler_id == tip.about_organ_id:
        raise InvalidCommandError({"handler_id": "choose"})


def _release_picture(session: Session, vault: OpenVault, item: SealedItem) -> None:
    media_type, _, content = open_item(session, vault, item).partition(b"\n")
    session.add(TipPicture(tip_id=item.tip_id, media_type=media_type.decode(), content=content))
    session.flush()


def _next_number(frame: Frame) -> str:
    """Counted in the year of the registration; the day of the tip tells nothing about it."""
    lock_until_commit(frame.session, REGISTER)
    pattern, year = frame.office.profile.tips.number_format, frame.today.year
    taken = frame.session.scalar(
        sa.select(sa.func.count(Tip.id)).where(
            Tip.number.like(pattern.format(year=year, number="%"))
        )
    )
    return pattern.format(year=year, number=(taken or 0) + 1)


def _case_of(frame: Frame, tip: Tip, intake_number: str) -> int:
    """A case that the actor may see and that was registered, or found, by this very tip."""
    case = frame.session.scalar(
        sa.select(SupervisionCase).where(SupervisionCase.intake_number == intake_number.strip())
    )
    if case is None or find_visible_case(frame.session, frame.actor, case.id) is None:
        raise InvalidCommandError({"intake_number": "no_such_case"})
    contents = frame.session.scalars(sa.select(Act.content).where(Act.case_id == case.id))
    named = any(
        content.get("source") == HazardSource.VERIFIED_TIP
        and content.get("finder_reference") == tip.number
        for content in contents
    )
    if not named:
        raise InvalidCommandError({"intake_number": "case_without_tip"})
    return case.id
