"""The installation's own authority: a certificate of its own for everybody who signs a document.

A key is made for one signature, certified, used and thrown away: there is nothing to steal and
nothing to lend. Who signed, as what, and by which act stands in the certificate. Nobody outside
the installation vouches for it; whoever verifies has to hold the authority's certificate.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

PURPOSE = b"guapai signing authority"
CURVE = ec.SECP256R1()
# A name in a certificate is no longer (X.520 says 64 characters, the library counts octets).
LONGEST_NAME = 64
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
YEARS_VALID = 30
# Clocks of those who verify may be behind.
_SLACK = timedelta(minutes=10)
_DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")


@dataclass(frozen=True)
class Holder:
    """Who signs: the name as it is shown, and the organisation; `unit` says as what."""

    name: str
    organisation: str
    unit: str = ""


@dataclass(frozen=True)
class Credential:
    """A certificate with its key, for one signature."""

    holder: Holder
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True)
class Authority:
    """The root certificate (DER) and the secret that its key is derived from."""

    certificate: bytes
    seed: bytes = field(repr=False)

    def certify(self, holder: Holder) -> Credential:
        """A new key and its certificate, valid as long as the authority itself."""
        root = x509.load_der_x509_certificate(self.certificate)
        key = ec.generate_private_key(CURVE)
        certificate = (
            _builder(_name_of(holder), root.subject, key.public_key())
            .not_valid_before(root.not_valid_before_utc)
            .not_valid_after(root.not_valid_after_utc)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(
                x509.ExtendedKeyUsage([_DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]),
                critical=False,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()),  # type: ignore[arg-type]
                critical=False,
            )
            .sign(_key_from(self.seed), hashes.SHA256())
        )
        return Credential(holder, certificate, key)


def make_root(seed: bytes, name: str, now: datetime) -> bytes:
    """The authority's certificate of itself, as DER."""
    key = _key_from(seed)
    subject = _name_of(Holder(name, name))
    try:
        end = now.replace(year=now.year + YEARS_VALID)
    except ValueError:  # the 29th of February
        end = now.replace(year=now.year + YEARS_VALID, day=28)
    certificate = (
        _builder(subject, subject, key.public_key())
        .not_valid_before(now - _SLACK)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.DER)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name_of(holder: Holder) -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, holder.organisation),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, holder.unit),
        (NameOID.COMMON_NAME, holder.name),
    ]
    return x509.Name([x509.NameAttribute(kind, _cut(text)) for kind, text in parts if text])


def _cut(text: str) -> str:
    """Shortened where the certificate has no room; the signature itself says the whole name."""
    if len(text.encode()) <= LONGEST_NAME:
        return text
    room = LONGEST_NAME - len(ELLIPSIS.encode())
    return text.encode()[:room].decode(errors="ignore") + ELLIPSIS


def _key_from(seed: bytes) -> ec.EllipticCurvePrivateKey:
    # 64 bits more than the order of the curve has: every key is as likely as any other.
    wide = HKDF(hashes.SHA256(), length=40, salt=None, info=PURPOSE).derive(seed)
    return ec.derive_private_key(int.from_bytes(wide) % (_ORDER - 1) + 1, CURVE)


# The number of points of P-256 (FIPS 186-4, D.1.2.3).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
