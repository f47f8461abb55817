"""Signatures in issued pages: who, in which order, over the date, and found out when changed."""

import io
import re
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps import DummyTimeStamper, HTTPTimeStamper

from services.database import reading
from services.documents.render import render_pdf
from services.models.document import Document
from services.models.signature import SigningAuthority
from services.signatures.authority import Authority, Holder, make_root
from services.signatures.pades import Signing, find_signatures, sign_pages, time_stamper
from services.signing import InstallationSigner, Signatory, find_root
from services.worker import Workshop, work_off
from tests.builders import KEYS, START, World, fake_render
from workflows.vocabulary import Action, DocumentKind

SEED = b"7" * 32
# What three signatures and a drawn seal may add to the pages.
MOST_BYTES_ADDED = 120 * 1024


@pytest.fixture(scope="module")
def pages() -> bytes:
    """One page with a place for the seal."""
    return render_pdf(
        "seal/seal.html",
        {"organ": "示例市安全生产委员会", "drafted_on": "2026-03-01"},
        fonts_folder=None,
    )


@pytest.fixture
def signing(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose worker sets type and signs."""
    render = partial(render_pdf, fonts_folder=None)
    signer = InstallationSigner(world.engine, KEYS.sealing_key, render)
    shop = Workshop(world.engine, world.office.files, render, signer.sign)
    monkeypatch.setattr(world, "work", lambda: work_off(shop, world.now))
    return world


def signed_notice(world: World) -> tuple[Document, bytes]:
    """The listing notice as it was issued, with real pages and real signatures."""
    case_id = world.file_report()
    world.to_listing(case_id)
    world.do("committee_officer", case_id, Action.PROPOSE_LISTING)
    world.do("office_head", case_id, Action.REVIEW_DRAFT)
    world.do("leader", case_id, Action.COUNTERSIGN_LISTING)
    world.do("signatory", case_id, Action.SIGN_LISTING)
    world.work()
    with reading(world.engine) as session:
        notice = session.scalars(
            sa.select(Document).filter_by(case_id=case_id, kind=DocumentKind.LISTING_NOTICE)
        ).one()
        return notice, world.office.files.read(notice.issued_sha256 or "")


def root_of(world: World) -> bytes:
    with reading(world.engine) as session:
        root = find_root(session)
    assert root is not None
    return root


def test_leaders_and_organ_sign_in_order_and_pdfsig_agrees(signing: World, tmp_path: Path) -> None:
    notice, pdf = signed_notice(signing)
    found = find_signatures(pdf, root_of(signing))
    assert [(one.name, one.reason) for one in found] == [
        ("leader", "会签"),
        ("signatory", "签发"),
        (notice.organ.name, "用印"),
    ]
    assert all(one.intact and one.trusted and one.whole for one in found)
    assert [row["name"] for row in notice.signatures or []] == [one.name for one in found]
    draft = signing.office.files.read(notice.draft_sha256 or "")
    assert len(pdf) - len(draft) <= MOST_BYTES_ADDED
    file = tmp_path / "notice.pdf"
    file.write_bytes(pdf)
    said = subprocess.run(
        ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
    ).stdout
    assert said.count("Signature Validation: Signature is Valid.") == 3
    names = re.findall(r"Signer Certificate Common Name: (.+)", said)
    assert names == [one.name for one in found]
    assert "Total document signed" in said.rpartition("Signature #3")[2]


def test_the_draft_bears_no_signature(signing: World) -> None:
    notice, _pdf = signed_notice(signing)
    draft = signing.office.files.read(notice.draft_sha256 or "")
    with pikepdf.open(io.BytesIO(draft)) as opened:
        assert "/AcroForm" not in opened.Root


def test_a_receipt_that_nobody_decided_on_bears_no_seal(signing: World) -> None:
    case_id = signing.file_report()
    signing.work()
    with reading(signing.engine) as session:
        receipt = session.scalars(
            sa.select(Document).filter_by(case_id=case_id, kind=DocumentKind.FIRST_REPORT_RECEIPT)
        ).one()
    pdf = signing.office.files.read(receipt.issued_sha256 or "")
    assert receipt.signatures == []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert "/AcroForm" not in opened.Root


def test_the_seal_covers_the_organ_and_the_date(signing: World, tmp_path: Path) -> None:
    _notice, pdf = signed_notice(signing)
    file = tmp_path / "notice.pdf"
    file.write_bytes(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        fields = opened.Root.AcroForm.Fields
        left, low, right, high = (float(edge) for edge in fields[2].Rect)
        number, height = next(
            (place, float(page.mediabox[3]))
            for place, page in enumerate(opened.pages, 1)
            if any(note.objgen == fields[2].objgen for note in page.obj.get("/Annots", []))
        )
    assert right - left == pytest.approx(42 * 72 / 25.4, abs=1.5)
    words = subprocess.run(
        ["pdftotext", "-bbox", "-f", str(number), "-l", str(number), str(file), "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    dates = re.findall(
        r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">2026年\d+月\d+日<', words
    )
    over = [
        (x0, y0, x1, y1)
        for x0, y0, x1, y1 in (tuple(map(float, box)) for box in dates)
        if left <= x0 and x1 <= right and height - high <= y0 and y1 <= height - low
    ]
    assert over, (dates, (left, height - high, right, height - low))


def test_a_time_stamp_tells_when_it_was_signed_and_breaks_nothing(
    pages: bytes, tmp_path: Path
) -> None:
    root = make_root(SEED, "根", START)
    authority = Authority(root, SEED)
    at = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    signings = [
        Signing(authority.certify(Holder(name, "某委")), reason)
        for name, reason in (("甲", "会签"), ("乙", "签发"))
    ]
    signed = sign_pages(pages, signings, root, timestamper=stamper(at))
    found = find_signatures(signed, root)
    assert [(one.name, one.intact, one.trusted, one.whole) for one in found] == [
        ("甲", True, True, True),
        ("乙", True, True, True),
    ]
    for embedded in PdfFileReader(io.BytesIO(signed)).embedded_regular_signatures:
        unsigned = {
            row["type"].native: row["values"] for row in embedded.signer_info["unsigned_attrs"]
        }
        token = unsigned["signature_time_stamp_token"][0]["content"]
        assert token["encap_content_info"]["content"].parsed["gen_time"].native == at
    file = tmp_path / "stamped.pdf"
    file.write_bytes(signed)
    verdict = subprocess.run(
        ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
    ).stdout
    assert verdict.count("Signature Validation: Signature is Valid.") == 2


def stamper(at: datetime) -> DummyTimeStamper:
    """An office for time stamps in this process, with a certificate and a clock of its own."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "时间戳")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=3650))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    return DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ),
        fixed_dt=at,
    )


