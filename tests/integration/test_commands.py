"""The operator's commands: what they print, how they end, and what they refuse."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner
from PIL import Image

from services.accounts import create_account
from services.audit import first_broken_link
from services.connection import Connection
from services.database import transaction
from services.models.account import Account
from services.models.administration import AdministrationEntry
from services.models.installation import Installation
from services.models.organisation import Organisation, Person, Post
from services.operations.doctor import doctor_checks
from services.paper.case_file import read_case_file, scans_named
from services.second_factor import enrol
from services.settings import REPOSITORY, Settings
from tests.builders import COUNTY, SECTOR, World
from tests.integration.test_paper_cases import TODAY, change, paper
from web.app import create_app, serve_or_exit
from web.commands import announce, prepare
from web.context import surroundings
from web.labels.ledger_files import PROBLEMS
from web.operator_words import CHECKS, MENDS

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
    assert "第 2 行  有误，未导入  行业领域：不在目录中" in result.output


def test_a_case_from_paper_is_tried_entered_and_refused_with_its_reason(
    world: World, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    world.now = TODAY
    file = tmp_path / "paper.json"
    file.write_text(paper(), encoding="utf-8")
    for name in ("通知书.pdf", "指令书.pdf"):
        Image.new("1", (40, 40), 1).save(tmp_path / name, "PDF")
    command = ["case", "replay", str(file), "--as", "officer"]
    assert "没有找到扫描件“审批表.png”" in runner.invoke(args=command).output
    Image.new("RGB", (4, 4), "white").save(tmp_path / "审批表.png")
    tried = runner.invoke(args=[*command, "--dry-run"])
    assert (tried.exit_code, "阶段：移交" in tried.output) == (0, True)
    assert "已录入（第 1 号），待第二人" in runner.invoke(args=command).output
    assert json.loads(runner.invoke(args=["case", "list", "--json"]).output) == []
    file.write_text(paper(lambda acts: acts.pop(5)), encoding="utf-8")
    refused = runner.invoke(args=command)
    assert refused.exit_code == 1
    assert "第 6 项“审核挂牌文稿”" in refused.output
    unknown = runner.invoke(args=[*command[:-1], "nobody"])
    assert "没有“nobody”这一账号" in unknown.output
    file.write_bytes(b"\xff\xfe")
    assert "不是 UTF-8" in runner.invoke(args=command).output


def test_scans_outside_the_folder_are_not_read(
    world: World, runner: FlaskCliRunner, tmp_path: Path
) -> None:
    world.now = TODAY
    folder = tmp_path / "inside"
    folder.mkdir()
    Image.new("RGB", (4, 4), "white").save(tmp_path / "审批表.png")
    file = folder / "paper.json"
    file.write_text(paper(change(0, scans=["../审批表.png"])), encoding="utf-8")
    result = runner.invoke(args=["case", "replay", str(file), "--as", "officer"])
    assert "没有找到扫描件“../审批表.png”" in result.output


def test_the_example_of_the_documentation_is_read_with_its_scans() -> None:
    file = REPOSITORY / "docs" / "examples" / "paper-case.json"
    content = read_case_file(file.read_text(encoding="utf-8"), date(2026, 11, 1))
    assert all((file.parent / name).is_file() for name in scans_named(content))


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
    files = (
        "operations/row_problems.py",
        "operations/row_judgement.py",
        "workbook/reading.py",
        "national_number.py",
    )
    texts = [(REPOSITORY / "services" / file).read_text(encoding="utf-8") for file in files]
    said = r"""(?:\{\w+|"\w+"): f?"([a-z_]+)[:"]|yield name, f?"([a-z_]+)[:"]"""
    named = {code for text in texts for pair in re.findall(said, text) for code in pair if code}
    assert {"other_party", "too_long", "digits_lost", "hidden"} <= named
    assert named <= set(PROBLEMS)


INIT = ["init", "--profile", "shuozhou", "--admin", "甲", "--security", "乙", "--audit", "丙"]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application on a folder in which nothing was made yet."""
    monkeypatch.setenv("GUAPAI_DATA", str(tmp_path / "real"))
    return create_app(Settings.from_environment())


