"""Objections of units to facts: raised within the window, answered by somebody else."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from services import instances
from services.assessment.record import (
    OBJECTION,
    Deed,
    chain,
    put_correction,
    put_step,
    require_text,
)
from services.assessment.rounds import (
    RoundNotReadyError,
    lock_round,
    require_shown,
    require_waiting,
)
from services.assessment.scores import store_sheet
from services.errors import InvalidCommandError, RecordNotFoundError
from services.frame import Frame
from services.models.assessment import AssessmentFact, AssessmentObjection, AssessmentRound
from services.queries.assessments import (
    EVIDENCE_FILES,
    EvidenceFile,
    get_evidence,
    read_steps,
)
from services.uploads import AcceptedUpload, keep_upload
from workflows.assessment_round import (
    OUTCOMES,
    AssessmentStep,
    check_post,
    derive,
    find_post,
    kept_apart,
    persons_of,
)
from workflows.vocabulary import Outcome

MOST_DAYS = 31


@dataclass(frozen=True, kw_only=True)
class AnswerObjection:
    """The answer. Accepted, `counts`, `met` and `days` say what the fact counts as from now on."""

    objection_id: int
    outcome: Outcome
    opinion: str
    counts: bool = True
    met: bool = False
    days: int = 0


def object_to_fact(
    frame: Frame,
    fact_id: int,
    ground: str,
    evidence: str,
    uploads: Sequence[AcceptedUpload] = (),
) -> int:
    """Object to a fact of the own unit; returns the objection's id. Sent twice, it is one.

    What each file is stands in the step's content, which the chain commits to.

    Raises RecordNotFoundError, AssessmentRefusedError, RoundNotReadyError, InvalidCommandError.
    """
    session = frame.session
    fact = session.get(AssessmentFact, fact_id)
    if fact is None:
        raise RecordNotFoundError
    found = lock_round(session, fact.round_id)
    post = check_post(frame.actor, AssessmentStep.OBJECT, fact.unit_id, ())
    _require_window(frame, found)
    require_text("ground", ground)
    require_text("evidence", evidence)
    known = session.scalar(
        sa.select(AssessmentObjection.id).where(AssessmentObjection.fact_id == fact_id)
    )
    content: dict[str, object] = {"ground": ground.strip(), "evidence": evidence.strip()}
    if uploads:
        content[EVIDENCE_FILES] = [_kept(frame, upload) for upload in uploads]
    if known is not None:
        said = read_steps(session, found.id, known)[0]
        if (said.person_id, said.content) == (frame.actor.person_id, content):
            return known
        raise RoundNotReadyError(reason="objected_before")
    objection = AssessmentObjection(round_id=found.id, unit_id=fact.unit_id, fact_id=fact_id)
    session.add(objection)
    session.flush()
    objection.waiting_step = instances.begin(
        session,
        frame.office.keys,
        frame.office.score_objection,
        instances.Subject(OBJECTION, objection.id),
        derive(()),
        frame.now,
    )
    deed = Deed(AssessmentStep.OBJECT, Outcome.DONE, content=content)
    put_step(frame, found, post, deed, objection)
    return objection.id


def _require_window(frame: Frame, found: AssessmentRound) -> None:
    require_shown(found)
    if found.objections_until is None or frame.today > found.objections_until:
        raise RoundNotReadyError(reason="window_over")


def _kept(frame: Frame, upload: AcceptedUpload) -> dict[str, object]:
    return {"file_name": upload.file_name, **asdict(keep_upload(frame.office.files, upload))}


def take_evidence_original(frame: Frame, objection_id: int, number: int) -> EvidenceFile:
    """A file as it was sent, for the office that decides; that it was taken is in the chain.

    RecordNotFoundError for anybody else, and where the copy is the file as it was sent.
    """
    session = frame.session
    file = get_evidence(session, frame.actor, objection_id, number)
    objection = session.get_one(AssessmentObjection, objection_id)
    office_id = session.get_one(AssessmentRound, objection.round_id).office_id
    post = find_post(frame.actor, AssessmentStep.ANSWER, office_id)
    if post is None or file.original_sha256 is None:
        raise RecordNotFoundError
    body = {
        "export": "original",
        "assessment_objection_id": objection_id,
        "sha256": file.original_sha256,
    }
    chain(frame, post, body)
    return file


def answer_objection(frame: Frame, command: AnswerObjection) -> None:
    """Accept it, by a correction with its reason, or decline it with the reason.

    Whoever collected and computed does not answer. Raises RecordNotFoundError, RoundNotReadyError,
    AssessmentRefusedError, InvalidCommandError.
    """
    session = frame.session
    objection = session.get(AssessmentObjection, command.objection_id)
    if objection is None:
        raise RecordNotFoundError
    found = lock_round(session, objection.round_id)
    session.refresh(objection)
    step = AssessmentStep.ANSWER
    taken = read_steps(session, found.id, objection.id)
    apart = kept_apart(step, read_steps(session, found.id, None)) | persons_of(
        taken, AssessmentStep.OBJECT
    )
    post = check_post(frame.actor, step, found.office_id, apart)
    require_waiting(objection.waiting_step, step, taken)
    _require_answer(command)
    fact = session.get_one(AssessmentFact, objection.fact_id)
    accepted = command.outcome is Outcome.ACCEPTED
    values = (command.counts, command.met, command.days)
    if accepted and values == (True, fact.met, fact.days):
        raise InvalidCommandError({"counts": "same_as_before"})
    content = {"counts_as": list(values)} if accepted else {}
    put_step(frame, found, post, Deed(step, command.outcome, command.opinion, content), objection)
    if accepted:
        correction = put_correction(frame, fact, post, values, command.opinion, objection.id)
        store_sheet(session, found, fact.unit_id, correction.id, frame.now)


def _require_answer(command: AnswerObjection) -> None:
    if command.outcome not in OUTCOMES[AssessmentStep.ANSWER]:
        raise InvalidCommandError({"outcome": "choice"})
    require_text("opinion", command.opinion)
    if not 0 <= command.days <= MOST_DAYS:
        raise InvalidCommandError({"days": "not_a_number"})
