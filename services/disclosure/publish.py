"""The one place that writes what the public reads: an approved publication, as it was prepared."""

import secrets
from datetime import date
from typing import Any

import sqlalchemy as sa

from services.disclosure.bulletin import publish_bulletin
from services.disclosure.copy import DAYS, FIELDS, as_copy, changes_of
from services.frame import Frame
from services.models.disclosure import Publication
from services.models.public import PublicCase, PublicEntry, PublicPicture
from workflows.disclosure import PublicationKind

# What stays of a case that was taken down: that there was one, when, and nothing it said.
KEPT_AFTER_TAKEDOWN = ("exposure", "sector", "division_code", "listing_body_name", "listed_on")


def publish(frame: Frame, publication: Publication) -> None:
    """Put the frozen copy before the public, and a line into the log that everybody reads."""
    case_id, kind = publication.case_id, PublicationKind(publication.kind)
    if case_id is None:
        publish_bulletin(frame, publication)
        return
    shown = find_public_case(frame, case_id)
    before = as_copy(shown)
    copy: dict[str, Any] = publication.content["copy"]
    if shown is None:
        shown = PublicCase(case_id=case_id, published_at=frame.now)
        frame.session.add(shown)
    if kind is PublicationKind.TAKEDOWN:
        _take_down(frame, shown)
    else:
        _show(frame, shown, copy)
    frame.session.flush()
    frame.session.add(
        PublicEntry(
            public_case_id=shown.id,
            publication_id=publication.id,
            kind=kind.value,
            reason=publication.content["reason"],
            basis=publication.content["basis"],
            fields=[change.field for change in changes_of(before, copy)] if before else [],
            at=frame.now,
        )
    )
    for picture in publication.content["pictures"]:
        frame.session.add(
            PublicPicture(
                public_case_id=shown.id,
                publication_id=publication.id,
                token=secrets.token_urlsafe(32),
                **picture,
            )
        )
    frame.session.flush()


def find_public_case(frame: Frame, case_id: int) -> PublicCase | None:
    """What the public reads of this case, or nothing yet."""
    return frame.session.scalars(
        sa.select(PublicCase).where(PublicCase.case_id == case_id)
    ).one_or_none()


def _show(frame: Frame, shown: PublicCase, copy: dict[str, Any]) -> None:
    for name in FIELDS:
        value = copy.get(name)
        setattr(shown, name, date.fromisoformat(value) if name in DAYS and value else value)
    shown.changed_at, shown.taken_down_at = frame.now, None


def _take_down(frame: Frame, shown: PublicCase) -> None:
    """Empty the row and end the addresses of its pictures."""
    for name in FIELDS:
        if name not in KEPT_AFTER_TAKEDOWN:
            setattr(shown, name, None)
    shown.changed_at = shown.taken_down_at = frame.now
    frame.session.execute(
        sa.update(PublicPicture)
        .where(PublicPicture.public_case_id == shown.id, PublicPicture.revoked_at.is_(None))
        .values(revoked_at=frame.now)
    )
