"""Two persons for each change: the system administrator proposes, the security one confirms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.administration import holidays, organisations, persons, posts
from services.administration.change import Change, Effect, Problems
from services.administration.log import NewEntry, write_entry
from services.bans.check import refuse_banned
from services.database import lock_until_commit
from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import Frame
from services.models.administration import AdministrationProposal
from services.queries.principals import of_proposal
from workflows.administration import (
    ChangeKind,
    EntryKind,
    ProposalState,
    may_confirm,
)
from workflows.errors import RuleError
from workflows.vocabulary import Role

LOCK = "administration"


class AdministrationRefusedError(RuleError):
    """Not an administrator's act, or not this administrator's. `detail["reason"]` says why."""

    code = "administration_refused"


class ProposalDecidedError(RuleError):
    """Somebody has decided on it or withdrawn it already."""

    code = "proposal_decided"


@dataclass(frozen=True)
class Rule:
    """What a kind of change must meet, and how it takes effect."""

    check: Callable[[Session, Change, date], Problems]
    carry_out: Callable[[Session, Change, datetime], Effect]


RULES: Mapping[ChangeKind, Rule] = {
    ChangeKind.ADD_ORGANISATION: Rule(organisations.check_new, organisations.add),
    ChangeKind.EDIT_ORGANISATION: Rule(organisations.check_edited, organisations.edit),
    ChangeKind.ADD_PERSON: Rule(persons.check_new, persons.add),
    ChangeKind.GIVE_POST: Rule(posts.check_given, posts.give),
    ChangeKind.END_POST: Rule(posts.check_ended, posts.end),
    ChangeKind.DISABLE_ACCOUNT: Rule(persons.check_disabled, persons.disable),
    ChangeKind.ENABLE_ACCOUNT: Rule(persons.check_enabled, persons.enable),
    ChangeKind.LOAD_HOLIDAYS: Rule(holidays.check_notice, holidays.put_in_force),
    ChangeKind.ISSUE_LINK: Rule(persons.check_link, persons.allow_link),
    ChangeKind.RESET_SECOND_FACTOR: Rule(persons.check_forgotten, persons.forget),
}


def propose(frame: Frame, change: Change) -> int:
    """Ask for a change; returns the id of the proposal. InvalidCommandError names what is wrong."""
    require_role(frame, Role.SYSTEM_ADMIN)
    lock_until_commit(frame.session, LOCK)
    if not change.reason:
        raise InvalidCommandError({"reason": "required"})
    if change.person_id == frame.actor.person_id:
        raise InvalidCommandError({"reason": "own_account"})
    problems = RULES[change.kind].check(frame.session, change, frame.today)
    if problems:
        raise InvalidCommandError(problems)
    _refuse_twice(frame.session, change)
    proposal = AdministrationProposal(
        kind=change.kind.value,
        content=dict(change.content),
        reason=change.reason,
        person_id=change.person_id,
        organisation_id=change.organisation_id,
        post_id=change.post_id,
        proposed_by_id=frame.actor.person_id,
        proposed_at=frame.now,
        state=ProposalState.OPEN.value,
    )
    frame.session.add(proposal)
    frame.session.flush()
    _record(frame, EntryKind.PROPOSED, proposal, change.reason, after=change.content)
    return proposal.id


def confirm(frame: Frame, proposal_id: int, opinion: str = "") -> None:
    """The second person agrees: the change takes effect. Everything is checked once more, and
    whoever becomes principal of a unit against the register of bans (PrincipalBannedError).
    """
    proposal = _take(frame, proposal_id)
    change = change_of(proposal)
    problems = RULES[change.kind].check(frame.session, change, frame.today)
    if problems:
        raise InvalidCommandError(problems)
    refuse_banned(frame, of_proposal(frame.session, proposal, frame.today))
    effect = RULES[change.kind].carry_out(frame.session, change, frame.now)
    proposal.person_id = effect.person_id
    proposal.organisation_id = effect.organisation_id or proposal.organisation_id
    _decide(frame, proposal, ProposalState.CONFIRMED, opinion)
    _record(frame, EntryKind.CONFIRMED, proposal, opinion, effect.before, effect.after)


def refuse(frame: Frame, proposal_id: int, opinion: str) -> None:
    """The second person does not agree, and says why."""
    proposal = _take(frame, proposal_id)
    if not opinion:
        raise InvalidCommandError({"opinion": "required"})
    _decide(frame, proposal, ProposalState.REFUSED, opinion)
    _record(frame, EntryKind.REFUSED, proposal, opinion)


def withdraw(frame: Frame, proposal_id: int) -> None:
    """Who proposed a change takes it back before it is decided."""
    require_role(frame, Role.SYSTEM_ADMIN)
    lock_until_commit(frame.session, LOCK)
    proposal = _open(frame.session, proposal_id)
    if proposal.proposed_by_id != frame.actor.person_id:
        raise AdministrationRefusedError(reason="not_proposer")
    _decide(frame, proposal, ProposalState.WITHDRAWN, "")
    _record(frame, EntryKind.WITHDRAWN, proposal, "")


def require_role(frame: Frame, role: Role) -> None:
    """AdministrationRefusedError unless the actor holds this role today."""
    if all(post.role is not role for post in frame.actor.own_posts):
        raise AdministrationRefusedError(reason="no_post")


def change_of(proposal: AdministrationProposal) -> Change:
    """The change as it was asked."""
    return Change(
        kind=ChangeKind(proposal.kind),
        reason=proposal.reason,
        content=proposal.content,
        person_id=proposal.person_id,
        organisation_id=proposal.organisation_id,
        post_id=proposal.post_id,
    )


def _take(frame: Frame, proposal_id: int) -> AdministrationProposal:
    require_role(frame, Role.SECURITY_ADMIN)
    lock_until_commit(frame.session, LOCK)
    proposal = _open(frame.session, proposal_id)
    if not may_confirm(frame.actor.person_id, proposal.proposed_by_id, proposal.person_id):
        raise AdministrationRefusedError(reason="own_proposal")
    return proposal


def _open(session: Session, proposal_id: int) -> AdministrationProposal:
    proposal = session.get(AdministrationProposal, proposal_id, populate_existing=True)
    if proposal is None:
        raise RecordNotFoundError
    if proposal.state != ProposalState.OPEN:
        raise ProposalDecidedError
    return proposal


def _decide(
    frame: Frame, proposal: AdministrationProposal, state: ProposalState, opinion: str
) -> None:
    proposal.state = state.value
    proposal.decided_by_id = frame.actor.person_id
    proposal.decided_at = frame.now
    proposal.opinion = opinion
    frame.session.flush()


def _refuse_twice(session: Session, change: Change) -> None:
    """The same change asked for again while it waits, such as by pressing the button twice."""
    waiting = session.scalars(
        sa.select(AdministrationProposal).where(
            AdministrationProposal.state == ProposalState.OPEN,
            AdministrationProposal.kind == change.kind,
        )
    )
    if any(_same(change_of(proposal), change) for proposal in waiting):
        raise InvalidCommandError({"reason": "already_proposed"})


def _same(one: Change, other: Change) -> bool:
    return (one.person_id, one.organisation_id, one.post_id, dict(one.content)) == (
        other.person_id,
        other.organisation_id,
        other.post_id,
        dict(other.content),
    )


def _record(
    frame: Frame,
    kind: EntryKind,
    proposal: AdministrationProposal,
    reason: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    new = NewEntry(
        kind=kind,
        change=ChangeKind(proposal.kind),
        person_id=frame.actor.person_id,
        proposed_by_id=proposal.proposed_by_id,
        subject_id=proposal.person_id,
        organisation_id=proposal.organisation_id,
        reason=reason,
        before=before or {},
        after=after or {},
    )
    write_entry(frame.session, new, frame.now)
