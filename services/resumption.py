"""The notice that a party may resume production, and to whom copies of it go."""

from services.copies import MOST_READERS, SendCopy, send_copy
from services.documents.issue import issue_document
from services.frame import Frame
from services.models.case import Act, SupervisionCase
from services.queries.people import list_people_at
from services.step import OpenedStep
from workflows.permissions import may_view
from workflows.vocabulary import DocumentKind, Role

# Who keeps a case at a government or at a department that received it.
_KEEPERS = (Role.GOVERNMENT_OFFICER, Role.CASE_OFFICER)


def issue_notice(frame: Frame, case: SupervisionCase, act: Act) -> None:
    """Give the notice its number: whoever decides last signs it."""
    kind = DocumentKind.RESUMPTION_NOTICE
    issue_document(frame.session, frame.office, case, kind, act, frame.now)


def copy_to_those_concerned(step: OpenedStep, act: Act) -> None:
    """To the territory, the receivers of the handovers, and the department's own government."""
    frame, standing = step.frame, step.standing
    houses = {
        standing.territorial_government_id,
        standing.departments_government_id,
        *standing.receiver_ids,
    } - {standing.competent_department_id, standing.responsible_party_id, None}
    people = list_people_at(
        frame.session, [house for house in houses if house], _KEEPERS, frame.today
    )
    readers = [
        item.actor.person_id
        for item in people
        if may_view(item.actor, standing) and item.actor.person_id != frame.actor.person_id
    ]
    for start in range(0, len(readers), MOST_READERS):
        send_copy(
            frame,
            SendCopy(
                case_id=step.case.id,
                act_id=act.id,
                person_ids=tuple(readers[start : start + MOST_READERS]),
                note="",
                nonce=f"resumption-{act.id}-{start}",
            ),
        )
