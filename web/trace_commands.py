"""`flask trace`: the chain backwards of a case, or the case as it stood on a day."""

from collections.abc import Iterator
from datetime import datetime

import click
from flask import Flask
from flask.cli import with_appcontext

from services.as_it_stood import CaseState, RecordUnclearError, read_as_of
from services.errors import CaseNotFoundError
from services.queries.scope import find_case_id
from services.queries.trace import Link, trace_back
from web.context import office, surroundings
from web.labels import DOCUMENT_STATES, STAMPS, both_names, error_sentence, label_of, local_time
from web.views.as_it_stood import chain_view, deadline_said, link_said, public_said
from web.views.due import limit_said
from workflows.deadlines import end_of_day


def install(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(trace)


@click.command("trace")
@click.argument("number")
@click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), help="按这一天 24 时的情况显示")
@with_appcontext
def trace(number: str, on: datetime | None) -> None:
    """追溯一件事项 The chain backwards; with --on, the case as it stood on that day."""
    here = surroundings()
    with here.connection.reading() as session:
        try:
            case_id = find_case_id(session, number)
        except CaseNotFoundError as error:
            raise click.ClickException(f"没有编号为 {number} 的事项，请核对。") from error
        if on is None:
            lines = list(_chain(number, trace_back(session, case_id, None)))
        else:
            moment = min(end_of_day(on.date()), here.clock())
            try:
                state = read_as_of(session, case_id, office().profile, moment)
            except RecordUnclearError as error:
                raise click.ClickException(error_sentence(error.code, error.detail)) from error
            lines = list(_day(number, state, moment))
    click.echo("\n".join(lines))


def _chain(number: str, links: tuple[Link, ...]) -> Iterator[str]:
    yield f"{number}　追溯：由后往前"
    for part in chain_view(links):
        yield f"\n{part.name}"
        for link in part.links:
            yield f"  {_link(link)}"
        if not part.links:
            yield "  系统内没有记录"


def _link(link: Link) -> str:
    who = f"{link.organisation_name}{both_names(link.person_name, link.principal_name)}"
    said = f"{local_time(link.at)}  {link_said(link)}  {who}"
    if link.of_case:
        alike = "（部位相同或者相近）" if link.of_case.same_place else ""
        said += f"  事项 {link.of_case.number}{alike}"
    papers = [f"《{label_of(row.kind)}》{row.number or ''}" for row in link.documents]
    papers += [f"{row.file_name}（SHA-256 {row.sha256}）" for row in link.files]
    return "  ".join([said, *papers])


def _day(number: str, state: CaseState | None, at: datetime) -> Iterator[str]:
    yield f"{number}　截至 {local_time(at)}"
    if state is None:
        yield "  当时尚未受理"
        return
    yield from _where(state)
    yield "\n办理记录"
    for act in state.acts:
        done = f"{label_of(act.action)}（{label_of(act.outcome)}）"
        back = "（已撤回）" if act.taken_back else ""
        yield f"  {local_time(act.at)}  {done}{back}  {act.organisation_name}{act.person_name}"
    yield "\n期限"
    for row in state.deadlines:
        due, said = limit_said(row.due_at), deadline_said(row, at)
        yield f"  {row.name}  {due} 届满  {row.holder_name}  {said}"
    yield "\n文书"
    for paper in state.documents:
        said = DOCUMENT_STATES[paper.state]
        yield f"  《{label_of(paper.kind)}》{paper.number or ''}  {said}"
    yield from _public(state)
    yield "\n说明  单位名称按当时登记的，规则按今天的；启用本功能之前被改写"
    yield "      而没有留存的字段，以当时的文书和附件为准"


def _where(state: CaseState) -> Iterator[str]:
    yield f"\n阶段  {label_of(state.phase)}（第 {state.round_number} 轮）"
    if state.ending and state.ended_at:
        yield f"结果  {STAMPS[state.ending]}  {local_time(state.ended_at)}"
    yield f"隐患  {state.hazard_name}　{state.place or '部位待补'}"
    yield f"责任单位  {state.party_name}"
    yield f"监管部门  {state.department_name or '—'}"
    yield f"属地政府  {state.territory_name}"
    yield f"挂牌单位  {state.listing_body_name}"
    yield f"督办编号  {state.case_number or '尚未编号'}"
    yield f"整改期限  {state.limit_on or '未定'}"
    yield "\n在办环节"
    for step in state.open_steps:
        if not step.standing:
            yield f"  {label_of(step.action)}  {local_time(step.opened_at)} 到达"


def _public(state: CaseState) -> Iterator[str]:
    yield f"\n公开  {public_said(state)}"
    shown = state.published
    if shown is not None and shown.taken_down_at is None:
        for text in (shown.title, shown.summary, shown.progress, shown.result):
            if text:
                yield f"  {text}"
