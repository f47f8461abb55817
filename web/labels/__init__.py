"""All Chinese words of the pages that stand in no template, by purpose."""

from web.labels.administration import (
    ADMINISTRATION_BLANKS,
    ADMINISTRATION_FIELDS,
    ADMINISTRATION_SAID,
    ORGANISATION_LEVELS,
    YES_NO,
)
from web.labels.decisions import ASKED, DECISIONS, PROPOSAL_NAMES, PROPOSALS, Decision
from web.labels.enums import ENUMS, label_of
from web.labels.fields import (
    BLANK_CHOICES,
    CHOICES,
    FIELD_GROUPS,
    FIELD_HINTS,
    FIELD_LABELS,
    field_hint,
    field_label,
)
from web.labels.refusals import (
    ERRORS,
    FIELD_PROBLEMS,
    MENDS,
    NEEDS,
    TITLES,
    error_sentence,
    field_problem,
)
from web.labels.said import (
    DOCUMENT_STATES,
    DRAFT_DELETED,
    FLAG_NOTICES,
    GOVERNMENT_STANDS_IN,
    LEFT_EARLY,
    SENT_TWICE,
    STAMPS,
    local_time,
)

__all__ = [
    "ADMINISTRATION_BLANKS",
    "ADMINISTRATION_FIELDS",
    "ADMINISTRATION_SAID",
    "ASKED",
    "BLANK_CHOICES",
    "CHOICES",
    "DECISIONS",
    "DOCUMENT_STATES",
    "DRAFT_DELETED",
    "ENUMS",
    "ERRORS",
    "FIELD_GROUPS",
    "FIELD_HINTS",
    "FIELD_LABELS",
    "FIELD_PROBLEMS",
    "FLAG_NOTICES",
    "GOVERNMENT_STANDS_IN",
    "LEFT_EARLY",
    "MENDS",
    "NEEDS",
    "ORGANISATION_LEVELS",
    "PROPOSALS",
    "PROPOSAL_NAMES",
    "SENT_TWICE",
    "STAMPS",
    "TITLES",
    "YES_NO",
    "Decision",
    "error_sentence",
    "field_hint",
    "field_label",
    "field_problem",
    "label_of",
    "local_time",
]
