"""Task lists: who may see them, who gives a task to a unit, and who reports how far it is."""

from enum import StrEnum

from workflows.errors import RuleError
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Role

COMMITTEE = frozenset({Role.COMMITTEE_OFFICER, Role.COMMITTEE_OFFICE_HEAD})
OF_THE_OWNER = frozenset({Role.GOVERNMENT_OFFICER, Role.CASE_OFFICER, Role.DEPARTMENT_HEAD})
READERS = COMMITTEE | OF_THE_OWNER


class TaskState(StrEnum):
    """How far a listed task is, as it was reported last."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    DONE = "done"


class CampaignRefusedError(RuleError):
    """Not for these posts. `detail["reason"]`: `not_committee`, `not_owner` or `counted`."""

    code = "campaign_refused"


def find_assigning_post(actor: Actor) -> PostRecord | None:
    """The post by which the actor gives tasks to units: in an office of the committee."""
    return next((post for post in actor.posts if post.role in COMMITTEE), None)


def find_reporting_post(actor: Actor, owner_id: int | None) -> PostRecord | None:
    """The post by which the actor reports on a task of this owner; the committee's on any."""
    own = (
        post
        for post in actor.posts
        if post.role in OF_THE_OWNER and post.organisation_id == owner_id
    )
    return next(own, None) or find_assigning_post(actor)
