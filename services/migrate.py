"""Bringing the database to the newest migration."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine

from services.settings import REPOSITORY


def alembic_config() -> Config:
    """The configuration of the migrations, without a file."""
    config = Config()
    config.set_main_option("script_location", str(REPOSITORY / "migrations"))
    return config


def migrate(engine: Engine) -> None:
    """Run every migration that is missing. Running it again changes nothing."""
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def head_revision() -> str | None:
    """The newest migration that the release brings."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()
