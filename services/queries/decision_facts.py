"""The facts that were true when an act was done, as far as the flow read them."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from services.definitions import load_definition
from services.queries.case_page import CasePage
from services.queries.passage import AdvanceRow
from workflows.engine.facts_read import facts_read
from workflows.facts import FactValue
from workflows.permissions import INSIDE_FACTS

ActFacts = Mapping[int, tuple[tuple[str, FactValue], ...]]


def facts_at_acts(session: Session, page: CasePage, advances: tuple[AdvanceRow, ...]) -> ActFacts:
    """By act, what the gateways and decision tables read that its advance passed.

    Acts whose content is withheld from the reader have none, and none rests on such acts.
    """
    withheld = {act.act_id for act in page.acts if act.withheld}
    return {
        advance.act_id: facts
        for advance in advances
        if advance.act_id not in withheld and (facts := _facts_of(session, page, advance))
    }


def _facts_of(
    session: Session, page: CasePage, advance: AdvanceRow
) -> tuple[tuple[str, FactValue], ...]:
    read = facts_read(load_definition(session, advance.digest))
    asked = [
        name
        for place in advance.passed
        for name in read.get((place.process_id, place.element_id), ())
    ]
    return tuple(
        (name, advance.facts[name])
        for name in dict.fromkeys(asked)
        if name in advance.facts and (page.is_inside or name not in INSIDE_FACTS)
    )
