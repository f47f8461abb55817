"""`flask campaign`: the task lists of notices."""

import click
from flask import Flask
from flask.cli import AppGroup

from services.campaigns import load_campaign
from services.reference.campaigns import task_lists
from web.context import surroundings

campaign = AppGroup("campaign", help="任务清单 Task lists of notices")


def install(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(campaign)


@campaign.command("list")
def list_keys() -> None:
    """列出可以载入的任务清单 Print the lists that come with the program."""
    for key, listed in task_lists().items():
        click.echo(f"{key:<16} {len(listed.tasks)} 项  {listed.issued_by}  {listed.title}")


@campaign.command("load")
@click.argument("key")
def load(key: str) -> None:
    """载入任务清单 Load a list, or take over its mended wording; reports stay."""
    listed = task_lists().get(key)
    if listed is None:
        known = "、".join(task_lists())
        raise click.ClickException(f"没有“{key}”这份任务清单。可以载入：{known}")
    here = surroundings()
    with here.connection.transaction() as session:
        added = load_campaign(session, listed, here.clock())
    click.echo(f"{listed.title}：共 {len(listed.tasks)} 项，新载入 {added} 项")
