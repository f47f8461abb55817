"""What a request needs from its installation: database, office, settings, clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, cast

from flask import Flask, current_app, g

from services.connection import Connection, Work
from services.documents.render import render_pdf
from services.office import Office
from services.queries.installation import is_demonstration
from services.settings import Settings
from services.signing import InstallationSigner
from services.uploads import ReceivedFiles

_KEY = "guapai"


@dataclass
class Surroundings:
    """Made once by `create_app`. `demonstration` is remembered because it can never end."""

    settings: Settings
    connection: Connection
    office: Office
    clock: Callable[[], datetime]
    demonstration: bool = False


def attach(app: Flask, surroundings: Surroundings) -> None:
    """Give an application its installation."""
    app.extensions[_KEY] = surroundings


def surroundings() -> Surroundings:
    """The installation that the current request is served by."""
    return cast("Surroundings", current_app.extensions[_KEY])


def office() -> Office:
    """Rules, calendar, keys, files and diagrams."""
    return surroundings().office


def transaction() -> Work:
    """`with transaction() as session:` once per unsafe request: all is kept, or nothing."""
    return surroundings().connection.transaction()


def reading() -> Work:
    """`with reading() as session:` for looking."""
    return surroundings().connection.reading()


def moment() -> datetime:
    """The time of this request; one request has one time."""
    if "moment" not in g:
        g.moment = surroundings().clock()
    return cast("datetime", g.moment)


def received_files() -> ReceivedFiles:
    """Files of forms that were not accepted yet."""
    return ReceivedFiles(office().received_folder)


def renderer() -> Callable[[str, Mapping[str, Any]], bytes]:
    """What turns a template and its inputs into pages, with this machine's fonts."""
    folder = surroundings().settings.fonts_folder
    return partial(render_pdf, fonts_folder=folder if folder.exists() else None)


def signer() -> InstallationSigner:
    """What signs issued pages."""
    here = surroundings()
    return InstallationSigner(
        here.connection.engine,
        here.office.keys.sealing_key,
        renderer(),
        here.settings.seals_folder,
        here.settings.time_stamp_address,
    )


def in_demonstration() -> bool:
    """Whether this is a demonstration; asked once per request until the answer is yes."""
    here = surroundings()
    if not here.demonstration and "demonstration" not in g:
        with reading() as session:
            g.demonstration = here.demonstration = is_demonstration(session)
    return here.demonstration
