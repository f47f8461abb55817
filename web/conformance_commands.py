"""`flask conformance`: each obligation of 12341 in one case, with what shows it done."""

import click
from flask import Flask
from flask.cli import with_appcontext

from services.conformance import ObligationMet, conformance_of
from services.errors import CaseNotFoundError
from services.queries.scope import find_case_id
from services.reference.obligations import load_obligations
from web.context import surroundings
from web.labels import label_of, local_time


def install(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(conformance)


@click.command("conformance")
@click.argument("number")
@with_appcontext
def conformance(number: str) -> None:
    """逐项核对12341 Each obligation with its evidence; exit code 1 when one is missing."""
    with surroundings().connection.reading() as session:
        try:
            rows = conformance_of(session, find_case_id(session, number))
        except CaseNotFoundError as error:
            raise click.ClickException(f"没有编号为 {number} 的事项，请核对。") from error
    click.echo(f"{number}　12341 机制逐项核对（清单第 {load_obligations().version} 版）")
    head = None
    for row in rows:
        if row.obligation.head is not head:
            head = row.obligation.head
            click.echo(f"\n{label_of(head)}")
        click.echo(_line(row))
    missing = [row.obligation.name for row in rows if row.is_missing]
    if missing:
        click.echo(f"\n结论  {len(missing)} 项没有落实：{'、'.join(missing)}")
        raise SystemExit(1)
    click.echo("\n结论  能够核对的各项都已落实")


def _line(row: ObligationMet) -> str:
    asked = row.obligation
    told = f"{asked.name}（依据：{asked.basis}，{label_of(asked.evidence)}）"
    if not row.applies:
        return f"  不适用  {told}"
    if not row.obligation.can_be_shown:
        return f"  未核验  {told}：本版本没有相应记录"
    if not row.is_met:
        return f"  未落实  {told}"
    proofs = "；".join(
        f"第{one.number}号 {local_time(one.at)} {one.organisation_name}{one.person_name}"
        for one in row.proofs
    )
    return f"  已落实  {told}：{proofs}"
