"""From frozen inputs to the bytes of a PDF, in a process of its own: the public names."""

from services.documents.render.errors import (
    RendererDiedError,
    RenderFailedError,
    RenderInputsTooLargeError,
    RenderTimedOutError,
)
from services.documents.render.process import (
    Renderer,
    fonts_present,
    harfbuzz_subset_present,
    render_pdf,
)

__all__ = [
    "RenderFailedError",
    "RenderInputsTooLargeError",
    "RenderTimedOutError",
    "Renderer",
    "RendererDiedError",
    "fonts_present",
    "harfbuzz_subset_present",
    "render_pdf",
]
