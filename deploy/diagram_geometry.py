"""Rectangles on the canvas, and the right-angled lines between them."""

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A rectangle on the canvas."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def side(self, name: str, shift: float = 0) -> Point:
        """The middle of a side, moved along it by `shift`."""
        x, y = self.middle
        return {
            "left": (self.x, y + shift),
            "right": (self.x + self.width, y + shift),
            "top": (x + shift, self.y),
            "bottom": (x + shift, self.y + self.height),
        }[name]


@dataclass(frozen=True)
class Route:
    """How a line leaves and enters; `distance` is for lines that run around, `shift` for ports."""

    leave: str
    enter: str
    distance: float = 30
    leave_shift: float = 0
    enter_shift: float = 0
    at: float = 0.5


def usual_sides(start: Box, end: Box, source_kind: str, target_kind: str) -> tuple[str, str]:
    (ax, ay), (bx, by) = start.middle, end.middle
    down = ("bottom", "top") if by > ay else ("top", "bottom")
    across = ("right", "left") if bx > ax else ("left", "right")
    if ay == by:
        return across
    if ax == bx:
        return down
    if source_kind.endswith("Gateway"):
        return down[0], across[1]
    if target_kind.endswith("Gateway"):
        return across[0], down[1]
    return across


def points_of(start: Box, end: Box, route: Route) -> list[Point]:
    (ax, ay) = start.side(route.leave, route.leave_shift)
    (bx, by) = end.side(route.enter, route.enter_shift)
    upright = {"top", "bottom"}
    if route.leave == route.enter:
        return _around(start, end, route)
    if route.leave in upright and route.enter in upright:
        middle = ay + (by - ay) * route.at
        points = [(ax, ay), (ax, middle), (bx, middle), (bx, by)]
    elif route.leave in upright:
        points = [(ax, ay), (ax, by), (bx, by)]
    elif route.enter in upright:
        points = [(ax, ay), (bx, ay), (bx, by)]
    else:
        middle = ax + (bx - ax) * route.at
        points = [(ax, ay), (middle, ay), (middle, by), (bx, by)]
    return [point for number, point in enumerate(points) if not _is_between(points, number)]


def _around(start: Box, end: Box, route: Route) -> list[Point]:
    """Out of a side and back into the same side, `distance` beyond the farther box."""
    (ax, ay) = start.side(route.leave, route.leave_shift)
    (bx, by) = end.side(route.enter, route.enter_shift)
    if route.leave in {"top", "bottom"}:
        y = min(ay, by) - route.distance if route.leave == "top" else max(ay, by) + route.distance
        return [(ax, ay), (ax, y), (bx, y), (bx, by)]
    x = min(ax, bx) - route.distance if route.leave == "left" else max(ax, bx) + route.distance
    return [(ax, ay), (x, ay), (x, by), (bx, by)]


def _is_between(points: list[Point], number: int) -> bool:
    """A point that changes no direction."""
    if number in {0, len(points) - 1}:
        return False
    (ax, ay), (bx, by), (cx, cy) = points[number - 1 : number + 2]
    return (ax == bx == cx) or (ay == by == cy)
