"""A tip as it is sent by somebody unknown: checked, sealed, and stored without a trace of them."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.database import lock_until_commit
from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import require
from services.models.organisation import Organisation, Post
from services.models.tip import Tip
from services.office import Office
from services.queries.standing_in import held_on
from services.reference.divisions import divisions
from services.reference.profile import TipSettings
from services.tips.quotas import ALL_TIPS, ENTERPRISE, TipsFullError, forget_old, tips_about, use
from services.tips.receipts import receipt_for, receipt_hash
from services.tips.sealing import ItemKind, list_sealing_keys, seal_item
from services.tips.wall import WALL
from workflows.errors import RuleError
from workflows.tips import OrganReports, TipChannel, TipStage
from workflows.vocabulary import OPERATING, OrganisationKind, Role

# Organs that a tip may be about, and that may be routed past.
ORGANS = (
    OrganisationKind.GOVERNMENT,
    OrganisationKind.DEPARTMENT,
    OrganisationKind.SAFETY_COMMITTEE,
    OrganisationKind.COMMITTEE_OFFICE,
)
MOST_PICTURES = 3
_TELLING = (
    re.compile(r"我(是|叫|们班|们组|班组|负责|当班|值班|的工号|的岗位)|本人|只有我|工号|我一个人"),
    re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)"),
)


class Subject(StrEnum):
    """Whom a tip is about."""

    OPERATOR = "operator"
    ORGAN = "organ"


class SuperiorChannelError(RuleError):
    """A tip about an organ that may not be taken here: nothing of it was stored."""

    code = "superior_channel"


@dataclass(frozen=True)
class Employer:
    """The enterprise whose employees' form is open."""

    id: int
    name: str
    credit_code: str
    division_code: str


@dataclass(frozen=True)
class Picture:
    """A picture drawn anew, without name and metadata."""

    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class SentTip:
    """What was typed. `receipt` and `hashed` come of it and of the form's number, by `prepare`."""

    channel: TipChannel
    subject: Subject
    what: str
    place: str
    division_code: str
    party: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    enterprise_id: int | None = None
    about_organ_id: int | None = None
    pictures: tuple[Picture, ...] = ()
    receipt: str = ""
    hashed: str = ""


def prepare(office: Office, sent: SentTip, form_number: str) -> SentTip:
    """With its receipt and the slow hash of it, made before the transaction begins.

    The same form with the same words and pictures has the same receipt; with others it is another
    tip, so that nothing is lost of what somebody went back to and wrote anew.
    """
    drawn = (hashlib.sha256(picture.content).hexdigest() for picture in sent.pictures)
    typed = "\n".join((form_number, repr(replace(sent, pictures=())), *drawn))
    receipt = receipt_for(office.keys, typed)
    return replace(sent, receipt=receipt, hashed=receipt_hash(office.keys, receipt))


def is_open(session: Session, now: datetime) -> bool:
    """Whether tips can be sealed, and so be taken, at present."""
    return bool(list_sealing_keys(session, local_date(now)))


def list_organs(session: Session) -> Mapping[int, str]:
    """The organs of the register, by id."""
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(Organisation.kind.in_(ORGANS), Organisation.dissolved_on.is_(None))
        .order_by(Organisation.id)
        .limit(500)
    )
    return {row.id: row.name for row in rows}


def telling_words(*texts: str) -> tuple[str, ...]:
    """What in a text could tell who wrote it: to be shown before it is sent or passed on."""
    found = (match.group() for text in texts for rule in _TELLING for match in rule.finditer(text))
    return tuple(dict.fromkeys(found))


