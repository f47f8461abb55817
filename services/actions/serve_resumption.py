"""The notice that production may resume is served: from here on nothing is stopped any more."""

from dataclasses import dataclass, replace
from datetime import date

from services.documents.issue import void_unserved
from services.frame import Frame, Receipt, require
from services.papers import serve
from services.resumption import copy_to_those_concerned
from services.serving import Service, check_entries
from services.step import OpenedStep, open_step
from workflows.vocabulary import Action, DocumentKind, Outcome, ServiceMethod


@dataclass(frozen=True, kw_only=True)
class ServeResumption(Service):
    """Given up, it says only why. `copied_to` names those who are not reached by this system."""

    method: ServiceMethod | None = None
    served_on: date | None = None
    received_by: str = ""
    copied_to: str = ""
    notice_number: str = ""


def serve_resumption(frame: Frame, command: ServeResumption) -> Receipt:
    """Record the service and send copies; or give the notice up after a newer order to stop."""
    if command.outcome is Outcome.RETURNED:
        require(command, "opinion")
    else:
        check_entries(frame, command)
    step = open_step(frame, Action.SERVE_RESUMPTION, command)
    if command.outcome is Outcome.RETURNED:
        step.record(replace(command, method=None, served_on=None, received_by="", copied_to=""))
        void_unserved(frame.session, step.case.id, DocumentKind.RESUMPTION_NOTICE, frame.now)
    else:
        _serve(frame, step, command)
    return step.advance()


def _serve(frame: Frame, step: OpenedStep, command: ServeResumption) -> None:
    kind = DocumentKind.RESUMPTION_NOTICE
    number = serve(frame, step.case.id, kind, command.served_on)
    act = step.record(replace(command, notice_number=number))
    copy_to_those_concerned(step, act)
