"""Who signs the pages of an issued document, and the signing of them.

A leader decides on pages that are frozen, and is identified then and there; number and date are
given in the same transaction. The pages as issued are made afterwards, and the worker puts into
them, in order, a signature for each leader who decided, and the organ's seal. Nothing is signed
that nobody has decided on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from services.clock import local_date
from services.database import lock_until_commit, reading, transaction
from services.documents.catalog import CATALOG, LISTING_BATCH, PrintedForm
from services.models.case import Act
from services.models.document import Document, ListingBatch
from services.models.organisation import Organisation, Post
from services.models.signature import SigningAuthority
from services.queries.taking_back import not_taken_back
from services.reference.tables import read_toml
from services.signatures.authority import Authority, Holder, make_root
from services.signatures.pades import SEAL_ANCHOR, Signing, Stamp, sign_pages, time_stamper
from workflows.vocabulary import Action, DocumentKind

FILE = Path(__file__).parent / "reference" / "signing.toml"
SEAL_TEMPLATE = "seal/seal.html"
# The templates keep room for a seal of this diameter.
SEAL_MILLIMETRES = 42.0
# Besides whoever signs last: leaders whose agreement stands before it.
_BEFORE: Mapping[DocumentKind, Action] = {
    DocumentKind.LISTING_NOTICE: Action.COUNTERSIGN_LISTING,
}
_AUTHORITY = "signing authority"


@dataclass(frozen=True)
class Words:
    """What signatures say, in the language of the documents."""

    authority: str
    substitute: str
    seal: str
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class Signatory:
    """One signature in the pages: whose, and what for.

    `act_id`, the record of the decision, is blank for the seal.
    """

    name: str
    organisation: str
    unit: str
    reason: str
    act_id: str = ""

    @property
    def is_seal(self) -> bool:
        """The organ's, not a person's."""
        return not self.act_id


@cache
def words() -> Words:
    """Read the words of signatures."""
    table = read_toml(FILE)
    reasons = table.table("reasons")
    return Words(
        table.text("authority"),
        table.text("substitute"),
        table.text("seal"),
        {name: reasons.text(name) for name in ("countersign", "sign", "seal")},
    )


@dataclass(frozen=True)
class InstallationSigner:
    """Signs with certificates of the installation's own authority.

    `render` draws the seal; `seals` may hold drawn ones, one page each, named after the organ.
    """

    engine: Engine
    seed: bytes
    render: Callable[[str, Mapping[str, Any]], bytes]
    seals: Path | None = None
    time_stamp_address: str = ""

    def sign(self, pages: bytes, signatories: Sequence[Signatory], now: datetime) -> bytes:
        """The pages with every signature; the same pages where nobody is to sign."""
        if not signatories:
            return pages
        authority = Authority(self._root(now), self.seed)
        signings = [
            Signing(
                authority.certify(Holder(one.name, one.organisation, one.unit)),
                one.reason,
                self._seal_of(one.organisation, now) if one.is_seal else None,
            )
            for one in signatories
        ]
        stamper = time_stamper(self.time_stamp_address)
        return sign_pages(pages, signings, authority.certificate, stamper)

    def _root(self, now: datetime) -> bytes:
        with reading(self.engine) as session:
            root = find_root(session)
        if root is not None:
            return root
        with transaction(self.engine) as session:
            lock_until_commit(session, _AUTHORITY)
            root = find_root(session)
            if root is None:
                root = make_root(self.seed, words().authority, now)
                session.add(SigningAuthority(certificate=root, made_at=now))
        return root

    def _seal_of(self, organ: str, now: datetime) -> Stamp:
        drawn = self.seals / f"{organ}.pdf" if self.seals else None
        if drawn is not None and "/" not in organ and drawn.is_file():
            page = drawn.read_bytes()
        else:
            on = local_date(now).isoformat()
            page = self.render(SEAL_TEMPLATE, {"organ": organ, "drafted_on": on})
        return Stamp(page, SEAL_ANCHOR, SEAL_MILLIMETRES)


def find_root(session: Session) -> bytes | None:
    """The certificate of the authority; None while nothing has been signed."""
    return session.scalars(
        sa.select(SigningAuthority.certificate).order_by(SigningAuthority.id).limit(1)
    ).first()


def signatories_of(session: Session, document: Document) -> tuple[Signatory, ...]:
    """Who signs the issued pages, in order: the leaders who decided, then the organ.

    Nobody, where nobody of the organ decided: what answers a report by itself bears no seal.
    """
    form = CATALOG[DocumentKind(document.kind)]
    if not form.has_signatory and not _is_of_the_organ(session, document):
        return ()
    acts = _deciding_acts(session, document, form)
    return (*_people(acts), seal_of(document.organ))


def signatories_deciding(
    name: str, principal: str, post: Post, record: str
) -> tuple[Signatory, ...]:
    """Who signs what one person decided beside a case: the person, then the organ of the post.

    `record`: the record of the decision.
    """
    person = _person(name, principal, post, words().reasons["sign"], record)
    return (person, seal_of(post.organisation))


def signatories_of_batch(session: Session, batch: ListingBatch) -> tuple[Signatory, ...]:
    """Who signs a notice for several cases: everybody who decided on one of them, once."""
    documents = session.scalars(
        sa.select(Document)
        .where(Document.batch_id == batch.id, Document.signed_by_act_id.is_not(None))
        .order_by(Document.id)
    ).all()
    acts = [act for row in documents for act in _deciding_acts(session, row, LISTING_BATCH)]
    organ = session.get_one(Organisation, batch.organ_id)
    people = {(one.name, one.reason): one for one in _people(acts)}
    order = list(words().reasons.values())
    return (*sorted(people.values(), key=lambda one: order.index(one.reason)), seal_of(organ))


def as_rows(signatories: Sequence[Signatory]) -> list[dict[str, str]]:
    """As it is kept with the document."""
    return [asdict(one) for one in signatories]


def _is_of_the_organ(session: Session, document: Document) -> bool:
    act = session.get(Act, document.signed_by_act_id) if document.signed_by_act_id else None
    return act is not None and act.post.organisation_id == document.organ_id


def _deciding_acts(session: Session, document: Document, form: PrintedForm) -> list[Act]:
    if not form.has_signatory or document.signed_by_act_id is None:
        return []
    last = session.get_one(Act, document.signed_by_act_id)
    before = _BEFORE.get(DocumentKind(document.kind))
    if before is None:
        return [last]
    earlier = session.scalars(
        sa.select(Act)
        .where(
            Act.case_id == document.case_id,
            Act.action == before.value,
            Act.id < last.id,
            not_taken_back(),
        )
        .order_by(Act.id.desc())
        .limit(1)
    ).all()
    return [*earlier, last]


def _people(acts: Sequence[Act]) -> list[Signatory]:
    reasons = words().reasons
    return [
        _person(
            act.person.name,
            act.post.person.name if act.substitution_id else "",
            act.post,
            reasons["countersign" if act.action in _BEFORE.values() else "sign"],
            str(act.id),
        )
        for act in acts
    ]


def _person(name: str, principal: str, post: Post, reason: str, record: str) -> Signatory:
    said = words().substitute.format(name=name, principal=principal) if principal else name
    return Signatory(said, post.organisation.name, post.title, reason, record)


def seal_of(organ: Organisation) -> Signatory:
    """The seal of an organ, without a person."""
    return Signatory(organ.name, organ.name, words().seal, words().reasons["seal"])
