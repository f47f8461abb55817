"""Checking diagrams against today's actions, facts and permissions."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.orm import Session

from services.definitions import pinned_definitions, read_folder, read_stored
from workflows.diagram_words import ALL_FACTS, STEPS
from workflows.engine.linter import Finding, lint
from workflows.facts import DECISION_OUTPUTS, EFFECTS


def lint_folder(folder: Path) -> list[Finding]:
    """What is wrong with the diagrams and decision tables of a folder."""
    return lint_files(read_folder(folder))


def lint_files(files: Mapping[str, bytes]) -> list[Finding]:
    """What is wrong with these files; a human step needs a permission row to count as an action."""
    return lint(
        files,
        actions=STEPS,
        facts=ALL_FACTS,
        effects=EFFECTS,
        decision_outputs=DECISION_OUTPUTS,
    )


def lint_pinned(session: Session) -> dict[str, list[Finding]]:
    """Findings in each definition that some case is pinned to, by its hash.

    Raises DefinitionChangedError when stored files no longer give their hash.
    """
    return {
        digest: lint_files(read_stored(session, digest).files)
        for digest in sorted(pinned_definitions(session))
    }
