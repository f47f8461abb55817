"""What every finding of a hazard says of those who found it."""

from dataclasses import dataclass

from services.errors import InvalidCommandError
from services.frame import TaskCommand, require
from workflows.vocabulary import HazardSource

# Found by somebody else, who is named. Of a tip nothing is kept that could lead to the informant.
_NAMED = (
    HazardSource.HIGHER_INSPECTION,
    HazardSource.GROUP_HEADQUARTERS,
    HazardSource.MONITORING_ALARM,
)


@dataclass(frozen=True, kw_only=True)
class Finding(TaskCommand):
    """`finder` and `finder_reference` name an organ and its paper, or a system and its alarm."""

    source: HazardSource
    finder: str = ""
    finder_reference: str = ""
    on_units_list: str = ""


def check_finding(finding: Finding) -> None:
    """InvalidCommandError where the finder is not named, or could give an informant away."""
    if finding.source is HazardSource.ENTERPRISE_REPORT:
        raise InvalidCommandError({"source": "choice"})
    if finding.source in _NAMED:
        require(finding, "finder")
    if finding.source is HazardSource.HIGHER_INSPECTION:
        require(finding, "finder_reference")
    if finding.source is HazardSource.VERIFIED_TIP and finding.finder:
        raise InvalidCommandError({"finder": "no_informant"})
