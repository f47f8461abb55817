"""How gunicorn serves the pages: one process with a few threads, at the address of the settings."""

from services.settings import Settings

_settings = Settings.from_environment()

wsgi_app = "wsgi:app"
bind = f"{_settings.host}:{_settings.port}"
worker_class = "gthread"
workers = 1
threads = 4
timeout = 60
graceful_timeout = 10
loglevel = "warning"
