"""Which organisations can still be named as receivers of a case."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.case import FormerReceiver, Handover, SupervisionCase
from services.models.organisation import Organisation, Post
from workflows.handovers import NATIONAL
from workflows.permissions import ROLES_OF
from workflows.vocabulary import Action, OrganisationKind

_KINDS = (OrganisationKind.GOVERNMENT, OrganisationKind.DEPARTMENT)


@dataclass(frozen=True)
class ReceiverChoice:
    """An organisation that may be named."""

    organisation_id: int
    name: str


def list_possible_receivers(session: Session, case: SupervisionCase) -> list[ReceiverChoice]:
    """Governments and departments with a post that can acknowledge; nobody receives twice."""
    handovers = sa.select(Handover.id).where(Handover.case_id == case.id)
    now = sa.select(Handover.receiver_id).where(Handover.case_id == case.id)
    before = sa.select(FormerReceiver.receiver_id).where(FormerReceiver.handover_id.in_(handovers))
    can_acknowledge = sa.exists().where(
        Post.organisation_id == Organisation.id,
        Post.role.in_(ROLES_OF[Action.ACKNOWLEDGE_HANDOVER]),
    )
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name)
        .where(
            Organisation.kind.in_(_KINDS),
            Organisation.id != case.responsible_party_id,
            Organisation.id.not_in(now),
            Organisation.id.not_in(before),
            sa.func.coalesce(Organisation.level, "") != NATIONAL,
            can_acknowledge,
        )
        .order_by(Organisation.kind.desc(), Organisation.id)
        .limit(200)
    )
    return [ReceiverChoice(row.id, row.name) for row in rows]


def list_possible_supporters(session: Session, case: SupervisionCase) -> list[ReceiverChoice]:
    """Those that can be named beside territory and department, whom the case concerns anyway."""
    concerned = (case.territorial_government_id, case.competent_department_id)
    return [
        row
        for row in list_possible_receivers(session, case)
        if row.organisation_id not in concerned
    ]
