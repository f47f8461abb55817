"""Tell before the start whether the address is free, and after it when the pages answer."""

import argparse
import socket
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from services.settings import Settings, SettingsInvalidError

LONGEST_START_SECONDS = 60


def is_free(host: str, port: int) -> bool:
    """True when a server may listen there, as gunicorn will."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def is_answering(host: str, port: int) -> bool:
    """True when the front page is served."""
    connection = HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def is_running(process_id: int) -> bool:
    """True while that process, a child of our parent, has not ended."""
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_answering(settings: Settings, process_id: int) -> bool:
    """True as soon as the pages answer; False when the server ended or takes too long."""
    give_up_at = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < give_up_at and is_running(process_id):
        if is_answering(settings.host, settings.port):
            return True
        time.sleep(0.1)
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--until-answering", metavar="PROCESS", type=int, default=None)
    arguments = parser.parse_args()
    try:
        settings = Settings.from_environment()
    except SettingsInvalidError as error:
        print(f"设置有误 Invalid setting: {error}", file=sys.stderr)
        return 1
    address = f"http://{settings.host}:{settings.port}/"
    if arguments.until_answering is not None:
        if not wait_until_answering(settings, arguments.until_answering):
            print("网页服务未能启动，原因见上。 The web server did not start.", file=sys.stderr)
            return 1
        return 0
    if not is_free(settings.host, settings.port):
        other = f"PORT={settings.port + 1} make run"
        print(
            f"端口 {settings.port} 已被占用，可能已在运行：{address} 。换一个端口：{other}\n"
            f"Port {settings.port} is taken; perhaps this is running already. Another: {other}",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
