"""Links to set a password as acts of administration: who may make one, and the record of each."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.accounts import forgive_failures
from services.administration.log import NewEntry, write_entry
from services.administration.proposals import LOCK, require_role
from services.clock import local_date
from services.database import lock_until_commit
from services.frame import Frame
from services.models.account import Account
from services.models.administration import AdministrationProposal
from services.password_links import NewLink, OpenLink, close_requests, make_link, use_link
from services.queries.administration.posts import list_administrators
from services.queries.administration.proposals import allows_a_link
from services.sign_in_rules import normalised_username
from workflows.administration import EntryKind
from workflows.errors import RuleError
from workflows.vocabulary import Role


class NoLinkAllowedError(RuleError):
    """No confirmed change lets a link be made for this person (any more)."""

    code = "no_link_allowed"


class NoAdministratorError(RuleError):
    """The operator at the machine makes links for the three administrators only."""

    code = "no_administrator"


def make_confirmed_link(frame: Frame, person_id: int) -> NewLink:
    """The one link that a confirmed change allows. It is handed over in person."""
    require_role(frame, Role.SYSTEM_ADMIN)
    lock_until_commit(frame.session, LOCK)
    spent = frame.session.execute(
        sa.update(AdministrationProposal)
        .where(allows_a_link(person_id, frame.now))
        .values(link_made_at=frame.now)
        .returning(AdministrationProposal.id)
    ).all()
    if not spent:
        raise NoLinkAllowedError
    link = make_link(frame.session, person_id, frame.actor.person_id, frame.now)
    record_link(frame.session, link, person_id, frame.actor.person_id, frame.now)
    return link


def make_operators_link(session: Session, username: str, now: datetime) -> NewLink:
    """For an administrator who cannot sign in any more, when no other can help."""
    three = [post.person_id for post in list_administrators(session, local_date(now))]
    person_id = session.scalar(
        sa.select(Account.person_id).where(
            Account.username == normalised_username(username), Account.person_id.in_(three)
        )
    )
    if person_id is None:
        raise NoAdministratorError
    link = make_link(session, person_id, None, now)
    record_link(session, link, person_id, None, now)
    return link


def set_password_by_link(
    session: Session, code: str, password_hash: str, network: str, now: datetime
) -> OpenLink:
    """Spend the link, set the password, sign the person out everywhere.

    Tries that failed before from the same network no longer bar the person from signing in.
    """
    used = use_link(session, code, password_hash, now)
    forgive_failures(session, used.username, network, now)
    new = NewEntry(
        kind=EntryKind.LINK_USED,
        person_id=used.person_id,
        subject_id=used.person_id,
        after={"purpose": used.purpose.value},
    )
    write_entry(session, new, now)
    return used


def set_request_aside(frame: Frame, person_id: int) -> None:
    """A request for a new password that needs no link, such as one sent by a stranger."""
    require_role(frame, Role.SYSTEM_ADMIN)
    if close_requests(frame.session, person_id, frame.now):
        new = NewEntry(
            kind=EntryKind.REQUEST_CLOSED, person_id=frame.actor.person_id, subject_id=person_id
        )
        write_entry(frame.session, new, frame.now)


def record_link(
    session: Session, link: NewLink, person_id: int, made_by_id: int | None, now: datetime
) -> None:
    """That a link was made, for whom and by whom; never the link."""
    new = NewEntry(
        kind=EntryKind.LINK_MADE,
        person_id=made_by_id,
        subject_id=person_id,
        after={"purpose": link.purpose.value},
    )
    write_entry(session, new, now)
