"""The tables. Importing this package makes every table known to the metadata."""

from services.models import (
    account,
    administration,
    audit,
    case,
    deadline,
    document,
    installation,
    ledger_file,
    organisation,
    process,
)

__all__ = [
    "account",
    "administration",
    "audit",
    "case",
    "deadline",
    "document",
    "installation",
    "ledger_file",
    "organisation",
    "process",
]
