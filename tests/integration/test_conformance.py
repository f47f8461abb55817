"""Every obligation of 12341 with its evidence: done only where the row is found."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner

from services.conformance import conformance_of
from services.database import reading, transaction
from services.models.case import Act, SupervisionCase
from services.models.public import PublicEntry
from services.reference.errors import ReferenceDataError
from services.reference.obligations import FILE, ObligationHead, load_obligations, read_obligations
from services.settings import Settings
from tests.builders import World
from tests.integration.test_assessments import APPROVE, PUBLISH, frozen, shown, step
from tests.integration.test_disclosure import publish
from web.app import create_app
from workflows.disclosure import PublicationKind
from workflows.vocabulary import Action, Outcome


def closed(world: World) -> int:
    """A case on the straight path, published as asked, delisted."""
    case_id = world.file_report()
    world.to_listing(case_id)
    world.to_signed(case_id)
    publish(world, case_id)
    world.to_handed_over(case_id)
    world.complete_double_report(case_id)
    world.rectify(case_id)
    publish(world, case_id, PublicationKind.PROGRESS, progress="灭火装置已修复。")
    world.accept(case_id)
    world.close(case_id)
    publish(world, case_id, PublicationKind.RESULT, result="经验收，隐患消除。")
    return case_id


def assessed(world: World) -> None:
    """The month of the case is assessed and sent out."""
    round_id = shown(world)
    frozen(world, round_id)
    step(world, round_id, "leader", APPROVE, Outcome.ACCEPTED)
    assert "assessed" in missing_everywhere(world)
    step(world, round_id, "office_head", PUBLISH)


def missing(world: World, case_id: int) -> list[str]:
    with reading(world.engine) as session:
        return [row.obligation.key for row in conformance_of(session, case_id) if row.is_missing]


def missing_everywhere(world: World) -> set[str]:
    with reading(world.engine) as session:
        cases = session.scalars(sa.select(SupervisionCase.id)).all()
    return {key for case_id in cases for key in missing(world, case_id)}


def run(world: World, tmp_path: Path, case_id: int) -> tuple[int, str]:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    app = create_app(settings, office=world.office, now=lambda: world.now)
    with reading(world.engine) as session:
        number = session.get_one(SupervisionCase, case_id).case_number or ""
    runner: FlaskCliRunner = app.test_cli_runner()
    result = runner.invoke(args=["conformance", number])
    return result.exit_code, result.output


def test_a_closed_case_shows_each_with_its_row_and_one_taken_away_is_named(
    world: World, tmp_path: Path
) -> None:
    case_id = closed(world)
    assert missing(world, case_id) == ["assessed"]
    assessed(world)
    assert missing(world, case_id) == []
    code, said = run(world, tmp_path, case_id)
    assert code == 0, said
    assert "已落实  签发挂牌督办通知书" in said
    assert "已落实  纳入月度考核" in said
    assert said.count("未核验") == 0
    assert "不适用  应当追溯的，已经追溯并作出决定" in said
    with transaction(world.engine) as session:
        session.execute(
            sa.delete(PublicEntry).where(PublicEntry.kind == PublicationKind.PROGRESS.value)
        )
    assert missing(world, case_id) == ["progress_told"]
    code, said = run(world, tmp_path, case_id)
    assert code == 1
    assert "1 项没有落实：公开整改治理推进情况" in said


def test_one_inspector_alone_does_not_meet_what_asks_for_two(world: World) -> None:
    case_id = closed(world)
    with transaction(world.engine) as session:
        first = session.scalars(
            sa.select(Act.person_id).where(Act.action == Action.INSPECT_RECTIFICATION.value)
        ).first()
        session.execute(
            sa.update(Act)
            .where(Act.action == Action.INSPECT_RECTIFICATION.value)
            .values(person_id=first)
        )
    assert missing(world, case_id) == ["inspection", "assessed"]


def test_a_receipt_rests_on_its_act_and_not_on_a_mark(world: World) -> None:
    case_id = closed(world)
    with transaction(world.engine) as session:
        act_id = session.scalars(
            sa.select(sa.func.max(Act.id)).where(
                Act.action == Action.ACKNOWLEDGE_HANDOVER.value, Act.case_id == case_id
            )
        ).one()
        session.execute(sa.update(Act).where(Act.id == act_id).values(outcome="passed_on"))
    assert missing(world, case_id) == ["acknowledged", "assessed"]


def test_a_case_under_way_names_what_is_still_to_be_done(world: World) -> None:
    case_id = world.file_report()
    world.to_listing(case_id)
    found = missing(world, case_id)
    assert found[:3] == ["double_report", "workforce_report", "listing"]
    assert {"acknowledged", "list_told", "delisting"} <= set(found)


def test_the_five_heads_are_all_there_and_a_wrong_act_is_refused(tmp_path: Path) -> None:
    assert {row.head for row in load_obligations().rows} == set(ObligationHead)
    wrong = tmp_path / "obligations.toml"
    wrong.write_text(FILE.read_text(encoding="utf-8").replace("sign_listing:", "sing_listing:"))
    with pytest.raises(ReferenceDataError):
        read_obligations(wrong)
