"""The clause by which a hazard is judged: chosen from the catalogue or typed in, then frozen."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.former_values import keep_absent, keep_former
from services.frame import Frame
from services.models.case import CaseCriterion, SupervisionCase
from services.reference.criteria import clauses_on
from services.uploads import AcceptedUpload
from workflows.permissions import PostRecord


@dataclass(frozen=True)
class CriterionEntry:
    """Either a key of the catalogue, or document, number, article and wording typed by hand."""

    clause_key: str = ""
    document: str = ""
    document_number: str = ""
    article: str = ""
    wording: str = ""

    @property
    def is_empty(self) -> bool:
        """True when nothing was chosen and nothing typed."""
        return not any(
            (self.clause_key, self.document, self.document_number, self.article, self.wording)
        )


def require_scan(entry: CriterionEntry | None, uploads: Sequence[AcceptedUpload]) -> None:
    """A clause that was typed in comes with a scan of its source."""
    if entry is not None and not entry.is_empty and not entry.clause_key and not uploads:
        raise InvalidCommandError({"uploads": "scan_required"})


def freeze_criterion(
    frame: Frame, case: SupervisionCase, entry: CriterionEntry | None, post: PostRecord
) -> None:
    """Keep the clause as it stood on the finding date.

    Who verifies on the spot may choose another: that its text is right does not say that it
    applies. What was chosen before stays in the act that chose it.
    """
    if entry is None or entry.is_empty:
        return
    if case.found_on is None:
        raise InvalidCommandError({"found_on": "required"})
    session, existing = frame.session, case.criterion
    frozen = _from_catalogue(case, entry) if entry.clause_key else _typed(entry)
    entered = {"entered_by_id": frame.actor.person_id, "entered_for_id": post.principal_person_id}
    if existing is None:
        case.criterion = CaseCriterion(case_id=case.id, **entered, **frozen)
        session.add(case.criterion)
        session.flush()
        keep_absent(session, case.id, CaseCriterion, case.criterion.id, frame.now)
    else:
        every = [column.name for column in CaseCriterion.__table__.columns]
        keep_former(session, CaseCriterion, every, frame.now, CaseCriterion.id == existing.id)
        anew = {**entered, "confirmed_by_id": None, "confirmed_at": None}
        for name, value in {**frozen, **anew}.items():
            setattr(existing, name, value)
    session.flush()


def _from_catalogue(case: SupervisionCase, entry: CriterionEntry) -> dict[str, object]:
    assert case.found_on is not None
    for clause in clauses_on(case.sector, case.found_on):
        if clause.key == entry.clause_key:
            return {
                "clause_key": clause.key,
                "document": clause.document.title,
                "document_number": clause.document.number,
                "article": clause.article,
                "wording": clause.text,
                "verified": clause.verified,
            }
    raise InvalidCommandError({"clause_key": "not_in_force"})


def _typed(entry: CriterionEntry) -> dict[str, object]:
    names = ("document", "document_number", "article", "wording")
    missing = {name: "required" for name in names if not getattr(entry, name)}
    if missing:
        raise InvalidCommandError(missing)
    return {"clause_key": None, "verified": False} | {name: getattr(entry, name) for name in names}
