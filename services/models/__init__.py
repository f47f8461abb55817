"""The tables. Importing this package makes every table known to the metadata."""

from services.models import (
    account,
    administration,
    assignment,
    audit,
    calendar,
    case,
    copy,
    deadline,
    document,
    installation,
    ledger_file,
    organisation,
    paper,
    phrase,
    process,
    succession,
)

__all__ = [
    "account",
    "administration",
    "assignment",
    "audit",
    "calendar",
    "case",
    "copy",
    "deadline",
    "document",
    "installation",
    "ledger_file",
    "organisation",
    "paper",
    "phrase",
    "process",
    "succession",
]
