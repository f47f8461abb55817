"""Bringing the database to the newest migration."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from services.settings import REPOSITORY

VERSIONS = REPOSITORY / "migrations" / "versions"


def newest_revision() -> str:
    """The number of the newest migration that the release brings."""
    return max(path.name for path in VERSIONS.glob("[0-9]*.py")).partition("_")[0]


def present_revision(engine: Engine) -> str | None:
    """The migration that the database stands at; None for an empty one."""
    if not sa.inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None


def migrate(engine: Engine) -> None:
    """Run every migration that is missing. Running it again changes nothing."""
    if present_revision(engine) == newest_revision():
        return
    # Half a second that a start with nothing to migrate need not pay.
    from alembic import command  # noqa: PLC0415

    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def alembic_config() -> Any:
    """The configuration of the migrations, without a file."""
    from alembic.config import Config  # noqa: PLC0415  as above

    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "migrations"))
    return config
