"""Referrals between two installations that no network joins: packages there, words to and fro.

A file of words always tells all that its side has said, so that a lost one is made good by the
next. What is on record is compared, what is new is taken, and nothing is taken twice.
"""

import hashlib
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.dossier.verify import is_sound, verify
from services.frame import Frame
from services.models.case import SupervisionCase
from services.models.referral import (
    Referral,
    ReferralAct,
    ReferralCarriage,
    ReferralOpenStep,
    ReferralPackage,
)
from services.office import Office
from services.queries.referrals import ReceiverRow, list_receivers, received_by, sent_by
from services.referral.acts import AcknowledgeReferral
from services.referral.carriage import (
    PACKAGE,
    REPLY,
    CarriageRefusedError,
    Carried,
    read_file,
    write_file,
)
from services.referral.numbers import draw_id
from services.referral.package import keep, open_package
from services.referral.reading import MEDIUM, note_look, note_sent_look
from services.referral.step import (
    ReferralCommand,
    ReferralNotFoundError,
    put_on_record,
    standing_of,
)
from services.referral.table import STEPS
from services.referral.wall import WALL
from workflows.deadlines import Evidence
from workflows.referral import (
    OF_RECEIVER,
    OF_SENDER,
    CadreLevel,
    ReceiverKind,
    ReferralAction,
    ReferralOutcome,
    ReferralStage,
)

DOSSIER = "案卷-"
_BEFORE = (
    ReferralAction.PROPOSE_REFERRAL,
    ReferralAction.DECIDE_REFERRAL,
    ReferralAction.SEAL_PACKAGE,
)


@dataclass(frozen=True)
class TakenIn:
    """What an import or a file of words brought: of which referral, and how much."""

    number: str
    title: str
    count: int


def export_package(frame: Frame, number: str, peer: str) -> bytes:
    """The package of a referral for the installation of these keys; that it was taken is on record.

    ReferralNotFoundError, CarriageRefusedError for one that does not go this way.
    """
    session, referral = frame.session, _found(frame.session, number, sent_by(frame.actor))
    package = session.get(ReferralPackage, referral.id)
    if package is None:
        raise CarriageRefusedError(reason="not_sealed")
    if not _goes_by_medium(session, referral):
        raise CarriageRefusedError(reason="not_this_way")
    carriage = session.get(ReferralCarriage, referral.id)
    if carriage is not None and carriage.peer != peer and _words(session, referral.id, OF_RECEIVER):
        raise CarriageRefusedError(reason="other_peer")
    session.merge(ReferralCarriage(referral_id=referral.id, peer=peer, at=frame.now))
    note_sent_look(frame, referral.id, MEDIUM)
    acts = session.scalars(
        sa.select(ReferralAct)
        .where(ReferralAct.referral_id == referral.id, ReferralAct.action.in_(_BEFORE))
        .order_by(ReferralAct.id)
    )
    manifest = {
        "number": number,
        "ground": referral.ground,
        "receiver_kind": package.letter["receiver_kind"],
        "letter": package.letter,
        "sealed_at": package.sealed_at.isoformat(),
        "steps": [_stated(act) for act in acts],
        "sha256": package.sha256,
    }
    return write_file(frame.office, peer, PACKAGE, manifest, open_package(frame, referral.id))


def import_package(
    session: Session, office: Office, file: bytes, peer: str, now: datetime
) -> TakenIn:
    """Take a package in, for the organ that its letter names. CarriageRefusedError."""
    carried = read_file(office, PACKAGE, file)
    if carried.manifest["from"] != peer:
        raise CarriageRefusedError(reason="signer")
    try:
        return _take_in(session, office, carried, peer, now)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise CarriageRefusedError(reason="form") from None


def export_words(frame: Frame, number: str) -> bytes:
    """What the actor's side has said of a referral so far, for the other side.

    ReferralNotFoundError; CarriageRefusedError where nothing was said, or nothing came or went.
    """
    session, referral = frame.session, _find_mine(frame, number)
    carriage = _carriage_of(session, referral)
    came_in = referral.sender_id is None
    words = _words(session, referral.id, OF_RECEIVER if came_in else OF_SENDER)
    if not words:
        raise CarriageRefusedError(reason="nothing_said")
    (note_look if came_in else note_sent_look)(frame, referral.id, MEDIUM)
    package = session.get_one(ReferralPackage, referral.id)
    manifest = {
        "number": number,
        "package": package.sha256,
        "words": [_stated(act) for act in words],
    }
    return write_file(frame.office, carriage.peer, REPLY, manifest)


