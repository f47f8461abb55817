"""To whom a case is to be raised, as it was proposed last."""

from workflows.facts import CaseRecord
from workflows.vocabulary import Action


def superior_of(record: CaseRecord) -> tuple[int | None, str]:
    """The office above, where it is registered here, and the name."""
    proposed = record.last(Action.PROPOSE_RAISE)
    assert proposed is not None
    office_id = proposed.content["superior_office_id"]
    return int(str(office_id)) if office_id else None, str(proposed.content["superior_name"])
