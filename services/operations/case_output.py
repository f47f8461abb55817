"""Cases as plain data for the command line and for other programs."""

from typing import Any

from sqlalchemy.orm import Session

from services.models.case import SupervisionCase
from services.models.organisation import Organisation
from services.queries.case_page import list_acts, list_deadlines, list_documents
from services.queries.facts import load_record
from services.queries.ledger import LedgerFilter, LedgerRow, list_ledger
from services.queries.scope import find_case_id
from services.queries.tasks import list_open_tasks
from services.reference.profile import Profile
from workflows.vocabulary import Phase

Plain = dict[str, Any]
MOST_CASES = 10_000


def list_cases(session: Session, phase: Phase | None) -> list[Plain]:
    """All cases, or those of one phase, soonest deadline first."""
    page = list_ledger(session, None, LedgerFilter(phase=phase), limit=MOST_CASES)
    return [_ledger_row(row) for row in page.rows]


def get_case(session: Session, number: str, profile: Profile) -> Plain:
    """One case by its case number or intake number; CaseNotFoundError if there is none."""
    case = session.get_one(SupervisionCase, find_case_id(session, number))
    record = load_record(session, case, profile)
    criterion = case.criterion
    department = case.competent_department
    return {
        **_identity(case),
        "place": case.place,
        "description": case.description,
        "measures_taken": case.measures_taken,
        "found_on": _iso(case.found_on),
        "competent_department": department.name if department else None,
        "territorial_government": case.territorial_government.name,
        "listing_body": case.listing_body.name,
        "missing": list(record.missing_fields),
        "criterion": None
        if criterion is None
        else {
            "document": criterion.document,
            "document_number": criterion.document_number,
            "article": criterion.article,
            "wording": criterion.wording,
            "verified": criterion.verified,
            "confirmed": criterion.confirmed_by_id is not None,
        },
        "open_steps": [
            {
                "task_id": task.task_id,
                "step": task.step,
                "process": task.process_id,
                "standing": task.standing,
                "opened_at": _iso(task.opened_at),
                "due_at": _iso(task.due_at),
            }
            for task in list_open_tasks(session, case.id)
        ],
        "acts": [
            {
                "action": act.action,
                "outcome": act.outcome,
                "by": act.person_name,
                "in_the_name_of": act.principal_name or None,
                "post": act.post_title,
                "organisation": act.organisation_name,
                "at": _iso(act.at),
                "round": act.round_number,
                "opinion": act.opinion,
                "taken_back": None
                if act.taken_back is None
                else {"at": _iso(act.taken_back.at), "reason": act.taken_back.reason},
                "files": [{"name": f.file_name, "sha256": f.sha256} for f in act.files],
            }
            for act in list_acts(session, case.id)
        ],
        "deadlines": [
            {
                "rule": row.rule_id,
                "name": row.name,
                "due_on": _iso(row.due_on),
                "provisional": row.provisional,
                "ended_as": row.ended_as,
                "basis": dict(row.basis),
            }
            for row in list_deadlines(session, case.id)
        ],
        "documents": [
            {
                "kind": row.kind,
                "number": row.number,
                "issued_on": _iso(row.issued_on),
                "state": row.state,
                "sha256": row.issued_sha256,
            }
            for row in list_documents(session, case.id)
        ],
    }


def _identity(case: SupervisionCase) -> Plain:
    party: Organisation = case.responsible_party
    return {
        "intake_number": case.intake_number,
        "case_number": case.case_number,
        "national_number": case.national_number,
        "hazard_name": case.hazard_name,
        "responsible_party": party.name,
        "credit_code": party.credit_code,
        "sector": case.sector,
        "division": case.division_code,
        "source": case.source,
        "phase": case.phase,
        "round": case.round_number,
        "ending": case.ending,
        "filed_at": _iso(case.filed_at),
        "rectification_limit_on": _iso(case.rectification_limit_on),
    }


def _ledger_row(row: LedgerRow) -> Plain:
    return {
        "intake_number": row.intake_number,
        "case_number": row.case_number,
        "hazard_name": row.hazard_name,
        "responsible_party": row.party_name,
        "sector": row.sector,
        "division": row.division_code,
        "source": row.source,
        "phase": row.phase,
        "round": row.round_number,
        "ending": row.ending,
        "filed_at": _iso(row.filed_at),
        "rectification_limit_on": _iso(row.rectification_limit_on),
        "next_due_at": _iso(row.next_due_at),
        "waiting_for": list(row.waiting_for),
    }


def _iso(value: Any) -> str | None:
    return value.isoformat() if value is not None else None
