"""What waits for a visitor outside of the steps of cases, for the home page."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.frame import Frame
from services.queries import assessments, look_backs, referrals, tracebacks
from services.queries.tips import count_waiting_tips
from services.queries.waiting import count_waiting
from services.settings import ReferralModule
from web.labels.notices import NOTICES


@dataclass(frozen=True)
class Notice:
    """One room with what waits there: each count with its words. `room` names its pages."""

    room: str
    title: str
    counts: tuple[tuple[int, str], ...]


def list_notices(frame: Frame) -> tuple[Notice, ...]:
    """The rooms in which something waits for the visitor."""
    found = (_notice(room, counts) for room, counts in _waiting(frame).items())
    return tuple(notice for notice in found if notice.counts)


def _notice(room: str, counts: Mapping[str, int]) -> Notice:
    title, words = NOTICES[room]
    told = ((counts[name], words[name]) for name in words)
    return Notice(room, title, tuple((count, text) for count, text in told if count))


def _waiting(frame: Frame) -> Mapping[str, Mapping[str, int]]:
    session, actor = frame.session, frame.actor
    counts = count_waiting(session, actor)
    rounds = assessments.count_waiting(session, actor)
    look_back = frame.office.profile.look_back
    return {
        "disclosures": {"steps": counts.publications, "unpublished": counts.unpublished},
        "referrals": {
            "steps": referrals.count_waiting(session, actor)
            if frame.office.referrals is ReferralModule.ON
            else 0
        },
        "tips": {"steps": count_waiting_tips(session, actor)},
        "look_backs": {
            "checks": look_backs.count_due(session, actor, look_back, frame.today),
            "alerts": look_backs.count_alerts(session, actor),
        },
        "returns": {"steps": counts.returns},
        "assessments": {
            "rounds": rounds.rounds,
            "objections": rounds.objections,
            "sheets": rounds.sheets,
        },
        "bans": {"steps": counts.bans},
        "tracebacks": {"steps": tracebacks.count_waiting(session, actor)},
    }
