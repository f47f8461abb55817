"""Refusals of the services. Each carries a code; its sentence lives in `web/labels/`."""

import traceback
from collections.abc import Collection, Mapping
from pathlib import Path

from workflows.errors import RuleError


class CaseNotFoundError(RuleError):
    """No such case, or none that this actor may know of: the two look the same."""

    code = "case_not_found"


class PrintoutFailedError(RuleError):
    """A form could not be printed; nothing is kept of it, and nothing tries again."""

    code = "printout_failed"


class DocumentNotFoundError(RuleError):
    """No such document or file within the actor's cases."""

    code = "document_not_found"


class ShownChangedError(RuleError):
    """What the person saw when deciding has changed since."""

    code = "shown_changed"


class PaperNotFoundError(RuleError):
    """No such registration of a signature on paper, or none of this actor's concern."""

    code = "paper_not_found"


class PaperPendingError(RuleError):
    """A signature for this step is registered already and waits for its second person."""

    code = "paper_pending"


class PaperDecidedError(RuleError):
    """Somebody has confirmed or refused this registration before."""

    code = "paper_decided"


class DraftNotReadyError(RuleError):
    """The document that must be seen first has not been rendered yet."""

    code = "draft_not_ready"


class DraftOutdatedError(RuleError):
    """The draft is written to a party that no longer answers for the hazard."""

    code = "draft_outdated"


class BatchNotWholeError(RuleError):
    """Not all cases of the batch can go this way together; `reason` is a `BatchObstacle`."""

    code = "batch_not_whole"


class BatchChangedError(RuleError):
    """Something about these cases has changed since they were shown. Nothing was proposed."""

    code = "batch_changed"

    def __init__(self, case_ids: Collection[int]) -> None:
        super().__init__()
        self.case_ids = frozenset(case_ids)


class BatchNotOnPaperError(RuleError):
    """A draft for several cases is decided on in the system: one sheet would stand for many."""

    code = "batch_not_on_paper"


class ProposalOutdatedError(RuleError):
    """What was proposed cannot be carried out any more; it can be refused and proposed anew."""

    code = "proposal_outdated"


class TargetBeingWithdrawnError(RuleError):
    """The case that would go on may end itself: the merger waits until that is decided."""

    code = "target_being_withdrawn"


class InvalidCommandError(RuleError):
    """Fields are missing or wrong. `fields` maps a field to the code of what is wrong with it."""

    code = "invalid_command"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(fields=", ".join(fields))
        self.fields = dict(fields)


class FormSentTwiceError(RuleError):
    """The same form arrived again; `detail["case_id"]` is the case that it started."""

    code = "form_sent_twice"


class RecordNotFoundError(RuleError):
    """No such organisation, person, proposal or registration, or none within the actor's reach."""

    code = "record_not_found"


def reason_of(error: Exception) -> str:
    """Why something failed, as a code that tells nothing of any case."""
    return error.code if isinstance(error, RuleError) else type(error).__name__


def told_of(error: Exception) -> str:
    """What failed and where, in one line for the operator. Messages of errors may quote a case."""
    reason = reason_of(error)
    if isinstance(error, RuleError) and "reason" in error.detail:
        reason += f" {error.detail['reason']}"
    frames = traceback.extract_tb(error.__traceback__)
    return f"{reason} ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else reason
