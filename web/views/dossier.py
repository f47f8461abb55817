"""The pages of a dossier: what people open, and the diagrams with the way that the case took."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from flask import current_app
from lxml import etree

from services.connection import WorkSession
from services.definitions import load_definition
from services.diagrams import Diagram, diagrams_of
from services.dossier.package import Dossier, DossierFile, Papers, lay_out, pack
from services.queries.case_page import ActRow, CasePage, DocumentRow
from services.queries.corrections import corrections_of
from services.queries.handovers import LetterOfCase
from services.queries.passage import AdvanceRow
from web.context import office, surroundings
from web.views.acts import content_of
from web.views.case_page import CaseHead, case_head
from web.views.deadlines import DeadlineView, deadline_view
from web.views.diagram import diagram_view
from web.views.photos import PhotoPair, photo_pairs
from web.views.service import ServiceLine, services_of
from workflows.vocabulary import Action, Outcome

_SVG = "{http://www.w3.org/2000/svg}"
# The colours of the case page, for a picture that stands alone.
_STYLE = """
.is-done > .djs-visual > :first-child:not(text) { stroke: #1c7a41; fill: #dff2e5; }
.is-current > .djs-visual > :first-child:not(text) { stroke: #1d5fb8; fill: #d6e6fb; }
.is-taken > .djs-visual > path { stroke: #1c7a41; stroke-width: 2.5px; }
.is-not-taken > .djs-visual > path { stroke: #b9c0ca; }
"""


@dataclass(frozen=True)
class ActLine:
    """One act with what was filled in, and its files."""

    row: ActRow
    content: tuple[tuple[str, object], ...]
    files: tuple[DossierFile, ...]


@dataclass(frozen=True)
class ServedLine:
    """One service of a document, with the receipt; and who opened the document first."""

    document: DocumentRow
    service: ServiceLine
    receipt: tuple[DossierFile, ...]


@dataclass(frozen=True)
class LetterLine:
    """A letter of a handover, its pages, and who signed for it."""

    row: LetterOfCase
    file: DossierFile | None
    receipt: ActRow | None


@dataclass(frozen=True)
class DossierView:
    """The index: documents and files with their pages, acts and deadlines in order."""

    case: CasePage
    head: CaseHead
    made_at: datetime
    made_by: str
    entries: int
    documents: tuple[tuple[DocumentRow, DossierFile | None], ...]
    letters: tuple[LetterLine, ...]
    served: tuple[ServedLine, ...]
    corrections: Mapping[int, tuple[DocumentRow, ...]]
    acts: tuple[ActLine, ...]
    photos: tuple[PhotoPair, ...]
    photo_paths: Mapping[int, str]
    deadlines: tuple[DeadlineView, ...]
    diagrams: tuple[tuple[str, str], ...]


def dossier_view(dossier: Dossier, papers: Papers, pictures: Mapping[str, str]) -> DossierView:
    """`pictures`: file name of each diagram -> its name."""
    pages = {row.document_id: file for row, file in papers.documents}
    files: dict[int, list[DossierFile]] = {}
    for act, file in papers.attachments:
        files.setdefault(act.act_id, []).append(file)
    return DossierView(
        case=dossier.page,
        head=case_head(dossier.page, dossier.made_at),
        made_at=dossier.made_at,
        made_by=dossier.made_by,
        entries=len(dossier.chain),
        documents=tuple(
            (row, pages.get(row.document_id)) for row in dossier.page.documents if row.number
        ),
        letters=_letters(dossier, papers),
        served=tuple(
            ServedLine(row, service, tuple(files.get(service.act.act_id, ())))
            for row in dossier.page.documents
            for service in services_of(dossier.page, row)
        ),
        corrections=corrections_of(dossier.page.documents),
        acts=tuple(
            ActLine(act, content_of(act), tuple(files.get(act.act_id, ())))
            for act in dossier.page.acts
        ),
        photos=photo_pairs(dossier.page.acts),
        photo_paths=_paths(dossier.page.acts, files),
        deadlines=tuple(deadline_view(row, dossier.made_at) for row in dossier.page.deadlines),
        diagrams=tuple(pictures.items()),
    )


def _letters(dossier: Dossier, papers: Papers) -> tuple[LetterLine, ...]:
    pages = {row.letter_id: file for row, file in papers.letters}
    receipts = {
        (act.at, act.organisation_name): act
        for act in dossier.page.counting_acts
        if act.action is Action.ACKNOWLEDGE_HANDOVER and act.outcome is Outcome.DONE
    }
    return tuple(
        LetterLine(
            row,
            pages.get(row.letter_id),
            receipts.get((row.acknowledged_at, row.receiver_name)) if row.acknowledged_at else None,
        )
        for row in dossier.letters
    )


def _paths(acts: Sequence[ActRow], files: Mapping[int, Sequence[DossierFile]]) -> Mapping[int, str]:
    """Where each attachment lies in the dossier."""
    return {
        item.attachment_id: file.path
        for act in acts
        for item, file in zip(act.files, files.get(act.act_id, ()), strict=True)
    }


def index_page(view: DossierView) -> bytes:
    """What people open first: it stands alone, without the system or a network."""
    return current_app.jinja_env.get_template("dossier_index.html").render(page=view).encode()


def find_diagrams(session: WorkSession, page: CasePage) -> tuple[Diagram, ...]:
    """The diagrams that the case is bound to."""
    here = surroundings()
    pinned = load_definition(session, page.definition_digest)
    return diagrams_of(pinned, here.office.case_definition, here.settings.diagrams_folder)


def write_dossier(
    dossier: Dossier, advances: tuple[AdvanceRow, ...], diagrams: tuple[Diagram, ...]
) -> IO[bytes]:
    """Everything that needs no database any more, in a temporary file."""
    here = office()
    drawn = drawn_ways(dossier.page, diagrams, advances, dossier.made_at)
    papers = lay_out(dossier, here.files)
    names = {process: name for process, (name, _) in drawn.items()}
    pictures = {process: picture for process, (_, picture) in drawn.items()}
    index = index_page(dossier_view(dossier, papers, names))
    return pack(dossier, papers, here.files, here.sealer, index, pictures)


def drawn_ways(
    page: CasePage, diagrams: tuple[Diagram, ...], advances: tuple[AdvanceRow, ...], now: datetime
) -> dict[str, tuple[str, bytes]]:
    """Each diagram that the case has been in, with its way: process -> name and picture."""
    drawn = {}
    for diagram in diagrams:
        process_id = diagram.outline.process_id
        view = diagram_view(page, diagrams, advances, process_id, {}, now)
        if view.picture is not None and any(line.acts for line in view.chosen.lines):
            drawn[process_id] = diagram.outline.name, _alone(view.picture)
    return drawn


def _alone(picture: str) -> bytes:
    """A picture with the style that the page gives it elsewhere."""
    root = etree.fromstring(picture.encode())
    style = etree.Element(f"{_SVG}style")
    style.text = _STYLE
    root.insert(0, style)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)
