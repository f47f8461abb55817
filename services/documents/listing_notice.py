"""What the listing notice of a case says, gathered from what is on record when it is proposed."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.documents.context import (
    Addressee,
    Criterion,
    Hazard,
    ListingNoticeInputs,
    Organ,
    Rectification,
    Supervision,
)
from services.errors import InvalidCommandError
from services.models.case import CaseCriterion, SupervisionCase
from services.models.deadline import Deadline
from services.models.document import Document
from services.models.organisation import Organisation
from services.office import Office
from services.queries.listing_bodies import level_of
from services.queries.people import list_signatories
from services.reference.profile import Profile
from services.reference.sectors import sectors
from workflows.vocabulary import Action, DocumentKind, OrganisationKind, Role

PLAN_RULE = "submit_plan"


def listing_notice_inputs(
    session: Session,
    office: Office,
    case: SupervisionCase,
    requirements: str,
    now: datetime,
) -> ListingNoticeInputs:
    """What the notice says. InvalidCommandError when something is missing."""
    criterion, found_on = case.criterion, case.found_on
    limit_on = case.rectification_limit_on
    if criterion is None or found_on is None or limit_on is None:
        raise InvalidCommandError({"requirements": "no_rectification_order"})
    body = session.get_one(Organisation, case.listing_body_id)
    department = session.get_one(Organisation, case.competent_department_id)
    territory = session.get_one(Organisation, case.territorial_government_id)
    today = local_date(now)
    signatories = list_signatories(
        session, body.id, Role.AUTHORISED_SIGNATORY, Action.SIGN_LISTING, today
    )
    return ListingNoticeInputs(
        organ=Organ(
            name=body.name,
            header=header_of(office.profile, body),
            code=code_of(office.profile, body),
            office=case.listing_office.name,
        ),
        addressee=Addressee(
            name=case.responsible_party.name, credit_code=case.responsible_party.credit_code
        ),
        hazard=Hazard(
            intake_number=case.intake_number,
            name=case.hazard_name,
            category=sectors()[case.sector].name,
            place=case.place or "",
            description=case.description or "",
            found_on=found_on,
        ),
        criterion=clause_of(criterion),
        rectification=Rectification(
            order_number=_order_number(session, case.id),
            limit_on=limit_on,
            requirements=tuple(line for line in requirements.splitlines() if line.strip()),
            plan_due_on=_plan_due_on(session, case.id),
            control_measures=tuple(
                line for line in (case.measures_taken or "").splitlines() if line.strip()
            ),
            progress_report_months=office.profile.listing_notice.progress_report_months,
            extension_lead_working_days=office.profile.extension_lead_working_days,
        ),
        supervision=Supervision(
            level=level_of(body),
            supervising_department=department.name,
            competent_department=department.name,
            territorial_government=territory.name,
            cc=(territory.name, department.name),
        ),
        signatory_name="、".join(signatory.name for signatory in signatories),
        signatory_principal=signatories[0].principal_name if len(signatories) == 1 else "",
        drafted_on=today,
    )


def clause_of(criterion: CaseCriterion) -> Criterion:
    """The clause as it is printed."""
    return Criterion(
        document=criterion.document,
        document_no=criterion.document_number,
        article=criterion.article,
        text=criterion.wording,
        verified=criterion.verified or criterion.confirmed_by_id is not None,
    )


def header_of(profile: Profile, body: Organisation) -> str:
    """The red header: the profile's for its committee, made from the name for another body."""
    if body.kind == OrganisationKind.SAFETY_COMMITTEE:
        return profile.listing_notice.header
    return profile.listing_notice.other_header.format(organ=body.name)


def code_of(profile: Profile, body: Organisation) -> str:
    """The organ code of the number: the profile's for its committee, else the body's own mark."""
    if body.kind == OrganisationKind.SAFETY_COMMITTEE:
        return profile.listing_notice.code
    return profile.listing_notice.other_code.format(organ=body.mark or "")


def _plan_due_on(session: Session, case_id: int) -> date | None:
    """When the open plan is due, if it has not been handed in yet."""
    return session.scalars(
        sa.select(Deadline.due_on).where(
            Deadline.case_id == case_id,
            Deadline.rule_id == PLAN_RULE,
            Deadline.ended_at.is_(None),
        )
    ).first()


def _order_number(session: Session, case_id: int) -> str:
    number = session.scalars(
        sa.select(Document.number)
        .where(Document.case_id == case_id, Document.kind == DocumentKind.RECTIFICATION_ORDER)
        .order_by(Document.id.desc())
        .limit(1)
    ).first()
    return number or ""
