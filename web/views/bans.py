"""The register of bans in words: entries, principals of the same name, where to go on."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from services.queries.bans import BanRow, Hit
from services.queries.principals import Candidate
from services.reference.sectors import sectors
from web.guards import may_open
from workflows.bans import BanState, SubjectKind

# How an entry is marked: by its state, and whether its five years are over.
_MARKS = {
    BanState.PENDING: "soon",
    BanState.STANDING: "overdue",
    BanState.REFUSED: "calm",
    BanState.REVOKING: "soon",
    BanState.REVOKED: "calm",
}


@dataclass(frozen=True)
class HitGroup:
    """One principal with the entries that stop him or her."""

    candidate: Candidate
    units: tuple[str, ...]
    hits: tuple[Hit, ...]
    is_in_office: bool

    @property
    def is_same(self) -> bool:
        """Whether one of the entries was found to be about this very person."""
        return any(hit.is_same for hit in self.hits)


def sector_name(key: str | None) -> str:
    """A trade in words; none where it is not known."""
    return sectors()[key].name if key else ""


def mark(row: BanRow) -> str:
    """The colour of an entry's tag."""
    return "calm" if row.has_ended else _MARKS[row.state]


def group_hits(hits: Iterable[Hit]) -> tuple[HitGroup, ...]:
    """One line for each principal, those found to be the same person first."""
    groups: dict[tuple[SubjectKind, int], list[Hit]] = {}
    for hit in hits:
        key = hit.candidate.subject, hit.candidate.subject_id
        groups.setdefault(key, []).append(hit)
    found = (
        HitGroup(
            candidate=of_one[0].candidate,
            units=tuple(dict.fromkeys(hit.candidate.unit_name for hit in of_one)),
            hits=tuple({hit.ban.ban_id: hit for hit in of_one}.values()),
            is_in_office=any(hit.candidate.is_in_office for hit in of_one),
        )
        for of_one in groups.values()
    )
    return tuple(sorted(found, key=lambda group: not group.is_same))


def way_back(subject: SubjectKind, subject_id: int) -> str | None:
    """Where the visitor decides on what asks for this principal."""
    match subject:
        case SubjectKind.REGISTRATION if may_open("registration.show_registration"):
            return url_for("registration.show_registration", registration_id=subject_id)
        case SubjectKind.PROPOSAL if may_open("administration.show_proposal"):
            return url_for("administration.show_proposal", proposal_id=subject_id)
        case SubjectKind.PERSON if may_open("administration.decide_proposal"):
            return url_for("administration.list_proposals")
    return None
