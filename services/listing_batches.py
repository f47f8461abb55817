"""Decisions on a draft: in one case, or in every case of a batch that the person may decide."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import sqlalchemy as sa

from services.database import lock_until_commit
from services.documents.issue import dissolve_batch, draft_decided_on
from services.errors import BatchNotWholeError, ShownChangedError
from services.frame import Frame, Receipt, TaskCommand
from services.models.document import Document
from services.models.process import process_instance
from services.queries.listing_batches import Sitting, find_batch_id, find_sitting
from services.queries.scope import get_visible_case
from services.queries.shown import shown_sha256
from services.step import CASE, SEVERAL_CASES, OpenedStep, open_step
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True)
class DraftSteps:
    """The opened steps of one decision, in the order of their cases; `batch_id`: of a batch."""

    steps: tuple[OpenedStep, ...]
    draft_sha256: str
    batch_id: int | None = None

    def complete(self, command: TaskCommand) -> Receipt:
        """Put the decision on record in every case, and let each go on. The case asked for counts.

        A return dissolves the batch: what is left of it can only be returned, too.
        """
        receipts = {step.case.id: self._complete(step, command) for step in self.steps}
        if self.batch_id is not None and command.outcome is not Outcome.ACCEPTED:
            frame = self.steps[0].frame
            dissolve_batch(frame.session, self.batch_id, list(receipts), frame.now)
        return receipts[command.case_id]

    def _complete(self, step: OpenedStep, command: TaskCommand) -> Receipt:
        act = step.record(command)
        if self.batch_id is not None:
            act.batch_id = self.batch_id
            step.found = None  # one of several is not taken back alone
        return step.advance()


def open_on_draft(frame: Frame, action: Action, command: TaskCommand) -> DraftSteps:
    """Open the step in the command's case and, of a batch, in every other one as it was shown.

    Raises what `open_step` raises, and BatchNotWholeError where nobody may agree.
    """
    session = frame.session
    get_visible_case(session, frame.actor, command.case_id)
    batch_id = find_batch_id(session, command.case_id)
    if batch_id is None:
        step = open_step(frame, action, command)
        draft = draft_decided_on(session, step.case, command.outcome)
        return DraftSteps((step,), draft.draft_sha256 or "")
    _hold_batch(frame, batch_id)
    sitting = find_sitting(
        session, frame.actor, command.case_id, action, frame.today, frame.office.profile
    )
    if sitting is None or command.case_id not in {case.case_id for case in sitting.acted_on}:
        open_step(frame, action, command)  # says who was faster, or why it is not this person's
        raise ShownChangedError
    if command.shown != sitting.shown:
        raise ShownChangedError
    if command.outcome is Outcome.ACCEPTED and sitting.obstacle is not None:
        raise BatchNotWholeError(reason=sitting.obstacle.value)
    return DraftSteps(
        _open_all(frame, action, command, sitting), sitting.draft_sha256 or "", batch_id
    )


def hold_cases(frame: Frame, case_ids: Collection[int]) -> None:
    """Nobody acts in these cases until the transaction ends. Taken before anything is decided."""
    lock_until_commit(frame.session, SEVERAL_CASES)
    instance = process_instance.c
    frame.session.execute(
        sa.select(instance.id)
        .where(instance.subject_kind == CASE, instance.subject_id.in_(sorted(case_ids)))
        .order_by(instance.subject_id)
        .with_for_update()
    ).all()
    frame.session.expire_all()


def _hold_batch(frame: Frame, batch_id: int) -> None:
    of_batch = sa.select(Document.case_id).where(Document.batch_id == batch_id)
    hold_cases(frame, frame.session.scalars(of_batch).all())


def _open_all(
    frame: Frame, action: Action, command: TaskCommand, sitting: Sitting
) -> tuple[OpenedStep, ...]:
    steps = []
    for case in sitting.acted_on:
        shown = shown_sha256(frame.session, case.case_id, action)
        own = replace(command, case_id=case.case_id, task_id=case.task_id, shown=shown)
        step = open_step(frame, action, own)
        draft_decided_on(frame.session, step.case, command.outcome)
        steps.append(step)
    return tuple(steps)
