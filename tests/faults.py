"""Faults put in on purpose, and no statement kept that was built before or under one."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import _lru_cache_wrapper
from types import ModuleType

import pytest

from services.queries import doers, duty_groups, vacancies

KEEPING: tuple[ModuleType, ...] = (doers, duty_groups, vacancies)


@contextmanager
def injected() -> Iterator[pytest.MonkeyPatch]:
    """What is patched within is undone at the end; what was built within is forgotten."""
    forget_statements()
    try:
        with pytest.MonkeyPatch.context() as patched:
            yield patched
    finally:
        forget_statements()


def forget_statements() -> None:
    """Every statement that these modules keep is built anew when it is asked next."""
    for kept in kept_statements().values():
        kept.cache_clear()


def kept_statements() -> dict[str, "_lru_cache_wrapper[object]"]:
    """What keeps statements, by name."""
    return {
        f"{module.__name__}.{name}": value
        for module in KEEPING
        for name, value in vars(module).items()
        if isinstance(value, _lru_cache_wrapper)
    }
