"""The form by which incidents are tried anew."""

from collections.abc import Iterable

from services.queries.worker_status import IncidentRef
from web.forms.base import PageForm
from web.forms.fields import paragraph, several

REASON = 500


class RetryForm(PageForm):
    """Which incidents, and why it is worth while now."""

    incidents = several({})
    reason = paragraph(REASON, required=True)

    def offer(self, refs: Iterable[IncidentRef]) -> None:
        """Those that stand; one that somebody else had tried anew meanwhile is no mistake."""
        sent = (IncidentRef.read(text) for text in self.incidents.raw_data or ())
        offered = {*refs, *(ref for ref in sent if ref is not None)}
        self.incidents.choices = [(str(ref), str(ref)) for ref in sorted(offered)]

    @property
    def chosen(self) -> list[IncidentRef]:
        """The incidents that were ticked."""
        refs = (IncidentRef.read(text) for text in self.incidents.data or ())
        return [ref for ref in refs if ref is not None]
