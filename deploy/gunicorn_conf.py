"""How gunicorn serves the pages: loaded once, data prepared once, then one process with threads."""

from threading import Thread
from typing import Any

from services.reference.calendar import load_calendar
from services.settings import Settings
from web.commands import announce, prepare

_settings = Settings.from_environment()

wsgi_app = "wsgi:app"
bind = f"{_settings.host}:{_settings.port}"
preload_app = True
worker_class = "gthread"
workers = 1
threads = 16
timeout = 60
graceful_timeout = 10
loglevel = "warning"


def on_starting(server: Any) -> None:
    """Keys, database and demonstration, before anything listens."""
    prepare(server.app.wsgi())


def when_ready(server: Any) -> None:
    """The address is open: say so, and who may sign in."""
    announce(server.app.wsgi())


def post_worker_init(_worker: Any) -> None:
    """Load the calendar beside the first pages, so that nobody waits for it."""
    Thread(target=load_calendar, daemon=True).start()
