"""Diagrams as deployed: read from the release, kept by hash, never dropped while pinned."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.models.process import definition_file
from workflows.engine.definitions import Definition, collect
from workflows.errors import RuleError

CASE_PROCESS = "hazard_supervision"
ESCALATION_STEP = "escalation_step"
DISCLOSURE = "disclosure"
TIP_PROCESS = "tip"
TRACEBACK = "traceback"
MONTHLY_RETURN = "monthly_return"
ASSESSMENT = "assessment"
SCORE_OBJECTION = "score_objection"
REFERRAL_PROCESS = "referral"


class DefinitionChangedError(RuleError):
    """The stored files of a definition no longer give its hash."""

    code = "definition_changed"


_stored: dict[str, Definition] = {}


def read_folder(folder: Path) -> dict[str, bytes]:
    """File name to bytes of every diagram and decision table in a folder."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.suffix in (".bpmn", ".dmn")
    }


@lru_cache(maxsize=8)
def current_definition(folder: Path, process_id: str = CASE_PROCESS) -> Definition:
    """The definition that new instances begin with."""
    return collect(process_id, read_folder(folder))


def store_definition(session: Session, definition: Definition, now: datetime) -> None:
    """Keep the definition's files under its hash; a second call changes nothing."""
    connection = session.connection()
    found = connection.execute(
        sa.select(definition_file.c.name).where(definition_file.c.digest == definition.digest)
    ).first()
    if found is not None:
        return
    connection.execute(
        sa.insert(definition_file),
        [
            {
                "digest": definition.digest,
                "name": name,
                "process_id": definition.process_id,
                "content": content,
                "stored_at": now,
            }
            for name, content in definition.files.items()
        ],
    )


def load_definition(session: Session, digest: str) -> Definition:
    """The definition an instance is pinned to, remembered by this process."""
    if digest not in _stored:
        _stored[digest] = read_stored(session, digest)
    return _stored[digest]


def read_stored(session: Session, digest: str) -> Definition:
    """The definition as it lies in the database; DefinitionChangedError when it has changed."""
    rows = session.connection().execute(
        sa.select(
            definition_file.c.process_id, definition_file.c.name, definition_file.c.content
        ).where(definition_file.c.digest == digest)
    )
    process_id, files = "", dict[str, bytes]()
    for row in rows:
        process_id, files[row.name] = row.process_id, bytes(row.content)
    try:
        definition = collect(process_id, files)
    except RuleError as error:
        raise DefinitionChangedError(digest=digest) from error
    if definition.digest != digest:
        raise DefinitionChangedError(digest=digest)
    return definition


def pinned_definitions(session: Session) -> Mapping[str, str]:
    """Digest to process id of every stored definition."""
    rows = session.connection().execute(
        sa.select(definition_file.c.digest, definition_file.c.process_id).distinct()
    )
    return {row.digest: row.process_id for row in rows}
