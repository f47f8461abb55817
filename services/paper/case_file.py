"""The acts of a case that was listed on paper, as a JSON file tells them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from services.action_table import ACTIONS
from services.paper.rebuilt import further_fields
from workflows.errors import RuleError
from workflows.outcomes import OUTCOMES
from workflows.paper import SIGNED_ON_PAPER
from workflows.permissions import STARTING_ACTIONS
from workflows.vocabulary import Action, Outcome

MOST_ACTS = 200
LONGEST = {"number": 60, "case_number": 40}
# Filled in by the replay itself.
NOT_TYPED = frozenset({"nonce", "responsible_party_id", "draft_sha256", "listing_body_id"})
# Organisations that the file names instead of their ids.
NAMED = {Action.REGISTER_HAZARD: "responsible_party", Action.CONFIRM_VERDICT: "listing_body"}
ABOUT_THE_ACT = frozenset(
    {"action", "on", "by", "outcome", "opinion", "number", "case_number", "scans"}
)
ISSUING = frozenset({Action.ISSUE_RECTIFICATION_ORDER, Action.ORDER_IMMEDIATE_MEASURES})
ISSUING_WHEN_ACCEPTED = frozenset({Action.SIGN_LISTING, Action.APPROVE_DELISTING})


class ReplayRefusedError(RuleError):
    """The paper case cannot be put on record; `detail` names the act, the field and why.

    `place` is the act's place in the file, from 1; 0 is the file as a whole.
    """

    code = "replay_refused"

    def __init__(self, place: int, action: str, field: str, problem: str, more: str = "") -> None:
        super().__init__(
            place=str(place), action=action, field=field, problem=problem, missing=more
        )


@dataclass(frozen=True)
class FiledAct:
    """One act as the paper tells it. `content` holds the fields of the act itself."""

    place: int
    action: Action
    on: date
    organisation: str
    person: str
    post: str
    outcome: Outcome
    opinion: str
    number: str
    case_number: str
    scans: tuple[str, ...]
    content: Mapping[str, Any]


@dataclass(frozen=True)
class CaseFile:
    """The whole case, and where its originals lie."""

    original_place: str
    acts: tuple[FiledAct, ...]


def read_case_file(text: str, today: date) -> Mapping[str, Any]:
    """The file as plain JSON, checked for its shape. ReplayRefusedError names the first fault."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ReplayRefusedError(0, "", "file", "not_json") from error
    if not isinstance(content, dict) or set(content) != {"original_place", "acts"}:
        raise ReplayRefusedError(0, "", "file", "not_a_paper_case")
    if not _is_text(content["original_place"], 200):
        raise ReplayRefusedError(0, "", "original_place", "required")
    acts = content["acts"]
    if not isinstance(acts, list) or not 1 <= len(acts) <= MOST_ACTS:
        raise ReplayRefusedError(0, "", "acts", "required")
    case_file_of(content, today)
    return content


def case_file_of(content: Mapping[str, Any], today: date) -> CaseFile:
    """The acts in their types and in their order of time."""
    acts = tuple(_act(place, raw, today) for place, raw in enumerate(content["acts"], start=1))
    if acts[0].action not in STARTING_ACTIONS:
        raise ReplayRefusedError(1, acts[0].action, "action", "begins_no_case")
    for before, after in pairwise(acts):
        if after.action in STARTING_ACTIONS:
            raise ReplayRefusedError(after.place, after.action, "action", "begins_again")
        if after.on < before.on:
            raise ReplayRefusedError(after.place, after.action, "on", "before_previous")
    return CaseFile(content["original_place"], acts)


def scans_named(content: Mapping[str, Any]) -> Collection[str]:
    """The files that the acts refer to."""
    return sorted({name for act in content["acts"] for name in act.get("scans", [])})


def _act(place: int, raw: Any, today: date) -> FiledAct:
    if not isinstance(raw, dict) or raw.get("action") not in {action.value for action in ACTIONS}:
        raise ReplayRefusedError(place, "", "action", "choice")
    action = Action(raw["action"])

    def wrong(field: str, problem: str) -> ReplayRefusedError:
        return ReplayRefusedError(place, action, field, problem)

    by = raw.get("by")
    if not isinstance(by, dict) or set(by) != {"organisation", "name", "post"}:
        raise wrong("by", "required")
    if not (_is_text(by["organisation"], 200) and _is_text(by["name"], 60)):
        raise wrong("by", "required")
    if not _is_text(by["post"], 100):
        raise wrong("by", "required")
    known = (further_fields(action) - NOT_TYPED) | ABOUT_THE_ACT
    known |= {NAMED[action]} if action in NAMED else frozenset[str]()
    unknown = sorted(set(raw) - known)
    if unknown:
        raise wrong(unknown[0], "unknown_field")
    outcome = _outcome(action, raw.get("outcome"))
    if outcome is None:
        raise wrong("outcome", "choice")
    act = FiledAct(
        place=place,
        action=action,
        on=_day(raw.get("on"), today, wrong),
        organisation=by["organisation"].strip(),
        person=by["name"].strip(),
        post=by["post"].strip(),
        outcome=outcome,
        opinion=str(raw.get("opinion", "")),
        number=str(raw.get("number", "")).strip(),
        case_number=str(raw.get("case_number", "")).strip(),
        scans=_scans(raw.get("scans", []), wrong),
        content={name: value for name, value in raw.items() if name not in ABOUT_THE_ACT},
    )
    _check_papers(act, wrong)
    return act


def _check_papers(act: FiledAct, wrong: Any) -> None:
    """What was signed has its scan, what was issued its number."""
    issues = act.action in ISSUING or (
        act.action in ISSUING_WHEN_ACCEPTED and act.outcome is Outcome.ACCEPTED
    )
    # A receipt is told by its day and its receiver; whatever else was signed has a sheet.
    signed = act.action in SIGNED_ON_PAPER and act.action is not Action.ACKNOWLEDGE_HANDOVER
    needs_scan = issues or signed or act.action in STARTING_ACTIONS
    if needs_scan and not act.scans:
        raise wrong("scans", "required")
    if issues and not act.number:
        raise wrong("number", "required")
    listed = act.action is Action.SIGN_LISTING and issues
    if (listed or act.action is Action.RECORD_EXTERNAL_LISTING) and not act.case_number:
        raise wrong("case_number", "required")
    for name, longest in LONGEST.items():
        if len(getattr(act, name)) > longest:
            raise wrong(name, "too_long")


def _outcome(action: Action, text: Any) -> Outcome | None:
    offered = OUTCOMES[action]
    if text is None and Outcome.DONE in offered:
        return Outcome.DONE
    return next((outcome for outcome in offered if outcome.value == text), None)


def _day(text: Any, today: date, wrong: Any) -> date:
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise wrong("on", "not_a_date") from error
    if day >= today:  # what is signed today is registered at its step
        raise wrong("on", "not_past")
    return day


def _scans(raw: Any, wrong: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(_is_text(name, 200) for name in raw):
        raise wrong("scans", "not_a_list")
    return tuple(raw)


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= longest
