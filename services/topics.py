"""What the outbox may ask of the worker."""

from enum import StrEnum


class Topic(StrEnum):
    """What a message of the outbox asks the worker to do."""

    RENDER_DRAFT = "render_draft"
    RENDER_ISSUED = "render_issued"
    RENDER_BATCH_DRAFT = "render_batch_draft"
    RENDER_BATCH_ISSUED = "render_batch_issued"
    RENDER_BULLETIN = "render_bulletin"
    RENDER_RETURN = "render_return"
    RENDER_HANDOVER_LETTER = "render_handover_letter"
    RENDER_TRACEBACK_REPORT = "render_traceback_report"
    SETTLE_DEPARTURE = "settle_departure"
