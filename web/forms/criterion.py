"""The clause by which a hazard is judged: chosen from the catalogue, or typed in with a scan."""

from collections.abc import Mapping
from typing import Any

from services.criterion import CriterionEntry
from web.forms.fields import line, paragraph
from web.forms.step import COMMON, StepForm

TYPED = ("document", "document_number", "article", "wording")
CRITERION_FIELDS = ("clause_key", *TYPED)


class CriterionForm(StepForm):
    """Fields that become one `CriterionEntry`."""

    LAST = (*CRITERION_FIELDS, *COMMON)

    clause_key = line(120)
    document = line()
    document_number = line(100)
    article = line(60)
    wording = paragraph()

    def asks_for_criterion(self) -> bool:
        """Whether a criterion can still be given here."""
        return "clause_key" in self

    def criterion(self) -> CriterionEntry | None:
        """What was chosen or typed; None when nothing was."""
        if not self.asks_for_criterion():
            return None
        entry = CriterionEntry(**{name: self[name].data or "" for name in CRITERION_FIELDS})
        return None if entry.is_empty else entry

    def criterion_problems(self) -> Mapping[str, str]:
        """Chosen as well as typed, or typed only in part."""
        entry = self.criterion()
        filled = [name for name in TYPED if entry is not None and getattr(entry, name)]
        if entry is None or not filled:
            return {}
        if entry.clause_key:
            return {"clause_key": "criterion_twice"}
        return {name: "required" for name in TYPED if name not in filled}

    def scan_problems(self) -> Mapping[str, str]:
        """Typed by hand, but without a scan of the text."""
        entry = self.criterion()
        if entry is None or entry.clause_key or self.has_files():
            return {}
        return {"uploads": "scan_required"}

    def values(self) -> dict[str, Any]:
        """The criterion as one value."""
        values = super().values()
        kept = {name: value for name, value in values.items() if name not in CRITERION_FIELDS}
        return {**kept, "criterion": self.criterion()}
