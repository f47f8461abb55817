"""Everything that the page of one case shows, as frozen rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from services.models.case import (
    ORIGINALS,
    PHOTOS,
    Act,
    Attachment,
    CaseParty,
    Handover,
    Invitation,
    PhotoMark,
    SupervisionCase,
)
from services.models.deadline import Deadline, DeadlineChange
from services.models.document import Document, DocumentOpening
from services.models.organisation import Organisation, Person, Post
from services.models.process import process_instance
from services.models.public import PublicCase
from services.models.succession import CaseSuccession
from services.queries.assignments import step_at_hand
from services.queries.batch_reading import BatchRow, list_wholes
from services.queries.facts import awaits_confirmation, load_record, standing_of
from services.queries.look_backs import open_alerts_of
from services.queries.making import Making, find_makings
from services.queries.openings import OpeningRow, addressee_of
from services.queries.paper_marks import PaperMark, paper_marks
from services.queries.public.cases import PublicCaseRow, is_named, row_of
from services.queries.recurrence import number_of_earlier
from services.queries.scope import get_visible_case
from services.queries.taking_back import find_act_to_take_back
from services.queries.tasks import TaskRow, list_open_tasks
from services.reference.profile import Profile
from workflows.assignments import is_head
from workflows.facts import LIKE_ACCIDENT_SOURCES, TOLD_AS, UNDECIDED, inquiry_stage
from workflows.outcomes import OUTCOMES, unmet_need
from workflows.permissions import (
    SUPERVISED_SIDE_ACTS,
    UNTOLD_MATTERS,
    Actor,
    CaseStanding,
    PermissionRefusedError,
    check,
    duty_posts,
    find_case_officers_post,
    holder_of,
    may,
    partakes_only,
    reads_orders,
    sees_inside,
    sees_sources,
    untold_to,
    withheld_from,
)
from workflows.vocabulary import (
    LETTERS,
    Action,
    Affiliation,
    CaseEnding,
    CaseFlag,
    DocumentKind,
    HandoverKind,
    HazardSource,
    InquiryStage,
    Lateness,
    Outcome,
    PartyKind,
    PartyRole,
    Phase,
    PhotoStage,
    Role,
    Track,
)

TOLD_BY_SERVICE = LETTERS.union(
    {
        DocumentKind.PENALTY_NOTICE,
        DocumentKind.UNIT_PENALTY_DECISION,
        DocumentKind.HEAD_PENALTY_DECISION,
        DocumentKind.RESUMPTION_NOTICE,
    }
)
OF_ORDERS = frozenset(
    {
        DocumentKind.ORDER_NOTICE,
        DocumentKind.ENFORCEMENT_ORDER,
        DocumentKind.CLOSURE_PETITION,
    }
)


@dataclass(frozen=True)
class CriterionRow:
    """The frozen clause."""

    document: str
    document_number: str
    article: str
    wording: str
    verified: bool
    confirmed: bool


@dataclass(frozen=True)
class ParentRow:
    """The parent company; outside the area when it belongs to none of its divisions."""

    name: str
    affiliation: Affiliation | None
    is_outside: bool


@dataclass(frozen=True)
class FileRow:
    """An attachment as listed: the copy that is shown. `original_sha256`: the file as sent.

    `version` counts the different files of one name that were handed in with one kind of act;
    it is None where there is only one. A photograph has no versions: each is its own; `mark` is
    what it shows, where its sender has said so.
    """

    attachment_id: int
    file_name: str
    media_type: str
    size: int
    sha256: str
    original_sha256: str | None = None
    version: int | None = None
    mark: PhotoMark | None = None

    @property
    def is_picture(self) -> bool:
        """Whether a page can show it."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True)
class ActRow:
    """One act in the timeline; by a substitute: in the name of the principal, whose post it is."""

    act_id: int
    action: Action
    outcome: Outcome
    opinion: str
    content: Mapping[str, Any]
    round_number: int
    person_name: str
    post_title: str
    role: Role
    organisation_name: str
    at: datetime
    files: tuple[FileRow, ...]
    task_id: str | None
    person_id: int
    takes_back: Action | None
    taken_back: "TakenBack | None"
    handover_id: int | None
    substitution_id: int | None = None
    principal_name: str = ""
    paper: PaperMark | None = None
    withheld: bool = False
    organisation_id: int | None = None

    @property
    def is_of_another_party(self) -> bool:
        """Whether it is withheld because another party handed it in."""
        return self.withheld and self.action in SUPERVISED_SIDE_ACTS

    @property
    def counts(self) -> bool:
        """Whether decisions rest on it: neither taken back nor a taking back."""
        return self.taken_back is None and self.takes_back is None


