"""Who may take which step of a tip, and the way that the diagram takes it."""

import pytest

from tests.diagrams.walker import definition_of
from workflows.engine import runner
from workflows.permissions import Actor, Authority, PostRecord
from workflows.tips import (
    PROVEN,
    TIP_OUTCOMES,
    TIP_PERMISSIONS,
    TipAction,
    TipOutcome,
    TipRefusedError,
    TipStage,
    TipStanding,
    TipStep,
    check_tip,
    handles_at,
    is_custodian,
    may_take,
    stage_of,
    tip_facts,
)
from workflows.vocabulary import Role

HANDLER, OTHER = 7, 8
# Written down once more, not read from the table: action -> roles at the office that handles.
EXPECTED = {
    TipAction.VERIFY_TIP: {Role.CASE_OFFICER, Role.COMMITTEE_OFFICER},
    TipAction.SIGN_TIP_FINDING: {Role.DEPARTMENT_HEAD, Role.COMMITTEE_OFFICE_HEAD},
    TipAction.OPEN_TIP_CASE: {Role.CASE_OFFICER, Role.COMMITTEE_OFFICER},
    TipAction.ANSWER_INFORMANT: {Role.CASE_OFFICER, Role.COMMITTEE_OFFICER},
    TipAction.PROPOSE_REWARD: {Role.CASE_OFFICER, Role.COMMITTEE_OFFICER},
    TipAction.APPROVE_REWARD: {Role.DEPARTMENT_HEAD, Role.COMMITTEE_OFFICE_HEAD},
    TipAction.PAY_REWARD: {Role.CASE_OFFICER, Role.COMMITTEE_OFFICER},
    TipAction.REQUEST_IDENTITY: {Role.CASE_OFFICER, Role.COMMITTEE_OFFICER},
}
CUSTODIANS = {
    TipAction.REGISTER_TIP,
    TipAction.REASSIGN_TIP,
    TipAction.DECIDE_IDENTITY_REQUEST,
}
APART = {
    TipAction.SIGN_TIP_FINDING: TipAction.VERIFY_TIP,
    TipAction.REASSIGN_TIP: TipAction.VERIFY_TIP,
    TipAction.APPROVE_REWARD: TipAction.PROPOSE_REWARD,
    TipAction.PAY_REWARD: TipAction.APPROVE_REWARD,
    TipAction.DECIDE_IDENTITY_REQUEST: TipAction.REQUEST_IDENTITY,
}


def actor(role: Role, house: int = HANDLER, authority: Authority | None = None) -> Actor:
    return Actor(1, "某人", (PostRecord(3, role, house, frozenset(), authority),))


def standing(*taken: tuple[TipAction, TipOutcome, int]) -> TipStanding:
    return TipStanding(HANDLER, tuple(TipStep(*each) for each in taken))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", TipAction)
def test_every_role_against_every_step(role: Role, action: TipAction) -> None:
    anywhere = action in CUSTODIANS and role is Role.INFORMANT_CUSTODIAN
    here = role in EXPECTED.get(action, set())
    assert may_take(actor(role), action, standing()) is (anywhere or here)
    assert may_take(actor(role, OTHER), action, standing()) is anywhere


@pytest.mark.parametrize(("action", "before"), APART.items())
def test_the_same_person_does_not_do_both(action: TipAction, before: TipAction) -> None:
    role = min(TIP_PERMISSIONS[action].roles)
    done = (before, TIP_OUTCOMES[before][0])
    assert not may_take(actor(role), action, standing((*done, 1)))
    assert may_take(actor(role), action, standing((*done, 2)))


def test_nobody_stands_in_for_another_where_informants_are_protected() -> None:
    substitute = actor(Role.CASE_OFFICER, authority=Authority(1, 9, "他人"))
    with pytest.raises(TipRefusedError):
        check_tip(substitute, TipAction.VERIFY_TIP, standing())
    assert handles_at(substitute) == frozenset()
    assert not is_custodian(actor(Role.INFORMANT_CUSTODIAN, authority=Authority(1, 9, "他人")))


def test_every_step_has_outcomes_and_a_permission() -> None:
    assert set(TIP_OUTCOMES) == set(TIP_PERMISSIONS) == set(TipAction)


WAYS = {
    "not taken": ("register_tip:not_taken",),
    "not so": (
        "register_tip:registered",
        "verify_tip:not_proven",
        "sign_tip_finding:signed",
        "answer_informant:answered",
    ),
    "sent back, then rewarded": (
        "register_tip:registered",
        "verify_tip:not_proven",
        "sign_tip_finding:sent_back",
        "verify_tip:partly_proven",
        "sign_tip_finding:signed",
        "open_tip_case:case_opened",
        "answer_informant:answered",
        "propose_reward:proposed",
        "approve_reward:approved",
        "pay_reward:paid",
    ),
    "given to another office": (
        "register_tip:registered",
        "verify_tip:not_ours",
        "reassign_tip:reassigned",
        "verify_tip:not_proven",
        "sign_tip_finding:signed",
        "answer_informant:answered",
    ),
    "no reward": (
        "register_tip:registered",
        "request_identity:requested",
        "decide_identity_request:refused",
        "verify_tip:proven",
        "request_identity:requested",
        "sign_tip_finding:signed",
        "open_tip_case:handled_otherwise",
        "answer_informant:answered",
        "propose_reward:no_reward",
    ),
    "reward refused": (
        "register_tip:registered",
        "verify_tip:proven",
        "sign_tip_finding:signed",
        "open_tip_case:handled_otherwise",
        "answer_informant:answered",
        "propose_reward:proposed",
        "approve_reward:refused",
    ),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_the_diagram_goes_each_way_to_an_end(way: tuple[str, ...]) -> None:
    definition, taken = definition_of("tip"), list[TipStep]()
    state = runner.start(definition, tip_facts(taken)).state
    for place, text in enumerate(way, start=1):
        step, outcome = text.split(":")
        tasks = {task.step_id: task.task_id for task in runner.open_tasks(definition, state)}
        taken.append(TipStep(TipAction(step), TipOutcome(outcome), 1))
        advance = runner.complete(definition, state, tasks[step], tip_facts(taken))
        state = advance.state
        assert advance.finished is (place == len(way))
    assert stage_of(taken) in (TipStage.ANSWERED, TipStage.NOT_TAKEN)


def test_the_stages_follow_the_steps() -> None:
    one = TipStep(TipAction.REGISTER_TIP, TipOutcome.REGISTERED, 1)
    two = TipStep(TipAction.VERIFY_TIP, TipOutcome.PROVEN, 1)
    three = TipStep(TipAction.SIGN_TIP_FINDING, TipOutcome.SIGNED, 2)
    assert stage_of(()) is TipStage.RECEIVED
    assert stage_of((one, two)) is TipStage.UNDER_VERIFICATION
    assert stage_of((one, two, three)) is TipStage.VERIFIED
    assert TipOutcome.NOT_PROVEN not in PROVEN
