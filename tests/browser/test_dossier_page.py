"""The page inside a dossier finds out, in a browser and from disk, what verify.py finds out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from services.chain import canonical
from tests.browser.conftest import Installation
from tests.integration.test_dossier import case_of, dossier_of, files_of

Change = Callable[[Path], None]


def _chain(change: Callable[[list[str]], list[str]]) -> Change:
    def apply(folder: Path) -> None:
        file = folder / "chain.jsonl"
        lines = change(file.read_text(encoding="utf-8").splitlines())
        file.write_text("".join(line + "\n" for line in lines), encoding="utf-8")

    return apply


def _body(lines: list[str]) -> list[str]:
    entry = json.loads(lines[1])
    entry["body"]["at"] = "2020-01-01T00:00:00+00:00"
    return [lines[0], canonical(entry).decode(), *lines[2:]]


def _manifest(folder: Path) -> None:
    file = folder / "manifest.json"
    file.write_bytes(file.read_bytes().replace(b'"made_by":"', b'"made_by":"x'))


def _nothing(_folder: Path) -> None:
    return None


@pytest.mark.parametrize(
    ("change", "with_key", "faults", "holds"),
    [
        pytest.param(_nothing, True, set(), {"文件", "记录链", "清单签名"}, id="whole"),
        pytest.param(_nothing, False, set(), {"文件", "记录链"}, id="no key"),
        pytest.param(_chain(_body), True, {"文件", "记录链"}, {"清单签名"}, id="entry changed"),
        pytest.param(
            _chain(lambda lines: lines[:-1]), True, {"文件", "记录链"}, {"清单签名"}, id="cut"
        ),
        pytest.param(_manifest, True, {"清单签名"}, {"文件", "记录链"}, id="manifest"),
        pytest.param(
            lambda folder: (folder / "acts.json").unlink(),
            True,
            {"文件"},
            {"记录链", "清单签名"},
            id="file gone",
        ),
        pytest.param(
            lambda folder: (folder / "more.txt").write_text("x"),
            True,
            {"文件"},
            {"记录链", "清单签名"},
            id="file added",
        ),
    ],
)
def test_the_page_opens_from_disk_and_tells(
    installation: Installation,
    browser: Browser,
    tmp_path: Path,
    change: Change,
    with_key: bool,
    faults: set[str],
    holds: set[str],
) -> None:
    world = installation.world
    folder = tmp_path / "案卷"
    for path, content in files_of(dossier_of(world, case_of(world))).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    change(folder)
    with browser.new_context(offline=True) as context:
        page = context.new_page()
        page.goto((folder / "verify.html").as_uri())
        page.set_input_files("#folder", folder)
        if with_key:
            page.fill("#key", world.office.sealer.public_key)
        page.get_by_role("button", name="核对").click()
        items = page.locator("#findings li")
        expect(items).to_have_count(3)
        told = {
            text.split("：")[0]: text.split("：")[1].split("。")[0]
            for text in items.all_inner_texts()
        }
    assert {name for name, verdict in told.items() if verdict == "不一致"} == faults
    assert {name for name, verdict in told.items() if verdict == "一致"} == holds
