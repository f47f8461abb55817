"""Who answered for a hazard before, and what reached the party that answers now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from services.clock import local_date
from services.queries.case_page import ActRow, CasePage, DocumentRow
from web.labels import label_of
from workflows.vocabulary import Action, DocumentKind, Outcome

_DOUBLE_REPORT = (Action.SIGN_DOUBLE_REPORT, Action.RECORD_WORKFORCE_REPORT)


@dataclass(frozen=True)
class PartyChange:
    """One change of the responsible party.

    `reported` are the legs of the double report that the former party gave. `service_owed`: the
    notice had been served by then, so that the new party gets it as well.
    """

    act_id: int
    former: str
    new: str
    on: date
    reported: tuple[tuple[str, date], ...]
    service_owed: bool
    served_on: date | None


def party_changes(case: CasePage) -> tuple[PartyChange, ...]:
    """Every change that took effect, oldest first."""
    return tuple(_changes(case.counting_acts))


def changes_since(
    document: DocumentRow, changes: tuple[PartyChange, ...]
) -> tuple[PartyChange, ...]:
    """The changes that the addressee of an issued listing notice does not show."""
    signed = document.signed_by_act_id
    if document.kind is not DocumentKind.LISTING_NOTICE or signed is None:
        return ()
    return tuple(change for change in changes if change.act_id > signed)


def _changes(acts: Sequence[ActRow]) -> Iterator[PartyChange]:
    places = [place for place, act in enumerate(acts) if _took_effect(act)]
    since = 0
    for place, following in pairwise([*places, len(acts)]):
        act = acts[place]
        services = [
            later for later in acts[place:following] if later.action is Action.SERVE_ON_NEW_PARTY
        ]
        yield PartyChange(
            act_id=act.act_id,
            former=str(act.content.get("former_party", "")),
            new=str(act.content.get("new_party", "")),
            on=local_date(act.at),
            reported=tuple(
                (label_of(leg.action), local_date(leg.at))
                for leg in acts[since:place]
                if leg.action in _DOUBLE_REPORT
            ),
            service_owed=any(
                earlier.action is Action.SERVE_LISTING_NOTICE for earlier in acts[:place]
            ),
            served_on=date.fromisoformat(services[-1].content["served_on"]) if services else None,
        )
        since = place


def _took_effect(act: ActRow) -> bool:
    """Acts of before do not name the parties."""
    accepted = act.action is Action.CONFIRM_PARTY_CHANGE and act.outcome is Outcome.ACCEPTED
    return accepted and bool(act.content.get("former_party"))
