"""`flask dossier`: the dossier of a case as a file, taken by a person of the office."""

import shutil
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from services.clock import local_date
from services.dossier.package import take
from services.errors import CaseNotFoundError
from services.frame import Frame
from services.queries.passage import list_advances
from services.queries.people import find_account_holder
from services.queries.scope import find_case_id
from web.context import surroundings
from web.views.dossier import find_diagrams, write_dossier

dossier = AppGroup("dossier", help="案卷 Dossiers")


def install(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(dossier)


@dossier.command("export")
@click.argument("number")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--as", "username", required=True, help="以哪位经办人名义导出 Who takes it")
@with_appcontext
def export(number: str, out: Path, username: str) -> None:
    """导出案卷 Everything of one case, to be verified without the system."""
    if out.exists():
        raise click.ClickException(f"{out} 已存在，没有写入。请另给一个文件名。")
    here = surroundings()
    with here.connection.transaction() as session:
        now = here.clock()
        actor = find_account_holder(session, username, local_date(now))
        if actor is None:
            raise click.ClickException(f"没有在用的用户名 {username}，请核对。")
        frame = Frame(session, actor, now, here.office)
        try:
            taken = take(frame, find_case_id(session, number))
        except CaseNotFoundError as error:
            said = f"没有编号为 {number} 的事项，或者 {username} 无权查看其内部办理，请核对。"
            raise click.ClickException(said) from error
        advances = list_advances(session, taken.page)
        diagrams = find_diagrams(session, taken.page)
    with write_dossier(taken, advances, diagrams) as packed, out.open("xb") as file:
        shutil.copyfileobj(packed, file)
    click.echo(f"案卷已写入 {out}，导出已记入审计链。")
    click.echo(f"核对用公钥  {here.office.sealer.public_key}")