@dataclass(frozen=True)
class TakenBack:
    """When an act was taken back by the person who did it, and why."""

    at: datetime
    reason: str


@dataclass(frozen=True)
class OpenStepRow:
    """One open step: who holds it since when, and whether the reader can take it now.

    `principal_name`: for whom the reader would act as a substitute.
    """

    task: TaskRow
    holder_name: str
    is_mine: bool
    principal_name: str
    may_act: bool
    may_delegate: bool
    refusal: str
    refusal_detail: str
    unmet: Mapping[Outcome, str]


@dataclass(frozen=True)
class LimitChangeRow:
    """A limit as it was before it was moved, by whom; without an act, by a changed calendar."""

    former_due_on: date
    due_on: date
    act_id: int | None
    action: Action | None
    person_name: str
    at: datetime


@dataclass(frozen=True)
class DeadlineRow:
    """One deadline with its computation."""

    deadline_id: int
    task_id: str | None
    rule_id: str
    name: str
    basis: Mapping[str, Any]
    computation: Mapping[str, Any]
    started_at: datetime
    due_at: datetime
    due_on: date
    provisional: bool
    ended_at: datetime | None
    ended_as: str | None
    holder_name: str
    changes: tuple[LimitChangeRow, ...]
    lateness: Lateness | None = None


@dataclass(frozen=True)
class DocumentRow:
    """One official document. Of a batch it is an extract; `whole` where the reader may see that.

    `signed_by`: whose signatures are in the issued pages, each with what it was given for.
    `to_open`: the reader is of the organisation that it is for, which has not opened it yet.
    """

    document_id: int
    kind: DocumentKind
    state: str
    number: str | None
    issued_on: date | None
    organ_name: str
    draft_sha256: str | None
    issued_sha256: str | None
    served_at: datetime | None
    signed_by_act_id: int | None = None
    origin: str = "system"
    batch_id: int | None = None
    whole: BatchRow | None = None
    making: Making | None = None
    signed_by: tuple[tuple[str, str], ...] = ()
    openings: tuple[OpeningRow, ...] = ()
    to_open: bool = False
    corrects_id: int | None = None


@dataclass(frozen=True)
class FormerReceiverRow:
    """A receiver that gave way to another."""

    name: str
    handed_over_at: datetime
    left_at: datetime


@dataclass(frozen=True)
class HandoverRow:
    """One receiver, with those that had the handover before."""

    handover_id: int
    position: int
    kind: HandoverKind
    receiver_name: str
    handed_over_at: datetime
    acknowledged_at: datetime | None
    reported_at: datetime | None
    disputed: bool
    former: tuple[FormerReceiverRow, ...]


@dataclass(frozen=True)
class SuccessionRow:
    """An organisation took the place of a dissolved one."""

    dissolution_id: int
    organisation_name: str
    successor_name: str
    document_number: str
    dissolved_on: date
    places: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class FindingRow:
    """One way in which the hazard came to the office's knowledge."""

    source: HazardSource
    finder: str
    reference: str
    found_on: date | None
    at: datetime


@dataclass(frozen=True)
class PartyLine:
    """A further party to the hazard."""

    role: PartyRole
    name: str


@dataclass(frozen=True)
class RaisedRow:
    """The level above that supervises now, since when, and by which document."""

    name: str
    since: date
    paper_number: str


