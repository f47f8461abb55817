"""What a page asks of whoever signs: the one-time code; and the page that binds a device."""

from collections.abc import Collection
from dataclasses import dataclass

import segno

from services.demonstration.loader import DEMONSTRATION_DEVICE
from services.frame import Frame
from services.office import Office
from services.second_factor import DeviceRow, device_address, find_device, told_next
from web.context import in_demonstration
from web.forms.signing import CodeForm
from web.labels import DEVICE_ISSUER
from workflows.permissions import ROLES_OF
from workflows.signing import SIGNED_ACTS
from workflows.traceback import ROLES as TRACEBACK_ROLES
from workflows.traceback import TracebackStep
from workflows.vocabulary import Action, Role

# Whoever signs in a case, or decides a traceback.
SIGNING_ROLES: frozenset[Role] = frozenset(
    (
        *(role for act in SIGNED_ACTS for role in ROLES_OF[act]),
        *TRACEBACK_ROLES[TracebackStep.DECIDE],
    )
)
_GROUP = 4


@dataclass(frozen=True)
class SigningView:
    """The field of the code. `has_demonstration_device`: the box that tells it, in a
    demonstration only; its code is empty while the next one has to be waited for.
    """

    form: CodeForm
    device: DeviceRow | None
    has_demonstration_device: bool
    demonstration_code: str


@dataclass(frozen=True)
class DeviceView:
    """What is read into a new device: the picture; on the phone itself the address; or the secret
    in groups to type.
    """

    picture: str
    address: str
    groups: tuple[str, ...]


def asks_for_code(office: Office, action: Action) -> bool:
    """Whether this act is signed with a code in this installation."""
    return office.second_factor and action in SIGNED_ACTS


def needs_device(frame: Frame, roles: Collection[Role]) -> bool:
    """Whether somebody with these roles signs here, with codes, and has no device for them yet."""
    signs = frame.office.second_factor and not SIGNING_ROLES.isdisjoint(roles)
    return signs and find_device(frame.session, frame.actor.person_id) is None


def signing_view(frame: Frame, action: Action, form: CodeForm | None = None) -> SigningView | None:
    """None where the act is signed without a code."""
    return code_view(frame, form) if asks_for_code(frame.office, action) else None


def code_view(frame: Frame, form: CodeForm | None = None) -> SigningView:
    """The field of the code, with what was wrong with it last."""
    person_id = frame.actor.person_id
    told = (
        told_next(frame.session, frame.office.keys, person_id, DEMONSTRATION_DEVICE, frame.now)
        if in_demonstration()
        else None
    )
    device = find_device(frame.session, person_id)
    return SigningView(form or CodeForm(), device, told is not None, told or "")


def device_view(secret: str, username: str) -> DeviceView:
    """The page's picture is part of it: nothing about the secret is loaded from elsewhere."""
    address = device_address(secret, username, DEVICE_ISSUER)
    code = segno.make(address, error="m")
    groups = tuple(secret[start : start + _GROUP] for start in range(0, len(secret), _GROUP))
    return DeviceView(code.svg_data_uri(scale=5, border=4, light="white"), address, groups)
