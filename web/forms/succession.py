"""The forms of deeds about people and organisations."""

from collections.abc import Iterable, Mapping

from services.succession.departures import PrepareDeparture
from services.succession.dissolutions import PrepareDissolution
from services.succession.substitutions import ProposeSubstitution
from services.uploads import AcceptedUpload
from web.forms.base import PageForm, form_number
from web.forms.fields import choice, day, files, line, one_of, several
from web.labels import BLANK_CHOICES, ENUMS, label_of
from workflows.substitution import AbsenceReason
from workflows.vocabulary import Action


class SubstitutionForm(PageForm):
    """The post is chosen on the page before; who may stand in follows from it."""

    nonce = form_number()
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


class DepartureForm(PageForm):
    """The last day; who takes over is asked for each post."""

    nonce = form_number()
    last_on = day(required=True)
    note = line()

    @classmethod
    def for_posts(cls, successors: Mapping[int, Mapping[int, str]]) -> type["DepartureForm"]:
        """With one choice for each post: people who may get an equal one, or the others there."""
        choices = {
            successor_field(post_id): choice(
                {str(number): name for number, name in people.items()},
                BLANK_CHOICES["successor_post"],
            )
            for post_id, people in successors.items()
        }
        return type("DepartureFormOfOne", (cls,), choices)

    def command(self, person_id: int, post_ids: Iterable[int]) -> PrepareDeparture:
        """What was filled in."""
        chosen = {post_id: self[successor_field(post_id)].data for post_id in post_ids}
        return PrepareDeparture(
            nonce=self.nonce.data or "",
            person_id=person_id,
            last_on=self.last_on.data,
            note=self.note.data or "",
            successors={
                post_id: int(number) if number else None for post_id, number in chosen.items()
            },
        )


def successor_field(post_id: int) -> str:
    """The field that asks who takes over a post; the deed names it so, too."""
    return f"successor_{post_id}"


class DissolutionForm(PageForm):
    """Who succeeds, by which document, and which posts go on."""

    nonce = form_number()
    successor_id = choice({}, BLANK_CHOICES["successor_id"], required=True)
    dissolved_on = day(required=True)
    document_number = line(100, required=True)
    document = files(required=True)
    post_ids = several({})

    @classmethod
    def begun(cls, post_ids: Iterable[int]) -> "DissolutionForm":
        """Empty, but every post goes on unless it is left out."""
        return cls(post_ids=[str(number) for number in post_ids])

    def offer(self, successors: Mapping[int, str], posts: Mapping[int, str]) -> None:
        """Organisations of the same kind, and the posts that end."""
        names = {str(number): name for number, name in successors.items()}
        self.successor_id.choices = {"": BLANK_CHOICES["successor_id"], **names}
        self.post_ids.choices = {str(number): name for number, name in posts.items()}

    def command(self, organisation_id: int, document: AcceptedUpload) -> PrepareDissolution:
        """What was filled in."""
        return PrepareDissolution(
            nonce=self.nonce.data or "",
            organisation_id=organisation_id,
            successor_id=int(self.successor_id.data),
            dissolved_on=self.dissolved_on.data,
            document_number=self.document_number.data or "",
            document=document,
            post_ids=tuple(int(number) for number in self.post_ids.data or ()),
        )
