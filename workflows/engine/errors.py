"""Errors of the engine: what is wrong with a diagram, a stored state or an expression."""

from workflows.errors import RuleError


class DefinitionNotFoundError(RuleError):
    """No file holds the process or decision that was asked for."""

    code = "definition_not_found"


class DefinitionInvalidError(RuleError):
    """The files are not a diagram that this engine may run."""

    code = "definition_invalid"


class ExpressionNotAllowedError(RuleError):
    """The expression is not one of the few forms that diagrams and decisions may use."""

    code = "expression_not_allowed"


class FactMissingError(RuleError):
    """A diagram or decision reads a fact that nobody handed over."""

    code = "fact_missing"


class InstanceCountError(RuleError):
    """A step for several people or offices needs a whole number of them, at least one."""

    code = "instance_count"


class ScriptNotAllowedError(RuleError):
    """A diagram asked to run a script."""

    code = "script_not_allowed"


class DiagramFailedError(RuleError):
    """The diagram could not be carried on: it failed, never rests, or leads nowhere."""

    code = "diagram_failed"


class StateTamperedError(RuleError):
    """The seal does not match: the state was changed, or belongs to another instance."""

    code = "state_tampered"


class StateFormatError(RuleError):
    """The state was not written in the format that this engine reads."""

    code = "state_format"