def test_an_address_for_time_stamps_is_asked_and_none_means_nobody() -> None:
    asked = time_stamper("https://stamps.example/tsa")
    assert isinstance(asked, HTTPTimeStamper)
    assert asked.url == "https://stamps.example/tsa"
    assert time_stamper("") is None


def test_a_changed_byte_breaks_every_signature_over_it(pages: bytes) -> None:
    root = make_root(SEED, "根", START)
    authority = Authority(root, SEED)
    signed = sign_pages(pages, [Signing(authority.certify(Holder("甲", "某委")), "签发")], root)
    assert [one.intact for one in find_signatures(signed, root)] == [True]
    verdicts = [verdict_on_change(signed, place, root) for place in range(40, len(pages), 977)]
    # Where the change hits what holds the file together, it cannot be read any more.
    assert set(verdicts) <= {"broken", "unreadable"}
    assert verdicts.count("broken") >= len(verdicts) // 2


def verdict_on_change(signed: bytes, place: int, root: bytes) -> str:
    changed = bytearray(signed)
    changed[place] ^= 1
    try:
        found = find_signatures(bytes(changed), root)
    except Exception:  # noqa: BLE001  what cannot be read any more is found out as well
        return "unreadable"
    return "broken" if [one.intact for one in found] == [False] else "intact"


def test_another_authority_is_not_trusted(pages: bytes) -> None:
    root = make_root(SEED, "根", START)
    signed = sign_pages(
        pages, [Signing(Authority(root, SEED).certify(Holder("甲", "某委")), "签发")], root
    )
    other = make_root(b"8" * 32, "根", START)
    assert [(one.intact, one.trusted) for one in find_signatures(signed, other)] == [(True, False)]


def test_a_key_serves_one_signature_and_long_names_fit(pages: bytes) -> None:
    authority = Authority(make_root(SEED, "根", START), SEED)
    holder = Holder("喆" * 80, "镕" * 80, "堃" * 80)
    one, two = authority.certify(holder), authority.certify(holder)
    assert one.certificate.public_key() != two.certificate.public_key()
    assert one.certificate.serial_number != two.certificate.serial_number
    signed = sign_pages(pages, [Signing(one, "签发"), Signing(two, "用印")], authority.certificate)
    assert {found.name for found in find_signatures(signed, authority.certificate)} == {"喆" * 80}


def test_the_authority_lasts_as_long_as_its_certificates() -> None:
    leap_day = START.replace(year=2028, month=2, day=29)
    root = x509.load_der_x509_certificate(make_root(SEED, "根", leap_day))
    assert root.not_valid_after_utc.year == 2058
    end = Authority(make_root(SEED, "根", START), SEED).certify(Holder("甲", "某委")).certificate
    assert end.not_valid_after_utc - START > timedelta(days=365 * 29)


def test_two_workers_make_one_authority(each_world: World, pages: bytes) -> None:
    start, signed = Barrier(2), list[bytes]()
    signer = InstallationSigner(each_world.engine, KEYS.sealing_key, fake_render)
    person = Signatory("甲", "某委", "授权签发人", "签发", act_id="1")

    def make() -> None:
        start.wait()
        signed.append(signer.sign(pages, [person], each_world.now))

    threads = [Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    root = root_of(each_world)
    found = [one for pdf in signed for one in find_signatures(pdf, root)]
    assert [(one.name, one.trusted) for one in found] == [("甲", True), ("甲", True)]
    with reading(each_world.engine) as session:
        assert session.scalars(sa.select(sa.func.count(SigningAuthority.id))).one() == 1


def test_an_organ_may_put_in_a_seal_of_its_own(world: World, pages: bytes, tmp_path: Path) -> None:
    drawn = render_pdf(
        "seal/seal.html", {"organ": "自备", "drafted_on": "2026-03-01"}, fonts_folder=None
    )
    (tmp_path / "示例委.pdf").write_bytes(drawn)
    asked: list[str] = []

    def render(template: str, inputs: Mapping[str, Any]) -> bytes:
        asked.append(inputs["organ"])
        return drawn

    signer = InstallationSigner(world.engine, SEED, render, tmp_path)
    for organ in ("示例委", "别的委"):
        signer.sign(pages, [Signatory(organ, organ, "电子签章", "用印")], world.now)
    assert asked == ["别的委"]
