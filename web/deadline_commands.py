"""`flask deadline`: which rules there are, how a date is counted. Needs no installation."""

import os
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import AppGroup

from services.counting import count_on_trial, find_profile, find_rule, free_rule, read_moment
from services.reference.calendar import load_calendar
from services.settings import DEFAULT_PROFILE
from web.labels import (
    counting_said,
    error_sentence,
    label_of,
    length_said,
    local_time,
    trigger_said,
)
from web.views.deadlines import DayCell, DayMark, days_of
from workflows.deadlines import Computation, DeadlineRule
from workflows.errors import RuleError
from workflows.vocabulary import DeadlineUnit
from workflows.working_days import Calendar, DaySource, explain

GROUP = "deadline"
# Options of `flask` itself that a value follows.
_WITH_VALUE = ("-A", "--app", "-e", "--env-file")
_COUNTED_BY_DAY = (DeadlineUnit.WORKING_DAYS, DeadlineUnit.CALENDAR_DAYS)
# A negative number is read as a number, and refused as one.
_NUMBERS_MAY_BE_NEGATIVE = {"ignore_unknown_options": True}

deadline = AppGroup(GROUP, help="期限规则和测算 Deadlines")
_profile = click.option(
    "--profile",
    envvar="GUAPAI_PROFILE",
    default=DEFAULT_PROFILE,
    show_default=True,
    help="辖区配置",
)
_from = click.option(
    "--from", "start", required=True, help="起算日，如 2026-03-02 或 2026-03-02T09:30"
)


