"""The one check that every way to a principal's post passes through."""

from collections.abc import Iterable

from services.database import lock_until_commit
from services.frame import Frame
from services.queries.bans import Hit, find_hits, may_read
from services.queries.principals import Candidate
from services.reference.ban_rule import ban_rule
from services.reference.sectors import sectors
from workflows.bans import SubjectKind
from workflows.errors import RuleError

# Held by whoever lets a principal in, and by whoever changes the register: neither overlooks
# what the other is about to do.
LOCK = "bans"


class PrincipalBannedError(RuleError):
    """An entry of the register stops this principal. `subject`: whom to compare, where the
    actor may know; to others `detail["reason"]` is `untold`, and nothing of the entry is said.
    """

    code = "principal_banned"

    def __init__(self, subject: tuple[SubjectKind, int] | None, **detail: str) -> None:
        super().__init__(**detail)
        self.subject = subject


def refuse_banned(frame: Frame, candidates: Iterable[Candidate]) -> None:
    """PrincipalBannedError when an entry stops one of these; nothing passes over that."""
    asked = tuple(candidates)
    if not asked:
        return
    lock_until_commit(frame.session, LOCK)
    hits = find_hits(frame.session, asked)
    if not hits:
        return
    if not may_read(frame.actor):
        raise PrincipalBannedError(None, reason="untold", name=hits[0].candidate.name)
    hit = next((one for one in hits if one.is_same), hits[0])
    raise PrincipalBannedError((hit.candidate.subject, hit.candidate.subject_id), **_told(hit))


def _told(hit: Hit) -> dict[str, str]:
    ban, rule = hit.ban, ban_rule()
    likeness = "same" if hit.is_same else "namesake"
    return {
        "reason": f"{ban.bar.kind.value}_{likeness}",
        "name": hit.candidate.name,
        "organ": ban.organ,
        "number": ban.document_number,
        "document_on": ban.document_on.isoformat(),
        "until": ban.bar.until.isoformat() if ban.bar.until else "",
        "trade": sectors()[ban.bar.sector].name if ban.bar.sector else "",
        "law": rule.document,
        "article": rule.article,
        "source_note": rule.source_note,
    }
