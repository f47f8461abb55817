"""The forms of the register of bans: an entry, a step about one, a comparison."""

from services.bans.comparisons import MOST as MOST_COMPARED
from services.bans.comparisons import Compare
from services.bans.register import MOST, MOST_REASON, EnterBan
from services.reference.sectors import sectors
from services.uploads import AcceptedUpload
from web.forms.base import form_number
from web.forms.fields import choice, day, files, line, one_of, paragraph
from web.forms.registration import ServiceForm
from web.labels import label_of
from workflows.bans import BanGround, BanKind, Likeness, SubjectKind

_NUMBER = 40


class BanForm(ServiceForm):
    """What the deciding document says; who it is about, as far as it is known."""

    nonce = form_number()
    name = line(MOST["name"], required=True)
    identity_number = line(_NUMBER)
    kind = one_of({kind.value: label_of(kind) for kind in BanKind}, required=True)
    sector = choice({key: row.name for key, row in sectors().items()}, "不填（五年限制）")
    ground = one_of({ground.value: label_of(ground) for ground in BanGround}, required=True)
    counted_from = day(required=True)
    organ = line(MOST["organ"], required=True)
    document_number = line(MOST["document_number"], required=True)
    document_on = day(required=True)
    scan = files()
    note = paragraph(MOST["note"])

    def command(self, scan: AcceptedUpload | None) -> EnterBan:
        """For the service."""
        return EnterBan(
            nonce=self.nonce.data or "",
            name=self.name.data or "",
            kind=BanKind(self.kind.data),
            ground=BanGround(self.ground.data),
            counted_from=self.counted_from.data,
            sector=self.sector.data or "",
            organ=self.organ.data or "",
            document_number=self.document_number.data or "",
            document_on=self.document_on.data,
            note=self.note.data or "",
            identity_number=self.identity_number.data or "",
            scan=scan,
        )


class BanStepForm(ServiceForm):
    """Why; needed for whatever is refused or revoked."""

    reason = paragraph(MOST_REASON)


class CompareForm(ServiceForm):
    """By what somebody was compared with an entry; the button says what came of it."""

    compared = paragraph(MOST_COMPARED)
    identity_number = line(_NUMBER)

    def command(
        self, subject: SubjectKind, subject_id: int, ban_id: int, likeness: Likeness
    ) -> Compare:
        """For the service."""
        return Compare(
            subject=subject,
            subject_id=subject_id,
            ban_id=ban_id,
            likeness=likeness,
            compared=self.compared.data or "",
            identity_number=self.identity_number.data or "",
        )
