"""The form of a substitute's authority."""

from collections.abc import Iterable, Mapping

from wtforms import HiddenField

from services.succession.substitutions import ProposeSubstitution
from services.uploads import AcceptedUpload
from web.forms.base import PageForm
from web.forms.fields import choice, day, files, line, one_of, several
from web.labels import BLANK_CHOICES, ENUMS, label_of
from workflows.substitution import AbsenceReason
from workflows.vocabulary import Action


class SubstitutionForm(PageForm):
    """The post is chosen on the page before; who may stand in follows from it."""

    nonce = HiddenField()
    substitute_id = choice({}, BLANK_CHOICES["substitute_id"], required=True)
    from_on = day(required=True)
    to_on = day(required=True)
    reason = one_of(ENUMS[AbsenceReason], required=True)
    note = line()
    excluded = several({})
    authority = files(required=True)

    def offer(self, substitutes: Mapping[int, str], actions: Iterable[Action]) -> None:
        """Who may stand in, and what the authority may leave out."""
        names = {str(number): name for number, name in substitutes.items()}
        self.substitute_id.choices = {"": BLANK_CHOICES["substitute_id"], **names}
        self.excluded.choices = {action.value: label_of(action) for action in actions}

    def validate(self, extra_validators: object = None) -> bool:
        """A reason that no word of the list says is said in words."""
        valid = super().validate()
        if self.reason.data == AbsenceReason.OTHER and not self.note.data:
            self.add_problems({"note": "required"})
            return False
        return valid

    def command(self, post_id: int, authority: AcceptedUpload) -> ProposeSubstitution:
        """What was filled in."""
        return ProposeSubstitution(
            nonce=self.nonce.data or "",
            post_id=post_id,
            substitute_id=int(self.substitute_id.data),
            from_on=self.from_on.data,
            to_on=self.to_on.data,
            reason=AbsenceReason(self.reason.data),
            note=self.note.data or "",
            excluded=tuple(Action(name) for name in self.excluded.data or ()),
            authority=authority,
        )
