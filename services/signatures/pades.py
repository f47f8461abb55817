"""PAdES signatures in PDF pages, written and read. The one module that knows pyHanko."""

import io
import logging
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pikepdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.signatures.authority import Credential

T = TypeVar("T")
SEAL_ANCHOR = "seal"
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # a verdict is an answer, not an event
POINTS_PER_MM = 72 / 25.4
# Hexadecimal digits: two certificates with the longest names take 7,000; a time stamp twice that.
RESERVED, RESERVED_WITH_TIME = 8192, 24576
_WHOLE_BOX = SimpleBoxLayoutRule(
    x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID, margins=Margins(0, 0, 0, 0)
)


@dataclass(frozen=True)
class Stamp:
    """What is seen of a signature: a page (PDF) put over the anchor, so many millimetres wide."""

    page: bytes
    anchor: str
    millimetres: float


@dataclass(frozen=True)
class Signing:
    """One signature to be made. Without a stamp nothing of it is seen on the page."""

    credential: Credential
    reason: str
    stamp: Stamp | None = None


@dataclass(frozen=True)
class SignatureFound:
    """A signature as it stands in the pages.

    `intact`: the signed bytes are unchanged. `trusted`: certified by the authority that was asked
    for. `whole`: nothing but further signatures was added afterwards.
    """

    name: str
    organisation: str
    reason: str
    at: datetime | None
    intact: bool
    trusted: bool
    whole: bool


def time_stamper(url: str) -> TimeStamper | None:
    """Who says when a signature was made (RFC 3161); nobody where no address is given."""
    return HTTPTimeStamper(url) if url else None


def sign_pages(
    pdf: bytes,
    signings: Sequence[Signing],
    root: bytes,
    timestamper: TimeStamper | None = None,
) -> bytes:
    """The pages with all signatures, in order. The first one closes the pages to any change.

    All fields are made before the first signature: a field that comes later counts as tampering.
    """
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register(asn1_x509.Certificate.load(root))
    return _in_a_thread(lambda: _sign_in_order(pdf, signings, store, timestamper))


def _sign_in_order(
    pdf: bytes,
    signings: Sequence[Signing],
    store: SimpleCertificateStore,
    timestamper: TimeStamper | None,
) -> bytes:
    signed = _with_fields(pdf, signings)
    for number, signing in enumerate(signings):
        credential = signing.credential
        signer = signers.SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(
                credential.certificate.public_bytes(serialization.Encoding.DER)
            ),
            signing_key=_asn1_key(credential),
            cert_registry=store,
        )
        meta = signers.PdfSignatureMetadata(
            field_name=_field_name(number),
            name=credential.holder.name,
            location=credential.holder.organisation,
            reason=signing.reason,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
            certify=number == 0,
            docmdp_permissions=fields.MDPPerm.FILL_FORMS,
        )
        signed = _sign_one(signed, meta, signer, signing.stamp, timestamper)
    return signed


def find_signatures(pdf: bytes, root: bytes) -> list[SignatureFound]:
    """The signatures in the pages, in their order, judged by this authority alone."""
    return _in_a_thread(lambda: _judge(pdf, root))


def _judge(pdf: bytes, root: bytes) -> list[SignatureFound]:
    reader = PdfFileReader(io.BytesIO(pdf))
    trust = [asn1_x509.Certificate.load(root)]
    found = []
    for embedded in reader.embedded_regular_signatures:
        context = ValidationContext(trust_roots=trust, allow_fetching=False)
        status = validate_pdf_signature(embedded, context, context)
        said = embedded.sig_object
        found.append(
            SignatureFound(
                name=str(said.get("/Name", "")),
                organisation=str(said.get("/Location", "")),
                reason=str(said.get("/Reason", "")),
                at=embedded.self_reported_timestamp,
                intact=bool(status.intact and status.valid),
                trusted=bool(status.trusted),
                whole=bool(status.docmdp_ok),
            )
        )
    return found


def _in_a_thread(work: Callable[[], T]) -> T:
    """PyHanko begins an event loop, which it cannot where the caller already runs one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(work).result()


def _with_fields(pdf: bytes, signings: Sequence[Signing]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    anchors = _anchors(pdf)
    for number, signing in enumerate(signings):
        page, box = 0, None
        if signing.stamp is not None and signing.stamp.anchor in anchors:
            page, x, y = anchors[signing.stamp.anchor]
            half = signing.stamp.millimetres * POINTS_PER_MM / 2
            box = (round(x - half), round(y - half), round(x + half), round(y + half))
        spec = fields.SigFieldSpec(_field_name(number), on_page=page, box=box)
        fields.append_signature_field(writer, spec)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _sign_one(
    pdf: bytes,
    meta: signers.PdfSignatureMetadata,
    signer: signers.SimpleSigner,
    stamp: Stamp | None,
    timestamper: TimeStamper | None,
) -> bytes:
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    with tempfile.TemporaryDirectory() as folder:
        style = None
        if stamp is not None:
            page = Path(folder) / "stamp.pdf"
            page.write_bytes(stamp.page)
            style = StaticStampStyle(
                border_width=0,
                background=ImportedPdfPage(str(page)),  # type: ignore[no-untyped-call]
                background_layout=_WHOLE_BOX,
            )
        pdf_signer = signers.PdfSigner(meta, signer, timestamper=timestamper, stamp_style=style)
        reserved = RESERVED if timestamper is None else RESERVED_WITH_TIME
        pdf_signer.sign_pdf(writer, output=out, bytes_reserved=reserved)
    return out.getvalue()


def _anchors(pdf: bytes) -> dict[str, tuple[int, float, float]]:
    """Where the named places of the pages are: page from 0, x and y in points from below."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        names = opened.Root.get("/Names", pikepdf.Dictionary()).get("/Dests")
        if names is None:
            return {}
        places = {page.obj.objgen: number for number, page in enumerate(opened.pages)}
        return {
            str(name): (places[target[0].objgen], float(target[2]), float(target[3]))
            for name, target in pikepdf.NameTree(names).items()
        }


def _asn1_key(credential: Credential) -> asn1_keys.PrivateKeyInfo:
    return asn1_keys.PrivateKeyInfo.load(
        credential.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _field_name(number: int) -> str:
    return f"Signature{number + 1}"
