"""The demonstration cases as they are written down: who does what, when, with which content."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import time
from functools import cache
from pathlib import Path

from services.action_table import ACTIONS
from services.demonstration.organisations import Demonstration, load
from services.reference.tables import Table, read_toml
from services.uploads import PhotoMark
from workflows.permissions import STARTING_ACTIONS
from workflows.vocabulary import Action, PhotoStage

FILE = Path(__file__).parent / "cases.toml"
_ABOUT_THE_ACT = frozenset({"at", "by", "action", "photos", "marks"})


@dataclass(frozen=True)
class Moment:
    """So many working days before today, at this time in the zone of the office."""

    day: int
    time: time


@dataclass(frozen=True)
class DemonstrationAct:
    """One act. `values` are fields of the command."""

    case_key: str
    party: str
    moment: Moment
    username: str
    action: Action
    photos: tuple[tuple[str, PhotoMark | None], ...]
    values: Mapping[str, object]


@dataclass(frozen=True)
class DemonstrationCases:
    """All acts in the order in which they happen, and the accounts to be printed."""

    acts: tuple[DemonstrationAct, ...]
    usernames_to_print: tuple[str, ...]
    picture_label: str


@cache
def load_cases() -> DemonstrationCases:
    """Read the cases that the installation ships with."""
    return read_cases(FILE, load())


def read_cases(file: Path, demonstration: Demonstration) -> DemonstrationCases:
    """Read and check the cases against the organisations and persons of the jurisdiction."""
    whole = read_toml(file)
    usernames = {person.username for person in demonstration.persons}
    acts: list[DemonstrationAct] = []
    keys: set[str] = set()
    for case in whole.tables("cases", "key"):
        if case.text("key") in keys:
            raise case.error("this key stands twice")
        if case.text("party") not in demonstration.organisations:
            raise case.error(f"no such organisation: {case.text('party')!r}")
        keys.add(case.text("key"))
        acts += _acts(case, usernames)
    # Stable: acts of one case at one moment stay as they stand in the file.
    acts.sort(key=lambda act: (-act.moment.day, act.moment.time))
    printed = whole.texts("accounts")
    if unknown := [name for name in printed if name not in usernames]:
        raise whole.error(f"`accounts` names nobody: {', '.join(unknown)}")
    return DemonstrationCases(tuple(acts), printed, whole.text("picture_label"))


def _acts(case: Table, usernames: set[str]) -> Iterator[DemonstrationAct]:
    for place, row in enumerate(case.tables("acts", "at")):
        action = row.member("action", Action)
        if (place == 0) != (action in STARTING_ACTIONS):
            raise row.error("a case starts with a report or a registration, and with no other act")
        if row.text("by") not in usernames:
            raise row.error(f"no such person: {row.text('by')!r}")
        yield _act(case, row, action)


def _act(case: Table, row: Table, action: Action) -> DemonstrationAct:
    known = {field.name for field in fields(ACTIONS[action].command)}
    values = {
        name: read_moment(row, name) if name.endswith("_at") else value
        for name, value in row.values.items()
        if name not in _ABOUT_THE_ACT
    }
    if unknown := sorted(values.keys() - known):
        raise row.error(f"{action} has no field {', '.join(unknown)}")
    return DemonstrationAct(
        case_key=case.text("key"),
        party=case.text("party"),
        moment=read_moment(row, "at"),
        username=row.text("by"),
        action=action,
        photos=tuple(_photos(row)),
        values=values,
    )


def _photos(row: Table) -> Iterator[tuple[str, PhotoMark | None]]:
    """`photos` are captions; `marks` say of each "before PLACE", "after PLACE" or nothing."""
    captions, marks = row.texts("photos"), row.texts("marks")
    if marks and len(marks) != len(captions):
        raise row.error("`marks` says something of each photo")
    for caption, mark in zip(captions, marks or [""] * len(captions), strict=True):
        stage, _, place = mark.partition(" ")
        if stage and (stage not in [*PhotoStage] or not place):
            raise row.error(f"a mark is a stage and a place: {mark!r}")
        yield caption, PhotoMark(PhotoStage(stage), place) if stage else None


def read_moment(row: Table, name: str) -> Moment:
    """A place on the scale of working days and a time, as the files write it."""
    day, _, clock = row.text(name).partition(" ")
    try:
        found = Moment(int(day), time.fromisoformat(clock))
    except ValueError:
        raise row.error(f"`{name}` is a number of working days and a time: 9 14:30") from None
    if found.day < 1:
        raise row.error("an act lies at least one working day back")
    return found
