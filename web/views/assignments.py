"""Who holds an open step, and the forms by which it is given back, on, or to one's own people."""

from dataclasses import dataclass

from services.frame import Frame
from services.queries.assignments import AssignmentOptions, get_assignment_options
from web.forms.assignments import GiveForm, ReleaseForm


@dataclass(frozen=True)
class AssignmentView:
    """What stands near the top of a step's page; the forms that are allowed, others None."""

    case_id: int
    task_id: str
    options: AssignmentOptions
    release: ReleaseForm | None
    transfer: GiveForm | None
    delegate: GiveForm | None

    @property
    def is_held_by_another(self) -> bool:
        """Whether somebody else has claimed the step."""
        return self.options.claim is not None and not self.options.is_held_by_me

    @property
    def has_forms(self) -> bool:
        """Whether there is anything to give."""
        return any((self.release, self.transfer, self.delegate))


def assignment_view(
    frame: Frame,
    case_id: int,
    task_id: str,
    *,
    release: ReleaseForm | None = None,
    transfer: GiveForm | None = None,
    delegate: GiveForm | None = None,
) -> AssignmentView:
    """The forms as they were sent, or empty; CaseNotFoundError, TaskNotReadyError."""
    profile = frame.office.profile
    options = get_assignment_options(
        frame.session, frame.actor, case_id, task_id, frame.today, profile
    )
    transfer = transfer or (GiveForm(prefix="transfer-") if options.transfer_to else None)
    delegate = delegate or (GiveForm(prefix="delegate-") if options.delegate_to else None)
    if transfer:
        transfer.offer(options.transfer_to)
    if delegate:
        delegate.offer(options.delegate_to)
    release = release or (ReleaseForm(prefix="release-") if options.may_release else None)
    return AssignmentView(case_id, task_id, options, release, transfer, delegate)
