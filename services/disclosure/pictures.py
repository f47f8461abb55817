"""Pictures for the public: drawn anew and smaller, without a name and without metadata."""

import io

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from services.disclosure.copy import ChosenPicture
from services.errors import InvalidCommandError
from services.files import FileStore
from services.models.case import Attachment

MOST_PICTURES = 6
LONGEST_SIDE = 1600
JPEG_QUALITY = 80
MEDIA_TYPE = "image/jpeg"


def draw_anew(
    session: Session, files: FileStore, case_id: int, chosen: tuple[ChosenPicture, ...]
) -> list[dict[str, str]]:
    """Store a public copy of each chosen picture; InvalidCommandError for one that is none."""
    if len(chosen) > MOST_PICTURES:
        raise InvalidCommandError({"pictures": f"too_many_pictures:{MOST_PICTURES}"})
    return [_drawn(session, files, case_id, one) for one in chosen]


def _drawn(
    session: Session, files: FileStore, case_id: int, chosen: ChosenPicture
) -> dict[str, str]:
    sha256 = session.scalar(
        sa.select(Attachment.sha256).where(
            Attachment.id == chosen.attachment_id,
            Attachment.case_id == case_id,
            Attachment.media_type.startswith("image/"),
        )
    )
    if sha256 is None:
        raise InvalidCommandError({"pictures": "choice"})
    try:
        with Image.open(io.BytesIO(files.read(sha256)), formats=("JPEG", "PNG")) as image:
            small = image.convert("RGB")
    except OSError as error:
        raise InvalidCommandError({"pictures": "choice"}) from error
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    small.info.clear()
    target = io.BytesIO()
    small.save(target, "JPEG", quality=JPEG_QUALITY)
    stored = files.put(target.getvalue(), MEDIA_TYPE)
    return {"sha256": stored.sha256, "media_type": MEDIA_TYPE, "caption": chosen.caption.strip()}
