"""Errors of the rules. Each carries a code; its Chinese sentence lives in `web/labels/`."""

from typing import ClassVar


class RuleError(Exception):
    """A rule refused. `code` names the reason, `detail` holds values for the sentence."""

    code: ClassVar[str] = "rule_refused"

    def __init__(self, **detail: str) -> None:
        super().__init__(self.code, detail)
        self.detail = detail


class TaskNotReadyError(RuleError):
    """The step is not open: done by somebody else, not reached yet, or unknown."""

    code = "task_not_ready"
