"""Who knew what when, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.queries.knowledge import OPENING, HeldStep, Hold, Knowledge, KnownBy, KnownLine
from web.labels import label_of
from web.views.due import limit_said
from web.views.record import Span


@dataclass(frozen=True)
class Said:
    """One line: to whom, when, and what."""

    person: str
    at: datetime
    text: str


@dataclass(frozen=True)
class HeldLine:
    """A step in one pair of hands. `late` is None where nothing was late."""

    row: HeldStep
    limit: str
    is_open: bool
    worked: Span
    late: Span | None


@dataclass(frozen=True)
class UnitView:
    """What one unit was told, opened and did, and how long it held what."""

    unit: str
    delivered: tuple[Said, ...]
    opened: tuple[Said, ...]
    acted: tuple[Said, ...]
    held: tuple[HeldLine, ...]
    worked: Span
    late: Span | None


@dataclass(frozen=True)
class HoldLine:
    """What stopped or moved a limit, or passed a step on."""

    row: Hold
    kind: str
    about: str


@dataclass(frozen=True)
class KnowledgeView:
    """The whole page."""

    at: datetime
    units: tuple[UnitView, ...]
    holds: tuple[HoldLine, ...]


_SAID: Mapping[KnownBy, str] = {
    KnownBy.STEP_ARRIVED: "“{what}”到达本单位",
    KnownBy.STEP_TAKEN: "“{what}”由其经办",
    KnownBy.HANDED_OVER: "交办到达本单位",
    KnownBy.SERVED: "{what}已送达",
    KnownBy.COPIED: "收到抄送{what}",
    KnownBy.URGED: "收到催办：{what}",
    KnownBy.OPENED: "首次打开{what}",
    KnownBy.COPY_READ: "阅读抄送{what}",
    KnownBy.ACTED: "{what}",
}


def knowledge_view(found: Knowledge) -> KnowledgeView:
    """Each unit with its lines sorted by what they are."""
    return KnowledgeView(
        found.at,
        tuple(
            UnitView(
                unit.unit or "（单位未登记）",
                tuple(_said(one) for one in unit.lines if _is_delivery(one)),
                tuple(_said(one) for one in unit.lines if one.by in OPENING),
                tuple(_said(one) for one in unit.lines if one.by is KnownBy.ACTED),
                tuple(_held(step, found.at) for step in unit.held),
                Span.of(unit.worked),
                Span.of(unit.late) if unit.late else None,
            )
            for unit in found.units
        ),
        tuple(HoldLine(row, label_of(row.kind), _about(row)) for row in found.holds),
    )


def _is_delivery(line: KnownLine) -> bool:
    return line.by not in OPENING and line.by is not KnownBy.ACTED


def _said(line: KnownLine) -> Said:
    what = line.name
    if line.document is not None:
        what = f"《{label_of(line.document)}》{line.name}"
    elif line.action is not None:
        what = label_of(line.action)
        if line.by in (KnownBy.COPIED, KnownBy.COPY_READ):
            what = f"（关于“{what}”）"
    text = _SAID[line.by].format(what=what)
    if line.outcome is not None and line.outcome.value != "done":
        text += f"（{label_of(line.outcome)}）"
    return Said(line.person, line.at, text)


def _held(step: HeldStep, now: datetime) -> HeldLine:
    late = Span.of(step.late) if step.late else None
    limit = limit_said(step.due_at) if step.due_at else ""
    return HeldLine(step, limit, step.until == now, Span.of(step.worked), late)


def _about(row: Hold) -> str:
    step = f"“{label_of(row.action)}”" if row.action else ""
    return f"{row.name}{step}" if row.name else step
