"""The numbered migrations make exactly the tables of the models, on both databases."""

from alembic import command
from alembic.script import ScriptDirectory

from services.database import create_engine_for
from services.migrate import alembic_config, migrate, newest_revision


def test_models_and_schema_are_the_same(database_url: str) -> None:
    engine = create_engine_for(database_url)
    migrate(engine)
    config = alembic_config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.check(config)  # raises when an upgrade would be needed
    engine.dispose()


def test_there_is_one_head() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [newest_revision()]