@dataclass(frozen=True)
class CasePage:
    """One case as its page shows it. `published`: what the public reads, where it is named.

    `earlier_cases`: how many of the same kind had ended before; `open_alerts`: how often the public
    says that it was not put right; both for whoever is inside.
    """

    case_id: int
    intake_number: str
    case_number: str | None
    national_number: str | None
    hazard_name: str
    place: str | None
    description: str | None
    measures_taken: str | None
    sector: str
    division_code: str
    source: HazardSource
    findings: tuple[FindingRow, ...]
    party_kind: PartyKind
    parties: tuple[PartyLine, ...]
    track: Track | None
    flags: tuple[CaseFlag, ...]
    inquiry: InquiryStage | None
    merged_into: str | None
    found_on: date | None
    filed_at: datetime
    phase: Phase
    round_number: int
    ending: CaseEnding | None
    ended_at: datetime | None
    rectification_limit_on: date | None
    party_name: str
    party_credit_code: str | None
    party_affiliation: Affiliation | None
    parent: ParentRow | None
    department_name: str | None
    territory_name: str
    listing_body_name: str
    raised_to: RaisedRow | None
    criterion: CriterionRow | None
    may_confirm_criterion: bool
    may_set_national_number: bool
    is_inside: bool
    open_steps: tuple[OpenStepRow, ...]
    acts: tuple[ActRow, ...]
    deadlines: tuple[DeadlineRow, ...]
    documents: tuple[DocumentRow, ...]
    handovers: tuple[HandoverRow, ...]
    successions: tuple[SuccessionRow, ...]
    definition_digest: str
    published: PublicCaseRow | None
    earlier_cases: int
    open_alerts: int
    missing_fields: tuple[str, ...]
    act_to_take_back: int | None
    standing: CaseStanding

    @property
    def counting_acts(self) -> tuple[ActRow, ...]:
        """The acts that decisions rest on, in order."""
        return tuple(act for act in self.acts if act.counts)


def get_case_page(session: Session, actor: Actor, case_id: int, profile: Profile) -> CasePage:
    """The page of a case that the actor may see; CaseNotFoundError otherwise."""
    case = get_visible_case(session, actor, case_id)
    record = load_record(session, case, profile)
    standing = standing_of(session, case, record)
    houses = _organisations(session, case)  # held, so that none of them is asked for again
    names: dict[int | None, str] = {house.id: house.name for house in houses}
    criterion = case.criterion
    inside, knows = sees_inside(actor, standing), sees_sources(actor, standing)
    digest, published, earlier, alerts = session.execute(
        sa.select(
            process_instance.c.digest,
            PublicCase,
            number_of_earlier(case, actor),
            open_alerts_of(case.id),
        )
        .outerjoin(PublicCase, PublicCase.case_id == process_instance.c.subject_id)
        .where(process_instance.c.subject_kind == "case", process_instance.c.subject_id == case.id)
    ).one()
    untold = untold_to(actor, standing)
    officers_post = find_case_officers_post(actor, case.competent_department_id)
    acts = list_acts(session, case.id) if knows else list_acts_told(session, case.id)
    findings = tuple(findings_of(case, acts))
    steps = _open_steps(session, actor, case, standing, names)
    return CasePage(
        case_id=case.id,
        intake_number=case.intake_number,
        case_number=case.case_number,
        national_number=case.national_number,
        hazard_name=case.hazard_name,
        place=case.place,
        description=case.description,
        measures_taken=case.measures_taken,
        sector=case.sector,
        division_code=case.division_code,
        source=HazardSource(case.source) if knows else TOLD_AS[HazardSource(case.source)],
        findings=findings,
        party_kind=PartyKind(case.party_kind),
        parties=tuple(_further_parties(session, case.id)),
        track=None if case.track == UNDECIDED else Track(case.track),
        flags=tuple(_flags(case, findings)),
        inquiry=inquiry_stage(record) if inside and record.inquiry_offered else None,
        merged_into=_number_of(session, case.merged_into_id),
        found_on=case.found_on,
        filed_at=case.filed_at,
        phase=Phase(case.phase),
        round_number=case.round_number,
        ending=CaseEnding(case.ending) if case.ending else None,
        ended_at=case.ended_at,
        rectification_limit_on=case.rectification_limit_on,
        party_name=case.responsible_party.name,
        party_credit_code=case.responsible_party.credit_code,
        party_affiliation=_affiliation(case.responsible_party),
        parent=_parent(case.parent_company),
        department_name=names.get(case.competent_department_id),
        territory_name=names[case.territorial_government_id],
        listing_body_name=names[case.listing_body_id],
        raised_to=_raised_to(acts),
        criterion=None
        if criterion is None
        else CriterionRow(
            criterion.document,
            criterion.document_number,
            criterion.article,
            criterion.wording,
            criterion.verified,
            criterion.confirmed_by_id is not None,
        ),
        may_set_national_number=officers_post is not None,
        may_confirm_criterion=_may_confirm(actor, case, standing),
        is_inside=inside,
        open_steps=tuple(row for row in steps if row.task.step not in untold),
        acts=tuple(acts if inside else _outside(actor, standing, _told(acts, untold))),
        deadlines=tuple(
            row for row in list_deadlines(session, case.id) if row.rule_id not in untold
        ),
        documents=_documents_for(session, actor, case, standing, acts),
        handovers=tuple(_handovers(session, case.id, steps)),
        successions=tuple(_successions(session, case.id)),
        definition_digest=digest,
        published=row_of(published) if published and is_named(published) else None,
        earlier_cases=earlier if inside else 0,
        open_alerts=alerts if inside else 0,
        missing_fields=record.missing_fields,
        act_to_take_back=find_act_to_take_back(session, actor, case, standing, acts[-1].act_id)
        if acts[-1].person_id == actor.person_id
        else None,
        standing=standing,
    )


