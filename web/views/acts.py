"""What an act put on record, as pairs of word and text."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from services.queries.case_page import ActRow
from services.queries.decision_facts import ActFacts
from services.queries.paper import RegistrationRow
from web.labels import CHOICES, FIELD_LABELS, fact_said, field_label, local_time
from web.views.ledger import division_name, sector_name
from workflows.vocabulary import Action, Outcome

# Ids and repeated names say nothing to a reader; the facts of a first report head the page.
_NOT_SHOWN = frozenset(
    {
        "paper",
        "originals",
        "photos",
        "nonce",
        "responsible_party_id",
        "new_party_id",
        "receiver_id",
        "supporting_receiver_ids",
        "expert_post_id",
        "hazard_name",
    }
)
# Asked of everybody who decides, and said only with this decision.
_ONLY_WITH = {"comes_back": Outcome.RETURNED}


def _moment(text: str) -> str:
    return local_time(datetime.fromisoformat(text))


_NAMED = {
    "sector": sector_name,
    "division_code": division_name,
    "told_at": _moment,
    "stops_at": _moment,
}


def content_of(act: ActRow | RegistrationRow) -> tuple[tuple[str, str | bool], ...]:
    """Everything that was filled in; a flag is kept as one, and only where it was set."""
    content = {
        name: value
        for name, value in act.content.items()
        if _ONLY_WITH.get(name, act.outcome) is act.outcome
    }
    return tuple(pairs_of(act.action, content))


def facts_said(facts: ActFacts, act_id: int) -> tuple[tuple[str, str], ...]:
    """What the flow read when an act was done, in words."""
    return tuple(fact_said(name, value) for name, value in facts.get(act_id, ()))


def pairs_of(action: Action, content: Mapping[str, Any]) -> Iterator[tuple[str, str | bool]]:
    """The content of an act of this kind, word by word."""
    for name, value in content.items():
        if name in _NOT_SHOWN or value in (None, "", [], False):
            continue
        if isinstance(value, Mapping):
            yield from pairs_of(
                action, {key: text for key, text in value.items() if key != "clause_key"}
            )
        elif name in FIELD_LABELS or f"{action}.{name}" in FIELD_LABELS:
            yield field_label(action, name), said(name, value)


def said(name: str, value: object) -> str | bool:
    """A value in words: the name of a choice, several below each other, or the text itself."""
    if value is True:
        return True
    if isinstance(value, Mapping):
        return "；".join(str(text) for text in value.values())
    if isinstance(value, list):
        return "\n".join(str(said(name, item)) for item in value)
    text = str(value)
    return _NAMED[name](text) if name in _NAMED else CHOICES.get(name, {}).get(text, text)
