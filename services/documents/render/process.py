"""The warm process that renders, seen from the application: started, asked, timed, killed."""

import atexit
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from services.documents.render.errors import (
    RendererDiedError,
    RenderFailedError,
    RenderInputsTooLargeError,
    RenderTimedOutError,
)

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
TYPESETTING = Path(__file__).resolve().parent / "typesetting.py"
FACES = "fonts.css"
FACE = re.compile(r"--([a-z-]+): (\"[^;]+);")
FAMILY = re.compile(r"\"([^\"]+)\"")
WALL_SECONDS = 30.0
INPUT_LIMIT_BYTES = 256 * 1024
# Memory that a library loses is given back by starting afresh.
DOCUMENTS_PER_PROCESS = 500
LENGTH = struct.Struct(">I")

# The Fandol fonts give every weight the same number, so that the wrong face would be found by name.
FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folder}<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<selectfont><rejectfont>
<glob>*/FandolSong-Regular.*</glob><glob>*/FandolHei-Bold.*</glob>
</rejectfont></selectfont>
<cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


class Renderer:
    """One rendering process. Requests of several threads are answered one after the other."""

    def __init__(
        self,
        fonts_folder: Path | None = None,
        *,
        templates: Path = TEMPLATES,
        wall_seconds: float = WALL_SECONDS,
    ) -> None:
        self._fonts_folder = fonts_folder
        self._templates = templates
        self._wall_seconds = wall_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None
        self._documents = 0

    def render(self, template: str, inputs: Mapping[str, Any]) -> bytes:
        """The PDF of a template with frozen inputs; equal inputs give equal bytes."""
        request = json.dumps({"template": template, "inputs": inputs}, ensure_ascii=False).encode()
        if len(request) > INPUT_LIMIT_BYTES:
            raise RenderInputsTooLargeError(size=str(len(request)))
        header, pdf = self._ask(request)
        if not header["ok"]:
            raise RenderFailedError(template=template, reason=header["reason"])
        return pdf

    def probe(self) -> dict[str, Any]:
        """What the rendering process says about itself."""
        return self._ask(b'{"probe": true}')[0]

    def close(self) -> None:
        """End the process and remove its folder. The next request starts another."""
        with self._lock:
            self._stop()

    def _ask(self, request: bytes) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            process = self._running()
            late = threading.Event()
            timer = threading.Timer(self._wall_seconds, _kill_late, (process, late))
            timer.start()
            try:
                header, body = _exchange(process, request)
            except (OSError, EOFError) as error:
                self._stop()
                if late.is_set():
                    raise RenderTimedOutError from error
                raise RendererDiedError from error
            finally:
                timer.cancel()
            if not header["ok"]:  # whatever it was, the next document starts with a clean process
                self._stop()
            return header, body

    def _running(self) -> subprocess.Popen[bytes]:
        self._documents += 1
        if self._process is not None and self._documents > DOCUMENTS_PER_PROCESS:
            self._stop()
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = self._start()
            self._documents = 1
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        self._home = tempfile.TemporaryDirectory(prefix="guapai-render-")
        home = Path(self._home.name)
        (home / "fonts.conf").write_text(_font_configuration(self._fonts_folder), encoding="utf-8")
        return subprocess.Popen(  # noqa: S603  # our interpreter, our script
            [sys.executable, "-s", "-P", str(TYPESETTING), str(self._templates)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=home,
            env=_environment(home),
            start_new_session=True,
        )

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._home is not None:
            self._home.cleanup()
            self._home = None


def _kill_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _exchange(process: subprocess.Popen[bytes], request: bytes) -> tuple[dict[str, Any], bytes]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(LENGTH.pack(len(request)) + request)
    process.stdin.flush()
    return json.loads(_read_part(process.stdout)), _read_part(process.stdout)


def _read_part(stream: IO[bytes]) -> bytes:
    size = stream.read(LENGTH.size)
    if len(size) < LENGTH.size:
        raise EOFError
    expected = LENGTH.unpack(size)[0]
    part = stream.read(expected)
    if len(part) < expected:
        raise EOFError
    return part


def _environment(home: Path) -> dict[str, str]:
    """Nothing of ours: no database address, no key. The same on every machine and every day."""
    return {
        "PATH": os.defpath,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home),
        "FONTCONFIG_FILE": str(home / "fonts.conf"),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
    }


def _font_configuration(fonts_folder: Path | None) -> str:
    folder = f"<dir>{escape(str(fonts_folder))}</dir>\n" if fonts_folder else ""
    return FONT_CONFIGURATION.format(folder=folder)


# One renderer for each fonts folder and process: a forked worker must not share its parent's pipes.
_renderers: dict[tuple[int, Path | None], Renderer] = {}
_renderers_lock = threading.Lock()


def render_pdf(template: str, inputs: Mapping[str, Any], *, fonts_folder: Path | None) -> bytes:
    """The PDF of a template with frozen inputs, by this process's warm renderer."""
    return _renderer(fonts_folder).render(template, inputs)


def harfbuzz_subset_present() -> bool:
    """Without libharfbuzz-subset a document takes ten seconds instead of a fifth of one."""
    return bool(_renderer(None).probe()["harfbuzz_subset"])


def fonts_present(fonts_folder: Path | None) -> Mapping[str, str | None]:
    """For each face that the style sheet names, the first installed family of its stack."""
    installed = _installed_families(fonts_folder)
    style = (TEMPLATES / FACES).read_text(encoding="utf-8")
    stacks = {face: FAMILY.findall(families) for face, families in FACE.findall(style)}
    return {
        face: next((family for family in families if family in installed), None)
        for face, families in stacks.items()
    }


def _installed_families(fonts_folder: Path | None) -> frozenset[str]:
    with tempfile.TemporaryDirectory(prefix="guapai-fonts-") as folder:
        home = Path(folder)
        (home / "fonts.conf").write_text(_font_configuration(fonts_folder), encoding="utf-8")
        listed = subprocess.run(
            ["fc-list", "--format", "%{family}\n"],  # noqa: S607  # where it lies is Debian's choice
            env=_environment(home),
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=WALL_SECONDS,
        )
    return frozenset(family for line in listed.stdout.splitlines() for family in line.split(","))


def _renderer(fonts_folder: Path | None) -> Renderer:
    key = (os.getpid(), fonts_folder)
    with _renderers_lock:
        if key not in _renderers:
            _renderers[key] = Renderer(fonts_folder)
        return _renderers[key]


def _close_renderers() -> None:
    for (owner, _), renderer in _renderers.items():
        if owner == os.getpid():
            renderer.close()


atexit.register(_close_renderers)