def _parent(company: Organisation | None) -> ParentRow | None:
    if company is None:
        return None
    return ParentRow(company.name, _affiliation(company), not company.division_code)


def _affiliation(organisation: Organisation) -> Affiliation | None:
    return Affiliation(organisation.affiliation) if organisation.affiliation else None


def findings_of(case: SupervisionCase, acts: Sequence[ActRow]) -> Iterator[FindingRow]:
    """The first finding and every further one, oldest first."""
    for place, act in enumerate(acts):
        if place == 0 or (act.action is Action.ADD_FINDING and act.counts):
            found_on = act.content.get("found_on")
            yield FindingRow(
                source=HazardSource(act.content.get("source") or case.source),
                finder=str(act.content.get("finder") or ""),
                reference=str(act.content.get("finder_reference") or ""),
                found_on=date.fromisoformat(found_on) if found_on else None,
                at=act.at,
            )


def _raised_to(acts: Sequence[ActRow]) -> RaisedRow | None:
    """Whom the last answer of the level above names, where it took the case over."""
    answers = [act for act in acts if act.action is Action.RECORD_RAISE_ANSWER and act.counts]
    if not answers or answers[-1].outcome is not Outcome.TAKEN_OVER:
        return None
    content = answers[-1].content
    return RaisedRow(
        content["superior_name"],
        date.fromisoformat(content["decided_on"]),
        content["paper_number"],
    )


def _flags(case: SupervisionCase, findings: Sequence[FindingRow]) -> Iterator[CaseFlag]:
    """The circumstances that hold, as far as the findings that the reader knows tell of them."""
    like_accident = any(finding.source in LIKE_ACCIDENT_SOURCES for finding in findings)
    for flag in map(CaseFlag, case.flags):
        if flag is not CaseFlag.LIKE_ACCIDENT or like_accident:
            yield flag


def _documents_for(
    session: Session,
    actor: Actor,
    case: SupervisionCase,
    standing: CaseStanding,
    acts: Sequence[ActRow],
) -> tuple[DocumentRow, ...]:
    rows = [
        replace(shown, to_open=_is_to_open(actor, case, shown, acts))
        for row in list_documents(session, case.id)
        if (shown := shown_to(actor, standing, row)) is not None
    ]
    batches = {row.batch_id for row in rows if row.batch_id is not None}
    wholes = list_wholes(session, actor, batches)
    return tuple(
        replace(row, whole=wholes.get(row.batch_id)) if row.batch_id is not None else row
        for row in rows
    )


def _is_to_open(
    actor: Actor, case: SupervisionCase, row: DocumentRow, acts: Sequence[ActRow]
) -> bool:
    """Whether the reader's opening would be the first of the organisation that it is for."""
    proposed = (
        (act.act_id, act.content) for act in acts if act.action is Action.PROPOSE_ESCALATION
    )
    addressee_id = addressee_of(case, row.kind, row.signed_by_act_id, proposed)
    of_addressee = addressee_id in {post.organisation_id for post in actor.posts}
    opened = {opening.organisation_id for opening in row.openings}
    return row.issued_sha256 is not None and of_addressee and addressee_id not in opened


def _further_parties(session: Session, case_id: int) -> Iterator[PartyLine]:
    for row in session.scalars(
        sa.select(CaseParty).where(CaseParty.case_id == case_id).order_by(CaseParty.id)
    ):
        yield PartyLine(PartyRole(row.role), row.name)


