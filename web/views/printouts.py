"""What a form printed on demand says: drawn from the page of the case as its reader sees it."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date

from services.documents.context import Picture
from services.documents.verification_code import picture_of
from services.errors import DocumentNotFoundError
from services.queries.case_page import ActRow, CasePage
from web.labels import POSTER, PRINTOUTS, PUBLIC_POSTER, Printout, label_of, local_time
from web.labels.printouts import ANNOUNCEMENT
from web.views.acts import content_of
from web.views.public_poster import (
    announcement_inputs,
    announcement_title,
    poster_inputs,
    poster_title,
)
from workflows.vocabulary import Action, Outcome

FORM, POSTER_FORM = "forms/record.html", "forms/poster.html"
_FORMS = {
    POSTER: POSTER_FORM,
    PUBLIC_POSTER: "forms/public_poster.html",
    ANNOUNCEMENT: "forms/announcement.html",
}
_YES = "是"
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)( \d\d:\d\d)?")


@dataclass(frozen=True)
class Section:
    """One act: who did it, when, what it decided and put on record."""

    title: str
    person: str
    organisation: str
    post: str
    at: str
    decided: str
    opinion: str
    lines: tuple[tuple[str, str], ...]
    files: tuple[str, ...]


@dataclass(frozen=True)
class PrintoutPage:
    """What the template of a form is given."""

    kind: str
    title: str
    drafted_on: str
    intake_number: str
    case_number: str
    party: str
    hazard: str
    place: str
    limit_on: str
    cited: str
    sections: tuple[Section, ...]
    signed_by: tuple[str, ...]
    note: str
    measures: str
    picture: Picture | None


def printouts_of(case: CasePage) -> tuple[tuple[str, str], ...]:
    """The forms that can be printed of what this reader sees: key and title."""
    found = [(kind, form.title) for kind, form in PRINTOUTS.items() if _resting(case, form)]
    if case.published:
        found.append((PUBLIC_POSTER, poster_title(case.published)))
        found.append((ANNOUNCEMENT, announcement_title(case.published)))
    return tuple(found)


def printout_template(kind: str) -> str:
    """The template of a form."""
    return _FORMS.get(kind, FORM)


def printout_inputs(case: CasePage, kind: str, today: date) -> dict[str, object]:
    """What is printed; DocumentNotFoundError where the reader sees nothing it could rest on."""
    if kind == PUBLIC_POSTER and case.published:
        return poster_inputs(case.published, today)
    if kind == ANNOUNCEMENT and case.published:
        return announcement_inputs(case.published, today)
    form = PRINTOUTS.get(kind)
    if form is None or not _resting(case, form):
        raise DocumentNotFoundError
    limit = case.rectification_limit_on
    is_poster = kind == POSTER
    page = PrintoutPage(
        kind=kind,
        title=form.title,
        drafted_on=today.isoformat(),
        intake_number=case.intake_number,
        case_number=case.case_number or "",
        party=case.party_name,
        hazard=case.hazard_name,
        place=case.place or "",
        limit_on=limit.isoformat() if limit else "",
        cited=_cited(case, form),
        sections=() if is_poster else tuple(_section(act) for act in _printed(case, form)),
        signed_by=form.signed_by,
        note=form.note,
        measures=case.measures_taken or "",
        picture=_picture(case) if is_poster else None,
    )
    return asdict(page)


def _resting(case: CasePage, form: Printout) -> bool:
    return not form.rests_on or any(act.action in form.rests_on for act in _readable(case))


def _readable(case: CasePage) -> Iterator[ActRow]:
    return (act for act in case.counting_acts if not act.withheld)


def _printed(case: CasePage, form: Printout) -> list[ActRow]:
    """In the order of the acts; of the newest round that the form rests on, unless all are."""
    acts = [act for act in _readable(case) if act.action in form.rests_on + form.also]
    if form.every:
        return acts
    newest = max(act.round_number for act in acts if act.action in form.rests_on)
    acts = [act for act in acts if act.round_number == newest and _decides(act)]
    return [act for place, act in enumerate(acts) if not _repeated(acts[place + 1 :], act)]


def _decides(act: ActRow) -> bool:
    """Not where only an expert was asked first."""
    return act.outcome is not Outcome.EXPERT_ASKED


def _repeated(later: list[ActRow], act: ActRow) -> bool:
    """Whether it was done again: of several inspectors each has an own finding."""
    alone = act.action is not Action.INSPECT_RECTIFICATION
    return any(
        other.action is act.action and (alone or other.person_id == act.person_id)
        for other in later
    )


def _section(act: ActRow) -> Section:
    return Section(
        title=label_of(act.action),
        person=f"{act.person_name}（代{act.principal_name}）"
        if act.principal_name
        else act.person_name,
        organisation=act.organisation_name,
        post=act.post_title,
        at=_in_words(local_time(act.at)),
        decided="" if act.outcome is Outcome.DONE else label_of(act.outcome),
        opinion=act.opinion,
        lines=tuple(
            (word, _YES if text is True else _in_words(str(text))) for word, text in content_of(act)
        ),
        files=tuple(file.file_name for file in act.files),
    )


def _in_words(text: str) -> str:
    """A day as papers write it, with its time; any other text as it is."""
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    year, month, day, at = found.groups()
    return f"{year}年{int(month)}月{int(day)}日{at or ''}"


def _cited(case: CasePage, form: Printout) -> str:
    """Number and day of the document that the form refers to, as the reader sees it."""
    for document in reversed(case.documents):
        if document.kind is form.cites and document.number and document.state != "void":
            day = document.issued_on
            on = f"，{_in_words(day.isoformat())}" if day else ""
            return f"《{label_of(document.kind)}》（{document.number}{on}）"
    return ""


def _picture(case: CasePage) -> Picture:
    """A QR code with the facts themselves: whoever reads it needs neither network nor account."""
    limit = case.rectification_limit_on
    facts = (
        ("受理编号", case.intake_number),
        ("督办编号", case.case_number or ""),
        ("责任单位", case.party_name),
        ("隐患", case.hazard_name),
        ("部位", case.place or ""),
        ("整改期限", limit.isoformat() if limit else ""),
    )
    text = "\n".join(f"{name}：{value[:_QR_CHARACTERS]}" for name, value in facts if value)
    return picture_of(text)


_QR_CHARACTERS = 80
