"""First report of a hazard by the enterprise: place, hazard, measures; receipted at once."""

from dataclasses import dataclass

from services.beginning import NewHazard, ResponsibleParty, begin_case, refuse_second_sending
from services.documents.issue import issue_document
from services.frame import Frame, Receipt, require
from services.models.case import Act, SupervisionCase
from services.models.organisation import Organisation
from services.parties import party_kind_of
from workflows.permissions import PermissionRefusedError, PostRecord, starting_posts
from workflows.vocabulary import Action, DocumentKind, HazardSource


@dataclass(frozen=True, kw_only=True)
class FileFirstReport(NewHazard):
    """Filed for the enterprise at which the reporter holds a post."""


def file_first_report(frame: Frame, command: FileFirstReport) -> Receipt:
    """File the report, start the case, give the intake number. Nothing else can hold it up."""
    refuse_second_sending(frame, command.nonce)
    post = _reporting_post(frame)
    require(command, "hazard_name", "place", "measures_taken")
    party = frame.session.get_one(Organisation, post.organisation_id)
    receipt = begin_case(
        frame,
        Action.FILE_FIRST_REPORT,
        HazardSource.ENTERPRISE_REPORT,
        ResponsibleParty(party, party_kind_of(party, None)),
        post,
        command,
    )
    issue_document(
        frame.session,
        frame.office,
        frame.session.get_one(SupervisionCase, receipt.case_id),
        DocumentKind.FIRST_REPORT_RECEIPT,
        frame.session.get_one(Act, receipt.act_id),
        frame.now,
    )
    return receipt


def _reporting_post(frame: Frame) -> PostRecord:
    for post in starting_posts(frame.actor, Action.FILE_FIRST_REPORT):
        return post
    raise PermissionRefusedError(action=Action.FILE_FIRST_REPORT, reason="no_post", missing="")
