"""What an officer finds filled in: the case's own words, to be made fit for the public."""

from typing import Any

from sqlalchemy.orm import Session

from services.disclosure.copy import TypedCopy, as_copy, find_exposure
from services.disclosure.publish import find_public_case
from services.frame import Frame
from services.models.case import SupervisionCase
from services.models.disclosure import Publication
from services.queries.facts import load_record
from services.queries.scope import get_visible_case
from services.reference.divisions import divisions
from workflows.disclosure import Exposure, PublicationKind

_TEXTS = ("title", "place", "summary", "progress", "result")


def suggest(frame: Frame, case_id: int, kind: PublicationKind) -> TypedCopy:
    """The texts of a new publication: as published, or as the case has them."""
    case = get_visible_case(frame.session, frame.actor, case_id)
    published = as_copy(find_public_case(frame, case_id))
    own = _own_words(case) if kind is PublicationKind.LISTING else {}
    texts: dict[str, Any] = {
        name: str(published.get(name) or own.get(name) or "") for name in _TEXTS
    }
    return TypedCopy(basis=frame.office.profile.disclosure.basis, **texts)


def exposure_at(frame: Frame, case_id: int) -> Exposure:
    """How much of this case would be told."""
    case = get_visible_case(frame.session, frame.actor, case_id)
    profile = frame.office.profile
    return find_exposure(load_record(frame.session, case, profile), profile)


def prepared(session: Session, publication_id: int) -> TypedCopy:
    """What was typed for the copy that was returned; pictures are chosen anew."""
    content = session.get_one(Publication, publication_id).content
    texts: dict[str, Any] = {name: str(content["copy"].get(name) or "") for name in _TEXTS}
    return TypedCopy(reason=content["reason"], basis=content["basis"], **texts)


def _own_words(case: SupervisionCase) -> dict[str, str | None]:
    division = divisions().get(case.territorial_government.division_code or "")
    return {
        "title": case.hazard_name,
        "place": division.name if division else None,
        "summary": case.description,
    }
