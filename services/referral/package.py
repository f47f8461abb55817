"""The package of a referral: its letter, who knew what when, and the dossier, sealed so."""

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from services.clock import local_date
from services.dossier.package import Dossier, copy_of
from services.errors import InvalidCommandError
from services.frame import Frame
from services.models.organisation import Organisation
from services.models.referral import Referral, ReferralPackage
from services.office import Office
from services.queries.knowledge import Knowledge, get_knowledge
from services.queries.referrals import get_sent_page
from services.reference.referral_grounds import referral_grounds
from services.referral.step import ReferralCommand, get_sent, open_referral_step
from services.vault import decrypt, encrypt
from workflows.referral import ReferralAction, ReferralStanding

LETTER, KNOWLEDGE, README = "移送函.html", "谁在何时知道什么.html", "核对说明.txt"
_KEY = "guapai referral package"


@dataclass(frozen=True)
class Material:
    """What a package is made of: the letter, the case as it stands, and who knew of it what when.

    Nothing is on record.
    """

    letter: Mapping[str, Any]
    dossier: Dossier
    knowledge: Knowledge


@dataclass(frozen=True, kw_only=True)
class SealPackage(ReferralCommand):
    """The package as it was packed."""

    letter: Mapping[str, Any]
    content: bytes


def gather(frame: Frame, referral_id: int) -> Material:
    """Letter and dossier for the seal; ReferralNotFoundError, CaseNotFoundError."""
    referral, standing = get_sent(frame, referral_id)
    assert referral.case_id is not None
    dossier = copy_of(frame, referral.case_id)
    known = get_knowledge(frame.session, frame.actor, referral.case_id, frame.office, frame.now)
    return Material(_letter(frame, referral, standing, dossier), dossier, known)


def pack(letter_page: bytes, known_page: bytes, dossier: bytes, number: str) -> bytes:
    """Letter, knowledge and dossier in one file; the dossier stays as it verifies by itself."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in (
            (LETTER, letter_page),
            (KNOWLEDGE, known_page),
            (f"案卷-{number}.zip", dossier),
            (README, _READ_ME.encode()),
        ):
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def seal_package(frame: Frame, command: SealPackage) -> None:
    """Keep the package as it stood, under a key of the installation."""
    opened = open_referral_step(frame, ReferralAction.SEAL_PACKAGE, command)
    if not command.content:
        raise InvalidCommandError({"content": "required"})
    package = keep(
        frame.office, opened.referral.id, command.letter, command.content, sealed_at=frame.now
    )
    frame.session.add(package)
    opened.record(sha256=package.sha256, size=package.size)


def keep(
    office: Office,
    referral_id: int,
    letter: Mapping[str, Any],
    content: bytes,
    *,
    sealed_at: datetime,
) -> ReferralPackage:
    """The row of a package, under a key of the installation."""
    return ReferralPackage(
        referral_id=referral_id,
        letter=dict(letter),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        sealed_at=sealed_at,
        sealed=encrypt(office.keys.derived(_KEY), content, f"referral {referral_id}"),
    )


def open_package(frame: Frame, referral_id: int) -> bytes:
    """The bytes as they were sealed; that the actor may have them was asked before."""
    package = frame.session.get_one(ReferralPackage, referral_id)
    key = frame.office.keys.derived(_KEY)
    return decrypt(key, package.sealed, f"referral {referral_id}")


def _letter(
    frame: Frame, referral: Referral, standing: ReferralStanding, dossier: Dossier
) -> dict[str, Any]:
    page = get_sent_page(frame.session, referral.id)
    ground = referral_grounds().grounds[referral.ground]
    receiver = frame.session.get_one(Organisation, referral.receiver_id)
    decided = next(act for act in page.acts if act.action is ReferralAction.DECIDE_REFERRAL)
    proposed = page.acts[0]
    case = dossier.page
    return {
        "number": referral.number,
        "receiver": receiver.name,
        "receiver_kind": standing.receiver_kind.value,
        "sender": page.sender_name,
        "about_name": referral.about_name,
        "about_post": referral.about_post,
        "about_organisation": page.row.about_organisation_name,
        "cadre_level": referral.cadre_level,
        "ground": ground.name,
        "basis": ground.document,
        "basis_words": ground.words,
        "basis_evidence": ground.evidence.value,
        "facts": referral.facts,
        "measures": referral.measures,
        "case_number": case.case_number or case.intake_number,
        "hazard_name": case.hazard_name,
        "party": case.party_name,
        "approved_by": decided.person_name,
        "approved_on": local_date(decided.at).isoformat(),
        "handled_by": proposed.person_name,
        "sealed_on": frame.today.isoformat(),
        "documents": len([row for row in case.documents if row.issued_sha256]),
        "attachments": sum(len(act.files) for act in case.acts),
    }


_READ_ME = """移送材料：移送函.html 是移送函，谁在何时知道什么.html 列出各单位和经办人的知情和办理，
案卷压缩包是封存时的督办案卷。

核对：解开案卷压缩包，在其文件夹执行  python3 verify.py  公钥
公钥由移送单位另行提供；没有 Python 的，用浏览器打开 verify.html。
本压缩包的校验值（SHA-256）记在移送单位的登记中，签收时请与回执上的一份比对。
"""
