"""Forms about tips: what anybody sends, what offices decide, what custodians open."""

from collections.abc import Mapping
from pathlib import PurePath

from wtforms import HiddenField, MultipleFileField, PasswordField
from wtforms.validators import InputRequired

from services.reference.divisions import divisions
from services.reference.profile import RewardGrade
from services.tips.acts import (
    AnswerInformant,
    OpenTipCase,
    PayReward,
    ProposeReward,
    ReassignTip,
    RegisterTip,
)
from services.tips.identity import AskIdentity
from services.tips.receiving import MOST_PICTURES, Picture, SentTip, Subject
from services.tips.step import TipCommand
from services.uploads import Upload, UploadRefusedError, accept_upload
from web.forms.base import NumberedForm, PageForm, chosen_files
from web.forms.fields import choice, flag, line, one_of, paragraph, several
from web.labels import ADMINISTRATION_BLANKS, error_sentence, label_of
from workflows.tips import IdentityGround, TipAction, TipChannel, TipOutcome

CHOOSE = ADMINISTRATION_BLANKS["choose"]
PICTURES = (".jpg", ".jpeg", ".png")
PLACE, NAME, PHONE, WHAT, CODE = 300, 60, 40, 4000, 40


class ReportForm(NumberedForm):
    """What anybody may report. The pictures come first; a name is never needed to begin."""

    # A plain field: what an informant chose is kept on no disk, not even until the form is right.
    pictures = MultipleFileField()
    subject = one_of({each.value: label_of(each) for each in Subject}, required=True)
    about_organ_id = choice({}, CHOOSE)
    division_code = choice(
        {code: row.name for code, row in divisions().items()}, CHOOSE, required=True
    )
    place = line(PLACE, required=True)
    party = line()
    what = paragraph(WHAT, required=True)
    contact_name = line(NAME)
    contact_phone = line(PHONE)
    confirmed = flag()

    def offer(self, organs: Mapping[int, str]) -> None:
        """The organs that a tip may be about."""
        named = {str(number): name for number, name in organs.items()}
        self.about_organ_id.choices = {"": CHOOSE, **named}

    def accept_pictures(self, limit_bytes: int) -> tuple[Picture, ...] | None:
        """Each drawn anew, without its name and its metadata; None when one is refused."""
        accepted: list[Picture] = []
        chosen = chosen_files(self.pictures)
        if len(chosen) > MOST_PICTURES:
            self.add_problems({"pictures": f"too_many_files:{MOST_PICTURES}"})
            return None
        for item in chosen:
            suffix = PurePath(item.filename).suffix.lower()
            if suffix not in PICTURES:
                self.add_problems({"pictures": "picture_only"})
                continue
            try:
                upload = Upload(f"photo{suffix}", item.stream.read(limit_bytes + 1))
                drawn = accept_upload(upload, limit_bytes=limit_bytes)
                accepted.append(Picture(drawn.media_type, drawn.data))
            except UploadRefusedError as refusal:
                self.add_problems({"pictures": error_sentence(refusal.code, refusal.detail)})
        return None if self.pictures.errors else tuple(accepted)

    def tip(self, pictures: tuple[Picture, ...], enterprise_id: int | None) -> SentTip:
        """What was typed."""
        organ = self.about_organ_id.data if "about_organ_id" in self else ""
        return SentTip(
            channel=TipChannel.PUBLIC if enterprise_id is None else TipChannel.EMPLOYEE,
            subject=Subject(self.subject.data),
            what=self.what.data or "",
            place=self.place.data or "",
            division_code=self.division_code.data or "",
            party=self.party.data or "",
            contact_name=self.contact_name.data or "",
            contact_phone=self.contact_phone.data or "",
            enterprise_id=enterprise_id,
            about_organ_id=int(organ) if organ else None,
            pictures=pictures,
        )


class CodeForm(PageForm):
    """The receipt."""

    code = line(CODE, required=True)


class MessageForm(NumberedForm):
    """A message, to or from somebody unknown."""

    text = paragraph(WHAT, required=True)
    code = HiddenField()