def install(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(deadline)


def bare_application() -> Flask:
    """An application with these commands alone: no settings, keys, database or pages."""
    app = Flask(__name__)
    install(app)
    return app


def asked_alone() -> bool:
    """Whether this process runs `flask deadline …`, which needs no installation and makes none."""
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
        return False
    words = iter(sys.argv[1:])
    for word in words:
        if word in _WITH_VALUE:
            next(words, None)
        elif not word.startswith("-"):
            return word == GROUP
    return False


class _Refusal(click.ClickException):
    """One line on stderr, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.message, err=True)


@deadline.command("rules")
@_profile
def rules(profile: str) -> None:
    """列出期限规则 List the rules: id, name, length, basis, whether its text was checked."""
    try:
        found = find_profile(profile)
    except RuleError as error:
        _refuse(error)
    for rule in found.rules.values():
        verified = "已核实" if rule.verified else f"未核实（{label_of(rule.evidence)}）"
        line = (rule.id, rule.name, length_said(rule), f"{rule.document}{rule.article}", verified)
        click.echo("\t".join(line))


@deadline.command("explain")
@click.argument("rule_id", metavar="RULE")
@_from
@_profile
def explain_rule(rule_id: str, start: str, profile: str) -> None:
    """说明一条规则怎样计算 Rule, basis, each day, result; the last line is the date alone."""
    calendar = load_calendar()
    try:
        rule = find_rule(find_profile(profile), rule_id)
        started_at = read_moment(start)
        computation = count_on_trial(rule, started_at, calendar)
    except RuleError as error:
        _refuse(error)
    for line in _basis_lines(rule):
        click.echo(line)
    if not rule.is_in_force(computation.started_on):
        click.echo("注意    起算日不在本规则施行期间，以下仅供参考")
    _print(rule, computation, start, calendar)


@deadline.command("compute", context_settings=_NUMBERS_MAY_BE_NEGATIVE)
@click.argument("count", metavar="N")
@click.argument("unit", metavar="working_days|calendar_days|hours")
@_from
def compute_date(count: str, unit: str, start: str) -> None:
    """测算一个日期 Count a date; the last line is the date alone."""
    calendar = load_calendar()
    try:
        rule = free_rule(count, unit)
        computation = count_on_trial(rule, read_moment(start), calendar)
    except RuleError as error:
        _refuse(error)
    _print(rule, computation, start, calendar)


def _refuse(error: RuleError) -> NoReturn:
    raise _Refusal(error_sentence(error.code, error.detail)) from error


def _basis_lines(rule: DeadlineRule) -> Iterator[str]:
    yield f"规则    {rule.id}  {rule.name}（第 {rule.version} 版）"
    yield f"起算    {trigger_said(rule.starts)}"
    yield f"依据    {rule.document}{rule.article}（{label_of(rule.evidence)}）"
    if rule.words:
        yield f"原文    {rule.words}"
    if rule.note:
        yield f"说明    {rule.note}"
    for source in rule.conflicts:
        yield f"其他    {source.document}：{source.says}（{label_of(source.evidence)}）"
    if rule.choice:
        yield f"取舍    {rule.choice}"
    until = f"至 {rule.effective_to}" if rule.effective_to else "起"
    yield f"施行    {rule.effective_from} {until}"


def _print(rule: DeadlineRule, computation: Computation, start: str, calendar: Calendar) -> None:
    click.echo(f"期限    {counting_said(rule.unit, rule.count, backward=rule.backward)}")
    if rule.unit is DeadlineUnit.HOURS and "T" not in start:
        click.echo("未写时刻，自当日 00:00 起算")
    for cell in days_of(computation, rule.unit):
        if cell.mark is not DayMark.COUNTED:
            click.echo(f"{_day(cell.day)}  {_said(cell, rule, start, calendar)}")
    for line in _remarks(rule, computation, calendar):
        click.echo(line)
    end = local_time(computation.due_at)[11:] if rule.unit is DeadlineUnit.HOURS else "24:00"
    click.echo(f"届满    {_day(computation.due_on)} {end}")
    click.echo(computation.due_on.isoformat())


def _day(day: date) -> str:
    return f"{day.isoformat()} 星期{'一二三四五六日'[day.weekday()]}"


def _said(cell: DayCell, rule: DeadlineRule, start: str, calendar: Calendar) -> str:
    found = explain(cell.day, calendar)
    why = found.reason
    if found.source is not DaySource.WEEKEND:
        why += f"（{label_of(found.source)}）"
    place = f"第 {cell.number} 日" if cell.number else ""
    if cell.mark is DayMark.SKIPPED:
        return f"不计入：{why}"
    if cell.mark is DayMark.ROLLED:
        return f"末日遇休息日，顺延：{why}"
    if cell.mark is DayMark.MAKE_UP:
        return f"{place}，{found.reason}" if place else found.reason
    if cell.mark is DayMark.DUE:
        last = "届满日"
        if rule.backward or rule.unit is DeadlineUnit.FIXED_DATE:
            last = "最后日期"
        worked = found.reason if found.is_working else ""
        return "，".join(part for part in (place, worked, last) if part)
    if rule.backward:
        return f"整改期限届满日{f'，{place}' if place else f'，不计入：{why}'}"
    if rule.unit is DeadlineUnit.HOURS:
        return f"{start.partition('T')[2] or '00:00'} 起算"
    return "起算日，当日不计入"


def _remarks(rule: DeadlineRule, computation: Computation, calendar: Calendar) -> Iterator[str]:
    if computation.rolled_by_reading:
        yield "末日为周末的顺延，系本系统按民法典第二百零三条的理解"
    if rule.unit is DeadlineUnit.DAY_OF_MONTH:
        last = explain(computation.due_on, calendar)
        if not last.is_working:
            yield f"当日是休息日（{last.reason}），没有规定顺延，请提前办理"
    if rule.unit not in _COUNTED_BY_DAY:
        return
    first, end = sorted((computation.started_on.year, computation.due_on.year))
    for year in range(first, end + 1):
        if year in calendar.notices:
            yield f"放假    {calendar.notices[year]}"
    if computation.provisional:
        missing = "、".join(
            str(year) for year in range(first, end + 1) if year not in calendar.known_years
        )
        yield f"暂定    没有载入 {missing} 年的放假通知，届满日为暂定，载入后须重新核定"