def test_init_makes_an_empty_installation_with_three_administrators(empty: Flask) -> None:
    result = empty.test_cli_runner().invoke(args=INIT)
    assert result.exit_code == 0, result.output
    codes = re.findall(r"http://127\.0\.0\.1:8000/set-password#([a-z2-7]{32})", result.output)
    assert len(set(codes)) == 3
    with surroundings_of(empty).reading() as session:
        assert session.scalars(sa.select(Installation.demonstration)).all() == [False]
        roles = dict(session.execute(sa.select(Person.name, Post.role).join(Post.person)).all())
        assert roles == {"甲": "system_admin", "乙": "security_admin", "丙": "audit_admin"}
        organs = session.scalars(sa.select(Organisation)).all()
        assert {organ.kind for organ in organs} == {
            "government",
            "safety_committee",
            "committee_office",
            "discipline_organ",
            "other_organ",
        }
        assert not any(organ.inferred for organ in organs)
        assert all(organ.source_note for organ in organs)
        assert all(not account.password_hash for account in session.scalars(sa.select(Account)))
        assert first_broken_link(session) is None
        kinds = session.scalars(sa.select(AdministrationEntry.kind)).all()
        assert kinds == ["installed", "link_made", "link_made", "link_made"]


def test_a_real_installation_is_neither_filled_nor_emptied_nor_printed(empty: Flask) -> None:
    runner = empty.test_cli_runner()
    runner.invoke(args=INIT)
    prepare(empty)
    announce(empty)
    assert runner.invoke(args=["demo", "accounts"]).output == ""
    assert runner.invoke(args=["demo", "load"]).exit_code == 1
    assert runner.invoke(args=["demo", "reset"]).exit_code == 1
    with surroundings_of(empty).reading() as session:
        assert len(session.scalars(sa.select(Person.id)).all()) == 3
    assert "演示" not in empty.test_client().get("/").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (["--admin", "乙"], "不能相同"),
        (["--audit", " "], "不能为空"),
        (["--profile", "nowhere"], "GUAPAI_PROFILE"),
    ],
)
def test_init_refuses_what_cannot_be(empty: Flask, changes: list[str], sentence: str) -> None:
    result = empty.test_cli_runner().invoke(args=[*INIT, *changes])
    assert result.exit_code == 1
    assert sentence in result.output
    assert empty.test_cli_runner().invoke(args=INIT).exit_code == 0


def test_init_takes_another_profile_but_invents_no_organs_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUAPAI_DATA", str(tmp_path / "other"))
    monkeypatch.setenv("GUAPAI_PROFILE", "datong")
    app = create_app(Settings.from_environment())
    with app.app_context():
        assert surroundings().office.profile.rules["monthly_return"].count == 27
    result = app.test_cli_runner().invoke(args=[*INIT, "--profile", "datong"])
    assert result.exit_code == 1
    assert "还没有核实过来源的机构数据" in result.output
    with surroundings_of(app).reading() as session:
        assert session.scalars(sa.select(Installation)).all() == []


def test_init_names_all_three(empty: Flask) -> None:
    assert empty.test_cli_runner().invoke(args=INIT[:-2]).exit_code == 2


def test_init_refuses_a_database_that_holds_anything(runner: FlaskCliRunner, empty: Flask) -> None:
    result = runner.invoke(args=INIT)
    assert result.exit_code == 1
    assert "没有改动" in result.output
    again = empty.test_cli_runner()
    assert again.invoke(args=INIT).exit_code == 0
    assert "没有改动" in again.invoke(args=INIT).output


def test_a_lost_administrator_is_let_in_again_by_the_operator(empty: Flask) -> None:
    runner = empty.test_cli_runner()
    runner.invoke(args=INIT)
    assert "/set-password#" in runner.invoke(args=["account", "link", "security.admin"]).output
    nobody = runner.invoke(args=["account", "link", "nobody"])
    assert nobody.exit_code == 1
    assert "不是三名管理员之一" in nobody.output


def surroundings_of(app: Flask) -> Connection:
    with app.app_context():
        return surroundings().connection


def test_the_operator_forgets_a_lost_device(runner: FlaskCliRunner, world: World) -> None:
    command = ["account", "reset-second-factor", "officer"]
    refused = runner.invoke(args=command)
    assert (refused.exit_code, "没有绑定动态口令设备" in refused.output) == (1, True)
    person_id = world.person_ids["case_officer"]
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    with transaction(world.engine) as session:
        enrol(session, world.office.keys, person_id, secret, world.now)
    forgotten = runner.invoke(args=command)
    assert forgotten.exit_code == 0
    assert "已重置" in forgotten.output
    assert secret not in forgotten.output
