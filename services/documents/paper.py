"""What is known of an act that was done on paper: who, which number, which pages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

PAPER = "paper"


@dataclass(frozen=True)
class PaperOrigin:
    """Kept in the content of the act under `paper`, in the words of the paper.

    `pages_sha256` is the scan of a document as PDF, empty where there is none.
    """

    person: str
    post: str
    organisation: str
    recorded_by: str
    recorded_at: str
    number: str = ""
    case_number: str = ""
    pages_sha256: str = ""

    @classmethod
    def find(cls, content: Mapping[str, Any]) -> "PaperOrigin | None":
        """That of an act, or None for an act that was done in the system."""
        found = content.get(PAPER)
        return cls(**found) if found else None

    def as_record(self) -> dict[str, str]:
        """As plain JSON."""
        return asdict(self)

    @property
    def moment(self) -> datetime:
        """When it was put on record."""
        return datetime.fromisoformat(self.recorded_at)
