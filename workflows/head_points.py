"""Points for heads of enterprises: who may take an entry of the ledger back."""

from workflows.errors import RuleError
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import Role

READERS = (
    Role.COMMITTEE_OFFICER,
    Role.COMMITTEE_OFFICE_HEAD,
    Role.CASE_OFFICER,
    Role.DEPARTMENT_HEAD,
)
HEADS = (Role.COMMITTEE_OFFICE_HEAD, Role.DEPARTMENT_HEAD)


class PointsRefusedError(RuleError):
    """The entry is not this person's to take back. `detail["reason"]` says why."""

    code = "points_refused"


def check_reversal(actor: Actor, houses: frozenset[int], acted_by: frozenset[int]) -> PostRecord:
    """The post by which this person takes the points of an act back; PointsRefusedError otherwise.

    `houses`: the case's department and listing office. `acted_by`: whose act it was.
    """
    post = next(
        (post for post in actor.posts if post.role in HEADS and post.organisation_id in houses),
        None,
    )
    if post is None:
        raise PointsRefusedError(reason="no_post")
    own = {actor.person_id, *([post.principal_person_id] if post.principal_person_id else [])}
    if own & acted_by:
        raise PointsRefusedError(reason="own_act")
    return post
