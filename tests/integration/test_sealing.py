"""Checkpoints of the audit chain: when they are made, what they hold against, who keeps them."""

from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner

from services import sealing
from services.chain import Fault
from services.database import reading, transaction
from services.models.audit import AuditCheckpoint, AuditEntry
from services.models.case import Act
from services.sealing import SealReason, list_checkpoints, seal, seal_when_due, verify
from services.settings import Settings
from tests.builders import World
from web.app import create_app
from workflows.vocabulary import Action


def due(world: World) -> SealReason | None:
    return seal_when_due(world.engine, world.office.sealer, world.now)


def sizes(world: World) -> list[int]:
    with reading(world.engine) as session:
        return [row.size for row in list_checkpoints(session)]


def fault(world: World) -> Fault | None:
    with reading(world.engine) as session:
        return verify(session, world.office.sealer).fault


def checks(world: World) -> list[str]:
    return (world.office.sealer.folder / sealing.CHECKS_NAME).read_text().splitlines()


def file_of(world: World) -> Path:
    return world.office.sealer.folder / sealing.FILE_NAME


@pytest.fixture
def sealed(each_world: World) -> World:
    """A world with one sealed case and one act after the checkpoint."""
    case_id = each_world.file_report()
    each_world.do("case_officer", case_id, Action.VERIFY_HAZARD)
    assert due(each_world) is SealReason.DAILY
    each_world.do("case_officer", case_id, Action.ISSUE_RECTIFICATION_ORDER)
    return each_world


def test_a_day_is_sealed_once_and_only_when_something_was_done(sealed: World) -> None:
    assert sizes(sealed) == [2]
    assert due(sealed) is None
    sealed.later(days=1)
    assert due(sealed) is SealReason.DAILY
    sealed.later(days=1)
    assert due(sealed) is None
    assert sizes(sealed) == [2, 3]
    assert fault(sealed) is None


def test_many_entries_are_sealed_before_the_day_is_over(
    sealed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "MOST_UNSEALED", 2)
    assert due(sealed) is None
    sealed.register()
    assert due(sealed) is SealReason.ENTRIES
    assert sizes(sealed) == [2, 4]


def test_nothing_is_sealed_where_nothing_was_done(each_world: World) -> None:
    assert due(each_world) is None
    assert not file_of(each_world).exists()


def test_a_chain_that_does_not_hold_is_not_sealed_and_the_check_says_so(sealed: World) -> None:
    with transaction(sealed.engine) as session:
        session.execute(sa.update(AuditEntry).where(AuditEntry.sequence == 1).values(body={}))
    sealed.later(days=1)
    assert due(sealed) is None
    assert sizes(sealed) == [2]
    assert fault(sealed) == Fault("content", 1, 1)
    lines = checks(sealed)
    assert " holds " in lines[0]
    assert " content 1 1 " in lines[1]
    assert due(sealed) is None
    assert len(checks(sealed)) == 2  # told once a day, not at every beat of the worker
    sealed.later(days=1)
    assert due(sealed) is None
    assert len(checks(sealed)) == 3


def test_what_is_taken_from_the_database_is_still_in_the_file(sealed: World) -> None:
    with transaction(sealed.engine) as session:
        session.execute(sa.delete(AuditCheckpoint))
        session.execute(sa.delete(AuditEntry).where(AuditEntry.sequence > 1))
    assert fault(sealed) == Fault("truncated", 2, 2)
    file_of(sealed).unlink()
    assert fault(sealed) is None  # so a copy is kept elsewhere


def test_a_lost_file_is_written_again_from_the_database(sealed: World) -> None:
    before = file_of(sealed).read_bytes()
    file_of(sealed).unlink()
    assert seal(sealed.engine, sealed.office.sealer, SealReason.BY_HAND, sealed.now)
    assert file_of(sealed).read_bytes().startswith(before)
    assert sizes(sealed) == [2, 3]


def test_of_several_who_seal_at_once_each_writes_the_same_once(sealed: World) -> None:
    barrier, faults = Barrier(3), list[BaseException]()

    def go() -> None:
        barrier.wait()
        try:
            seal(sealed.engine, sealed.office.sealer, SealReason.BY_HAND, sealed.now)
        except BaseException as error:  # noqa: BLE001  told to the test
            faults.append(error)

    threads = [Thread(target=go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sizes(sealed) == [2, 3]
    assert fault(sealed) is None


@pytest.fixture
def runner(world: World, tmp_path: Path) -> FlaskCliRunner:
    url = world.engine.url.render_as_string(hide_password=False)
    settings = Settings.from_environment({"GUAPAI_DATA": str(tmp_path), "DATABASE_URL": url})
    app = create_app(settings, office=world.office, now=lambda: world.now)
    return app.test_cli_runner()


def test_the_operator_verifies_seals_and_exports(
    world: World, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    world.file_report()
    first = runner.invoke(args=["audit", "verify"])
    assert (first.exit_code, first.output.splitlines()[-1]) == (0, "结论      一致，未发现改动")
    assert "未签名    1 条" in first.output
    assert runner.invoke(args=["audit", "seal"]).exit_code == 0
    assert "已签名    前 1 条" in runner.invoke(args=["audit", "verify"]).output
    folder = tmp_path / "导出"
    assert runner.invoke(args=["audit", "export", str(folder)]).exit_code == 0
    assert sorted(path.name for path in folder.iterdir()) == [
        "chain.jsonl",
        "chain.py",
        "checkpoints.txt",
    ]
    again = runner.invoke(args=["audit", "export", str(folder)])
    assert again.exit_code == 1
    assert "已存在" in again.output
    with transaction(world.engine) as session:
        session.execute(sa.update(AuditEntry).values(body={"act_id": 1}))
    bad = runner.invoke(args=["audit", "verify"])
    assert bad.exit_code == 1
    assert "第 1 条：内容与其校验值不符" in bad.output
    assert runner.invoke(args=["audit", "seal"]).exit_code == 1


def test_the_operator_is_told_which_record_was_changed(
    world: World, runner: FlaskCliRunner
) -> None:
    world.file_report()
    with transaction(world.engine) as session:
        session.execute(sa.update(Act).values(opinion="改过的话"))
    bad = runner.invoke(args=["audit", "verify"])
    assert bad.exit_code == 1
    assert "办理记录与审计承诺值：1，写入后被改动" in bad.output
