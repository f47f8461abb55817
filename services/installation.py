"""Bringing an installation into being: folders, keys, database, and the office on them."""

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from services.keys import KeyFileError, add_missing_keys, create_keys
from services.migrate import migrate
from services.models.process import process_instance
from services.office import Office
from services.settings import Settings


def set_up(settings: Settings, engine: Engine) -> None:
    """Make what is missing and migrate. Running it again changes nothing."""
    for folder in (settings.data_folder, settings.files_folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_keys_once(settings, engine)
    migrate(engine)


def open_office(settings: Settings, engine: Engine) -> Office:
    """The office of this installation; its keys are made at the first start and never again."""
    settings.data_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_keys_once(settings, engine)
    return Office.open(settings)


def _make_keys_once(settings: Settings, engine: Engine) -> None:
    if settings.key_file.exists():
        add_missing_keys(settings.key_file)
        return
    if _holds_sealed_states(engine):
        raise KeyFileError(
            f"{settings.key_file}: the key file is gone but the database holds cases sealed by it; "
            "put it back from its backup"
        )
    create_keys(settings.key_file)


def _holds_sealed_states(engine: Engine) -> bool:
    if not sa.inspect(engine).has_table(process_instance.name):
        return False
    with engine.connect() as connection:
        return connection.execute(sa.select(process_instance.c.id).limit(1)).first() is not None
