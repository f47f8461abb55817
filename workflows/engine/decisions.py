"""Asking a decision table outside of any case: nothing of the instance is kept."""

from collections.abc import Mapping

from workflows.engine.definitions import Definition
from workflows.engine.runner import start
from workflows.facts import FactValue


def decide(definition: Definition, facts: Mapping[str, FactValue]) -> Mapping[str, FactValue]:
    """What a process that decides and then waits for a person proposes to this person."""
    return start(definition, facts).opened[0].proposal
