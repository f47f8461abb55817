"""The forms of a publication: what is prepared, and how each step decides."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField

from services.disclosure.copy import ChosenPicture, TypedCopy
from web.forms.fields import line, paragraph, several
from web.forms.registration import ServiceForm
from web.labels.disclosure import SECRECY_CHECKS

TITLE, PLACE, BASIS = 200, 200, 300
TEXT, REASON = 2000, 500


class DisclosureCopyForm(ServiceForm):
    """What the officer types; which fields are asked for depends on what is published."""

    shown = HiddenField()
    title = line(TITLE)
    place = line(PLACE)
    summary = paragraph(TEXT)
    progress = paragraph(TEXT)
    result = paragraph(TEXT)
    reason = paragraph(REASON)
    basis = line(BASIS)
    pictures = several({})
    opinion = paragraph(REASON)

    def offer(self, captions: Mapping[int, str]) -> None:
        """The pictures to choose from, with the words that would stand below each."""
        self.pictures.choices = {str(number): caption for number, caption in captions.items()}

    def typed(self) -> TypedCopy:
        """What was typed and chosen."""
        captions: Mapping[str, Any] = self.pictures.choices
        return TypedCopy(
            **{
                name: self[name].data or ""
                for name in ("title", "place", "summary", "progress", "result", "reason", "basis")
            },
            pictures=tuple(
                ChosenPicture(int(number), captions[number])
                for number in self.pictures.data or ()
                if number in captions
            ),
        )


class BulletinForm(ServiceForm):
    """What the officer adds to a bulletin; the rest is made from what was published."""

    shown = HiddenField()
    introduction = paragraph(TEXT)
    opinion = paragraph(REASON)


class SecrecyForm(ServiceForm):
    """The review for secrecy, point by point."""

    shown = HiddenField()
    checked = several(SECRECY_CHECKS)
    opinion = paragraph(REASON)


class ApprovalForm(ServiceForm):
    """The approval."""

    shown = HiddenField()
    opinion = paragraph(REASON)
