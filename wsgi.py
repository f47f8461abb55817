"""What a server runs: `wsgi:app`."""

from web.app import serve_or_exit

app = serve_or_exit()
