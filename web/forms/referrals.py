"""Forms about referrals: what is proposed, what each side decides, a receiver's note."""

from collections.abc import Mapping, Sequence

from services.queries.referrals import CaseOfReferral, ReceiverRow
from services.reference.referral_grounds import referral_grounds
from services.referral.acts import (
    LONGEST_NAME,
    LONGEST_POST,
    AcknowledgeReferral,
    DecideReferral,
    DeliverReferral,
    ProposeReferral,
    Subject,
)
from services.referral.reading import MOST_NOTE
from services.referral.step import ReferralCommand
from web.forms.base import NumberedForm
from web.forms.fields import choice, day, line, paragraph
from web.labels import ADMINISTRATION_BLANKS, label_of
from workflows.referral import CadreLevel, ReferralAction, ReferralOutcome, Route

CHOOSE = ADMINISTRATION_BLANKS["choose"]
NUMBER = 40


def _receivers(rows: Sequence[ReceiverRow]) -> Mapping[str, str]:
    return {"": CHOOSE, **{row.key: f"{row.name}（{label_of(row.kind)}）" for row in rows}}


class SubjectForm(NumberedForm):
    """Who is referred to whom, and why."""

    ground = choice({}, CHOOSE)
    receiver = choice({}, CHOOSE)
    about_name = line(LONGEST_NAME)
    about_post = line(LONGEST_POST)
    cadre_level = choice({each.value: label_of(each) for each in CadreLevel}, CHOOSE)
    facts = paragraph()
    measures = paragraph()

    def offer(self, receivers: Sequence[ReceiverRow]) -> None:
        """The grounds, and the organs that a referral may go to."""
        grounds = referral_grounds().grounds.values()
        self.ground.choices = {"": CHOOSE, **{each.key: each.name for each in grounds}}
        self.receiver.choices = _receivers(receivers)

    def subject(self) -> dict[str, str]:
        """What was typed."""
        names = ("ground", "receiver", "about_name", "about_post", "cadre_level")
        return {name: self[name].data or "" for name in (*names, "facts", "measures")}


class ProposalForm(SubjectForm):
    """A proposal upon one case."""

    case_number = line(NUMBER, required=True)
    about_organisation_id = choice({}, CHOOSE)

    def offer_case(self, case: CaseOfReferral) -> None:
        """The organisations that have to do with the case."""
        named = {str(number): name for number, name in case.organisations}
        self.about_organisation_id.choices = {"": CHOOSE, **named}

    def command(self) -> ProposeReferral:
        """What is proposed."""
        chosen = self.about_organisation_id.data
        return ProposeReferral(
            **self.subject(),
            case_number=self.case_number.data or "",
            about_organisation_id=int(chosen) if chosen else None,
            nonce=self.nonce.data or "",
        )


class ReferralStepForm(SubjectForm):
    """The fields of all steps; a page shows those of its step."""

    opinion = paragraph()
    route = choice({each.value: label_of(each) for each in Route}, CHOOSE)
    carrier = line(LONGEST_NAME)
    delivered_on = day()
    receipt_place = line()
    passed_to = choice({}, CHOOSE)
    paper_on = day()
    paper_place = line()

    def offer(self, receivers: Sequence[ReceiverRow]) -> None:
        """Also the organs that it may be passed on to."""
        super().offer(receivers)
        self.passed_to.choices = _receivers(receivers)

    def stand_for(self, step: ReferralAction) -> None:
        """Several steps stand on one page: each field gets an id of its own there."""
        for field in self:
            field.id = f"{step}-{field.name}"

    def command(
        self, action: ReferralAction, referral_id: int, task_id: str, outcome: ReferralOutcome
    ) -> ReferralCommand:
        """What was decided, with the fields of the step."""
        of_all = {
            "referral_id": referral_id,
            "task_id": task_id,
            "outcome": outcome,
            "opinion": self.opinion.data or "",
            "paper_on": self.paper_on.data,
            "paper_place": self.paper_place.data or "",
        }
        match action:
            case ReferralAction.DECIDE_REFERRAL:
                return DecideReferral(**of_all, subject=Subject(**self.subject()))
            case ReferralAction.DELIVER_REFERRAL:
                return DeliverReferral(
                    **of_all,
                    route=self.route.data or "",
                    carrier=self.carrier.data or "",
                    delivered_on=self.delivered_on.data,
                    receipt_place=self.receipt_place.data or "",
                )
            case ReferralAction.ACKNOWLEDGE_REFERRAL:
                return AcknowledgeReferral(**of_all, passed_to=self.passed_to.data or "")
            case _:
                return ReferralCommand(**of_all)


class NoteForm(NumberedForm):
    """A receiver's own note."""

    text = paragraph(MOST_NOTE, required=True)
