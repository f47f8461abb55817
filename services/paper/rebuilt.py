"""A command made again from what was kept of it, or read from a file, as plain JSON."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, get_args, get_origin, get_type_hints

from services.action_table import ACTIONS
from services.frame import BASE_FIELDS
from workflows.vocabulary import Action


def further_fields(action: Action) -> frozenset[str]:
    """The fields of the act's command beyond those that all commands have."""
    return frozenset(field.name for field in fields(ACTIONS[action].command)) - BASE_FIELDS


def typed_content(action: Action, content: Mapping[str, Any]) -> dict[str, Any]:
    """The act's own fields in the types that its command asks for.

    Raises ValueError or TypeError for what is no value of the type.
    """
    kinds = get_type_hints(ACTIONS[action].command)
    return {
        name: _typed(kinds[name], content[name])
        for name in sorted(further_fields(action))
        if name in content
    }


def _typed(kind: Any, raw: Any) -> Any:
    if raw is None:
        return None
    for choice in (kind,) if get_origin(kind) is tuple else get_args(kind) or (kind,):
        if get_origin(choice) is tuple:
            return tuple(raw)
        if choice is date:
            return date.fromisoformat(raw)
        if isinstance(choice, type) and issubclass(choice, StrEnum):
            return choice(raw)
        if is_dataclass(choice) and isinstance(choice, type):
            return choice(**raw)
    return raw
