"""Why a document could not be rendered."""

from workflows.errors import RuleError


class RenderFailedError(RuleError):
    """The template or what it was given is at fault; `detail["reason"]` is for the log."""

    code = "render_failed"


class RenderInputsTooLargeError(RenderFailedError):
    """More text than any document of ours holds."""

    code = "render_inputs_too_large"


class RenderTimedOutError(RenderFailedError):
    """The wall limit was reached; the process was killed."""

    code = "render_timed_out"


class RendererDiedError(RenderFailedError):
    """The process ended by itself: out of memory or processor time, or it could not start."""

    code = "renderer_died"
