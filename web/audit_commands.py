"""`flask audit`: whether the records are as they were, how far that is sure, and a copy to keep."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from services.chain import Fault
from services.operations.contents import changed_contents
from services.sealer import fingerprint
from services.sealing import SealReason, export, seal, verify
from web.context import surroundings
from web.operator_words import CHAIN_FAULTS, CHECKS

audit = AppGroup("audit", help="审计链 The audit chain")


def install(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(audit)


@audit.command("verify")
@with_appcontext
def verify_chain() -> None:
    """核对审计链 Verify every entry and checkpoint; exit code 1 on a fault."""
    here = surroundings()
    with here.connection.reading() as session:
        verdict = verify(session, here.office.sealer)
        changed = changed_contents(session)
    click.echo(f"记录      {verdict.size} 条")
    click.echo(f"已签名    前 {verdict.sealed_to} 条  {verdict.sealed_at}")
    click.echo(f"未签名    {verdict.unsealed} 条，只有前后衔接，能写数据库的人可以整段重造")
    click.echo(f"公钥指纹  {fingerprint(here.office.sealer.public_key)}")
    if verdict.unknown_keys:
        click.echo(f"其他密钥  {verdict.unknown_keys} 个检查点不是本机密钥签的，没有采信")
    problems = [
        *_fault_said(verdict.fault),
        *(f"{CHECKS[kind]}：{record}，写入后被改动" for kind, record in changed.items()),
    ]
    for problem in problems:
        click.echo(f"不一致    {problem}")
    if problems:
        click.echo("处理      停止写入，保留现场，用备份和留存在别处的检查点比对")
        raise SystemExit(1)
    click.echo("结论      一致，未发现改动")


def _fault_said(fault: Fault | None) -> list[str]:
    if fault is None:
        return []
    where = f"第 {fault.first} 条"
    if fault.last != fault.first:
        where = f"第 {fault.first} 条至第 {fault.last} 条之间"
    return [f"{where}：{CHAIN_FAULTS[fault.code]}"]


@audit.command("seal")
@with_appcontext
def seal_chain() -> None:
    """立即签一个检查点 Sign how long the chain is and how it ends, now."""
    here = surroundings()
    engine = here.connection.engine
    if not seal(engine, here.office.sealer, SealReason.BY_HAND, here.clock()):
        raise click.ClickException("审计链不一致，不签。请先运行 flask audit verify。")
    click.echo(f"检查点已写入 {here.office.sealer.folder}，请把其中的文件抄送到另一人保管的地方。")


@audit.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@with_appcontext
def export_chain(folder: Path) -> None:
    """导出审计链和核对程序 Chain, checkpoints and a verifier, into a new folder."""
    if folder.exists():
        raise click.ClickException(f"{folder} 已存在，没有写入。请另给一个文件夹名。")
    with surroundings().connection.reading() as session:
        size = export(session, folder)
    click.echo(f"已导出 {size} 条。核对：")
    click.echo(f"    cd {folder} && python3 chain.py chain.jsonl checkpoints.txt 公钥")
    click.echo(f"公钥    {surroundings().office.sealer.public_key}")
