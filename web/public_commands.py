"""`flask public export`: the public site as files, for a server that knows no application."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app, url_for
from flask.cli import AppGroup, with_appcontext

from web.views.public_links import COPY, PublicCopy, Values

public = AppGroup("public", help="公开网站 The public site")
FRONT = "public.show_front"
# By this file a folder is known as such a copy, which may be replaced by a newer one.
MARK = ".guapai-public"
# A case that was taken down has a page that says so.
ANSWERS = (200, 410)


def install(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(public)


@public.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--address", default="", help="将来的网址 Where it will be served, for the feeds")
@click.option("--replace", is_flag=True, help="替换以前导出的内容 Replace a former copy")
@with_appcontext
def export(folder: Path, address: str, replace: bool) -> None:
    """导出公开网站 Write every public page, feed and data file as files."""
    folder = folder.resolve()
    _refuse_what_is_not_ours(folder, replace)
    copy = PublicCopy(f"{address.rstrip('/')}/" if address else "")
    with _beside(folder) as fresh:
        for name, content in pages_of(current_app._get_current_object(), copy):  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's documented way
            file = fresh / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        (fresh / MARK).touch()
        _swap(fresh, folder)
    click.echo(f"已写入 {len(copy.linked)} 个文件 Files written: {folder}")
    if not address:
        click.echo("订阅和数据文件中的网址是相对网址；部署网址确定后用 --address 重新导出。")


def pages_of(app: Flask, copy: PublicCopy) -> Iterator[tuple[str, bytes]]:
    """Every file of the copy: the front page, and whatever is linked to, as the routes answer."""
    copy.file_of(FRONT, {}, "")
    written: set[str] = set()
    while waiting := [name for name in copy.linked if name not in written]:
        for name in waiting:
            yield name, _content(app, copy, *copy.linked[name])
            written.add(name)


def _content(app: Flask, copy: PublicCopy, endpoint: str, values: Values) -> bytes:
    with app.test_request_context():
        path = url_for(endpoint, **dict(values))  # type: ignore[arg-type]  # parts of an address
    with app.test_client().get(path, environ_overrides={COPY: copy}) as answer:
        if answer.status_code not in ANSWERS:
            raise click.ClickException(f"{path} 无法导出（{answer.status_code}），没有写入。")
        content: bytes = answer.data
    return content


def _refuse_what_is_not_ours(folder: Path, replace: bool) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not replace:
        raise click.ClickException(
            f"{folder} 不是空目录，没有写入。请换一个目录，或者加 --replace 替换。"
        )
    if not (folder / MARK).exists():
        raise click.ClickException(f"{folder} 里不是以前导出的公开网站，没有写入。请换一个目录。")


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A new folder on the same disk; nothing of it is left when something fails."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    fresh.chmod(0o755)
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, folder: Path) -> None:
    """The old copy goes away only when the new one stands in its place."""
    if not folder.exists():
        fresh.rename(folder)
        return
    with _beside(folder) as old:
        folder.rename(old / "old")
        fresh.rename(folder)