def take_words(frame: Frame, file: bytes) -> TakenIn:
    """Put on record what the other side has said since. All of it, or nothing.

    ReferralNotFoundError, CarriageRefusedError, and what a step refuses.
    """
    carried = read_file(frame.office, REPLY, file)
    session, number = frame.session, str(carried.manifest.get("number"))
    referral = _find_mine(frame, number)
    if _carriage_of(session, referral).peer != carried.manifest["from"]:
        raise CarriageRefusedError(reason="signer")
    if session.get_one(ReferralPackage, referral.id).sha256 != carried.manifest.get("package"):
        raise CarriageRefusedError(reason="other_package")
    came_in = referral.sender_id is None
    try:
        said = [_Words.read(row) for row in carried.manifest["words"]]
    except (KeyError, ValueError, TypeError):
        raise CarriageRefusedError(reason="form") from None
    new = _not_on_record(_words(session, referral.id, OF_SENDER if came_in else OF_RECEIVER), said)
    sha256 = hashlib.sha256(file).hexdigest()
    for words in new:
        if came_in:
            carried_as = {"carried": words.told(sha256)}
            _record(session, frame.office, referral, words, frame.now, carried_as)
        else:
            _register(frame, referral, words, sha256)
    return TakenIn(number, "", len(new))


@dataclass(frozen=True)
class _Words:
    """One step of the other side, as its file tells it."""

    action: ReferralAction
    outcome: ReferralOutcome
    opinion: str
    passed_to: str
    receiver_kind: str
    person_name: str
    organisation_name: str
    at: datetime

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "_Words":
        """From a row of a manifest; KeyError, ValueError, TypeError."""
        at = datetime.fromisoformat(row["at"])
        if at.tzinfo is None:
            raise ValueError(row["at"])
        texts = (
            row["opinion"],
            row["passed_to"],
            row["receiver_kind"],
            row["person_name"],
            row["organisation_name"],
        )
        if not all(isinstance(text, str) for text in texts):
            raise TypeError(texts)
        return cls(ReferralAction(row["action"]), ReferralOutcome(row["outcome"]), *texts, at)

    def told(self, sha256: str) -> Mapping[str, str]:
        """Who said it there, when, and in which file it came."""
        return {
            "person": self.person_name,
            "organisation": self.organisation_name,
            "at": self.at.isoformat(),
            "file": sha256,
        }


def _stated(act: ReferralAct) -> dict[str, str]:
    return {
        "action": act.action,
        "outcome": act.outcome,
        "opinion": act.opinion if ReferralAction(act.action) in OF_RECEIVER | OF_SENDER else "",
        "passed_to": act.content.get("passed_to", ""),
        "receiver_kind": act.content.get("receiver_kind", ""),
        "person_name": act.person_name,
        "organisation_name": act.organisation_name,
        "at": act.at.isoformat(),
    }


def _take_in(
    session: Session, office: Office, carried: Carried, peer: str, now: datetime
) -> TakenIn:
    manifest, content = carried.manifest, carried.content
    number, letter = str(manifest["number"]), _checked_letter(manifest["letter"])
    if hashlib.sha256(content).hexdigest() != manifest["sha256"]:
        raise CarriageRefusedError(reason="changed")
    _check_dossier(content, peer)
    lock_until_commit(session, "referral import")
    if session.scalar(sa.select(SupervisionCase.id).limit(1)) is not None:
        raise CarriageRefusedError(reason="holds_cases")
    known = session.scalar(sa.select(Referral.id).where(Referral.number == number))
    if known is not None:
        same = session.get_one(ReferralPackage, known).sha256 == manifest["sha256"]
        raise CarriageRefusedError(reason="twice" if same else "number_taken")
    receiver = _receiver_here(session, manifest["receiver_kind"], letter["receiver"])
    steps = [_Words.read(row) for row in manifest["steps"]]
    if tuple(step.action for step in steps) != _BEFORE:
        raise CarriageRefusedError(reason="form")
    referral = Referral(
        id=draw_id(session),
        number=number,
        ground=str(manifest["ground"]),
        receiver_kind=receiver.kind.value,
        receiver_id=receiver.organisation_id,
        about_name=letter["about_name"],
        about_post=letter["about_post"],
        cadre_level=letter["cadre_level"],
        facts=letter["facts"],
        measures=letter["measures"],
        stage=ReferralStage.PROPOSED.value,
        proposed_at=steps[0].at,
    )
    session.add(referral)
    session.flush()
    sealed_at = datetime.fromisoformat(manifest["sealed_at"])
    session.add(keep(office, referral.id, letter, content, sealed_at=sealed_at))
    session.add(ReferralCarriage(referral_id=referral.id, peer=peer, at=now))
    came = _Words(
        ReferralAction.DELIVER_REFERRAL,
        ReferralOutcome.CAME_ON_MEDIUM,
        "",
        "",
        "",
        "",
        letter["sender"],
        now,
    )
    for step in (*steps, came):
        _record(session, office, referral, step, step.at, {})
    return TakenIn(number, f"{letter['sender']}移送{letter['about_name']}", 1)


def _checked_letter(letter: Mapping[str, Any]) -> Mapping[str, Any]:
    """As pages show it; ValueError, KeyError, TypeError for what they could not show."""
    ReceiverKind(letter["receiver_kind"])
    CadreLevel(letter["cadre_level"])
    Evidence(letter["basis_evidence"])
    if not all(value is None or isinstance(value, str | int) for value in letter.values()):
        raise TypeError(letter)
    return letter


