"""The public site as files: everything that the pages show, and no link that leads nowhere."""

import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from tests.builders import World
from tests.public_rows import (
    add_entry,
    add_picture,
    app_of,
    put_bulletin,
    put_public,
    take_down,
)
from web import public_commands
from workflows.disclosure import Exposure, PublicationKind

ELSEWHERE = ("tel:", "#")


@pytest.fixture
def filled(world: World) -> World:
    for number in range(23):
        put_public(world, title=f"隐患{number:02d}", division_code="140621")
    add_entry(world, 1, PublicationKind.CORRECTION, fields=["place"])
    put_public(world, exposure=Exposure.COUNTED.value)
    add_picture(world, 2)
    put_bulletin(world)
    take_down(world, put_public(world, title="撤下的标题"))
    return world


@pytest.fixture
def app(filled: World, tmp_path: Path) -> Flask:
    return app_of(filled, tmp_path / "data")


def export(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["public", "export", *arguments])
    return result.exit_code, result.output


class Links(HTMLParser):
    """Every address in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [text for name, text in attrs if name in ("href", "src", "action") and text]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def walk(address: str) -> dict[str, str]:
    """Every file that can be reached from the front page; a broken link fails."""
    waiting, texts = [address], dict[str, str]()
    while waiting:
        where = waiting.pop()
        if where in texts:
            continue
        with urllib.request.urlopen(where) as answer:
            kind = answer.headers.get_content_type()
            texts[where] = answer.read().decode("utf-8", errors="replace")
        if kind == "text/html":
            links = Links()
            links.feed(texts[where])
            found = [link for link in links.found if not link.startswith(ELSEWHERE)]
        else:
            found = re.findall(r'(?:href="|<link>)([^"<]+)', texts[where]) if "xml" in kind else []
        waiting += [urljoin(where, link) for link in found]
    return texts


def test_the_copy_has_everything_and_no_broken_link(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    code, said = export(app, str(folder))
    assert code == 0, said
    with served(folder) as address:
        texts = walk(address)
    assert {urlsplit(where).netloc for where in texts} == {urlsplit(address).netloc}
    reached = {urlsplit(where).path.lstrip("/") or "index.html" for where in texts}
    files = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert reached == files - {public_commands.MARK}
    names = (
        "cases.html",
        "cases-page-2.html",
        "cases-county-140621.html",
        "cases-county-140621-page-2.html",
        "cases-sector-coal_mine.html",
        "cases-status-over_limit.html",
        "cases/1.html",
        "cases/25.html",  # taken down
        "feeds/county-140621.atom.xml",
        "feeds/sector-coal_mine.rss.xml",
        "data/cases.csv",
        "data/cases.json",
        "bulletins/1.html",
        "bulletins/1.pdf",
        "statistics.html",
        "log.html",
        "static/public.css",
    )
    assert set(names) <= files
    assert next(name for name in files if name.startswith("pictures/")).endswith(".png")
    assert "cases/24.html" not in files  # only counted
    everything = "".join(texts.values())
    assert "撤下的标题" not in everything
    assert "<form" not in everything
    assert 'href="/' not in everything
    assert "已经撤下" in texts[f"{address}cases/25.html"]


def test_the_copy_says_what_the_pages_say(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    assert export(app, str(folder), "--address", "https://www.example.cn/gongkai")[0] == 0
    client = app.test_client()
    links = re.compile(r'(?:href|src)="[^"]*"')
    form = re.compile(r"<p><a [^>]*>反映未整改到位</a></p>")  # a copy takes nothing
    for path, name in (("/public/cases/1", "cases/1.html"), ("/public/log", "log.html")):
        live = form.sub("", client.get(path).text)
        copied = (folder / name).read_text(encoding="utf-8")
        start, end = "<main", "</main>"
        assert links.sub("", live[live.index(start) : live.index(end)]) == links.sub(
            "", copied[copied.index(start) : copied.index(end)]
        )
    feed = (folder / "feeds/all.atom.xml").read_text(encoding="utf-8")
    assert 'href="https://www.example.cn/gongkai/feeds/all.atom.xml"' in feed
    assert 'href="https://www.example.cn/gongkai/cases/1.html"' in feed
    live_ids = re.findall("<id>[^<]+</id>", client.get("/public/feeds/all.atom").text)
    assert re.findall("<id>[^<]+</id>", feed) == live_ids
    table = (folder / "data/cases.csv").read_text(encoding="utf-8-sig")
    assert "https://www.example.cn/gongkai/cases/1.html" in table


def test_a_folder_with_other_things_is_left_alone(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    for flags in ([], ["--replace"]):
        code, said = export(app, str(folder), *flags)
        assert code == 1
        assert "没有写入" in said
    assert [file.name for file in folder.iterdir()] == ["letter.txt"]


def test_a_former_copy_is_replaced_as_a_whole_when_asked(
    app: Flask, filled: World, tmp_path: Path
) -> None:
    folder = tmp_path / "site"
    folder.mkdir()  # empty: taken as it is
    assert export(app, str(folder))[0] == 0
    take_down(filled, 2)
    refused = export(app, str(folder))
    assert refused[0] == 1
    assert "--replace" in refused[1]
    assert len(list((folder / "pictures").iterdir())) == 1
    assert export(app, str(folder), "--replace")[0] == 0
    assert not (folder / "pictures").exists()
    assert sorted(file.name for file in tmp_path.iterdir() if "site" in file.name) == ["site"]


def test_a_copy_that_fails_leaves_the_former_one(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    assert export(app, str(folder))[0] == 0
    before = sorted(str(file) for file in folder.rglob("*"))
    monkeypatch.setattr(public_commands, "ANSWERS", (200,))  # a page that does not answer
    code, said = export(app, str(folder), "--replace")
    assert code == 1
    assert "没有写入" in said
    assert sorted(str(file) for file in folder.rglob("*")) == before
    assert sorted(file.name for file in tmp_path.iterdir() if "site" in file.name) == ["site"]
