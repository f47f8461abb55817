"""The operator's commands: what they print, how they end, and what they refuse."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from services.accounts import create_account
from services.database import transaction
from services.operations.doctor import doctor_checks
from services.settings import REPOSITORY, Settings
from tests.builders import COUNTY, SECTOR, World
from web.app import create_app, serve_or_exit
from web.operator_words import CHECKS, COLUMNS, MENDS, PROBLEMS

ROW = {
    "responsible_party": "示例煤业",
    "sector": SECTOR,
    "division": COUNTY,
    "hazard_name": "主扇风机备用电机缺失",
}


@pytest.fixture
def runner(world: World, tmp_path: Path) -> FlaskCliRunner:
    """Commands on the world's database."""
    with transaction(world.engine) as session:
        create_account(session, world.person_ids["case_officer"], "officer", "no password")
    settings = Settings.from_environment(
        {
            "DATABASE_URL": world.engine.url.render_as_string(hide_password=False),
            "GUAPAI_DATA": str(tmp_path / "data"),
        }
    )
    app: Flask = create_app(settings, office=world.office, now=lambda: world.now)
    return app.test_cli_runner()


def test_a_file_is_checked_imported_and_left_alone_the_second_time(
    runner: FlaskCliRunner, tmp_path: Path
) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([ROW], ensure_ascii=False), encoding="utf-8")
    command = ["case", "import", str(file), "--as", "officer"]
    assert "可以导入" in runner.invoke(args=[*command, "--dry-run"]).output
    assert json.loads(runner.invoke(args=["case", "list", "--json"]).output) == []
    assert "已导入  朔隐报2026-0001" in runner.invoke(args=command).output
    assert "已存在，未改动" in runner.invoke(args=command).output
    listed = runner.invoke(args=["case", "list", "--phase", "intake"]).output
    assert "主扇风机备用电机缺失" in listed
    shown = json.loads(runner.invoke(args=["case", "show", "朔隐报2026-0001", "--json"]).output)
    assert shown["missing"] == ["place", "description", "found_on", "measures_taken"]
    assert "place: 待补" in runner.invoke(args=["case", "show", "朔隐报2026-0001"]).output


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"{", "不是有效的 JSON"), (b"\xff\xfe", "不是 UTF-8"), (b"7", "没有事项列表")],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_sentence(
    runner: FlaskCliRunner, tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "cases.json"
    file.write_bytes(content)
    result = runner.invoke(args=["case", "import", str(file), "--as", "officer"])
    assert result.exit_code == 1
    assert sentence in result.output


def test_a_bad_row_is_named_and_the_exit_code_tells(runner: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "cases.json"
    file.write_text(json.dumps([ROW, {**ROW, "sector": "none"}]), encoding="utf-8")
    result = runner.invoke(args=["case", "import", str(file), "--as", "officer"])
    assert result.exit_code == 1
    assert "第 2 行  有误，未导入  行业领域 sector：代码不在目录中" in result.output


def test_an_unknown_number_is_said_to_be_unknown(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["case", "show", "朔隐报2026-9999"])
    assert result.exit_code == 1
    assert "没有编号为 朔隐报2026-9999 的事项" in result.output


def test_a_real_installation_is_never_turned_into_a_demonstration(runner: FlaskCliRunner) -> None:
    for command in (["demo", "load"], ["demo", "reset"]):
        result = runner.invoke(args=command)
        assert result.exit_code == 1
        assert "未载入" in result.output
    assert runner.invoke(args=["demo", "load", "--if-empty"]).exit_code == 0
    assert runner.invoke(args=["demo", "accounts"]).output == ""


def test_the_linter_ends_with_one_on_a_finding(runner: FlaskCliRunner, tmp_path: Path) -> None:
    sound = runner.invoke(args=["definitions", "lint", str(REPOSITORY / "bpmn")])
    assert (sound.exit_code, "未发现问题" in sound.output) == (0, True)
    (tmp_path / "broken.bpmn").write_bytes(b"<x")
    broken = runner.invoke(args=["definitions", "lint", str(tmp_path)])
    assert broken.exit_code == 1
    assert "broken.bpmn" in broken.output


def test_the_doctor_says_the_mend_and_ends_with_one(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["doctor"])  # this data folder has no key file
    assert result.exit_code == 1
    assert "故障  密钥文件及其权限" in result.output
    assert "处理：运行 flask setup" in result.output
    assert "正常  审计链" in result.output


def test_setup_makes_keys_and_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUAPAI_DATA", str(tmp_path / "new"))
    app = create_app(Settings.from_environment())
    assert app.test_cli_runner().invoke(args=["setup"]).exit_code == 0
    assert (tmp_path / "new/keys/installation.json").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new/guapai.sqlite").exists()


def test_a_setting_that_cannot_be_used_ends_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "abc")
    with pytest.raises(SystemExit) as end:
        serve_or_exit()
    assert "PORT=abc" in str(end.value)


def test_every_check_of_the_doctor_has_words_and_a_mend() -> None:
    assert set(doctor_checks()) == set(CHECKS) == set(MENDS)


def test_every_problem_of_a_row_has_words() -> None:
    text = (REPOSITORY / "services/operations/case_import.py").read_text(encoding="utf-8")
    named = set(re.findall(r'(?:problems\["?\w+"?\] = |: )"([a-z_]+)"', text)) - {"cases"}
    assert {"other_party", "too_long", "needs_found_on"} <= named
    assert {name for name in named if name not in COLUMNS} <= set(PROBLEMS)