def _check_dossier(content: bytes, peer: str) -> None:
    """The dossier in a package verifies by itself, and whoever signed the file signed it too."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = [name for name in package.namelist() if name.startswith(DOSSIER)]
            if len(names) != 1:
                raise CarriageRefusedError(reason="dossier")
            with zipfile.ZipFile(BytesIO(package.read(names[0]))) as dossier:
                files = {name: dossier.read(name) for name in dossier.namelist()}
                twice = len(files) != len(dossier.namelist())
    except (zipfile.BadZipFile, OSError, EOFError):
        raise CarriageRefusedError(reason="dossier") from None
    if twice or not is_sound(verify(files, peer[:64])):
        raise CarriageRefusedError(reason="dossier")


def _find_mine(frame: Frame, number: str) -> Referral:
    return _found(frame.session, number, sa.or_(sent_by(frame.actor), received_by(frame.actor)))


def _found(session: Session, number: str, mine: sa.ColumnElement[bool]) -> Referral:
    """Held until the transaction ends: nobody takes a step or a file meanwhile."""
    wanted = sa.select(Referral).where(Referral.number == number, mine)
    found = session.scalar(wanted.with_for_update(of=Referral))
    if found is None:
        raise ReferralNotFoundError
    return found


def _goes_by_medium(session: Session, referral: Referral) -> bool:
    standing = standing_of(session, referral)
    return referral.finished_at is None and (standing.is_offline or not standing.is_delivered)


def _carriage_of(session: Session, referral: Referral) -> ReferralCarriage:
    carriage = session.get(ReferralCarriage, referral.id)
    if carriage is None:
        raise CarriageRefusedError(reason="not_carried")
    return carriage


def _words(
    session: Session, referral_id: int, actions: frozenset[ReferralAction]
) -> Sequence[ReferralAct]:
    """What one side has said, in order."""
    return session.scalars(
        sa.select(ReferralAct)
        .where(ReferralAct.referral_id == referral_id, ReferralAct.action.in_(actions))
        .order_by(ReferralAct.id)
    ).all()


def _not_on_record(known: Sequence[ReferralAct], said: Sequence[_Words]) -> Sequence[_Words]:
    """What a file tells beyond the record, of which nothing may differ from it.

    What came on paper meanwhile is on record in words of whoever registered it.
    """
    for act, words in zip(known, said, strict=False):
        same = (act.action, act.outcome) == (words.action, words.outcome)
        if not same or ("carried" in act.content and act.opinion != words.opinion):
            raise CarriageRefusedError(reason="differs")
    if len(said) <= len(known):
        raise CarriageRefusedError(reason="nothing_new")
    return said[len(known) :]


def _register(frame: Frame, referral: Referral, words: _Words, sha256: str) -> None:
    """A step of the receiver, as one that came on paper is registered."""
    if words.action not in OF_RECEIVER:
        raise CarriageRefusedError(reason="form")
    task = _task_of(frame.session, referral.id, words.action)
    told: dict[str, Any] = {
        "referral_id": referral.id,
        "task_id": task,
        "outcome": words.outcome,
        "opinion": words.opinion,
        "carried": words.told(sha256),
    }
    if words.action is ReferralAction.ACKNOWLEDGE_REFERRAL:
        passed_to = ""
        if words.outcome is ReferralOutcome.PASSED_ON:
            passed_to = _receiver_named(frame.session, words.receiver_kind, words.passed_to).key
        STEPS[words.action](frame, AcknowledgeReferral(**told, passed_to=passed_to))
        return
    STEPS[words.action](frame, ReferralCommand(**told))


def _record(
    session: Session,
    office: Office,
    referral: Referral,
    words: _Words,
    at: datetime,
    content: Mapping[str, Any],
) -> None:
    """A step that was taken elsewhere: nobody here answers for it."""
    begins = words.action is ReferralAction.PROPOSE_REFERRAL
    task_id = "" if begins else _task_of(session, referral.id, words.action)
    if not begins:
        WALL.claim(session, referral.id)
    act = ReferralAct(
        referral_id=referral.id,
        action=words.action.value,
        outcome=words.outcome.value,
        opinion=words.opinion,
        content=dict(content),
        person_name=words.person_name,
        organisation_name=words.organisation_name,
        at=at,
        nonce=secrets.token_hex(16),
    )
    put_on_record(session, office, referral, act, task_id)


def _task_of(session: Session, referral_id: int, action: ReferralAction) -> str:
    task_id = session.scalar(
        sa.select(ReferralOpenStep.task_id).where(
            ReferralOpenStep.referral_id == referral_id, ReferralOpenStep.step == action.value
        )
    )
    if task_id is None:
        raise CarriageRefusedError(reason="not_open")
    return task_id


def _receiver_here(session: Session, kind: str, name: str) -> ReceiverRow:
    """The organ that a package is for, with somebody here who receives."""
    receiver = _receiver_named(session, kind, name)
    if not receiver.has_post:
        raise CarriageRefusedError(reason="nobody_receives")
    return receiver


def _receiver_named(session: Session, kind: str, name: str) -> ReceiverRow:
    for row in list_receivers(session):
        if (row.kind.value, row.name) == (kind, name):
            return row
    raise CarriageRefusedError(reason="no_such_receiver")
