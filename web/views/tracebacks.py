"""Tracebacks on screen and on paper."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.instances import shown_of
from services.queries.trace import Stage
from services.queries.tracebacks import TakenStep, TracebackPage
from web.labels import both_names, label_of, local_time
from web.labels.trace import TRACEBACK_BARRED, TRACEBACK_DECISIONS
from workflows.disclosure import DisclosureStep, PublicationKind
from workflows.looking_back import LookBackResult
from workflows.traceback import TracebackStep, TracebackTrigger
from workflows.vocabulary import Action, DocumentKind, Outcome

_WHATS = (Action, DisclosureStep, LookBackResult)


@dataclass(frozen=True)
class ChainLine:
    """One link of the chain as it was frozen in the report."""

    at: str
    what: str
    who: str
    papers: tuple[str, ...]


@dataclass(frozen=True)
class TracebackView:
    """One traceback, the report in words, and the form of whoever's turn it is.

    `returned`: the step before sent it back.
    """

    page: TracebackPage
    shown: str
    step: TracebackStep | None
    barred: str
    choices: tuple[tuple[str, str, str], ...]
    returned: TakenStep | None
    chain: tuple[tuple[str, tuple[ChainLine, ...]], ...]

    @property
    def compiles(self) -> bool:
        """The report lies in the form, to be written; there is nothing else of it to read."""
        return self.step is TracebackStep.COMPILE


def traceback_view(page: TracebackPage) -> TracebackView:
    """The form is there for whoever may take the step now; others are told why it is not."""
    row = page.row
    step = row.waiting_step if row.waits_for_me else None
    decisions = TRACEBACK_DECISIONS[step.value] if step else {}
    last = page.steps[-1] if page.steps else None
    return TracebackView(
        page=page,
        shown=shown_of(page.content),
        step=step,
        barred=TRACEBACK_BARRED.get(page.refusal, "") if row.waiting_step else "",
        choices=tuple((outcome, *said) for outcome, said in decisions.items()),
        returned=last if last and last.outcome is Outcome.RETURNED else None,
        chain=chain_of(page.content),
    )


def chain_of(
    content: Mapping[str, Any] | None,
) -> tuple[tuple[str, tuple[ChainLine, ...]], ...]:
    """The frozen chain, stage by stage, in words."""
    links = (content or {}).get("chain", [])
    return tuple(
        (label_of(stage), tuple(_line(link) for link in links if link["stage"] == stage))
        for stage in Stage
        if any(link["stage"] == stage for link in links)
    )


def report_inputs(page: TracebackPage) -> dict[str, Any]:
    """What the report says, in words: what was compiled and decided, nothing that came later."""
    content = page.content or {}
    decided = next((one for one in reversed(page.steps) if one.step is TracebackStep.DECIDE), None)
    decision = page.row.decision
    return {
        "title": "责任追溯报告",
        "number": page.row.number,
        "case_number": page.row.case_number,
        "hazard": page.row.hazard_name,
        "trigger": label_of(TracebackTrigger(content["trigger"])),
        "ground": content["ground"],
        "findings": content["findings"],
        "responsibility": content["responsibility"],
        "chain": [
            {"stage": stage, "lines": [vars(line) for line in lines]}
            for stage, lines in chain_of(content)
        ],
        "decision": label_of(decision) if decision else "",
        "reasons": decided.opinion if decided else "",
        "steps": [
            {
                "step": label_of(one.step),
                "person": both_names(one.person_name, one.principal_name),
                "at": local_time(one.at),
                "decided": TRACEBACK_DECISIONS[one.step.value][one.outcome.value][0],
            }
            for one in page.steps
        ],
    }


def _line(link: Mapping[str, Any]) -> ChainLine:
    kind = next(kind for kind in _WHATS if link["what"] in set(kind))
    what = label_of(kind(link["what"]))
    if link["publication"]:
        what = f"{label_of(PublicationKind(link['publication']))}：{what}"
    if link["outcome"] not in ("", Outcome.DONE.value):
        what += f"（{label_of(Outcome(link['outcome']))}）"
    if link["of_case"]:
        what += f"（事项 {link['of_case']}）"
    papers = [f"《{label_of(DocumentKind(name))}》{number}" for name, number in link["documents"]]
    return ChainLine(
        local_time(datetime.fromisoformat(link["at"])),
        what,
        f"{link['organisation']}　{both_names(link['person'], link['principal'])}",
        (*papers, *link["files"]),
    )
