"""The report of a decided traceback as a document: frozen in words, set, signed, and taken.

It bears no verification code, and the public page knows nothing of its pages: that a traceback was
held is told to nobody outside. Whoever reads it checks the signatures in it.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import audit
from services.chain import commitment
from services.errors import RecordNotFoundError
from services.frame import Frame
from services.messages.outbox import put
from services.models.organisation import Person, Post
from services.models.succession import Substitution
from services.models.traceback import TracebackLook, TracebackReport, TracebackStepTaken
from services.queries.tracebacks import TracebackPage, get_traceback
from services.signing import Signatory, as_rows, signatories_deciding
from services.topics import Topic

REPORT_TEMPLATE = "forms/traceback.html"
LOOK_ID = "traceback_look_id"
# What the report says, in the words of the pages.
InWords = Callable[[TracebackPage], Mapping[str, Any]]


@dataclass(frozen=True)
class ReportToSet:
    """What the pages of a report are made from, and who signs them."""

    inputs: Mapping[str, Any]
    signatories: tuple[Signatory, ...]


def issue_report(frame: Frame, traceback_id: int, step_id: int, in_words: InWords) -> None:
    """Freeze what the report says, now that it is decided, and ask for its pages."""
    session = frame.session
    page = get_traceback(session, frame.actor, traceback_id)
    step = session.get_one(TracebackStepTaken, step_id)
    organ = session.get_one(Post, step.post_id).organisation
    today = frame.today.isoformat()
    inputs = {
        **in_words(page),
        "kind": "traceback",
        "organ": {"name": organ.name},
        "issued_on": today,
        "drafted_on": today,
    }
    session.add(TracebackReport(traceback_id=traceback_id, step_id=step_id, inputs=inputs))
    key = f"{Topic.RENDER_TRACEBACK_REPORT}:{traceback_id}"
    payload = {"traceback_id": traceback_id}
    put(session, key, Topic.RENDER_TRACEBACK_REPORT, payload, frame.now)
    session.flush()


def report_to_set(session: Session, traceback_id: int) -> ReportToSet | None:
    """For the worker; None where the report is gone."""
    report = session.get(TracebackReport, traceback_id)
    if report is None:
        return None
    step = session.get_one(TracebackStepTaken, report.step_id)
    name = session.get_one(Person, step.person_id).name
    post = session.get_one(Post, step.post_id)
    record = f"traceback_step {step.id}"
    signatories = signatories_deciding(name, _principal_of(session, step), post, record)
    return ReportToSet(dict(report.inputs), signatories)


def keep_report(
    session: Session, traceback_id: int, sha256: str, signatories: Sequence[Signatory]
) -> None:
    """The pages as they were set and signed first."""
    session.execute(
        sa.update(TracebackReport)
        .where(TracebackReport.traceback_id == traceback_id, TracebackReport.sha256.is_(None))
        .values(sha256=sha256, signatures=as_rows(signatories))
    )


def take_report(frame: Frame, traceback_id: int) -> tuple[str, str]:
    """Number and hash of the pages, and on record that they were taken.

    RecordNotFoundError for whoever may not read them, and while there are none.
    """
    page = get_traceback(frame.session, frame.actor, traceback_id)
    if page.report is None or page.report.sha256 is None:
        raise RecordNotFoundError
    look = TracebackLook(
        traceback_id=traceback_id,
        person_id=frame.actor.person_id,
        at=frame.now,
        nonce=secrets.token_hex(16),
    )
    frame.session.add(look)
    frame.session.flush()
    body = {LOOK_ID: look.id, "content": look_commitment(look)}
    audit.append(frame.session, None, body, frame.now)
    return page.row.number, page.report.sha256


def look_commitment(look: TracebackLook) -> str:
    """What the chain commits to: it names neither the case nor the person."""
    at = look.at.astimezone(UTC).isoformat()
    return commitment(look.nonce, [look.traceback_id, look.person_id, at])


def _principal_of(session: Session, step: TracebackStepTaken) -> str:
    """In whose name it was decided, where a substitute did it."""
    name = session.scalar(
        sa.select(Person.name)
        .join(Substitution, Substitution.principal_person_id == Person.id)
        .where(Substitution.id == step.substitution_id)
    )
    return name or ""