def _number_of(session: Session, case_id: int | None) -> str | None:
    case = session.get(SupervisionCase, case_id) if case_id is not None else None
    return (case.case_number or case.intake_number) if case else None


def _outside(actor: Actor, standing: CaseStanding, acts: Iterable[ActRow]) -> Iterator[ActRow]:
    """The acts for whoever is not inside; a further party reads of the parties' only its own."""
    houses = {post.organisation_id for post in actor.posts}
    partakes, withheld = partakes_only(actor, standing), withheld_from(actor, standing)
    for act in acts:
        of_another = act.action in SUPERVISED_SIDE_ACTS and act.organisation_id not in houses
        inner = bool(withheld & {act.action, act.takes_back})
        yield _blank(act) if inner or (partakes and of_another) else act


def _told(acts: Sequence[ActRow], untold: frozenset[str]) -> Iterator[ActRow]:
    """Nothing of a penalty or an order of which the reader is not told yet, or never was."""
    hidden = {
        act_id for begun in UNTOLD_MATTERS if begun in untold for act_id in _before(acts, begun)
    }
    return (act for act in acts if act.act_id not in hidden)


def _before(acts: Sequence[ActRow], begun: Action) -> Iterator[int]:
    """The acts of matters begun so that nobody has been told of: each lasts until the next."""
    belonging, telling = UNTOLD_MATTERS[begun]
    matter: list[int] = []
    for act in acts:
        if act.action is begun:
            yield from matter
            matter = []
        if act.action in telling:
            matter = []
        elif belonging & {act.action, act.takes_back}:
            matter.append(act.act_id)
    yield from matter


def _blank(act: ActRow) -> ActRow:
    """That it took place, by whom and when; not what it said."""
    taken = replace(act.taken_back, reason="") if act.taken_back else None
    return replace(
        act, opinion="", content={}, files=(), paper=None, taken_back=taken, withheld=True
    )


def list_acts_told(session: Session, case_id: int) -> list[ActRow]:
    """All acts in order for whoever may not tell a tip from an inspection."""
    return [_without_source(act) for act in list_acts(session, case_id)]


def _without_source(act: ActRow) -> ActRow:
    """Of what the office found itself or was told of: neither a number, nor words, nor files."""
    if act.takes_back is Action.ADD_FINDING:
        return replace(act, opinion="")
    if not tells_source(act.action, act.content):
        return act
    told = {"source": HazardSource.REGULATOR_FINDING.value, "finder": "", "finder_reference": ""}
    act = replace(act, opinion="", content={**act.content, **told})
    if act.action is Action.REGISTER_HAZARD:
        return act
    taken = replace(act.taken_back, reason="") if act.taken_back else None
    content = {**act.content, "description": ""}
    return replace(act, content=content, files=(), paper=None, taken_back=taken)


def tells_source(action: Action, content: Mapping[str, Any]) -> bool:
    """True for a finding that a tip could stand behind, whether or not one does."""
    if action not in (Action.REGISTER_HAZARD, Action.ADD_FINDING):
        return False
    source = HazardSource(content.get("source") or HazardSource.REGULATOR_FINDING)
    return TOLD_AS[source] is HazardSource.REGULATOR_FINDING


def shown_to(actor: Actor, standing: CaseStanding, document: DocumentRow) -> DocumentRow | None:
    """Outside: a document once it has its number, never its draft.

    The supervised side learns of a letter, an order or a penalty by the service.
    """
    if sees_inside(actor, standing):
        return document
    untold = TOLD_BY_SERVICE if reads_orders(actor, standing) else TOLD_BY_SERVICE | OF_ORDERS
    told = document.served_at is not None or document.kind not in untold
    return replace(document, draft_sha256=None) if document.number and told else None


