"""A change of organisations, persons, posts or accounts: what is asked, and what it brought."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.administration import ChangeKind

Problems = Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """What somebody wants changed. `content` is plain JSON, as the form named its fields."""

    kind: ChangeKind
    reason: str
    content: Mapping[str, Any] = field(default_factory=dict)
    person_id: int | None = None
    organisation_id: int | None = None
    post_id: int | None = None


@dataclass(frozen=True)
class Effect:
    """What a change did: whom and what it concerned, and how that was and is."""

    person_id: int | None
    organisation_id: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
