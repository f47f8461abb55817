"""One tip as its page shows it: what may be done, by when, and what each button does."""

from dataclasses import dataclass
from datetime import date, datetime

from services.clock import local_date
from services.queries.tips import OpenStepRow, TipActRow, TipPage
from services.reference.profile import Profile
from web.labels import TIP_ASKED, TIP_DECISIONS, TipDecision
from workflows.permissions import Actor
from workflows.tips import TipAction, TipOutcome, TipStanding, may_take

# The fields that a step asks for.
STEP_FIELDS: dict[TipAction, tuple[str, ...]] = {
    TipAction.VERIFY_TIP: ("opinion",),
    TipAction.SIGN_TIP_FINDING: ("opinion",),
    TipAction.OPEN_TIP_CASE: ("intake_number", "opinion"),
    TipAction.ANSWER_INFORMANT: ("answer",),
    TipAction.PROPOSE_REWARD: ("grade", "opinion"),
    TipAction.APPROVE_REWARD: ("opinion",),
    TipAction.PAY_REWARD: ("payment_code", "opinion"),
    TipAction.REQUEST_IDENTITY: ("ground", "opinion"),
}


@dataclass(frozen=True)
class Offer:
    """A step that the visitor may take now."""

    step: OpenStepRow
    asked: str
    decisions: tuple[TipDecision, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Limit:
    """A step that waits, until when, and under which rule."""

    step: TipAction
    due_on: date | None
    days_left: int | None
    rule_name: str
    source: str


@dataclass(frozen=True)
class TipView:
    """What the page of a tip shows. `may_open`: requests that the visitor may open now."""

    page: TipPage
    offers: tuple[Offer, ...]
    limits: tuple[Limit, ...]
    amount: int | None
    may_write: bool
    may_open: tuple[int, ...]


def tip_view(
    page: TipPage, actor: Actor, standing: TipStanding, profile: Profile, now: datetime
) -> TipView:
    """The page for this visitor."""
    return TipView(
        page=page,
        offers=tuple(_offer(step) for step in page.row.steps if _may(step, page, actor, standing)),
        limits=tuple(_limits(page, profile, now)),
        amount=_proposed(page.acts),
        may_write=not page.row.finished,
        may_open=tuple(
            request.request_id
            for request in page.requests
            if request.asker_id == actor.person_id
            and request.open_until is not None
            and request.open_until > now
        ),
    )


def _may(step: OpenStepRow, page: TipPage, actor: Actor, standing: TipStanding) -> bool:
    if step.step is TipAction.REQUEST_IDENTITY and not page.row.named:
        return False
    return step.step in STEP_FIELDS and may_take(actor, step.step, standing)


def _offer(step: OpenStepRow) -> Offer:
    return Offer(step, TIP_ASKED[step.step], TIP_DECISIONS[step.step], STEP_FIELDS[step.step])


def _limits(page: TipPage, profile: Profile, now: datetime) -> list[Limit]:
    steps = [(step.step, step.due_at, step.rule_id) for step in page.row.steps]
    waits = {step for step, _, _ in steps}
    if page.answer_due_at is not None and TipAction.ANSWER_INFORMANT not in waits:
        steps.append((TipAction.ANSWER_INFORMANT, page.answer_due_at, "answer_tip"))
    found = []
    for step, due_at, rule_id in steps:
        if step is TipAction.REQUEST_IDENTITY:
            continue
        rule = profile.rules.get(rule_id)
        due_on = local_date(due_at) if due_at else None
        left = (due_on - local_date(now)).days if due_on else None
        source = f"{rule.document}。{rule.note}" if rule else ""
        found.append(Limit(step, due_on, left, rule.name if rule else "", source))
    return found


def _proposed(acts: tuple[TipActRow, ...]) -> int | None:
    amounts = (
        act.content.get("amount")
        for act in reversed(acts)
        if act.action is TipAction.PROPOSE_REWARD and act.outcome is TipOutcome.PROPOSED
    )
    return next(amounts, None)
