"""The operator's commands: `init`, `setup`, `doctor`, `demo`, `case`, `account`, …"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from services.administration.devices import NoDeviceError, reset_as_operator
from services.administration.links import make_operators_link
from services.connection import Connection
from services.demonstration.loader import (
    DEMONSTRATION_PASSWORD,
    NotADemonstrationError,
    NotEmptyError,
    is_empty,
    list_accounts,
    load_demonstration,
    reset_demonstration,
)
from services.demonstration.play import DemonstrationUnfinishedError, Press
from services.demonstration.tips import list_receipts
from services.errors import CaseNotFoundError
from services.installation import set_up
from services.operations.case_import import (
    ImportRefusedError,
    RowReport,
    RowResult,
    check_cases,
    import_cases,
    read_rows,
)
from services.operations.case_output import get_case, list_cases
from services.operations.case_replay import check_file, replay_file
from services.operations.doctor import examine
from services.operations.initialise import (
    NoSourcedOfficeError,
    SamePersonError,
    initialise,
)
from services.operations.lint import lint_folder
from services.paper.case_file import ReplayRefusedError
from services.password_links import NewLink
from services.settings import ReferralModule, Settings
from services.workbook.reading import SUFFIX, read_workbook
from services.workbook.rows import SourceRow, WorkbookRefusedError
from web.context import in_demonstration, renderer, signer, surroundings
from web.labels import error_sentence, label_of, local_time, replay_problem
from web.labels.ledger_files import (
    CHECK_RESULTS,
    IMPORT_REFUSALS,
    RESULTS,
    ROW_NOTES,
    column_name,
    differing,
    row_problem,
    workbook_refusal,
)
from web.operator_words import (
    CHECKS,
    ENTERED,
    INIT_REFUSALS,
    MENDS,
    REFERRAL_MODULES,
    preview_line,
)
from web.views.referrals import bind_package
from web.views.tracebacks import report_inputs
from workflows.errors import RuleError
from workflows.vocabulary import Phase, Role

account = AppGroup("account", help="账户 Accounts")
demo = AppGroup("demo", help="演示数据 Demonstration data")
case = AppGroup("case", help="督办事项 Cases")
definitions = AppGroup("definitions", help="流程图 Diagrams")


def install(app: Flask) -> None:
    """Register the commands of every installation."""
    for command in (init, setup, doctor):
        app.cli.add_command(command)
    for group in (account, definitions):
        app.cli.add_command(group)


def install_for_cases(app: Flask) -> None:
    """Register those of an installation that handles cases."""
    for group in (demo, case):
        app.cli.add_command(group)


def prepare(app: Flask) -> None:
    """Before the first request: keys, database, and the demonstration when there is no data."""
    with app.app_context():
        set_up(_settings(), _connection().engine)
        handles_cases = _settings().referrals is not ReferralModule.RECEIVE
        if handles_cases and is_empty(_connection().engine):
            click.echo("载入演示数据 Loading the demonstration")
            _or_refuse(load_demonstration)
        _connection().engine.dispose()  # no connection may cross the fork


def announce(app: Flask) -> None:
    """The address, and the accounts when this is a demonstration."""
    with app.app_context():
        click.echo(f"\n    http://{_settings().host}:{_settings().port}/\n")
        _print_accounts()
        _connection().engine.dispose()


def _settings() -> Settings:
    return surroundings().settings


def _connection() -> Connection:
    return surroundings().connection


def _now() -> datetime:
    return surroundings().clock()


@click.command("setup")
@with_appcontext
def setup() -> None:
    """建立数据目录、密钥和数据库 Make folders, keys and database; migrate."""
    set_up(_settings(), _connection().engine)
    click.echo(f"数据目录 Data folder: {_settings().data_folder}")


@click.command("init")
@click.option("--profile", required=True, help="辖区配置 The jurisdiction, such as shuozhou")
@click.option("--admin", required=True, help="系统管理员姓名 Name of the system administrator")
@click.option("--security", required=True, help="安全保密管理员姓名 Of the security one")
@click.option("--audit", required=True, help="安全审计员姓名 Of the audit one")
@with_appcontext
def init(profile: str, admin: str, security: str, audit: str) -> None:
    """建立正式系统 Make an empty, real installation with its three administrators."""
    if profile != _settings().profile:
        raise click.ClickException(INIT_REFUSALS["other_profile"].format(profile=profile))
    roles = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    names = dict(zip(roles, (name.strip() for name in (admin, security, audit)), strict=True))
    if not all(names.values()):
        raise click.ClickException(INIT_REFUSALS["no_name"])
    set_up(_settings(), _connection().engine)
    titles = {role: label_of(role) for role in roles}
    rules = surroundings().office.profile
    try:
        made = initialise(_connection().engine, rules, names, titles, _now())
    except NotEmptyError as error:
        raise click.ClickException(INIT_REFUSALS["not_empty"]) from error
    except SamePersonError as error:
        raise click.ClickException(INIT_REFUSALS["same_person"]) from error
    except NoSourcedOfficeError as error:
        raise click.ClickException(INIT_REFUSALS["no_office"]) from error
    click.echo(f"正式系统已建立 Installed: {_settings().data_folder}")
    for administrator in made:
        _print_link(label_of(administrator.role), administrator.link)


@account.command("link")
@click.argument("username")
def make_account_link(username: str) -> None:
    """管理员无法登录时重置其密码 A reset link for one of the three administrators."""
    try:
        with _connection().transaction() as session:
            link = make_operators_link(session, username, _now())
    except RuleError as error:
        raise click.ClickException(error_sentence(error.code, error.detail)) from error
    _print_link(label_of(link.purpose), link)


@account.command("reset-second-factor")
@click.argument("username")
@with_appcontext
def reset_second_factor(username: str) -> None:
    """重置动态口令设备 Forget a lost device; the person binds another one before signing."""
    try:
        with _connection().transaction() as session:
            reset_as_operator(session, username, _now())
    except NoDeviceError as error:
        raise click.ClickException(error_sentence(error.code, error.detail)) from error
    click.echo(f"{username}：动态口令设备已重置 The device is forgotten.")


def _print_link(heading: str, link: NewLink) -> None:
    """The code stands behind the `#`: browsers send it to nobody, so no log holds it."""
    click.echo(f"\n{heading}  {link.name}  用户名 {link.username}")
    click.echo(f"    {_settings().public_address}/set-password#{link.code}")
    click.echo(f"    {local_time(link.expires_at)} 前有效，只能使用一次 Once, until then")


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """检查本机安装 One line each; exit code 1 on a fault."""
    faults = 0
    for check in examine(_settings(), _connection().engine, _now()):
        if check.sound:
            click.echo(f"正常  {CHECKS[check.name]}")
        else:
            faults += 1
            click.echo(f"故障  {CHECKS[check.name]}：{check.detail}。处理：{MENDS[check.name]}")
    if _settings().referrals in REFERRAL_MODULES:
        click.echo(REFERRAL_MODULES[_settings().referrals])
    if faults:
        raise SystemExit(1)


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="已有数据时不动 Leave a database with data alone")
def load(if_empty: bool) -> None:
    """载入演示辖区和演示事项 Load the demonstration jurisdiction and cases."""
    if if_empty and not is_empty(_connection().engine):
        return
    click.echo("载入演示数据 Loading the demonstration")
    _or_refuse(load_demonstration)


@demo.command("reset")
def reset() -> None:
    """建立或重置演示数据 Create or reset the demonstration."""
    click.echo("重置演示数据 Resetting the demonstration")
    _or_refuse(reset_demonstration)


def _or_refuse(act: Any) -> None:
    press = Press(renderer(), signer().sign, bind_package, report_inputs)
    try:
        act(_connection().engine, surroundings().office, press, _now())
    except (NotADemonstrationError, NotEmptyError, DemonstrationUnfinishedError) as error:
        raise click.ClickException(f"未载入：{error}") from error


@demo.command("accounts")
def accounts() -> None:
    """列出演示账号 Print the demonstration accounts, when this is a demonstration."""
    _print_accounts()


def _print_accounts() -> None:
    if not in_demonstration():
        return
    click.echo(f"演示账号 Demonstration accounts，密码 password: {DEMONSTRATION_PASSWORD}")
    for account in list_accounts():
        who = f"{account.organisation}  {account.title}  {account.name}"
        click.echo(f"  {account.username:<20} {label_of(account.role)}  {who}")
    click.echo("举报信息保密员的口令与密码相同。举报查询码 receipts of tips:")
    for tip in list_receipts(surroundings().office):
        click.echo(f"  {tip.receipt}  {tip.title}")


@definitions.command("lint")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def lint(folder: Path) -> None:
    """检查流程图 Check the diagrams of a folder; exit code 1 on findings."""
    findings = lint_folder(folder)
    for finding in findings:
        click.echo(f"{finding.file}\t{finding.element_id}\t{finding.code}\t{finding.detail}")
    click.echo(f"{len(findings)} 处问题 findings" if findings else "未发现问题 nothing found")
    if findings:
        raise SystemExit(1)


@case.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="以哪位监管经办人名义登记 A case officer")
@click.option("--dry-run", is_flag=True, help="只检查，不保存 Check only")
def import_file(file: Path, username: str, dry_run: bool) -> None:
    """从 Excel 台账或 JSON 文件导入 Import cases; columns in docs/case-import.md."""
    here = surroundings()
    try:
        rows = _rows_of(file)
        if dry_run:
            reports = check_cases(here.connection.engine, here.office, rows, username, _now())
        else:
            reports = import_cases(
                here.connection.engine, here.office, rows, username, file.name, _now()
            )
    except (ImportRefusedError, UnicodeDecodeError) as error:
        code = error.code if isinstance(error, ImportRefusedError) else "not_utf8"
        raise click.ClickException(IMPORT_REFUSALS[code]) from error
    except WorkbookRefusedError as error:
        said = workbook_refusal(error.detail["problem"], error.detail.get("what", ""))
        raise click.ClickException(said) from error
    for report in reports:
        click.echo(_row_line(report, CHECK_RESULTS if dry_run else RESULTS))
    refused = sum(report.result is RowResult.REFUSED for report in reports)
    click.echo(f"共 {len(reports)} 行，{refused} 行有误")
    if refused:
        raise SystemExit(1)


@case.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="以哪位经办人名义录入 An officer")
@click.option("--dry-run", is_flag=True, help="只试办，不保存 Try only")
def replay(file: Path, username: str, dry_run: bool) -> None:
    """补录线下事项 Enter a case from paper; format in docs/paper-cases.md."""
    here = surroundings()
    try:
        if dry_run:
            preview = check_file(here.connection.engine, here.office, file, username, _now())
            click.echo(preview_line(preview))
            return
        entry_id = replay_file(here.connection.engine, here.office, file, username, _now())
    except ReplayRefusedError as error:
        raise click.ClickException(replay_problem(error.detail)) from error
    except RuleError as error:
        raise click.ClickException(error_sentence(error.code, error.detail)) from error
    click.echo(ENTERED.format(number=entry_id))


def _rows_of(file: Path) -> Sequence[SourceRow]:
    if file.suffix.lower() != SUFFIX:
        return read_rows(file.read_text(encoding="utf-8"))
    content = read_workbook(file.read_bytes())
    if content.unknown_headings:
        click.echo("不认识的列，没有读取：" + "、".join(content.unknown_headings))
    return content.rows


def _row_line(report: RowReport, words: Mapping[RowResult, str]) -> str:
    parts = [f"第 {report.row} 行", words[report.result], report.case_number]
    parts += [row_problem(name, code) for name, code in report.problems.items()]
    parts += [ROW_NOTES[note] for note in report.notes]
    parts.append(differing(report.differs))
    if report.missing:
        parts.append("待补：" + "、".join(column_name(name) for name in report.missing))
    return "  ".join(part for part in parts if part)


@case.command("list")
@click.option("--phase", type=click.Choice([phase.value for phase in Phase]), help="阶段")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def list_all(phase: str | None, as_json: bool) -> None:
    """列出事项 List cases, soonest deadline first."""
    with _connection().reading() as session:
        rows = list_cases(session, Phase(phase) if phase else None)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        due = (row["next_due_at"] or "")[:10]
        number = row["case_number"] or row["intake_number"]
        parts = (number, label_of(Phase(row["phase"])), due, row["responsible_party"])
        click.echo("\t".join((*parts, row["hazard_name"])))


@case.command("show")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def show(number: str, as_json: bool) -> None:
    """显示一个事项 Show one case by its number."""
    here = surroundings()
    try:
        with here.connection.reading() as session:
            found = get_case(session, number, here.office.profile)
    except CaseNotFoundError as error:
        raise click.ClickException(f"没有编号为 {number} 的事项，请核对编号。") from error
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        if isinstance(value, list):
            click.echo(f"{name}:")
            for item in value:
                click.echo(f"  - {json.dumps(item, ensure_ascii=False)}")
        else:
            click.echo(f"{name}: {value if value is not None else '待补'}")
