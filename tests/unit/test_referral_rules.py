"""Who may take which step of a referral, and the way that the diagram takes it."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.reference.errors import ReferenceDataError
from services.reference.referral_grounds import read_referral_grounds, referral_grounds
from tests.diagrams.walker import definition_of
from workflows.engine import runner
from workflows.permissions import Actor, Authority, PostRecord
from workflows.referral import (
    REFERRAL_OUTCOMES,
    REFERRAL_PERMISSIONS,
    ReceiverKind,
    ReferralAction,
    ReferralOutcome,
    ReferralRefusedError,
    ReferralStage,
    ReferralStanding,
    ReferralStep,
    check_referral,
    is_receiver,
    is_sender,
    may_take,
    referral_facts,
    stage_of,
)
from workflows.vocabulary import Role

A, R = ReferralAction, ReferralOutcome
SENDER, RECEIVER, REPORTED, OTHER = 7, 8, 9, 10
OFFICERS = {Role.CASE_OFFICER, Role.COMMITTEE_OFFICER}
HEADS = {Role.DEPARTMENT_HEAD, Role.COMMITTEE_OFFICE_HEAD}
# Written down once more, not read from the table: step -> roles at the sender, for the proposer.
AT_SENDER = {
    A.PROPOSE_REFERRAL: OFFICERS,
    A.DECIDE_REFERRAL: HEADS,
    A.SEAL_PACKAGE: OFFICERS | HEADS,
    A.DELIVER_REFERRAL: OFFICERS | HEADS,
    A.OBJECT_TO_FILING: OFFICERS | HEADS,
    A.ANSWER_RECEIVER: OFFICERS | HEADS,
}
OF_RECEIVER = {
    A.ACKNOWLEDGE_REFERRAL,
    A.DECIDE_FILING,
    A.ANSWER_FILING_OBJECTION,
    A.REPORT_REFERRAL_OUTCOME,
    A.ASK_SENDER,
}
RECEIVING = {
    ReceiverKind.DISCIPLINE: Role.DISCIPLINE_RECEIVER,
    ReceiverKind.ORGANISATION: Role.ORGANISATION_LIAISON,
    ReceiverKind.POLICE: Role.POLICE_LIAISON,
    ReceiverKind.PROCURATORATE: Role.PROCURATORATE_LIAISON,
}
ONLINE = (A.DELIVER_REFERRAL, R.DELIVERED_ONLINE, 5)
OFFLINE = (A.DELIVER_REFERRAL, R.DELIVERED_OFFLINE, 5)


def actor(role: Role, house: int = SENDER, authority: Authority | None = None) -> Actor:
    return Actor(1, "某人", (PostRecord(3, role, house, frozenset(), authority),))


def standing(
    *taken: tuple[ReferralAction, ReferralOutcome, int | None],
    kind: ReceiverKind = ReceiverKind.DISCIPLINE,
    proposer: int | None = 1,
    person: int | None = None,
    chain: frozenset[int] = frozenset({REPORTED}),
) -> ReferralStanding:
    steps = tuple(ReferralStep(*each) for each in taken)
    return ReferralStanding(SENDER, kind, RECEIVER, proposer, person, chain, steps)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", A)
def test_every_role_against_every_step(role: Role, action: ReferralAction) -> None:
    for kind, receiving in RECEIVING.items():
        now = standing(ONLINE, kind=kind)
        assert may_take(actor(role), action, now) is (role in AT_SENDER.get(action, set()))
        at_receiver = action in OF_RECEIVER and role is receiving
        assert may_take(actor(role, RECEIVER), action, now) is at_receiver
        assert not may_take(actor(role, OTHER), action, now)


@pytest.mark.parametrize("action", sorted(OF_RECEIVER))
def test_what_comes_back_on_paper_the_sender_puts_on_record(action: ReferralAction) -> None:
    offline = standing(OFFLINE)
    assert may_take(actor(Role.CASE_OFFICER), action, offline)
    assert may_take(actor(Role.DEPARTMENT_HEAD), action, offline)
    assert not may_take(actor(Role.DISCIPLINE_RECEIVER, RECEIVER), action, offline)
    assert not is_receiver(actor(Role.DISCIPLINE_RECEIVER, RECEIVER), offline)


def test_whoever_proposed_does_not_decide() -> None:
    mine = standing((A.PROPOSE_REFERRAL, R.PROPOSED, 1))
    with pytest.raises(ReferralRefusedError) as refused:
        check_referral(actor(Role.DEPARTMENT_HEAD), A.DECIDE_REFERRAL, mine)
    assert refused.value.detail["reason"] == "acted"
    of_a_rule = standing((A.PROPOSE_REFERRAL, R.PROPOSED, None), proposer=None)
    assert may_take(actor(Role.DEPARTMENT_HEAD), A.DECIDE_REFERRAL, of_a_rule)


def test_nobody_of_the_reported_chain_is_a_party() -> None:
    head = actor(Role.DEPARTMENT_HEAD)
    assert is_sender(head, standing())
    assert not is_sender(head, standing(chain=frozenset({REPORTED, SENDER})))
    assert not is_sender(head, standing(person=1))
    two_posts = Actor(
        1,
        "某人",
        (
            PostRecord(3, Role.DEPARTMENT_HEAD, SENDER, frozenset(), None),
            PostRecord(4, Role.CASE_OFFICER, REPORTED, frozenset(), None),
        ),
    )
    assert not is_sender(two_posts, standing())


def test_whoever_bears_the_name_is_no_party_while_nobody_knows_whom_it_means() -> None:
    """Somebody reported before they came here must not become the head who reads of it."""
    head = actor(Role.DEPARTMENT_HEAD)
    receiver = actor(Role.DISCIPLINE_RECEIVER, RECEIVER)
    for told, name, person, party in (
        (standing(ONLINE), "某人", None, False),
        (standing(ONLINE), "他人", None, True),
        (standing(ONLINE, person=2), "某人", 2, True),
        (standing(ONLINE, person=1), "他人", 1, False),
    ):
        named = replace(told, about_name=name, about_person_id=person)
        assert is_sender(head, named) is party
        assert is_receiver(receiver, named) is party


def test_a_colleague_of_the_proposer_is_no_party() -> None:
    assert not is_sender(actor(Role.CASE_OFFICER), standing(proposer=2))
    assert is_sender(actor(Role.CASE_OFFICER), standing(proposer=1))


def test_nobody_stands_in_for_another() -> None:
    instead = Authority(1, 9, "他人")
    assert not is_sender(actor(Role.DEPARTMENT_HEAD, authority=instead), standing())
    receiver = actor(Role.DISCIPLINE_RECEIVER, RECEIVER, instead)
    assert not is_receiver(receiver, standing(ONLINE))


def test_the_receiver_is_one_only_once_it_was_delivered() -> None:
    receiver = actor(Role.DISCIPLINE_RECEIVER, RECEIVER)
    assert not is_receiver(receiver, standing((A.DECIDE_REFERRAL, R.APPROVED, 2)))
    assert is_receiver(receiver, standing(ONLINE))


def test_every_step_has_outcomes_and_a_permission() -> None:
    assert set(REFERRAL_OUTCOMES) == set(REFERRAL_PERMISSIONS) == set(A)


BEGUN = ("propose_referral:proposed", "decide_referral:approved", "seal_package:sealed")
ACKNOWLEDGED = (*BEGUN, "deliver_referral:delivered_online", "acknowledge_referral:acknowledged")
POLICE, DISCIPLINE = ReceiverKind.POLICE, ReceiverKind.DISCIPLINE
WAYS = {
    "refused": (POLICE, ("propose_referral:proposed", "decide_referral:refused"), "refused"),
    "filed and settled": (
        DISCIPLINE,
        (*ACKNOWLEDGED, "decide_filing:filed", "report_referral_outcome:sanctioned"),
        "settled",
    ),
    "asked while under way": (
        DISCIPLINE,
        (
            *ACKNOWLEDGED,
            "ask_sender:asked",
            "decide_filing:filed",
            "answer_receiver:answered",
            "ask_sender:asked",
            "report_referral_outcome:replied",
        ),
        "settled",
    ),
    "returned": (
        DISCIPLINE,
        (*BEGUN, "deliver_referral:delivered_offline", "acknowledge_referral:returned"),
        "returned",
    ),
    "passed on": (
        DISCIPLINE,
        (
            *BEGUN,
            "deliver_referral:delivered_online",
            "acknowledge_referral:passed_on",
            "acknowledge_referral:acknowledged",
            "decide_filing:not_filed",
        ),
        "not_filed",
    ),
    "no objection": (
        POLICE,
        (*ACKNOWLEDGED, "decide_filing:not_filed", "object_to_filing:no_objection"),
        "not_filed",
    ),
    "objected in vain": (
        POLICE,
        (
            *ACKNOWLEDGED,
            "decide_filing:not_filed",
            "object_to_filing:objected",
            "answer_filing_objection:upheld",
        ),
        "not_filed",
    ),
    "objected with success": (
        POLICE,
        (
            *ACKNOWLEDGED,
            "decide_filing:not_filed",
            "object_to_filing:objected",
            "answer_filing_objection:filed",
            "report_referral_outcome:not_sanctioned",
        ),
        "settled",
    ),
}


@pytest.mark.parametrize(("kind", "way", "end"), WAYS.values(), ids=WAYS)
def test_the_diagram_goes_each_way_to_an_end(
    kind: ReceiverKind, way: tuple[str, ...], end: str
) -> None:
    definition, taken = definition_of("referral"), list[ReferralStep]()
    state = runner.start(definition, referral_facts(kind, taken)).state
    for place, text in enumerate(way, start=1):
        step, outcome = text.split(":")
        tasks = {task.step_id: task.task_id for task in runner.open_tasks(definition, state)}
        taken.append(ReferralStep(A(step), R(outcome), 1))
        advance = runner.complete(definition, state, tasks[step], referral_facts(kind, taken))
        state = advance.state
        assert advance.finished is (place == len(way))
    assert stage_of(taken, finished=True) is ReferralStage(end)


def test_the_grounds_name_their_source_and_where_they_go() -> None:
    grounds = referral_grounds().grounds
    crimes = [each for each in grounds.values() if each.name.startswith("涉嫌")]
    assert len(crimes) == 7  # as the working rules of 2019 are summed up
    assert all(DISCIPLINE not in each.receivers for each in crimes)
    assert grounds["not_found"].document == "朔安发〔2022〕3号第42项"
    assert DISCIPLINE in grounds["not_found"].receivers


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('receivers = ["discipline"]', "receivers = []"),
        ('receivers = ["discipline"]', 'receivers = ["newspaper"]'),
        ('key = "repeated"', 'key = "refusal"'),
    ],
)
def test_a_wrong_file_of_grounds_is_refused(tmp_path: Path, before: str, after: str) -> None:
    text = Path("services/reference/referral_grounds.toml").read_text(encoding="utf-8")
    assert before in text
    file = tmp_path / "grounds.toml"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ReferenceDataError):
        read_referral_grounds(file)