def receive_tip(session: Session, office: Office, sent: SentTip, now: datetime) -> None:
    """Store the tip; a second sending of the same form with the same content changes nothing.

    InvalidCommandError, SuperiorChannelError, TipsFullError, NoCustodianError.
    """
    settings, today = office.profile.tips, local_date(now)
    if sent.subject is Subject.ORGAN:
        _refuse_unless_routed_past(session, settings, sent, now)
    problems = _problems(sent, settings)
    if problems:
        raise InvalidCommandError(problems)
    lock_until_commit(session, f"tip form {sent.hashed}")
    if session.scalar(sa.select(Tip.id).where(Tip.receipt_hash == sent.hashed)) is not None:
        return
    _count(session, sent, now)
    tip = Tip(
        receipt_hash=sent.hashed,
        channel=sent.channel.value,
        enterprise_id=sent.enterprise_id,
        division_code=sent.division_code,
        about_organ_id=sent.about_organ_id if sent.subject is Subject.ORGAN else None,
        named=bool(sent.contact_name),
        received_on=today,
        stage=TipStage.RECEIVED.value,
    )
    session.add(tip)
    session.flush()
    original = {"what": sent.what, "place": sent.place, "party": sent.party}
    seal_item(session, tip.id, ItemKind.ORIGINAL, _json(original), today)
    if tip.named:
        identity = {"name": sent.contact_name, "phone": sent.contact_phone}
        seal_item(session, tip.id, ItemKind.IDENTITY, _json(identity), today)
    for picture in sent.pictures:
        sealed = picture.media_type.encode() + b"\n" + picture.content
        seal_item(session, tip.id, ItemKind.PICTURE, sealed, today)
    WALL.append(session, tip.id, {"tip_id": tip.id, "received_on": today.isoformat()})


def _count(session: Session, sent: SentTip, now: datetime) -> None:
    place = f"{ENTERPRISE} {sent.enterprise_id}" if sent.enterprise_id else sent.division_code
    forget_old(session, now)
    for quota in (tips_about(place), ALL_TIPS):
        if not use(session, quota, now):
            raise TipsFullError


def _problems(sent: SentTip, settings: TipSettings) -> Mapping[str, str]:
    require(sent, "what", "place")
    problems: dict[str, str] = {}
    if sent.division_code not in divisions():
        problems["division_code"] = "choose"
    if len(sent.pictures) > MOST_PICTURES:
        problems["pictures"] = f"too_many_files:{MOST_PICTURES}"
    anonymous = (
        settings.anonymous_employee
        if sent.channel is TipChannel.EMPLOYEE
        else settings.anonymous_public
    )
    if not sent.contact_name and (sent.contact_phone or not anonymous):
        problems["contact_name"] = "required"
    if not sent.contact_phone and (sent.contact_name or not anonymous):
        problems["contact_phone"] = "required"
    return problems


def _refuse_unless_routed_past(
    session: Session, settings: TipSettings, sent: SentTip, now: datetime
) -> None:
    """Nothing is stored of what the organ itself, or one that keeps the vault, would read."""
    organ = session.get(Organisation, sent.about_organ_id) if sent.about_organ_id else None
    if settings.organ_reports is OrganReports.NOT_STORED:
        raise SuperiorChannelError
    if organ is None or OrganisationKind(organ.kind) not in ORGANS:
        raise InvalidCommandError({"about_organ_id": "choose"})
    keepers = session.scalars(
        sa.select(Post.organisation_id).where(
            Post.role == Role.INFORMANT_CUSTODIAN, held_on(local_date(now))
        )
    ).all()
    above = (OrganisationKind.GOVERNMENT, OrganisationKind.SAFETY_COMMITTEE)
    if organ.id in keepers or OrganisationKind(organ.kind) in above:
        raise SuperiorChannelError


def get_employer(session: Session, credit_code: str) -> Employer:
    """The enterprise of an employees' form; RecordNotFoundError."""
    found = session.scalar(
        sa.select(Organisation).where(
            Organisation.credit_code == credit_code,
            Organisation.kind.in_(OPERATING),
            Organisation.dissolved_on.is_(None),
        )
    )
    if found is None:
        raise RecordNotFoundError
    return Employer(found.id, found.name, credit_code, found.division_code or "")


def _json(values: Mapping[str, str]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode()
