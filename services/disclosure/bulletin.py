"""The monthly bulletin: made from what was published, approved like it, numbered, and printed.

Its number and the head of the audit chain are taken when it is published, so that whoever keeps a
copy holds an anchor of the chain.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.audit import newest_entry
from services.clock import local_date
from services.database import lock_until_commit
from services.disclosure.copy import ways_to_reach
from services.errors import InvalidCommandError
from services.frame import MOST_CHARACTERS, Frame
from services.messages.outbox import put
from services.models.disclosure import Publication, PublicationStep
from services.models.organisation import Organisation
from services.models.public import PublicBulletin, PublicEntry
from services.queries.months import Month
from services.reference.profile import Profile
from services.topics import Topic
from workflows.disclosure import DisclosureStep, PublicationKind, PublicationState

BULLETIN_TEMPLATE = "bulletin.html"


@dataclass(frozen=True)
class BulletinText:
    """A bulletin in words. A section: `heading`, `paragraphs` and `rows`, the first the head.

    `cases` of a section: for each row but the head the id of the published case that it tells of.
    `introduction` is what the officer typed; everything else is made from what was published.
    """

    title: str
    introduction: str
    sections: tuple[Mapping[str, Any], ...]
    basis: str


def bulletin_content(month: Month, text: BulletinText) -> dict[str, Any]:
    """The bulletin to be published, frozen; InvalidCommandError naming what is wrong with it."""
    introduction = text.introduction.strip()
    problem = next(ways_to_reach(introduction), "")
    if len(introduction) > MOST_CHARACTERS:
        problem = f"too_long:{MOST_CHARACTERS}"
    if problem:
        raise InvalidCommandError({"introduction": problem})
    opening = [{"heading": "", "paragraphs": introduction.splitlines(), "rows": [], "cases": []}]
    return {
        "copy": {},
        "reason": "",
        "basis": text.basis,
        "pictures": [],
        "bulletin": {
            "title": text.title,
            "period": str(month),
            "sections": [*(opening if introduction else []), *map(dict, text.sections)],
        },
    }


def bulletin_due_on(month: Month, profile: Profile) -> date:
    """By when the bulletin of a month is due: the office's own day of the next month."""
    following = Month.of(date.fromordinal(month.last_on.toordinal() + 1))
    return following.first_on.replace(day=profile.disclosure.bulletin_due_day)


def find_bulletin(session: Session, office_id: int, month: Month) -> int | None:
    """The publication of this month's bulletin, unless it was dropped."""
    return session.scalar(
        sa.select(Publication.id).where(
            Publication.kind == PublicationKind.BULLETIN.value,
            Publication.office_id == office_id,
            Publication.period == str(month),
            Publication.state != PublicationState.DROPPED.value,
        )
    )


def is_outdated(session: Session, bulletin: Publication) -> bool:
    """Whether something was corrected or taken down since it was prepared last."""
    prepared_at = (
        sa.select(sa.func.max(PublicationStep.at))
        .where(
            PublicationStep.publication_id == bulletin.id,
            PublicationStep.step == DisclosureStep.PREPARE.value,
        )
        .scalar_subquery()
    )
    amended = sa.select(PublicEntry.id).where(
        PublicEntry.kind.in_((PublicationKind.CORRECTION.value, PublicationKind.TAKEDOWN.value)),
        PublicEntry.at >= prepared_at,
    )
    return session.execute(amended.limit(1)).first() is not None


def publish_bulletin(frame: Frame, publication: Publication) -> None:
    """Give it its number and the head of the chain, and ask the worker to print it."""
    session = frame.session
    lock_until_commit(session, "bulletin numbers")
    year = frame.today.year
    before = session.scalars(
        sa.select(PublicBulletin.published_at).order_by(PublicBulletin.id)
    ).all()
    number = 1 + sum(local_date(at).year == year for at in before)
    size, head = newest_entry(session)
    bulletin = PublicBulletin(
        publication_id=publication.id,
        number=frame.office.profile.disclosure.bulletin_number_format.format(
            year=year, number=number
        ),
        period=publication.period or "",
        content={
            **publication.content["bulletin"],
            "organ": session.get_one(Organisation, publication.office_id).name,
        },
        audit_size=size,
        audit_head=head,
        published_at=frame.now,
    )
    session.add(bulletin)
    session.flush()
    put(
        session,
        f"{Topic.RENDER_BULLETIN}:{bulletin.id}",
        Topic.RENDER_BULLETIN,
        {"bulletin_id": bulletin.id},
        frame.now,
    )


def printed_bulletin(bulletin: PublicBulletin) -> dict[str, Any]:
    """What the printed bulletin is made from: the same as its page."""
    return {
        "kind": "bulletin",
        "number": bulletin.number,
        "drafted_on": local_date(bulletin.published_at).isoformat(),
        "issued_on": local_date(bulletin.published_at).isoformat(),
        "audit_size": bulletin.audit_size,
        "audit_head": bulletin.audit_head,
        **bulletin.content,
    }
