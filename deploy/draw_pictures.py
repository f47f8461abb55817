"""Makes the picture of each diagram with bpmn-js in headless Chromium; `--check` only compares.

Styles become presentation attributes, so that a page under a strict content policy may carry the
picture inline and colour its steps; random marker names are numbered. Same diagram, same bytes.
Run: `python -m deploy.draw_pictures`.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxml import etree
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
DIAGRAMS = ROOT / "bpmn"
VIEWER = ROOT / "web" / "static" / "vendor" / "bpmn-js" / "bpmn-navigated-viewer.production.min.js"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FONTS = '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif'
INK, PAPER = "#2b3a4a", "#ffffff"
DRAW = """
async ([xml, fonts, ink, paper]) => {
  document.body.innerHTML = '<div id="canvas" style="width:1600px;height:1000px"></div>';
  const viewer = new BpmnJS({
    container: '#canvas',
    bpmnRenderer: { defaultStrokeColor: ink, defaultLabelColor: ink, defaultFillColor: paper },
    textRenderer: {
      defaultStyle: { fontFamily: fonts, fontSize: 12 },
      externalStyle: { fontFamily: fonts, fontSize: 12 },
    },
  });
  const { warnings } = await viewer.importXML(xml);
  if (warnings.length) throw new Error(warnings.map((warning) => warning.message).join('; '));
  const { svg } = await viewer.saveSVG();
  viewer.destroy();
  return svg;
}
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def picture(page: Page, source: str) -> bytes:
    """Return the picture of one diagram; the page must hold the viewer."""
    svg: str = page.evaluate(DRAW, [source, FONTS, INK, PAPER])
    return normalised(svg)


def normalised(svg: str) -> bytes:
    """The same picture without style attributes, random names and comments."""
    parser = etree.XMLParser(remove_comments=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(svg.encode(), parser)
    for element in root.iter(etree.Element):
        for part in str(element.attrib.pop("style", "")).split(";"):
            name, _, value = part.partition(":")
            if value.strip():
                element.set(name.strip(), value.strip())
    text = etree.tostring(root, encoding="unicode")
    for number, marker in enumerate(dict.fromkeys(re.findall(r"marker-[0-9a-z]{20,}", text))):
        text = text.replace(marker, f"marker-{number}")
    return f"{text}\n".encode()


def stale_pictures(browser: Browser, folder: Path) -> dict[Path, bytes]:
    """The pictures that differ from their diagrams, with what they should be."""
    with browser.new_page() as page:
        page.add_script_tag(path=VIEWER)
        drawn = {
            file.with_suffix(".svg"): picture(page, file.read_text(encoding="utf-8"))
            for file in sorted(folder.glob("*.bpmn"))
        }
    return {
        file: content
        for file, content in drawn.items()
        if not file.exists() or file.read_bytes() != content
    }


def main() -> int:
    """Draw, or only compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on a difference")
    checks = parser.parse_args().check
    with chromium() as browser:
        stale = stale_pictures(browser, DIAGRAMS)
    for file, content in stale.items():
        print(f"{file.name}: {'picture differs from its diagram' if checks else 'drawn'}")
        if not checks:
            file.write_bytes(content)
    return 1 if checks and stale else 0


if __name__ == "__main__":
    sys.exit(main())