def list_acts(session: Session, case_id: int) -> list[ActRow]:
    """All acts of a case in order, with their files."""
    attachments = session.scalars(
        sa.select(Attachment).where(Attachment.case_id == case_id).order_by(Attachment.id)
    ).all()
    acts = session.scalars(sa.select(Act).where(Act.case_id == case_id).order_by(Act.id)).all()
    actions = {act.id: Action(act.action) for act in acts}
    files = _files_of(acts, attachments)
    taken_back = {act.takes_back_id: TakenBack(act.at, act.opinion) for act in acts}
    marks = paper_marks(session, case_id)
    return [
        ActRow(
            act.id,
            Action(act.action),
            Outcome(act.outcome),
            act.opinion,
            act.content,
            act.round_number,
            act.person.name,
            act.post.title,
            Role(act.post.role),
            act.post.organisation.name,
            act.at,
            tuple(files[act.id]),
            act.task_id,
            act.person_id,
            actions[act.takes_back_id] if act.takes_back_id else None,
            taken_back.get(act.id),
            act.handover_id,
            act.substitution_id,
            act.post.person.name if act.substitution_id else "",
            marks.get(act.id),
            organisation_id=act.post.organisation_id,
        )
        for act in acts
    ]


def list_deadlines(session: Session, case_id: int) -> list[DeadlineRow]:
    """Open deadlines first, soonest first, then the ended ones."""
    rows = session.scalars(
        sa.select(Deadline)
        .where(Deadline.case_id == case_id)
        .order_by(Deadline.ended_at.is_not(None), Deadline.due_at, Deadline.id)
        .limit(300)
        .options(selectinload(Deadline.changes).joinedload(DeadlineChange.act))
    )
    return [
        DeadlineRow(
            row.id,
            row.task_id,
            row.rule_id,
            row.name,
            row.basis,
            row.computation,
            row.started_at,
            row.due_at,
            row.due_on,
            row.provisional,
            row.ended_at,
            row.ended_as,
            row.holder.name if row.holder else "",
            tuple(
                LimitChangeRow(
                    change.former_due_on,
                    change.due_on,
                    change.act_id,
                    Action(change.act.action) if change.act else None,
                    _who_moved(change),
                    change.at,
                )
                for change in row.changes
            ),
            Lateness(row.lateness) if row.lateness else None,
        )
        for row in rows
    ]


def _who_moved(change: DeadlineChange) -> str:
    person = change.act.person if change.act else change.changed_by
    return person.name if person else ""


def list_documents(session: Session, case_id: int) -> list[DocumentRow]:
    """Official documents of a case, oldest first, each with who opened it first."""
    found = session.execute(
        sa.select(Document, DocumentOpening.at, Person.name, Organisation.id, Organisation.name)
        .outerjoin(DocumentOpening, DocumentOpening.document_id == Document.id)
        .outerjoin(Person, Person.id == DocumentOpening.person_id)
        .outerjoin(Organisation, Organisation.id == DocumentOpening.organisation_id)
        .where(Document.case_id == case_id)
        .order_by(Document.id, DocumentOpening.id)
        .limit(400)
    )
    openings: dict[Document, list[OpeningRow]] = {}
    for document, at, person, house_id, house in found:
        rows = openings.setdefault(document, [])
        if at is not None:
            rows.append(OpeningRow(house_id, house, person, at))
    makings = find_makings(session, list(openings))
    return [
        replace(document_row(row), making=makings.get(row.id), openings=tuple(opened))
        for row, opened in openings.items()
    ]


def document_row(document: Document) -> DocumentRow:
    """A document as a frozen row."""
    return DocumentRow(
        document.id,
        DocumentKind(document.kind),
        document.state,
        document.number,
        document.issued_on,
        document.organ.name,
        document.draft_sha256,
        document.issued_sha256,
        document.served_at,
        document.signed_by_act_id,
        document.origin,
        document.batch_id,
        signed_by=tuple((row["name"], row["reason"]) for row in document.signatures or ()),
        corrects_id=document.corrects_id,
    )


def file_row(item: Attachment, act: Act) -> FileRow:
    """An attachment of this act as a frozen row."""
    original = act.content.get(ORIGINALS, {}).get(item.sha256)
    mark = act.content.get(PHOTOS, {}).get(item.sha256)
    return FileRow(
        item.id,
        item.file_name,
        item.media_type,
        item.size,
        item.sha256,
        original,
        mark=PhotoMark(PhotoStage(mark["stage"]), mark["place"]) if mark else None,
    )


