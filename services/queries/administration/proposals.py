"""Proposed changes: those that wait, and one with what it would replace."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.errors import RecordNotFoundError
from services.models.administration import AdministrationProposal
from services.models.organisation import Organisation, Person, Post
from services.queries.administration.organisations import get_organisation
from services.queries.administration.posts import PostLine, post_lines
from workflows.administration import GIVES_A_LINK, ChangeKind, ProposalState

# A confirmed right to make a link is used within three days, or asked for again.
LINK_ALLOWED_FOR = timedelta(hours=72)
_PROPOSER, _DECIDER, _SUBJECT = aliased(Person), aliased(Person), aliased(Person)


@dataclass(frozen=True)
class ProposalPage:
    """Some proposed changes, and how many there are in all."""

    rows: tuple["ProposalRow", ...]
    total: int


@dataclass(frozen=True)
class ProposalRow:
    """One proposed change. `subject` names whom it concerns."""

    proposal_id: int
    kind: ChangeKind
    state: ProposalState
    person_id: int | None
    subject: str
    organisation_id: int | None
    organisation_name: str
    reason: str
    proposed_by_id: int
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    opinion: str


@dataclass(frozen=True)
class ProposalDetails:
    """One proposed change with its content and what it would replace."""

    row: ProposalRow
    content: Mapping[str, Any]
    present: Mapping[str, Any]
    post: PostLine | None


def list_proposals(
    session: Session, state: ProposalState | None, limit: int, offset: int
) -> ProposalPage:
    """Proposed changes, those that wait first, then the newest."""
    conditions = [] if state is None else [AdministrationProposal.state == state.value]
    total = session.scalars(
        sa.select(sa.func.count(AdministrationProposal.id)).where(*conditions)
    ).one()
    return ProposalPage(
        tuple(proposal_rows(session, *conditions, limit=limit, offset=offset)), total
    )


def count_open_proposals(session: Session) -> int:
    """How many proposed changes wait for a decision."""
    return session.scalars(
        sa.select(sa.func.count(AdministrationProposal.id)).where(
            AdministrationProposal.state == ProposalState.OPEN
        )
    ).one()


def get_proposal(session: Session, proposal_id: int) -> ProposalDetails:
    """One proposed change; RecordNotFoundError when there is none."""
    proposal = session.get(AdministrationProposal, proposal_id)
    if proposal is None:
        raise RecordNotFoundError
    row = next(iter(proposal_rows(session, AdministrationProposal.id == proposal_id)))
    present: Mapping[str, Any] = {}
    if row.kind is ChangeKind.EDIT_ORGANISATION and row.organisation_id is not None:
        present = get_organisation(session, row.organisation_id, date.min).values
    post = next(iter(post_lines(session, Post.id == (proposal.post_id or 0))), None)
    return ProposalDetails(row=row, content=proposal.content, present=present, post=post)


def allows_a_link(person_id: int, now: datetime) -> sa.ColumnElement[bool]:
    """True for the confirmed changes that let a link be made for this person now."""
    return sa.and_(
        AdministrationProposal.person_id == person_id,
        AdministrationProposal.kind.in_([kind.value for kind in GIVES_A_LINK]),
        AdministrationProposal.state == ProposalState.CONFIRMED,
        AdministrationProposal.link_made_at.is_(None),
        AdministrationProposal.decided_at > now - LINK_ALLOWED_FOR,
    )


def proposal_rows(
    session: Session, *conditions: sa.ColumnElement[bool], limit: int = 100, offset: int = 0
) -> list[ProposalRow]:
    """Proposals that meet these conditions, those that wait first, then the newest."""
    rows = session.execute(
        sa.select(
            AdministrationProposal,
            _PROPOSER.name.label("proposer"),
            _DECIDER.name.label("decider"),
            _SUBJECT.name.label("subject"),
            Organisation.name.label("organisation"),
        )
        .join(_PROPOSER, _PROPOSER.id == AdministrationProposal.proposed_by_id)
        .outerjoin(_DECIDER, _DECIDER.id == AdministrationProposal.decided_by_id)
        .outerjoin(_SUBJECT, _SUBJECT.id == AdministrationProposal.person_id)
        .outerjoin(Organisation, Organisation.id == AdministrationProposal.organisation_id)
        .where(*conditions)
        .order_by(
            AdministrationProposal.state != ProposalState.OPEN, AdministrationProposal.id.desc()
        )
        .limit(limit)
        .offset(offset)
    )
    return [_proposal_row(row) for row in rows]


def _proposal_row(row: Any) -> ProposalRow:
    proposal: AdministrationProposal = row.AdministrationProposal
    kind = ChangeKind(proposal.kind)
    named = str(proposal.content.get("name", ""))
    return ProposalRow(
        proposal_id=proposal.id,
        kind=kind,
        state=ProposalState(proposal.state),
        person_id=proposal.person_id,
        subject=row.subject or (named if kind is ChangeKind.ADD_PERSON else ""),
        organisation_id=proposal.organisation_id,
        organisation_name=row.organisation
        or (named if kind is ChangeKind.ADD_ORGANISATION else ""),
        reason=proposal.reason,
        proposed_by_id=proposal.proposed_by_id,
        proposed_by=row.proposer,
        proposed_at=proposal.proposed_at,
        decided_by=row.decider or "",
        decided_at=proposal.decided_at,
        opinion=proposal.opinion,
    )