class TipStepForm(NumberedForm):
    """The fields of all steps; a page shows those of its step."""

    opinion = paragraph()
    answer = paragraph()
    intake_number = line(CODE)
    grade = choice({}, CHOOSE)
    payment_code = line(CODE)
    ground = choice({each.value: label_of(each) for each in IdentityGround}, CHOOSE)

    def offer(self, grades: tuple[RewardGrade, ...]) -> None:
        """The grades of the jurisdiction."""
        named = {grade.key: f"{grade.name}（{grade.amount} 元）" for grade in grades}
        self.grade.choices = {"": CHOOSE, **named}

    def command(
        self, action: TipAction, tip_id: int, task_id: str, outcome: TipOutcome
    ) -> TipCommand:
        """What was decided, with the fields of the step."""
        opinion = self.opinion.data or ""
        match action:
            case TipAction.OPEN_TIP_CASE:
                return OpenTipCase(
                    tip_id=tip_id,
                    task_id=task_id,
                    outcome=outcome,
                    opinion=opinion,
                    intake_number=self.intake_number.data or "",
                )
            case TipAction.ANSWER_INFORMANT:
                return AnswerInformant(
                    tip_id=tip_id, task_id=task_id, outcome=outcome, answer=self.answer.data or ""
                )
            case TipAction.PROPOSE_REWARD:
                return ProposeReward(
                    tip_id=tip_id,
                    task_id=task_id,
                    outcome=outcome,
                    opinion=opinion,
                    grade=self.grade.data or "",
                )
            case TipAction.PAY_REWARD:
                return PayReward(
                    tip_id=tip_id,
                    task_id=task_id,
                    outcome=outcome,
                    opinion=opinion,
                    payment_code=self.payment_code.data or "",
                )
            case TipAction.REQUEST_IDENTITY:
                chosen = self.ground.data
                return AskIdentity(
                    tip_id=tip_id,
                    task_id=task_id,
                    outcome=outcome,
                    opinion=opinion,
                    ground=IdentityGround(chosen) if chosen else None,
                )
            case _:
                return TipCommand(tip_id=tip_id, task_id=task_id, outcome=outcome, opinion=opinion)


class RegisterTipForm(NumberedForm):
    """The edited copy, and to whom it goes."""

    title = line(80)
    place = line(PLACE)
    text = paragraph()
    handler_id = choice({}, CHOOSE)
    picture_ids = several({})
    answer = paragraph()
    confirmed = flag()

    def offer(self, handlers: Mapping[int, str], pictures: Mapping[int, str]) -> None:
        """The organs and the pictures to choose from."""
        self.handler_id.choices = {"": CHOOSE, **{str(key): name for key, name in handlers.items()}}
        self.picture_ids.choices = {str(key): name for key, name in pictures.items()}

    def command(self, tip_id: int, outcome: TipOutcome) -> RegisterTip:
        """What the custodian decided."""
        return RegisterTip(
            tip_id=tip_id,
            outcome=outcome,
            title=self.title.data or "",
            place=self.place.data or "",
            text=self.text.data or "",
            handler_id=int(self.handler_id.data) if self.handler_id.data else None,
            picture_ids=tuple(int(number) for number in self.picture_ids.data or ()),
            answer=self.answer.data or "",
        )


class ReassignForm(NumberedForm):
    """To which other office a tip goes."""

    handler_id = choice({}, CHOOSE)
    opinion = paragraph()

    def offer(self, handlers: Mapping[int, str]) -> None:
        """The offices to choose from."""
        self.handler_id.choices = {"": CHOOSE, **{str(key): name for key, name in handlers.items()}}

    def command(self, tip_id: int, task_id: str) -> ReassignTip:
        """What the custodian decided."""
        return ReassignTip(
            tip_id=tip_id,
            task_id=task_id,
            outcome=TipOutcome.REASSIGNED,
            opinion=self.opinion.data or "",
            handler_id=int(self.handler_id.data) if self.handler_id.data else None,
        )


class PhraseForm(PageForm):
    """A phrase to open with."""

    phrase = PasswordField(validators=[InputRequired("required")])


class NewPhraseForm(PhraseForm):
    """A phrase, twice."""

    phrase_again = PasswordField(validators=[InputRequired("required")])

    def validate(self, extra_validators: object = None) -> bool:
        """Both are the same."""
        valid = super().validate()
        if valid and self.phrase_again.data != self._new():
            self.add_problems({"phrase_again": "phrases_differ"})
            return False
        return valid

    def _new(self) -> str:
        return self.phrase.data or ""


class ChangePhraseForm(NewPhraseForm):
    """The old phrase or the recovery code, and a new phrase twice."""

    phrase_new = PasswordField(validators=[InputRequired("required")])

    def _new(self) -> str:
        return self.phrase_new.data or ""


class IdentityForm(PageForm):
    """The code under which an identity lies for its asker."""

    identity_code = line(CODE, required=True)


class PassOnForm(PageForm):
    """The edited copy of an informant's message; empty where it tells nothing for the handlers."""

    text = paragraph()
