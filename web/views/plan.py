"""The plan as it is carried out: its steps with their evidence, and the five-in-place versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from services.clock import local_date
from services.plan import FIVE_IN_PLACE, FIVE_IN_PLACE_ACTS, PlanStep, steps_of
from services.queries.case_page import ActRow, CasePage, FileRow
from web.labels import field_label
from workflows.vocabulary import Action, Outcome


@dataclass(frozen=True)
class StepLine:
    """One step of the plan; `reviewed` is what the department said of the report on it."""

    step: PlanStep
    done_at: datetime | None
    reviewed: Outcome | None
    files: tuple[FileRow, ...]
    is_late: bool


@dataclass(frozen=True)
class Change:
    """One part of the list that a version changed."""

    part: str
    before: str
    after: str


@dataclass(frozen=True)
class Version:
    """One version of the five-in-place list, with what it changed."""

    number: int
    act: ActRow
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class PlanView:
    """What the case page says about plan and list; leads are those named, the latest last."""

    steps: tuple[StepLine, ...]
    versions: tuple[Version, ...]
    leads: tuple[tuple[str, datetime], ...]


def plan_view(page: CasePage, now: datetime) -> PlanView:
    """Steps of the latest plan, and all versions of the list."""
    return PlanView(
        tuple(_steps(page, local_date(now))),
        tuple(_versions(page)),
        tuple(_leads(page)),
    )


def _steps(page: CasePage, today: date) -> Iterator[StepLine]:
    plans = [
        place for place, act in enumerate(page.counting_acts) if act.action is Action.SUBMIT_PLAN
    ]
    if not plans:
        return
    later = page.counting_acts[plans[-1] :]
    for step in steps_of(later[0].content):
        reports = [
            (place, act)
            for place, act in enumerate(later)
            if act.action is Action.REPORT_PROGRESS
            and step.name in act.content.get("steps_done", ())
        ]
        done_on = local_date(reports[-1][1].at) if reports else today
        yield StepLine(
            step,
            reports[-1][1].at if reports else None,
            _review_of(later, reports[-1][0]) if reports else None,
            tuple(file for _place, act in reports for file in act.files),
            done_on > step.due_on and (bool(reports) or page.ending is None),
        )


def _review_of(acts: tuple[ActRow, ...], report: int) -> Outcome | None:
    reviews = (act.outcome for act in acts[report:] if act.action is Action.REVIEW_PROGRESS)
    return next(reviews, None)


def _versions(page: CasePage) -> Iterator[Version]:
    before: ActRow | None = None
    acts = (act for act in page.counting_acts if act.action in FIVE_IN_PLACE_ACTS)
    for number, act in enumerate(acts, start=1):
        yield Version(number, act, tuple(_changes(before, act)) if before else ())
        before = act


def _changes(before: ActRow, after: ActRow) -> Iterator[Change]:
    for name in FIVE_IN_PLACE:
        old, new = str(before.content.get(name, "")), str(after.content.get(name, ""))
        if old != new:
            yield Change(field_label(after.action, name), old, new)


def _leads(page: CasePage) -> Iterator[tuple[str, datetime]]:
    """Each named lead once, as long as no other was named."""
    said = ""
    for act in page.counting_acts:
        name = str(act.content.get("rectification_lead", ""))
        post = str(act.content.get("lead_post", ""))
        lead = f"{name}（{post}）" if post else name
        if name and lead != said:
            said = lead
            yield lead, act.at
