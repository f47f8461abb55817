"""What a server runs: `wsgi:app`. `flask deadline` finds an application without an installation."""

from web import deadline_commands

if deadline_commands.asked_alone():
    app = deadline_commands.bare_application()
else:
    from web.app import serve_or_exit

    app = serve_or_exit()
