"""What a custodian reads of a tip while the vault is open."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.errors import RecordNotFoundError
from services.frame import Frame
from services.models.organisation import Organisation
from services.models.tip import SealedItem, Tip, TipMessage
from services.queries.tips import PictureFile
from services.reference.divisions import divisions
from services.tips.acts import identity_of
from services.tips.conversation import read_message
from services.tips.quotas import ENTERPRISE, full_places
from services.tips.sealing import ItemKind, OpenVault, list_items, open_item
from services.tips.step import TipNotFoundError, due_of
from workflows.tips import TipAction


@dataclass(frozen=True)
class UnreadMessage:
    """What an informant wrote, and what was passed on of it."""

    message_id: int
    text: str
    passed_on: bool


@dataclass(frozen=True)
class CustodianTip:
    """The original of a tip. `pictures` are ids of sealed items."""

    what: str
    place: str
    party: str
    identity: Mapping[str, str]
    pictures: tuple[int, ...]
    messages: tuple[UnreadMessage, ...]


def read_tip(session: Session, vault: OpenVault, tip_id: int) -> CustodianTip:
    """Open the original; TipNotFoundError, SealBrokenError."""
    originals = list_items(session, tip_id, ItemKind.ORIGINAL)
    if not originals:
        raise TipNotFoundError
    words = json.loads(open_item(session, vault, originals[0]))
    messages = session.scalars(
        sa.select(TipMessage)
        .where(TipMessage.tip_id == tip_id, TipMessage.by_informant.is_(True))
        .order_by(TipMessage.id)
        .limit(200)
    )
    return CustodianTip(
        what=words["what"],
        place=words["place"],
        party=words["party"],
        identity=identity_of(session, vault, tip_id),
        pictures=tuple(item.id for item in list_items(session, tip_id, ItemKind.PICTURE)),
        messages=tuple(
            UnreadMessage(row.id, read_message(session, vault, row), row.passed_on_at is not None)
            for row in messages
        ),
    )


def registration_limits(frame: Frame) -> Mapping[int, date]:
    """Until when each tip that is not registered yet has to be."""
    waiting = frame.session.scalars(
        sa.select(Tip).where(Tip.digest.is_(None)).order_by(Tip.id).limit(200)
    )
    found = ((tip.id, due_of(frame, tip, TipAction.REGISTER_TIP)[0]) for tip in waiting)
    return {tip_id: local_date(due_at) for tip_id, due_at in found if due_at}


def closed_places(frame: Frame) -> tuple[str, ...]:
    """Names of divisions and enterprises of which nothing more is taken today; "" for all."""
    full = full_places(frame.session, frame.now)
    ids = [int(place.split(" ")[1]) for place in full if place.startswith(ENTERPRISE)]
    found = frame.session.execute(
        sa.select(Organisation.id, Organisation.name).where(Organisation.id.in_(ids))
    )
    named = {f"{ENTERPRISE} {row.id}": row.name for row in found}
    named.update({code: division.name for code, division in divisions().items()})
    return tuple(named.get(place, place) for place in full)


def find_original_picture(
    session: Session, vault: OpenVault, tip_id: int, item_id: int
) -> PictureFile:
    """A picture as it was sealed; RecordNotFoundError."""
    item = session.get(SealedItem, item_id)
    if item is None or item.tip_id != tip_id or item.kind != ItemKind.PICTURE:
        raise RecordNotFoundError
    media_type, _, content = open_item(session, vault, item).partition(b"\n")
    return PictureFile(media_type.decode(), content)