def _files_of(
    acts: Sequence[Act], attachments: Sequence[Attachment]
) -> Mapping[int, Sequence[FileRow]]:
    """The files of each act, those of one paper numbered as its versions."""
    by_id = {act.id: act for act in acts}
    rows: dict[int, list[FileRow]] = {act.id: [] for act in acts}
    versions: dict[tuple[str, str], list[str]] = {}
    for item in attachments:
        hashes = versions.setdefault((by_id[item.act_id].action, item.file_name), [])
        if item.sha256 not in hashes:
            hashes.append(item.sha256)
    for item in attachments:
        act = by_id[item.act_id]
        row, hashes = file_row(item, act), versions[act.action, item.file_name]
        if len(hashes) > 1 and not row.is_picture:
            row = replace(row, version=hashes.index(item.sha256) + 1)
        rows[act.id].append(row)
    return rows


def _organisations(session: Session, case: SupervisionCase) -> Sequence[Organisation]:
    ids = {
        case.responsible_party_id,
        case.parent_company_id,
        case.competent_department_id,
        case.territorial_government_id,
        case.listing_body_id,
        case.listing_office_id,
        case.safety_committee_id,
    }
    receivers = sa.select(Handover.receiver_id).where(Handover.case_id == case.id)
    pools = (
        sa.select(Post.organisation_id)
        .join(Invitation, Invitation.post_id == Post.id)
        .where(Invitation.case_id == case.id)
    )
    return session.scalars(
        sa.select(Organisation).where(
            sa.or_(
                Organisation.id.in_([number for number in ids if number is not None]),
                Organisation.id.in_(receivers),
                Organisation.id.in_(pools),
            )
        )
    ).all()


def _may_confirm(actor: Actor, case: SupervisionCase, standing: CaseStanding) -> bool:
    criterion = case.criterion
    return (
        criterion is not None
        and awaits_confirmation(case)
        and may(actor, Action.CONFIRM_CRITERION, standing)
    )


def _open_steps(
    session: Session,
    actor: Actor,
    case: SupervisionCase,
    standing: CaseStanding,
    names: Mapping[int | None, str],
) -> tuple[OpenStepRow, ...]:
    rows = []
    for task in list_open_tasks(session, case.id):
        step = step_at_hand(task, standing)
        receiver = step.receiver
        needs = standing.needs_for(receiver)
        refusal, detail = "", ""
        post = next(iter(duty_posts(actor, task.step, standing, receiver)), None)
        try:
            post = check(actor, task.step, standing, receiver)
        except PermissionRefusedError as error:
            refusal, detail = error.detail["reason"], str(error.detail["missing"])
        rows.append(
            OpenStepRow(
                task=task,
                holder_name=names.get(holder_of(task.step, standing, receiver), ""),
                is_mine=post is not None,
                principal_name=post.authority.principal_name if post and post.authority else "",
                may_act=not refusal,
                may_delegate=step.is_duty and is_head(actor, step),
                refusal=refusal,
                refusal_detail=detail,
                unmet={
                    outcome: need
                    for outcome in OUTCOMES[task.step]
                    if (need := unmet_need(task.step, outcome, needs)) is not None
                },
            )
        )
    return tuple(rows)


def _handovers(session: Session, case_id: int, steps: tuple[OpenStepRow, ...]) -> list[HandoverRow]:
    rows = session.scalars(
        sa.select(Handover).where(Handover.case_id == case_id).order_by(Handover.position)
    )
    disputed = {
        row.task.position for row in steps if row.task.step is Action.RESOLVE_COMPETENCE_DISPUTE
    }
    return [
        HandoverRow(
            row.id,
            row.position,
            HandoverKind(row.kind),
            row.receiver.name,
            row.handed_over_at,
            row.acknowledged_at,
            row.reported_at,
            row.position in disputed,
            tuple(
                FormerReceiverRow(item.receiver.name, item.handed_over_at, item.left_at)
                for item in row.former
            ),
        )
        for row in rows
    ]


def _successions(session: Session, case_id: int) -> list[SuccessionRow]:
    rows = session.scalars(
        sa.select(CaseSuccession)
        .where(CaseSuccession.case_id == case_id)
        .order_by(CaseSuccession.id)
    )
    return [
        SuccessionRow(
            row.dissolution_id,
            row.dissolution.organisation.name,
            row.dissolution.successor.name,
            row.dissolution.document_number,
            row.dissolution.dissolved_on,
            tuple(row.relations),
            row.at,
        )
        for row in rows
    ]
