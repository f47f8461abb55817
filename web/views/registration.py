"""One registration of an enterprise in words."""

from dataclasses import dataclass

from services.queries.registration import RegistrationDetails
from services.reference.divisions import divisions
from services.reference.sectors import sectors
from web.labels import ADMINISTRATION_FIELDS
from workflows.administration import AccountState, RegistrationState
from workflows.vocabulary import OPERATING


@dataclass(frozen=True)
class RegistrationView:
    """What was sent in words, and what can be done now."""

    found: RegistrationDetails
    sent: tuple[tuple[str, str], ...]
    is_pending: bool
    may_attach: bool
    may_make_links: bool


def registration_view(found: RegistrationDetails) -> RegistrationView:
    """The registration as the officer reads it."""
    words = {
        **found.sent,
        "division_code": divisions()[found.sent["division_code"]].name,
        "sector": sectors()[found.sent["sector"]].name,
    }
    return RegistrationView(
        found=found,
        sent=tuple((ADMINISTRATION_FIELDS[name], text) for name, text in words.items()),
        is_pending=found.row.state is RegistrationState.PENDING,
        may_attach=found.known is not None and found.known.kind in OPERATING,
        may_make_links=any(person.state is AccountState.WAITING for person in found.persons),
    )
