"""The pictures beside the diagrams are what the viewer draws, and a strict page may carry them."""

from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Browser

from deploy.draw_pictures import stale_pictures

FOLDER = Path(__file__).parents[2] / "bpmn"
PICTURES = sorted(FOLDER.glob("*.svg"))


@pytest.mark.browser
def test_pictures_are_drawn_from_the_diagrams(browser: Browser) -> None:
    assert [file.name for file in stale_pictures(browser, FOLDER)] == []


@pytest.mark.parametrize("file", PICTURES, ids=lambda file: file.stem)
def test_pictures_carry_nothing_that_a_strict_page_refuses(file: Path) -> None:
    root = etree.fromstring(file.read_bytes())
    for element in root.iter(etree.Element):
        assert etree.QName(element).localname not in {"style", "script", "foreignObject"}
        assert not [name for name in map(str, element.attrib) if name.startswith(("style", "on"))]
