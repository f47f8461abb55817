"""A flood of guesses against real receipts: what is found, what stops it, who still is answered.

Run: `python -m tests.bench.receipts [GUESSES] [RECEIPTS]`, on a machine that does nothing else.
"""

import http.client
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from services.connection import Connection
from services.installation import open_office, set_up
from services.settings import REPOSITORY, Settings
from tests.builders import make_world
from tests.tips import tips_in

ATTACKERS = 6
STATUS = "/public/report/status"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """One browser, as far as a flood needs one."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request("GET", STATUS)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        found = TOKEN.search(page)
        assert found
        self.token = found[1]
        self.cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]

    def ask(self, code: str) -> int:
        """The status that a code is answered with."""
        body = urlencode({"csrf_token": self.token, "code": code})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}
        self.connection.request("POST", STATUS, body, headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


def main(guesses: int, receipts: int) -> None:
    """Fill an installation, serve it, and guess; one honest informant asks all the while."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_environment({"GUAPAI_DATA": folder, "PORT": str(_free_port())})
        codes = _fill(settings, receipts)
        with _served(settings, Path(folder) / "log"), ThreadPoolExecutor(ATTACKERS + 1) as crowd:
            begun = time.perf_counter()
            share = guesses // ATTACKERS
            floods = [crowd.submit(_flood, settings.port, share, seed) for seed in range(ATTACKERS)]
            waits = []
            honest, chance = Visitor(settings.port), random.Random("honest")
            while not all(flood.done() for flood in floods):
                asked = time.perf_counter()
                status = honest.ask(chance.choice(codes))
                waits.append(time.perf_counter() - asked)
                assert status == 200, status
                time.sleep(0.5)
            answered: Counter[int] = sum((flood.result() for flood in floods), Counter())
            spent = time.perf_counter() - begun
    waits.sort()
    lines = (
        f"receipts          {receipts}",
        f"guesses           {answered.total()} in {spent:.0f} s, {answered.total() / spent:.0f}/s",
        f"found             {answered[200]}",
        f"looked at (404)   {answered[404]}",
        f"stopped (429)     {answered[429]}",
        f"honest answers    {len(waits)}, all 200",
        f"honest wait       median {waits[len(waits) // 2]:.3f} s, longest {waits[-1]:.3f} s",
    )
    sys.stdout.write("\n".join(lines) + "\n")


def _fill(settings: Settings, receipts: int) -> list[str]:
    connection = Connection.to(settings.database_url)
    set_up(settings, connection.engine)
    world = make_world(connection.engine, settings.data_folder)
    world.office = open_office(settings, connection.engine)
    tips = tips_in(world)
    codes = []
    for number in range(receipts):
        if number % 30 == 29:
            world.later(days=1)  # the quota of the next day
        codes.append(tips.send(pictures=()))
    connection.engine.dispose()
    return codes


def _flood(port: int, share: int, seed: int) -> Counter[int]:
    visitor, chance = Visitor(port), random.Random(seed)
    return Counter(visitor.ask(f"{chance.randrange(10**20):020d}") for _ in range(share))


@contextmanager
def _served(settings: Settings, log: Path) -> Iterator[None]:
    environment = {
        **os.environ,
        "GUAPAI_DATA": str(settings.data_folder),
        "PORT": str(settings.port),
    }
    command = [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn_conf.py"]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=REPOSITORY, env=environment, stdout=output, stderr=output
        ) as server,
    ):
        try:
            _wait_for(settings.port)
            yield
        finally:
            server.terminate()
            server.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:]]
    main(*(numbers or [100_000, 1000]))
