"""One's own calendar address made anew or ended: on record, for calendars leave the office."""

from services.administration.log import NewEntry, write_entry
from services.calendar_feeds import end_feeds, make_feed
from services.frame import Frame
from workflows.administration import EntryKind


def make_own_feed(frame: Frame) -> str:
    """The token of a new address, to be shown this once; the one before is worthless."""
    token = make_feed(frame.session, frame.actor.person_id, frame.now)
    _record(frame, EntryKind.FEED_MADE)
    return token


def end_own_feed(frame: Frame) -> None:
    """End the address, if there is one."""
    if end_feeds(frame.session, frame.actor.person_id, frame.now):
        _record(frame, EntryKind.FEED_ENDED)


def _record(frame: Frame, kind: EntryKind) -> None:
    person_id = frame.actor.person_id
    new = NewEntry(kind=kind, person_id=person_id, subject_id=person_id)
    write_entry(frame.session, new, frame.now)
