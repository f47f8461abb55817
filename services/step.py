"""One step: claim, permit, record, facts, engine, then store where the case arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services import deadlines
from services.before_act import Found, keep_found
from services.definitions import load_definition, store_definition
from services.documents.issue import issue_document
from services.errors import InvalidCommandError, ShownChangedError
from services.frame import ActOrigin, Frame, Receipt, TaskCommand, append_audit, record_act
from services.instances import lock_instance
from services.models.case import Act, Handover, SupervisionCase
from services.models.process import open_task, process_instance, step_event
from services.queries.assignments import find_claim, refuse_if_held_by_another, step_at_hand
from services.queries.facts import load_record, standing_of
from services.queries.scope import get_visible_case
from services.queries.shown import shown_sha256
from services.queries.tasks import task_row, who_was_faster
from workflows.engine import runner
from workflows.engine.errors import StateTamperedError
from workflows.engine.runner import Advance
from workflows.engine.state import seal, unseal
from workflows.errors import TaskNotReadyError
from workflows.facts import (
    CaseRecord,
    correction_signatory,
    derive,
    escalation_addressee,
    flags_of,
    round_number,
    track_of,
)
from workflows.outcomes import OUTCOMES, unmet_need
from workflows.permissions import CaseStanding, PermissionRefusedError, PostRecord, check
from workflows.phases import Position, phase_of
from workflows.taking_back import why_it_stays
from workflows.vocabulary import Action, CaseEnding, DocumentKind, Outcome

CASE = "case"
# Whoever acts in several cases in one transaction holds this name first.
SEVERAL_CASES = "several cases"
ONCE_PER_RECEIVER = (
    Action.ACKNOWLEDGE_HANDOVER,
    Action.RESOLVE_COMPETENCE_DISPUTE,
    Action.REPORT_HANDOVER_RESULT,
)
# The end event that was reached says how the case ended.
ENDINGS = {
    "delisted": CaseEnding.DELISTED,
    "tracked_closed": CaseEnding.TRACKED_CLOSED,
    "own_listing_closed": CaseEnding.OWN_LISTING_CLOSED,
    "withdrawn": CaseEnding.WITHDRAWN,
    "merged": CaseEnding.MERGED,
    "listing_revoked": CaseEnding.LISTING_REVOKED,
    "objection_upheld": CaseEnding.OBJECTION_UPHELD,
    "left_as_ordinary": CaseEnding.ORDINARY,
}


@dataclass
class OpenedStep:
    """One claimed step of one case, between the permission and the engine.

    `found` is kept with the instance where the act can be taken back.
    """

    frame: Frame
    action: Action
    case: SupervisionCase
    post: PostRecord
    standing: CaseStanding
    facts_record: CaseRecord
    instance: Mapping[str, Any]
    task_id: str
    position: int
    shown: str | None
    act: Act | None = None
    found: Found | None = None

    @property
    def handover(self) -> Handover | None:
        """The receiver that this step belongs to, when it is a handover step."""
        return _handover_at(self.frame.session, self.case.id, self.position)

    def record(self, command: TaskCommand) -> Act:
        """Put the act on record with its content and files; returns the stored act."""
        handover = self.handover if self.action in ONCE_PER_RECEIVER else None
        origin = ActOrigin(self.task_id, handover.id if handover else None, self.shown)
        self.act = record_act(self.frame, self.case, self.action, self.post, command, origin)
        return self.act

    def advance(self) -> Receipt:
        """Let the engine go on and store where it arrived. The last call of every act."""
        if self.act is None:
            raise RuntimeError("an act is recorded before the engine advances")
        session, instance = self.frame.session, self.instance
        session.flush()
        record = load_record(session, self.case, self.frame.office.profile)
        facts = derive(record)
        definition = load_definition(session, instance["digest"])
        keys = self.frame.office.keys
        state = unseal(
            bytes(instance["state"]),
            key=keys.state_key,
            key_id=keys.key_id,
            instance_id=instance["id"],
            version=instance["version"],
            digest=definition.digest,
        )
        advance = runner.complete(definition, state, self.task_id, facts)
        return _store(self, advance, facts, record)


def open_step(frame: Frame, action: Action, command: TaskCommand) -> OpenedStep:
    """Claim the instance of the task, then check that the step is open, permitted, and unchanged.

    Raises CaseNotFoundError, TaskNotReadyError, PermissionRefusedError, StepClaimedError,
    ShownChangedError.
    """
    session = frame.session
    instance = lock_instance(session, _owner_of(command))
    case = get_visible_case(session, frame.actor, command.case_id)
    task = session.execute(
        sa.select(open_task).where(
            open_task.c.task_id == command.task_id, open_task.c.case_id == command.case_id
        )
    ).first()
    if instance is None or task is None or task.step_id != action:
        raise TaskNotReadyError(**who_was_faster(session, command.case_id, command.task_id))
    refuse_older_state(session, instance)
    record = load_record(session, case, frame.office.profile)
    standing = standing_of(session, case, record)
    receiver = standing.receiver_at(task.process_id, task.position)
    post = check(frame.actor, action, standing, receiver)
    claim = find_claim(session, task.task_id, step_at_hand(task_row(task), standing), frame.today)
    refuse_if_held_by_another(frame.actor, claim)
    _check_outcome(action, command, standing.needs_for(receiver))
    if command.shown != shown_sha256(session, case.id, action):
        raise ShownChangedError
    return OpenedStep(
        frame,
        action,
        case,
        post,
        standing,
        record,
        instance,
        command.task_id,
        task.position,
        command.shown,
        found=keep_found(session, case, instance["id"])
        if why_it_stays(action, command.outcome) is None
        else None,
    )


def refuse_older_state(session: Session, instance: Mapping[str, Any]) -> None:
    """A state with its version put back together would still bear a true seal."""
    newest = session.execute(
        sa.select(sa.func.max(step_event.c.version)).where(
            step_event.c.instance_id == instance["id"]
        )
    ).scalar()
    if newest != instance["version"]:
        raise StateTamperedError


def _check_outcome(action: Action, command: TaskCommand, needs_met: Mapping[str, bool]) -> None:
    if command.outcome not in OUTCOMES[action]:
        raise InvalidCommandError({"outcome": "choice"})
    unmet = unmet_need(action, command.outcome, needs_met)
    if unmet is not None:
        raise PermissionRefusedError(action=action, reason="need_unmet", missing=unmet)


def start_case(
    frame: Frame, action: Action, case: SupervisionCase, post: PostRecord, command: TaskCommand
) -> Receipt:
    """Begin the supervision of a new case: the act that starts it is its first completed step."""
    session, office = frame.session, frame.office
    definition = office.case_definition
    store_definition(session, definition, frame.now)
    # With every case, so that what is stored does not tell whether anything was ever referred.
    store_definition(session, office.referral_definition, frame.now)
    record = load_record(session, case, office.profile)
    begun = runner.start(definition, derive(record))
    first = next(task for task in begun.opened if task.step_id == action)
    instance_id = (
        session.connection()
        .execute(
            sa.insert(process_instance)
            .values(
                subject_kind=CASE,
                subject_id=case.id,
                process_id=definition.process_id,
                digest=definition.digest,
                version=0,
                state=b"",
                started_at=frame.now,
            )
            .returning(process_instance.c.id)
        )
        .scalar_one()
    )
    instance = {"id": instance_id, "version": 0, "digest": definition.digest, "state": b""}
    act = record_act(frame, case, action, post, command, ActOrigin(first.task_id))
    standing = standing_of(session, case, record)
    step = OpenedStep(
        frame, action, case, post, standing, record, instance, first.task_id, 0, None, act
    )
    session.flush()
    record = load_record(session, case, office.profile)
    facts = derive(record)
    advance = runner.complete(definition, begun.state, first.task_id, facts)
    return _store(step, advance, facts, record)


def _handover_at(session: Session, case_id: int, position: int) -> Handover | None:
    return session.scalars(
        sa.select(Handover).where(Handover.case_id == case_id, Handover.position == position)
    ).one_or_none()


def _owner_of(command: TaskCommand) -> sa.ScalarSelect[int]:
    return (
        sa.select(open_task.c.instance_id)
        .where(open_task.c.task_id == command.task_id, open_task.c.case_id == command.case_id)
        .scalar_subquery()
    )


def _store(
    step: OpenedStep, advance: Advance, facts: Mapping[str, Any], record: CaseRecord
) -> Receipt:
    frame, case, act = step.frame, step.case, step.act
    assert act is not None
    session, keys, instance = frame.session, frame.office.keys, step.instance
    connection = session.connection()
    version = instance["version"] + 1
    connection.execute(
        sa.update(process_instance)
        .where(process_instance.c.id == instance["id"])
        .values(
            version=version,
            state=seal(
                advance.state,
                key=keys.state_key,
                key_id=keys.key_id,
                instance_id=instance["id"],
                version=version,
                digest=instance["digest"],
            ),
            finished_at=frame.now if advance.finished else None,
            **_before(step, advance),
        )
    )
    issued = tuple(_perform(step, effect.parameters) for effect in advance.effects)
    how = deadlines.how_ended(step.action, Outcome(act.outcome))
    deadlines.end_for_tasks(session, step.task_id, how, advance.closed, frame.now)
    _move_case(step, advance, record)
    _replace_tasks(step, act, advance, record)
    connection.execute(
        sa.insert(step_event).values(
            instance_id=instance["id"],
            version=version,
            case_id=case.id,
            act_id=act.id,
            task_id=step.task_id,
            step_id=step.action.value,
            digest=instance["digest"],
            facts=dict(facts),
            passed=[[p.process_id, p.element_id, list(p.instance_path)] for p in advance.passed],
            opened=[[t.process_id, t.step_id, list(t.instance_path)] for t in advance.opened],
            at=frame.now,
        )
    )
    append_audit(
        frame,
        act,
        {
            "instance_id": instance["id"],
            "version": version,
            "task_id": step.task_id,
            "definition": instance["digest"],
        },
    )
    ending = CaseEnding(case.ending) if case.ending else None
    return Receipt(case.id, act.id, advance.opened, issued, ending)


def _before(step: OpenedStep, advance: Advance) -> dict[str, Any]:
    """What is kept so that the act can be taken back: nothing once something left the office."""
    if step.found is None or advance.effects or advance.finished or _ending_of(advance):
        return {"state_before": None, "found_before": sa.null()}
    return {"state_before": step.instance["state"], "found_before": step.found}


def _ending_of(advance: Advance) -> CaseEnding | None:
    return next((ENDINGS[p.element_id] for p in advance.passed if p.element_id in ENDINGS), None)


def _perform(step: OpenedStep, parameters: Mapping[str, str]) -> DocumentKind:
    kind = DocumentKind(parameters["kind"])
    assert step.act is not None
    document = issue_document(
        step.frame.session, step.frame.office, step.case, kind, step.act, step.frame.now
    )
    return DocumentKind(document.kind)


def _move_case(step: OpenedStep, advance: Advance, record: CaseRecord) -> None:
    session, case = step.frame.session, step.case
    ended = _ending_of(advance)
    if ended is not None and case.ending is None:
        case.ending, case.ended_at = ended.value, step.frame.now
        deadlines.end_all(session, case.id, step.frame.now)
    follow_record(case, record)
    case.changed_at = step.frame.now
    remaining = session.execute(
        sa.select(open_task.c.process_id, open_task.c.step_id).where(
            open_task.c.case_id == case.id, open_task.c.task_id.not_in(advance.closed)
        )
    )
    positions = [Position(row.process_id, row.step_id) for row in remaining]
    positions += [Position(task.process_id, task.step_id) for task in advance.opened]
    ending = CaseEnding(case.ending) if case.ending else None
    case.phase = phase_of(positions, ending).value
    session.flush()


def follow_record(case: SupervisionCase, record: CaseRecord) -> None:
    """Let the case say what its acts amount to."""
    case.round_number = round_number(record.acts)
    case.track = track_of(record)
    case.escalation_addressee = escalation_addressee(record)
    case.correction_signatory = correction_signatory(record)
    case.flags = [flag.value for flag in flags_of(record)]


def _replace_tasks(step: OpenedStep, act: Act, advance: Advance, record: CaseRecord) -> None:
    frame, case = step.frame, step.case
    session, connection = frame.session, frame.session.connection()
    connection.execute(sa.delete(open_task).where(open_task.c.task_id.in_(advance.closed)))
    standing = standing_of(session, case, record)
    deadlines.turn_for_act(
        frame.office, session, case, step.action, Outcome(act.outcome), standing, frame.now
    )
    for task in advance.opened:
        position = task.instance_path[-1] if task.instance_path else 0
        receiver = standing.receiver_at(task.process_id, position)
        due_at = deadlines.open_for_task(
            frame.office, session, case, task, standing, receiver, frame.now
        )
        connection.execute(
            sa.insert(open_task).values(
                task_id=task.task_id,
                instance_id=step.instance["id"],
                case_id=case.id,
                step_id=task.step_id,
                process_id=task.process_id,
                position=position,
                standing=task.standing,
                proposal=dict(task.proposal),
                opened_at=frame.now,
                due_at=due_at,
            )
        )
