"""What is on record about a case, read for the rules."""

from collections import defaultdict
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.clock import local_date
from services.models.case import Act, CaseParty, Handover, Invitation, SupervisionCase
from services.models.organisation import Organisation, Post
from services.models.process import definition_file, open_task, process_instance
from services.models.succession import Substitution
from services.queries.scope import DEPARTMENTS_GOVERNMENT
from services.reference.profile import Profile
from workflows.facts import ActRecord, CaseRecord, needs_met
from workflows.permissions import ROUND_BEGINS, CaseStanding
from workflows.vocabulary import Action, HazardSource, OrganisationKind, Outcome, PartyKind

# Whose listings the committee's office prepares; a department or a group prepares its own.
OFFICE_DRAFTS_FOR = (OrganisationKind.SAFETY_COMMITTEE, OrganisationKind.GOVERNMENT)
NEEDED_FOR_LISTING = ("place", "description", "found_on", "measures_taken")
# Cases that began before there was this diagram keep to theirs.
INQUIRY_FILE = "inquiry.bpmn"


def load_record(session: Session, case: SupervisionCase, profile: Profile) -> CaseRecord:
    """The case as the rules see it, from the rows as they stand in this transaction."""
    acts, taken_back = record_of_acts(session, case.id)
    serving = sa.exists().where(
        open_task.c.case_id == case.id, open_task.c.step_id == Action.SERVE_ON_NEW_PARTY.value
    )
    has_inquiry = sa.exists().where(
        process_instance.c.subject_kind == "case",
        process_instance.c.subject_id == case.id,
        definition_file.c.digest == process_instance.c.digest,
        definition_file.c.name == INQUIRY_FILE,
    )
    count, reported, service_open, inquiry_offered = session.execute(
        sa.select(
            sa.func.count(Handover.id),
            sa.func.count(Handover.reported_at),
            sa.select(serving).scalar_subquery(),
            sa.select(has_inquiry).scalar_subquery(),
        ).where(Handover.case_id == case.id)
    ).one()
    body = session.get_one(Organisation, case.listing_body_id)
    criterion = case.criterion
    return CaseRecord(
        source=HazardSource(case.source),
        has_parent_company=case.parent_company_id is not None,
        acts=acts,
        taken_back=taken_back,
        receiver_count=count,
        receivers_reported=reported,
        visitor_count=visitor_count(case.territorial_government_id, case.responsible_party_id),
        inspector_count=profile.inspector_count,
        criterion_on_record=criterion is not None,
        criterion_confirmed=criterion is not None
        and (criterion.verified or criterion.confirmed_by_id is not None),
        missing_fields=tuple(name for name in NEEDED_FOR_LISTING if not getattr(case, name)),
        party_kind=PartyKind(case.party_kind),
        sector_may_list_itself=case.sector in profile.self_listing_sectors,
        office_drafts_listing=body.kind in OFFICE_DRAFTS_FOR,
        party_is_sole_trader=case.responsible_party.kind == OrganisationKind.SOLE_TRADER,
        service_open=bool(service_open),
        sector_resumes_by_government=case.sector in profile.government_resumption_sectors,
        inquiry_offered=bool(inquiry_offered),
    )


def record_of_acts(
    session: Session, case_id: int, *which: sa.ColumnElement[bool]
) -> tuple[tuple[ActRecord, ...], tuple[ActRecord, ...]]:
    """The acts of a case that count, and those that were taken back, each in order."""
    rows = session.execute(
        sa.select(
            Act.id,
            Act.action,
            Act.outcome,
            Act.person_id,
            Act.round_number,
            Act.content,
            Act.at,
            Act.takes_back_id,
            Substitution.principal_person_id,
        )
        .outerjoin(Substitution, Substitution.id == Act.substitution_id)
        .where(Act.case_id == case_id, *which)
        .order_by(Act.id)
    ).all()
    taken_back = {row.takes_back_id for row in rows}
    acts = {
        row.id: ActRecord(
            Action(row.action),
            Outcome(row.outcome),
            row.person_id,
            row.round_number,
            row.content,
            local_date(row.at),
            row.principal_person_id,
        )
        for row in rows
        if row.takes_back_id is None
    }
    return (
        tuple(act for number, act in acts.items() if number not in taken_back),
        tuple(act for number, act in acts.items() if number in taken_back),
    )


