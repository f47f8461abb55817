"""A world to act in, on each database in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from services.database import create_engine_for
from services.migrate import migrate
from tests.builders import World, make_world
from tests.postgresql import PostgresqlServer


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a migrated, empty SQLite file."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    engine = create_engine_for(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()  # closing the last connection folds the log into the file
    return path.read_bytes()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: PostgresqlServer) -> sa.URL:
    """A migrated, empty PostgreSQL database to copy."""
    url = postgresql_server.create_database()
    engine = create_engine_for(url.render_as_string(hide_password=False))
    migrate(engine)
    engine.dispose()
    return url


@pytest.fixture
def sqlite_engine(sqlite_template: bytes, tmp_path: Path) -> Iterator[Engine]:
    """A migrated, empty SQLite database."""
    path = tmp_path / "guapai.sqlite"
    path.write_bytes(sqlite_template)
    engine = create_engine_for(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def postgresql_engine(
    postgresql_server: PostgresqlServer, postgresql_template: sa.URL
) -> Iterator[Engine]:
    """A migrated, empty PostgreSQL database."""
    url = postgresql_server.create_database(template=postgresql_template)
    engine = create_engine_for(url.render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    postgresql_server.drop_database(url)


@pytest.fixture
def world(sqlite_engine: Engine, tmp_path: Path) -> World:
    """A small world on SQLite."""
    return make_world(sqlite_engine, tmp_path)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def each_world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    """A small world on each database in turn."""
    return make_world(request.getfixturevalue(f"{request.param}_engine"), tmp_path)
