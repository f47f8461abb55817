"""Publications in words: what is owed, what the public reads now and would read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from services.clock import local_date
from services.disclosure.bulletin import bulletin_due_on, find_bulletin
from services.disclosure.copy import as_copy, changes_of
from services.disclosure.publish import find_public_case
from services.frame import Frame
from services.instances import shown_of
from services.queries import disclosure as queries
from services.queries.months import Month
from services.reference.divisions import divisions
from services.reference.sectors import sectors
from web.labels import label_of
from web.labels.disclosure import (
    DISCLOSURE_DECISIONS,
    EXPOSURE_SAID,
    SECRECY_CHECKS,
    picture_caption,
)
from web.labels.public import PUBLIC_FIELDS
from web.views.due import Due, due_of
from workflows.deadlines import end_of_day
from workflows.disclosure import (
    OUTCOMES,
    DisclosureRefusedError,
    DisclosureStep,
    PublicationKind,
    PublicationState,
)
from workflows.vocabulary import DelistingKind, Role


@dataclass(frozen=True)
class OwedLine:
    """Something to be published, with its limit as it stands now."""

    row: queries.Owed
    due: Due


@dataclass(frozen=True)
class WaitingLine:
    """A publication under way, with its limit as it stands now."""

    row: queries.PublicationRow
    due: Due | None


@dataclass(frozen=True)
class BulletinOwed:
    """The bulletin of the month before, not yet begun."""

    month: Month
    due: Due


@dataclass(frozen=True)
class DisclosuresView:
    """The whole list."""

    owed: tuple[OwedLine, ...]
    waiting: tuple[WaitingLine, ...]
    published: tuple[queries.PublicationRow, ...]
    dropped: tuple[queries.PublicationRow, ...]
    note: str
    may_prepare: bool
    bulletin: BulletinOwed | None


@dataclass(frozen=True)
class FieldLine:
    """One field of the public copy: as it is read now, and as it would be."""

    label: str
    before: str
    after: str
    changed: bool


@dataclass(frozen=True)
class DisclosureDecision:
    """One button: its value, its words, and what follows."""

    outcome: str
    label: str
    follows: str


@dataclass(frozen=True)
class PublicationView:
    """One publication in words. `step` is the one that the visitor may take now."""

    page: queries.PublicationPage
    due: Due | None
    fields: tuple[FieldLine, ...]
    is_first: bool
    shown: str
    step: DisclosureStep | None
    barred: bool
    decisions: tuple[DisclosureDecision, ...]
    checks: Mapping[str, str]
    next_kinds: tuple[PublicationKind, ...]


def disclosures_view(frame: Frame) -> DisclosuresView:
    """What the visitor's offices owe the public, and what is under way."""
    session, actor, now = frame.session, frame.actor, frame.now
    under_way = queries.list_publications(session, actor, PublicationState.UNDER_WAY)
    return DisclosuresView(
        owed=tuple(
            OwedLine(row, _due(row.due_on, now))
            for row in queries.list_owed(session, actor, frame.office, frame.today)
        ),
        waiting=tuple(
            WaitingLine(row, _due(row.due_on, now) if row.due_on else None)
            for row in sorted(under_way, key=lambda row: not row.mine)
        ),
        published=queries.list_publications(session, actor, PublicationState.PUBLISHED, 50),
        dropped=queries.list_publications(session, actor, PublicationState.DROPPED, 20),
        note=frame.office.profile.disclosure.note,
        may_prepare=bool(queries.offices_of(actor, DisclosureStep.PREPARE)),
        bulletin=_bulletin_owed(frame),
    )


def _bulletin_owed(frame: Frame) -> BulletinOwed | None:
    houses = [
        post.organisation_id for post in frame.actor.posts if post.role is Role.COMMITTEE_OFFICER
    ]
    month = Month.of(Month.of(frame.today).first_on - timedelta(days=1))
    if not houses or find_bulletin(frame.session, houses[0], month) is not None:
        return None
    return BulletinOwed(month, _due(bulletin_due_on(month, frame.office.profile), frame.now))


def publication_view(frame: Frame, publication_id: int) -> PublicationView:
    """One publication, with what the visitor may do about it now."""
    page = queries.get_publication(frame.session, frame.actor, publication_id)
    row = page.row
    published = find_public_case(frame, row.case_id) if row.case_id else None
    before = as_copy(published) if row.state is PublicationState.UNDER_WAY else {}
    step = row.waiting_step if row.mine else None
    barred = step is not None and queries.took_part(frame.session, frame.actor, row, step)
    own = DISCLOSURE_DECISIONS[step.value] if step and not barred else {}
    return PublicationView(
        page=page,
        due=_due(row.due_on, frame.now) if row.due_on else None,
        fields=_fields(before, page.content["copy"], row.kind),
        is_first=not before,
        shown=shown_of(page.content),
        step=None if barred else step,
        barred=barred,
        decisions=tuple(
            DisclosureDecision(outcome.value, *own[outcome.value])
            for outcome in OUTCOMES[step]
            if outcome.value in own
        )
        if step
        else (),
        checks=SECRECY_CHECKS,
        next_kinds=_next_kinds(frame, page, told=bool(as_copy(published))),
    )


def _next_kinds(
    frame: Frame, page: queries.PublicationPage, *, told: bool
) -> tuple[PublicationKind, ...]:
    """What may be prepared next about the case, once this publication is out."""
    published = page.row.state is PublicationState.PUBLISHED
    prepares = page.office_id in queries.offices_of(frame.actor, DisclosureStep.PREPARE)
    if not (published and prepares and page.row.case_id):
        return ()
    amending = (
        PublicationKind.PROGRESS,
        PublicationKind.CORRECTION,
        PublicationKind.TAKEDOWN,
    )
    return amending if told else (PublicationKind.LISTING,)


def preparing_office(frame: Frame) -> int:
    """For which office the visitor prepares a bulletin: that of the safety committee."""
    posts = [post for post in frame.actor.posts if post.role is Role.COMMITTEE_OFFICER]
    if not posts:
        raise DisclosureRefusedError(step=DisclosureStep.PREPARE.value, reason="no_post")
    return posts[0].organisation_id


def captions_of(frame: Frame, case_id: int) -> dict[int, str]:
    """The pictures to choose from, each with the words that would stand below it."""
    return {
        one.attachment_id: picture_caption(label_of(one.action), local_date(one.at).isoformat())
        for one in queries.list_pictures(frame.session, case_id)
    }


def _due(day: date, now: datetime) -> Due:
    found = due_of(end_of_day(day), now)
    assert found is not None
    return found


def _fields(
    before: Mapping[str, Any], copy: Mapping[str, Any], kind: PublicationKind
) -> tuple[FieldLine, ...]:
    after = {} if kind is PublicationKind.TAKEDOWN else copy
    changed = {change.field for change in changes_of(before, after)}
    return tuple(
        FieldLine(
            label, _said(name, before.get(name)), _said(name, after.get(name)), name in changed
        )
        for name, label in PUBLIC_FIELDS.items()
        if before.get(name) or after.get(name)
    )


def _said(name: str, value: Any) -> str:
    if not value:
        return ""
    match name:
        case "exposure":
            return EXPOSURE_SAID[value]
        case "sector":
            return sectors()[value].name
        case "division_code":
            found = divisions().get(value)
            return found.name if found else str(value)
        case "ending":
            return label_of(DelistingKind(value))
        case _:
            return str(value)
