"""The two handovers: to whom they may go, by what letter, and who reports what of them."""

from enum import StrEnum

from workflows.errors import RuleError
from workflows.permissions import Actor, PostRecord
from workflows.vocabulary import OrganisationKind, Role

# An organ of the nation is asked by letter: nobody here gives it a task or a time limit.
NATIONAL = "national"
NOTING = (Role.GOVERNMENT_OFFICER, Role.CASE_OFFICER)
OVERSEEING = (Role.COMMITTEE_OFFICER, Role.COMMITTEE_OFFICE_HEAD)
READERS = frozenset((*NOTING, *OVERSEEING, Role.GOVERNMENT_PRINCIPAL, Role.DEPARTMENT_HEAD))


class HandoverLevel(StrEnum):
    """At which level a jurisdiction hands over: a city to counties, a province to cities."""

    CITY = "city"
    PROVINCE = "province"


class HandoverReceiver(StrEnum):
    """Who receives by the place it has in a case. Discipline and justice are no receivers."""

    TERRITORIAL_GOVERNMENT = "territorial_government"
    COMPETENT_DEPARTMENT = "competent_department"


# What other jurisdictions may count among the two: it goes the walled way of referral.
REFERRED_INSTEAD = ("discipline_organ", "judicial_organ")


class LetterKind(StrEnum):
    """How a receiver is written to: a notice to those below, a letter to all others."""

    NOTICE = "notice"
    LETTER = "letter"


class NoteKind(StrEnum):
    """What a receiver reports: the government's progress of a month, the department's tracking."""

    PROGRESS = "progress"
    TRACKING = "tracking"


class HandoverRefusedError(RuleError):
    """Not this person's, or not now. `detail["reason"]`: `no_post`, `not_received` or `over`."""

    code = "handover_refused"


def letter_kind(level: str | None) -> LetterKind:
    """A notice to governments and departments of the jurisdiction, a letter to national organs."""
    return LetterKind.LETTER if level == NATIONAL else LetterKind.NOTICE


def note_kind(kind: OrganisationKind) -> NoteKind:
    """Governments drive rectification and report each month; departments track it."""
    return NoteKind.PROGRESS if kind is OrganisationKind.GOVERNMENT else NoteKind.TRACKING


def find_noting_post(actor: Actor, receiver_id: int) -> PostRecord | None:
    """The post at the receiver by which the person reports, or None."""
    return next(
        (
            post
            for post in actor.posts
            if post.role in NOTING and post.organisation_id == receiver_id
        ),
        None,
    )
