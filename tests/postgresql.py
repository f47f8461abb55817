"""A PostgreSQL server that lives as long as the test run: own folder, unix socket, nothing kept."""

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

FASTER_THAN_SAFE = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    " -c max_connections=60"
)


@dataclass(frozen=True)
class PostgresqlServer:
    """A server on which databases come and go."""

    url: sa.URL

    def create_database(self, template: sa.URL | None = None) -> sa.URL:
        """A new database, empty or a copy of another that nobody is connected to."""
        name = f"guapai_test_{uuid.uuid4().hex[:12]}"
        copy_of = f' TEMPLATE "{template.database}"' if template is not None else ""
        self._execute(f'CREATE DATABASE "{name}"{copy_of}')
        return self.url.set(database=name)

    def drop_database(self, url: sa.URL) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{url.database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        engine = sa.create_engine(
            self.url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool
        )
        with engine.connect() as connection:
            connection.execute(sa.text(statement))
        engine.dispose()


@contextmanager
def running_server() -> Iterator[PostgresqlServer]:
    """The server named by TEST_DATABASE_URL (its user may create databases), or one of our own."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        url = sa.make_url(given).set(drivername="postgresql+psycopg")
        yield PostgresqlServer(url)
        return
    # A short path: the name of a unix socket may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="guapai-pg-", dir="/tmp"))
    try:
        _start(folder)
        try:
            url = sa.URL.create(
                "postgresql+psycopg",
                username="postgres",
                database="postgres",
                query={"host": str(folder)},
            )
            yield PostgresqlServer(url)
        finally:
            _run(folder, ["pg_ctl", "--mode=immediate", "stop", f"--pgdata={folder}/data"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> None:
    if os.geteuid() == 0:
        postgres = pwd.getpwnam("postgres")
        os.chown(folder, postgres.pw_uid, postgres.pw_gid)
    initdb = ["initdb", f"--pgdata={folder}/data", "--username=postgres", "--auth=trust"]
    _run(folder, [*initdb, "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"])
    options = f"{FASTER_THAN_SAFE} -c unix_socket_directories={folder}"
    log = f"--log={folder}/log"
    _run(folder, ["pg_ctl", "start", "-w", f"--pgdata={folder}/data", log, f"--options={options}"])


def _run(folder: Path, command: Sequence[str]) -> None:
    program = _programs() / command[0]
    # The server refuses to run as root.
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with (folder / f"{command[0]}.log").open("a+") as log:
        done = subprocess.run(
            [*as_postgres, str(program), *command[1:]],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
        log.seek(0)
        assert done.returncode == 0, f"{command[0]}: {log.read()}"


def _programs() -> Path:
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4])
    )
    found = str(versions[-1]) if versions else shutil.which("initdb")
    assert found, "PostgreSQL is not installed; `make test` installs it"
    return Path(found).parent
