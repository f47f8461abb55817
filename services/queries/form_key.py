"""The name under which the draft of a form is kept: the act, and the step it is about."""

from dataclasses import dataclass

from workflows.vocabulary import Action


@dataclass(frozen=True)
class FormKey:
    """Without a case: the form that begins one."""

    action: Action
    case_id: int | None = None
    task_id: str = ""

    def __str__(self) -> str:
        if self.case_id is None:
            return self.action.value
        return f"{self.action}:{self.case_id}:{self.task_id}"

    @classmethod
    def find(cls, text: str) -> "FormKey | None":
        """Read a kept name; None when no form of today goes by it."""
        name, *place = text.split(":")
        if name not in {action.value for action in Action}:
            return None
        if not place:
            return cls(Action(name))
        if len(place) != 2 or not place[0].isdecimal():
            return None
        return cls(Action(name), int(place[0]), place[1])
