"""约谈纪要: a talk is registered once it was held; both sides read and print its minutes."""

import datetime as dt
from typing import Any

import pytest

from services.database import transaction
from services.dossier.package import take
from services.errors import InvalidCommandError
from services.plan import PlanStep
from services.uploads import AcceptedUpload
from tests.builders import World
from tests.integration.test_escalation import ordered, running
from tests.integration.test_printouts import SignIn, form, offered, sign_in
from tests.integration.test_render import text_of
from web.labels import CHOICES, PRINTOUTS
from web.views.acts import content_of
from workflows.permissions import PermissionRefusedError
from workflows.vocabulary import Action, EscalationKind, MinutesSigning

__all__ = ["sign_in"]
TALK = Action.RECORD_TALK


def notified(world: World, kind: EscalationKind = EscalationKind.REGULATORY_TALK) -> int:
    case_id = ordered(world)
    world.do("case_officer", case_id, Action.PROPOSE_ESCALATION, escalation_kind=kind)
    world.do("department_head", case_id, Action.CONFIRM_ESCALATION)
    world.do("case_officer", case_id, Action.SERVE_ESCALATION)
    return case_id


@pytest.mark.parametrize(
    "kind",
    [
        EscalationKind.SUPERVISION_LETTER,
        EscalationKind.WARNING_LETTER,
        EscalationKind.REGULATORY_TALK,
    ],
)
def test_only_a_talk_has_minutes(world: World, kind: EscalationKind) -> None:
    case_id = notified(world, kind)
    assert (TALK in world.open_steps(case_id)) is (kind is EscalationKind.REGULATORY_TALK)


def test_the_talk_goes_before_the_answer_and_starts_its_clock(each_world: World) -> None:
    world = each_world
    case_id = notified(world)
    assert Action.ANSWER_ESCALATION not in world.open_steps(case_id)
    world.later(days=3)
    world.do("case_officer", case_id, TALK)
    assert running(world, case_id, "record_talk") == []
    assert running(world, case_id, "answer_escalation") == [world.ids["mine"]]
    world.do("principal", case_id, Action.ANSWER_ESCALATION)


@pytest.mark.parametrize("name", ["principal", "safety_officer", "department_head", "leader"])
def test_neither_those_talked_to_nor_a_head_register_it(world: World, name: str) -> None:
    case_id = notified(world)
    with pytest.raises(PermissionRefusedError):
        world.do(name, case_id, TALK)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"held_on": None}, {"held_on": "required"}),
        ({"venue": ""}, {"venue": "required"}),
        ({"attending_for_office": ""}, {"attending_for_office": "required"}),
        ({"talked_to": ""}, {"talked_to": "required"}),
        ({"questions_raised": ""}, {"questions_raised": "required"}),
        ({"requirements_set": ""}, {"requirements_set": "required"}),
        ({"signing_note": ""}, {"signing_note": "required"}),
        ({"uploads": tuple[AcceptedUpload, ...]()}, {"uploads": "required"}),
        ({"held_on": dt.date(2026, 3, 1)}, {"held_on": "before_talk_notice"}),
        ({"held_on": dt.date(2026, 4, 1)}, {"held_on": "in_future"}),
        (
            {"undertakings": (PlanStep("到货", dt.date(2026, 3, 1), "甲某"),)},
            {"undertakings": "undertaking_before_talk"},
        ),
    ],
)
def test_minutes_that_cannot_be_are_refused(
    world: World, changed: dict[str, Any], problem: dict[str, str]
) -> None:
    case_id = notified(world)
    with pytest.raises(InvalidCommandError) as refused:
        world.do("case_officer", case_id, TALK, **changed)
    assert refused.value.fields == problem
    assert TALK in world.open_steps(case_id)


def test_both_sides_read_and_print_the_minutes(world: World, sign_in: SignIn) -> None:
    case_id = notified(world)
    said: dict[str, Any] = {
        "questions_raised": "皮带到货计划为何不落实。",
        "requirements_set": "三月二十日前到货。",
        "minutes_signing": MinutesSigning.REFUSED,
        "signing_note": "甲某以需请示为由拒绝签字，庚某在场见证。",
    }
    client = sign_in("principal")
    assert "talk_minutes" not in offered(client, case_id)
    world.do("case_officer", case_id, TALK, **said)
    for name in ("principal", "case_officer"):
        client = sign_in(name)
        page = client.get(f"/cases/{case_id}").text
        assert "talk_minutes" in offered(client, case_id)
        printed = text_of(form(client, case_id, "talk_minutes")).replace("\n", "")
        for words in (
            *(text for key, text in said.items() if key != "minutes_signing"),
            CHOICES["minutes_signing"]["refused"],
            "市应急局二楼会议室",
            "阻燃皮带到货；2026-03-17；甲某",
        ):
            assert words in page, (name, words)
            assert words in printed, (name, words)
        for words in ("约谈纪要", "约谈通知》（", *PRINTOUTS["talk_minutes"].signed_by):
            assert words in printed


def test_the_dossier_holds_the_talk_with_its_signed_minutes(world: World) -> None:
    case_id = notified(world)
    world.do("case_officer", case_id, TALK)
    with transaction(world.engine) as session:
        dossier = take(world.frame(session, "case_officer"), case_id)
    (talk,) = (act for act in dossier.page.acts if act.action is TALK)
    assert ("被约谈人签字情况", "已签字") in content_of(talk)
    assert len(talk.files) == 1
