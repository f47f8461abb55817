"""`flask assess`: collect a month, show its scores, compute them again from the stored facts."""

import click
from flask import Flask
from flask.cli import AppGroup

from services.assessment.rounds import begin_round
from services.assessment.scores import recompute
from services.clock import local_date
from services.connection import WorkSession
from services.frame import Frame
from services.queries.assessments import RoundPage, SheetRow, list_round_ids, read_round
from services.queries.months import Month
from services.queries.people import find_account_holder
from web.context import office, surroundings
from web.labels import error_sentence, label_of
from web.labels.assessment import points, unranked
from workflows.assessment_round import ROLES, AssessmentStep
from workflows.errors import RuleError

assess = AppGroup("assess", help="月度考核 Monthly assessment")


def install(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(assess)


@assess.command("collect")
@click.argument("period")
@click.option(
    "--as", "username", required=True, help="安委办经办人的用户名 Username of the officer"
)
def collect(period: str, username: str) -> None:
    """收集一个月的事实并计分 Collect the facts of a month and compute all scores."""
    month, here = _month(period), surroundings()
    with here.connection.transaction() as session:
        frame = _frame(session, username)
        house = next(
            (
                post.organisation_id
                for post in frame.actor.posts
                if post.role in ROLES[AssessmentStep.SCORE]
            ),
            0,
        )
        try:
            round_id = begin_round(frame, house, month)
        except RuleError as error:
            raise click.ClickException(error_sentence(error.code, error.detail)) from error
        _print(read_round(session, round_id))


@assess.command("show")
@click.argument("period")
def show(period: str) -> None:
    """列出一个月的得分 Print the scores of a month."""
    with surroundings().connection.reading() as session:
        for round_id in _rounds(session, period):
            _print(read_round(session, round_id))


@assess.command("recompute")
@click.argument("period")
def recompute_scores(period: str) -> None:
    """由保存的事实重新计算 Compute again from stored facts; exit code 1 when a score differs."""
    differing = 0
    with surroundings().connection.reading() as session:
        for round_id in _rounds(session, period):
            page = read_round(session, round_id)
            names = {sheet.unit_id: sheet.unit_name for sheet in page.sheets}
            indicators = {row.key: row.name for row in page.rules.indicators}
            sheets, found = recompute(session, round_id)
            click.echo(f"{page.row.office_name} {page.row.period}　重新计算 {sheets} 张计分表")
            for one in found:
                what = indicators.get(one.indicator, one.indicator) or "总分"
                click.echo(
                    f"  不一致  {names[one.unit_id]}（第 {one.revision + 1} 次计分）{what}："
                    f"保存的是 {one.stored}，按事实是 {one.computed}"
                )
            differing += len(found)
    if differing:
        click.echo(f"结论  {differing} 处得分与事实不一致")
        raise SystemExit(1)
    click.echo("结论  全部得分与按保存的事实重新计算的一致")


def _rounds(session: WorkSession, period: str) -> list[int]:
    found = list_round_ids(session, _month(period))
    if not found:
        raise click.ClickException(f"{period} 没有考核。先用 flask assess collect 收集。")
    return found


def _month(period: str) -> Month:
    month = Month.read(period)
    if month is None:
        raise click.ClickException(f"月份写成 2026-10 的样子，不是“{period}”。")
    return month


def _frame(session: WorkSession, username: str) -> Frame:
    now = surroundings().clock()
    actor = find_account_holder(session, username, local_date(now))
    if actor is None:
        raise click.ClickException(f"没有用户“{username}”，请核对用户名。")
    return Frame(session, actor, now, office())


def _place(sheet: SheetRow, page: RoundPage) -> str:
    if sheet.total.hundredths is None:
        return unranked(sheet.available, page.rules.least_weight)
    return f"第 {sheet.place} 名" if sheet.place else "不排队"


def _print(page: RoundPage) -> None:
    click.echo(
        f"{page.row.office_name}　{page.row.period} 月度考核（规则第 {page.rules.version} 版）"
    )
    for sheet in page.sheets:
        grade = f"　{label_of(sheet.total.grade)}" if sheet.total.grade else ""
        veto = "　一票否决" if sheet.total.vetoed else ""
        place = _place(sheet, page)
        click.echo(f"\n{sheet.unit_name}　{points(sheet.total.hundredths)}{grade}{veto}　{place}")
        for indicator in page.rules.indicators:
            row = sheet.scores[indicator.key]
            if row.counted:
                click.echo(
                    f"  {indicator.name}　{points(row.hundredths)}/{row.weight}"
                    f"　事实 {row.counted}，符合 {row.met}，天数 {row.days}"
                )
