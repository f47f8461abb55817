"""What an informant sends, sealed to every custodian at work; and opened by one of them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.database import lock_until_commit
from services.models.organisation import Post
from services.models.tip import CustodianKey, SealedItem, SealedItemKey
from services.queries.standing_in import held_on
from services.vault import (
    KeyPair,
    WrongKeyError,
    decrypt,
    encrypt,
    new_content_key,
    unwrap_key,
    wrap_key,
)
from workflows.errors import RuleError
from workflows.vocabulary import Role


class ItemKind(StrEnum):
    """What a sealed item holds."""

    ORIGINAL = "original"
    IDENTITY = "identity"
    PICTURE = "picture"
    MESSAGE = "message"


class NoCustodianError(RuleError):
    """Nobody keeps identities here at present, so nothing can be sealed and nothing is taken."""

    code = "no_custodian"


class SealBrokenError(RuleError):
    """The sealed bytes were changed, or were sealed before this custodian's time."""

    code = "seal_broken"


@dataclass(frozen=True)
class OpenVault:
    """A custodian's key while it is open."""

    key_id: int
    person_id: int
    pair: KeyPair


def list_sealing_keys(session: Session, today: date) -> list[CustodianKey]:
    """The keys of those who hold the post of a custodian today."""
    in_office = (
        sa.select(Post.person_id)
        .where(Post.role == Role.INFORMANT_CUSTODIAN, held_on(today))
        .scalar_subquery()
    )
    return list(
        session.scalars(
            sa.select(CustodianKey)
            .where(
                CustodianKey.ended_at.is_(None),
                CustodianKey.opens_from.is_not(None),
                CustodianKey.person_id.in_(in_office),
            )
            .order_by(CustodianKey.id)
        )
    )


def lock_keys(session: Session) -> None:
    """Until the transaction ends nobody else seals, makes a key, or hands over."""
    lock_until_commit(session, "custodian keys")


def seal_item(
    session: Session, tip_id: int, kind: ItemKind, content: bytes, today: date
) -> SealedItem:
    """Keep it so that only the custodians can read it; NoCustodianError."""
    lock_keys(session)
    keys = list_sealing_keys(session, today)
    if not keys:
        raise NoCustodianError
    content_key, purpose = new_content_key(), _purpose(tip_id, kind)
    item = SealedItem(tip_id=tip_id, kind=kind.value, body=encrypt(content_key, content, purpose))
    session.add(item)
    session.flush()
    session.add_all(
        SealedItemKey(
            item_id=item.id, key_id=key.id, wrapped=wrap_key(key.public, content_key, purpose)
        )
        for key in keys
    )
    session.flush()
    return item


def open_item(session: Session, vault: OpenVault, item: SealedItem) -> bytes:
    """What was sealed; SealBrokenError."""
    row = session.get(SealedItemKey, (item.id, vault.key_id))
    purpose = _purpose(item.tip_id, ItemKind(item.kind))
    if row is None:
        raise SealBrokenError
    try:
        return decrypt(unwrap_key(vault.pair, row.wrapped, purpose), item.body, purpose)
    except WrongKeyError as error:
        raise SealBrokenError from error


def list_items(session: Session, tip_id: int, kind: ItemKind) -> list[SealedItem]:
    """The sealed items of one kind, in order."""
    return list(
        session.scalars(
            sa.select(SealedItem)
            .where(SealedItem.tip_id == tip_id, SealedItem.kind == kind)
            .order_by(SealedItem.id)
        )
    )


def share_items(session: Session, vault: OpenVault, other: CustodianKey) -> int:
    """Let another custodian read what this one can; returns how many items that were."""
    held = sa.select(SealedItemKey.item_id).where(SealedItemKey.key_id == other.id)
    rows = session.execute(
        sa.select(SealedItemKey, SealedItem)
        .join(SealedItem, SealedItem.id == SealedItemKey.item_id)
        .where(SealedItemKey.key_id == vault.key_id, SealedItemKey.item_id.not_in(held))
    ).all()
    for row, item in rows:
        purpose = _purpose(item.tip_id, ItemKind(item.kind))
        content_key = unwrap_key(vault.pair, row.wrapped, purpose)
        session.add(
            SealedItemKey(
                item_id=item.id,
                key_id=other.id,
                wrapped=wrap_key(other.public, content_key, purpose),
            )
        )
    session.flush()
    return len(rows)


def _purpose(tip_id: int, kind: ItemKind) -> str:
    return f"tip {tip_id} {kind}"
