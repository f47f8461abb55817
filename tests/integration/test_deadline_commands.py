"""`flask deadline`: what is printed, how it ends, and that it needs and leaves nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask.testing import FlaskCliRunner

from services.reference.profile import load_profile
from services.settings import REPOSITORY
from web import deadline_commands


@pytest.fixture
def runner() -> FlaskCliRunner:
    return deadline_commands.bare_application().test_cli_runner()


def lines(runner: FlaskCliRunner, *words: str) -> list[str]:
    result = runner.invoke(args=["deadline", *words])
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    return result.stdout.splitlines()


def refused(runner: FlaskCliRunner, *words: str) -> str:
    """The one line on stderr."""
    result = runner.invoke(args=["deadline", *words])
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    return line


@pytest.mark.parametrize("profile", ["shuozhou", "datong"])
def test_rules_are_listed_with_length_basis_and_how_sure(
    runner: FlaskCliRunner, profile: str
) -> None:
    rows = [line.split("\t") for line in lines(runner, "rules", "--profile", profile)]
    assert [row[0] for row in rows] == list(load_profile(profile).rules)
    assert {len(row) for row in rows} == {5}
    by_id = {row[0]: row[1:] for row in rows}
    assert by_id["publish_penalty"] == [
        "公开行政处罚",
        "7个工作日",
        "安全生产法（2021年修正）第七十八条",
        "已核实",
    ]
    assert by_id["rectification_limit"][1] == "文书载明日期，最长12个月"
    assert by_id["rectification_limit"][3] == "未核实（转引未核）"
    assert by_id["verify_hazard"][3] == "未核实（本地设置）"
    monthly, lead = {"shuozhou": ("2", "15"), "datong": ("27", "20")}[profile]
    assert by_id["monthly_return"][1] == f"每月{monthly}日"
    assert by_id["extension_lead"][1] == f"届满前{lead}个工作日"


def test_a_rule_is_explained_day_by_day(runner: FlaskCliRunner) -> None:
    said = lines(runner, "explain", "publish_listing", "--from", "2026-09-30")
    assert said[0] == "规则    publish_listing  挂牌公布（第 1 版）"
    assert "起算    挂牌督办通知书签发" in said
    assert "其他    政府信息公开条例第二十六条：20个工作日内及时公开（最长）（已核原文）" in said
    assert any(line.startswith("取舍    取5个工作日") for line in said)
    assert "2026-09-30 星期三  起算日，当日不计入" in said
    assert sum("不计入：国庆节（放假通知）" in line for line in said) == 7
    assert "2026-10-10 星期六  第 3 日，国庆节调休上班" in said
    assert "2026-10-11 星期日  不计入：周末休息日" in said
    assert "2026-10-13 星期二  第 5 日，届满日" in said
    assert said[-1] == "2026-10-13"
    assert not any("暂定" in line for line in said)


def test_the_words_of_a_law_stand_with_its_article(runner: FlaskCliRunner) -> None:
    said = lines(runner, "explain", "hand_over_to_police", "--from", "2026-09-30T16:20")
    assert "原文    决定批准的，应当在24小时内向同级公安机关移送" in said
    assert any("第五条（已核原文）" in line for line in said)
    assert "2026-09-30 星期三  16:20 起算" in said
    assert said[-2:] == ["届满    2026-10-01 星期四 16:20", "2026-10-01"]


def test_a_last_day_that_moves_says_why_and_on_whose_word(runner: FlaskCliRunner) -> None:
    said = lines(runner, "explain", "decide_transfer", "--from", "2026-11-18")
    assert "2026-11-21 星期六  末日遇休息日，顺延：周末休息日" in said
    assert "末日为周末的顺延，系本系统按民法典第二百零三条的理解" in said
    assert said[-1] == "2026-11-23"


def test_a_year_without_a_notice_gives_a_provisional_date(runner: FlaskCliRunner) -> None:
    said = lines(runner, "explain", "acceptance_review", "--from", "2026-12-25")
    assert "暂定    没有载入 2027 年的放假通知，届满日为暂定，载入后须重新核定" in said
    assert said[-1] == "2027-01-11"


def test_a_monthly_day_on_a_holiday_stays_and_warns(runner: FlaskCliRunner) -> None:
    said = lines(runner, "explain", "monthly_return", "--from", "2026-09-30")
    assert "当日是休息日（国庆节），没有规定顺延，请提前办理" in said
    assert said[-1] == "2026-10-02"
    other = lines(
        runner, "explain", "monthly_return", "--from", "2026-09-30", "--profile", "datong"
    )
    assert other[-1] == "2026-10-27"


def test_an_end_is_counted_back_from(runner: FlaskCliRunner) -> None:
    said = lines(runner, "explain", "extension_lead", "--from", "2026-03-09")
    assert "2026-03-09 星期一  整改期限届满日，第 1 日" in said
    assert "2026-02-10 星期二  最后日期" in said
    assert said[-1] == "2026-02-10"
    on_a_sunday = lines(runner, "explain", "extension_lead", "--from", "2026-03-08")
    assert "2026-03-08 星期日  整改期限届满日，不计入：周末休息日" in on_a_sunday


def test_a_limit_set_by_document_tells_the_last_date_it_may_set(runner: FlaskCliRunner) -> None:
    said = lines(runner, "explain", "rectification_limit", "--from", "2026-03-02")
    assert "2027-03-02 星期二  最后日期" in said
    assert said[-1] == "2027-03-02"


def test_a_rule_outside_of_its_time_is_marked(runner: FlaskCliRunner) -> None:
    said = lines(runner, "explain", "review_coal_resumption", "--from", "2024-04-30")
    assert "注意    起算日不在本规则施行期间，以下仅供参考" in said
    said = lines(runner, "explain", "review_coal_resumption", "--from", "2024-05-01")
    assert not any("注意" in line for line in said)


@pytest.mark.parametrize(
    ("count", "unit", "start", "last_lines"),
    [
        ("5", "working_days", "2026-09-30", ["届满    2026-10-13 星期二 24:00", "2026-10-13"]),
        ("10", "calendar_days", "2026-09-21", ["届满    2026-10-08 星期四 24:00", "2026-10-08"]),
        ("3", "hours", "2026-09-30T22:30", ["届满    2026-10-01 星期四 01:30", "2026-10-01"]),
        ("24", "hours", "2026-02-14", ["届满    2026-02-15 星期日 00:00", "2026-02-15"]),
        (
            "1",
            "working_days",
            "2024-02-28T23:59",
            ["届满    2024-02-29 星期四 24:00", "2024-02-29"],
        ),
    ],
)
def test_a_computed_date_stands_alone_on_the_last_line(
    runner: FlaskCliRunner, count: str, unit: str, start: str, last_lines: list[str]
) -> None:
    assert lines(runner, "compute", count, unit, "--from", start)[-2:] == last_lines


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["explain", "nothing", "--from", "2026-03-02"], "没有期限规则“nothing”"),
        (["rules", "--profile", "nowhere"], "没有辖区配置“nowhere”，可用的有：datong、shuozhou"),
        (["rules", "--profile", "../profiles/shuozhou"], "没有辖区配置"),
        (["explain", "x", "--from", "2026-03-02", "--profile", "nowhere"], "没有辖区配置"),
        (["compute", "3", "weeks", "--from", "2026-03-02"], "没有计算单位“weeks”"),
        (["compute", "3", "fixed_date", "--from", "2026-03-02"], "没有计算单位"),
        (["compute", "3", "hours", "--from", "2026-02-30"], "没有“2026-02-30”这个日期"),
        (["compute", "3", "hours", "--from", "2026-03-02T25:00"], "没有“2026-03-02T25:00”"),
        (["compute", "3", "hours", "--from", "0000-01-01"], "没有“0000-01-01”这个日期"),
        (["compute", "3", "hours", "--from", "2026-3-2"], "格式不对"),
        (["compute", "3", "hours", "--from", "20260302"], "格式不对"),
        (["compute", "3", "hours", "--from", "2026-03-02T09:30:00"], "格式不对"),
        (["compute", "3", "hours", "--from", "２０２６-03-02"], "格式不对"),
        (["compute", "3", "hours", "--from", ""], "格式不对"),
        (["compute", "3", "hours", "--from", "9999-12-31"], "超出可测算的范围"),
        (["compute", "3", "working_days", "--from", "0001-01-01"], "超出可测算的范围"),
        (["explain", "verify_hazard", "--from", "1999-01-01"], "超出可测算的范围"),
        (["compute", "3660", "working_days", "--from", "2026-01-01"], "届满日超出"),
        (["compute", "-5", "working_days", "--from", "2026-01-01"], "数目“-5”不对"),
        (["compute", "0", "working_days", "--from", "2026-01-01"], "数目“0”不对"),
        (["compute", "1.5", "hours", "--from", "2026-01-01"], "数目“1.5”不对"),
        (["compute", "３", "hours", "--from", "2026-01-01"], "数目“３”不对"),
        (["compute", "3661", "calendar_days", "--from", "2026-01-01"], "1 到 3660 的整数"),
        (["compute", "9" * 400, "hours", "--from", "2026-01-01"], "1 到 87840 的整数"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_one_line(
    runner: FlaskCliRunner, words: list[str], said: str
) -> None:
    assert said in refused(runner, *words)


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """`flask` as an operator types it, on a machine where nothing is set up."""
    environment = {
        **os.environ,
        "GUAPAI_DATA": str(folder / "data"),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        "PORT": "not a port",
    }
    return subprocess.run(
        [sys.executable, "-B", "-m", "flask", *words],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_dates_are_counted_without_an_installation_and_none_is_made(tmp_path: Path) -> None:
    counted = run(
        tmp_path,
        "--app",
        "wsgi",
        "deadline",
        "compute",
        "5",
        "working_days",
        "--from",
        "2026-09-30",
    )
    assert (counted.returncode, counted.stderr) == (0, "")
    assert counted.stdout.splitlines()[-1] == "2026-10-13"
    wrong = run(tmp_path, "deadline", "compute", "5", "working_days", "--from", "2026-02-30")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert len(wrong.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_other_commands_still_need_their_settings(tmp_path: Path) -> None:
    result = run(tmp_path, "doctor")
    assert result.returncode == 1
    assert "PORT" in result.stderr
