"""Photographs of one place before and after rectification, to be looked at side by side."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from services.queries.case_page import ActRow, FileRow
from workflows.vocabulary import PhotoStage


@dataclass(frozen=True)
class Photo:
    """One photograph with the act that it came with."""

    act: ActRow
    file: FileRow


@dataclass(frozen=True)
class PhotoPair:
    """What is shown of one place; either side may still be empty."""

    place: str
    before: tuple[Photo, ...]
    after: tuple[Photo, ...]


def photo_pairs(acts: Iterable[ActRow]) -> tuple[PhotoPair, ...]:
    """The marked photographs of acts that count, by place, in the order of their coming."""
    places: dict[str, list[tuple[PhotoStage, Photo]]] = {}
    for place, stage, photo in _marked(acts):
        places.setdefault(place, []).append((stage, photo))
    return tuple(
        PhotoPair(place, *(tuple(p for at, p in found if at is stage) for stage in PhotoStage))
        for place, found in places.items()
    )


def _marked(acts: Iterable[ActRow]) -> Iterator[tuple[str, PhotoStage, Photo]]:
    for act in acts:
        for file in act.files if act.counts else ():
            if file.mark is not None and file.is_picture:
                yield file.mark.place, file.mark.stage, Photo(act, file)
