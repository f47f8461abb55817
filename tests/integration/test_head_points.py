"""Points for heads of enterprises: each follows from one act, and is taken back in the open."""

from datetime import date
from pathlib import Path

import pytest

from services.database import reading, transaction
from services.errors import InvalidCommandError, RecordNotFoundError, ShownChangedError
from services.head_points import first_changed_reversal, reverse_points
from services.models.head_point import PointReversal
from services.queries.head_points import HeadRow, list_heads
from services.reference.errors import ReferenceDataError
from services.reference.head_points import FILE, load_scale, read_scale
from tests.builders import World
from tests.integration.test_assessment_pages import SignIn, app, sent, sign_in
from workflows.head_points import PointsRefusedError
from workflows.vocabulary import Action, Outcome

__all__ = ["app", "sign_in"]


def failed_once(world: World) -> int:
    """A case whose acceptance failed; returns the act that decided so."""
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    world.do("safety_officer", case_id, Action.EVALUATE_EFFECT)
    for name in ("reviewer", "second_reviewer"):
        world.do(
            name,
            case_id,
            Action.INSPECT_RECTIFICATION,
            outcome=Outcome.FAILED,
            opinion="仍有积水",
        )
    world.do(
        "department_head",
        case_id,
        Action.APPROVE_ACCEPTANCE,
        outcome=Outcome.FAILED,
        opinion="验收不合格",
    )
    return world.last_act(case_id)


def ledger(world: World, name: str = "office_head") -> tuple[HeadRow, ...]:
    with reading(world.engine) as session:
        return list_heads(session, world.actor(name), load_scale(), 2026)


def reverse(world: World, act_id: int, name: str = "office_head", reason: str = "检测有误") -> None:
    with transaction(world.engine) as session:
        reverse_points(world.frame(session, name), act_id, reason)


def test_an_act_counts_for_whoever_was_principal_and_opens_its_case(each_world: World) -> None:
    assert ledger(each_world) == ()
    act_id = failed_once(each_world)
    head = ledger(each_world)[0]
    assert (head.party_name, head.head_name, head.points) == ("示例煤业", "principal", 2)
    assert [row.act_id for row in head.entries] == [act_id]
    assert ledger(each_world, "department_head") == ledger(each_world)
    for stranger in ("principal", "other_officer", "system_admin"):
        assert ledger(each_world, stranger) == ()
    with reading(each_world.engine) as session:
        before = list_heads(session, each_world.actor("office_head"), load_scale(), 2025)
    assert before == ()


def test_points_are_taken_back_once_by_somebody_else_with_a_reason(each_world: World) -> None:
    act_id = failed_once(each_world)
    with pytest.raises(PointsRefusedError) as own:
        reverse(each_world, act_id, "department_head")  # whose act it was
    assert own.value.detail == {"reason": "own_act"}
    with pytest.raises(PointsRefusedError):
        reverse(each_world, act_id, "case_officer")
    with pytest.raises(RecordNotFoundError):
        reverse(each_world, act_id, "principal")
    with pytest.raises(RecordNotFoundError):
        reverse(each_world, act_id + 100)
    with pytest.raises(InvalidCommandError):
        reverse(each_world, act_id, reason=" ")
    reverse(each_world, act_id)
    reverse(each_world, act_id)  # sent twice
    with pytest.raises(ShownChangedError):
        reverse(each_world, act_id, reason="另一个理由")
    head = ledger(each_world)[0]
    assert (head.points, head.entries[0].reason) == (0, "检测有误")
    with transaction(each_world.engine) as session:
        assert first_changed_reversal(session) is None
        row = session.get_one(PointReversal, 1)
        row.reason = "改写"
        session.flush()
        assert first_changed_reversal(session) == 1


def test_an_act_that_was_taken_back_counts_no_more(world: World) -> None:
    act_id = failed_once(world)
    case_id = ledger(world)[0].entries[0].case_id
    world.take_back("department_head", case_id, act_id)
    assert ledger(world) == ()


def test_the_ledger_on_its_page(world: World, sign_in: SignIn) -> None:
    act_id = failed_once(world)
    head = sign_in("office_head")
    page = head.get("/head-points").text
    assert "复查验收不合格" in page
    assert "本地设置" in page
    wrong = sent(head, f"/head-points/{act_id}/reversal", {"reason": ""})
    assert (wrong.status_code, "请填写撤销理由" in wrong.text) == (422, True)
    assert sent(head, f"/head-points/{act_id}/reversal", {"reason": "有误"}).status_code == 303
    assert "已撤销" in head.get("/head-points").text
    officer = sign_in("case_officer")
    assert "撤销这笔记分" not in officer.get("/head-points").text
    assert "没有记分" in officer.get("/head-points?year=2025").text
    assert sign_in("principal").get("/head-points").status_code == 403


def test_a_scale_counts_from_its_day_on_and_names_acts_that_exist(tmp_path: Path) -> None:
    scale = load_scale()
    found = scale.find(Action.APPROVE_ACCEPTANCE, Outcome.FAILED, date(2026, 3, 1))
    assert found is not None
    assert scale.find(Action.APPROVE_ACCEPTANCE, Outcome.FAILED, date(2024, 3, 1)) is None
    assert scale.find(Action.APPROVE_ACCEPTANCE, Outcome.PASSED, date(2026, 3, 1)) is None
    for before, after in (("approve_acceptance:", "approve:"), ("points = 12\n", "points = 0\n")):
        wrong = tmp_path / "head_points.toml"
        text = FILE.read_text(encoding="utf-8").replace(before, after)
        wrong.write_text(text, encoding="utf-8")
        with pytest.raises(ReferenceDataError):
            read_scale(wrong)
