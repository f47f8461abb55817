"""Alembic's entry: runs the numbered migrations against the configured database."""

from alembic import context
from sqlalchemy.engine import Connection

from services import models
from services.database import Base, create_engine_for
from services.settings import Settings

TABLES = models.__all__  # imported so that the metadata knows every table


def run() -> None:
    """Migrate on the connection that was handed over, or on a new one."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    engine = create_engine_for(Settings.from_environment().database_url)
    with engine.connect() as own:
        _migrate(own)
        own.commit()


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        user_module_prefix="services.database.",
    )
    with context.begin_transaction():
        context.run_migrations()


run()
