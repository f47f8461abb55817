"""Which acts have been taken back, and whether a person may take back a certain one."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from services.models.assignment import StepAssignment
from services.models.case import Act, Handover, SupervisionCase
from services.models.process import open_task, process_instance, step_event
from workflows.errors import RuleError
from workflows.permissions import Actor, CaseStanding, PostRecord
from workflows.taking_back import DoneAct, TakeBackRefusedError, check_taking_back
from workflows.vocabulary import Action, Outcome

# Made once: an alias is costly to make, and duties ask for it many times.
_LATER = aliased(Act)


def not_taken_back() -> sa.ColumnElement[bool]:
    """True for an act that counts: it has not been taken back, and takes none back itself."""
    taken_back = sa.exists().where(_LATER.takes_back_id == Act.id).correlate_except(_LATER)
    # Asked this way round, since SQLite would else look for all acts that take none back.
    takes_none_back = Act.takes_back_id.is_(None).is_(sa.true())
    return sa.and_(takes_none_back, ~taken_back)


def require_may_take_back(
    session: Session, actor: Actor, case: SupervisionCase, standing: CaseStanding, act: Act
) -> PostRecord:
    """The post under which the actor takes this act of this case back.

    Raises PermissionRefusedError or TakeBackRefusedError with the reason.
    """
    taken = session.scalars(sa.select(Act).where(Act.takes_back_id == act.id)).first()
    if taken is not None:
        raise TakeBackRefusedError(
            reason="already", action=act.action, by=taken.person.name, at=taken.at.isoformat()
        )
    if act.batch_id is not None:
        raise TakeBackRefusedError(reason="in_batch", action=act.action)
    receiver = session.get(Handover, act.handover_id) if act.handover_id else None
    done = DoneAct(
        Action(act.action),
        Outcome(act.outcome),
        act.person_id,
        receiver.receiver_id if receiver else None,
    )
    post = check_taking_back(actor, done, standing)
    _require_untouched(session, case, act)
    return post


def find_act_to_take_back(
    session: Session, actor: Actor, case: SupervisionCase, standing: CaseStanding, act_id: int
) -> int | None:
    """The id of the act again, where the actor may take it back; None otherwise."""
    try:
        require_may_take_back(session, actor, case, standing, session.get_one(Act, act_id))
    except RuleError:
        return None
    return act_id


def _require_untouched(session: Session, case: SupervisionCase, act: Act) -> None:
    """Nobody has acted in the case since or holds a step that the act opened; what it found
    has been kept.
    """
    since = session.scalars(
        sa.select(Act)
        .where(Act.case_id == case.id, Act.id > act.id)
        .order_by(Act.id.desc())
        .limit(1)
    ).first()
    if since is not None:
        raise TakeBackRefusedError(
            reason="acted_since", by=since.person.name, at=since.at.isoformat(), since=since.action
        )
    found = session.execute(
        sa.select(process_instance.c.found_before)
        .join(step_event, step_event.c.instance_id == process_instance.c.id)
        .where(step_event.c.act_id == act.id, process_instance.c.state_before.is_not(None))
    ).scalar_one_or_none()
    if found is None:
        raise TakeBackRefusedError(reason="not_kept", action=act.action)
    holder = _find_holder(session, case.id, {row["task_id"] for row in found["tasks"]})
    if holder is not None:
        raise TakeBackRefusedError(
            reason="claimed_since",
            by=holder.person.name,
            at=holder.at.isoformat(),
            since=holder.action,
        )


def _find_holder(session: Session, case_id: int, before: set[str]) -> StepAssignment | None:
    """By which somebody holds a step that was not open before: claimed, handed on, or assigned."""
    later = aliased(StepAssignment)
    newer = sa.exists().where(
        later.task_id == StepAssignment.task_id, later.number > StepAssignment.number
    )
    return session.scalars(
        sa.select(StepAssignment)
        .join(open_task, open_task.c.task_id == StepAssignment.task_id)
        .where(
            open_task.c.case_id == case_id,
            open_task.c.task_id.not_in(before),
            StepAssignment.holder_id.is_not(None),
            ~newer,
        )
        .limit(1)
    ).first()