def standing_of(session: Session, case: SupervisionCase, record: CaseRecord) -> CaseStanding:
    """To whom the case belongs and who has done what in it."""
    acted, this_round = defaultdict[Action, set[int]](set), defaultdict[Action, set[int]](set)
    for act in record.acts:
        people = _people(act.person_id, act.principal_person_id)
        acted[act.action] |= people
        for begun in (action for action, begins in ROUND_BEGINS.items() if begins is act.action):
            this_round[begun].clear()
        if act.action in ROUND_BEGINS or act.round_number == case.round_number:
            this_round[act.action] |= people
    for act in record.taken_back:  # who had a hand in it keeps apart, even after taking it back
        acted[act.action] |= _people(act.person_id, act.principal_person_id)
    receivers = session.scalars(
        sa.select(Handover.receiver_id)
        .where(Handover.case_id == case.id)
        .order_by(Handover.position)
    )
    co_parties = session.scalars(
        sa.select(CaseParty.organisation_id).where(
            CaseParty.case_id == case.id, CaseParty.organisation_id.is_not(None)
        )
    )
    government_id, invited = _government_and_invited(session, case)
    return CaseStanding(
        responsible_party_id=case.responsible_party_id,
        parent_company_id=case.parent_company_id,
        competent_department_id=case.competent_department_id,
        territorial_government_id=case.territorial_government_id,
        listing_body_id=case.listing_body_id,
        listing_office_id=case.listing_office_id,
        safety_committee_id=case.safety_committee_id,
        superior_office_id=case.superior_office_id,
        sector=case.sector,
        receiver_ids=tuple(receivers),
        settled_receiver_ids=frozenset(
            int(str(act.content["receiver_id"]))
            for act in record.acts
            if act.action is Action.RESOLVE_COMPETENCE_DISPUTE
        ),
        invited=invited,
        needs_met=needs_met(record),
        acted=_frozen(acted),
        acted_this_round=_frozen(this_round),
        departments_government_id=government_id,
        co_party_ids=frozenset(number for number in co_parties if number is not None),
        entered_clause=frozenset()
        if case.criterion is None
        else _people(case.criterion.entered_by_id, case.criterion.entered_for_id),
    )


def _people(person_id: int, principal_person_id: int | None) -> frozenset[int]:
    """An act by a substitute counts as done by both."""
    return frozenset(number for number in (person_id, principal_person_id) if number is not None)


def _government_and_invited(
    session: Session, case: SupervisionCase
) -> tuple[int | None, tuple[int, int] | None]:
    """The department's government; the post of the expert who is asked now, and its organisation.

    One question, for pages ask it often.
    """
    asked = sa.and_(Invitation.case_id == SupervisionCase.id, Invitation.ended_at.is_(None))
    row = session.execute(
        sa.select(DEPARTMENTS_GOVERNMENT.label("government_id"), Post.id, Post.organisation_id)
        .select_from(SupervisionCase)
        .outerjoin(Invitation, asked)
        .outerjoin(Post, Post.id == Invitation.post_id)
        .where(SupervisionCase.id == case.id)
        .limit(1)
    ).first()
    if row is None:
        return None, None
    is_asked = row.id is not None and case.ending is None
    return row.government_id, (row.id, row.organisation_id) if is_asked else None


def visitor_count(territory_id: int, party_id: int) -> int:
    """Department, committee office and territory; the territory does not visit itself."""
    return 2 if territory_id == party_id else 3


def awaits_confirmation(case: SupervisionCase) -> bool:
    """True while a clause that was typed in waits for a second person."""
    criterion = case.criterion
    return (
        criterion is not None
        and case.ending is None
        and not criterion.verified
        and criterion.confirmed_by_id is None
    )


def _frozen(sets: Mapping[Action, set[int]]) -> dict[Action, frozenset[int]]:
    return {action: frozenset(people) for action, people in sets.items()}
