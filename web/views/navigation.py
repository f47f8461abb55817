"""Where a signed-in person begins."""

from flask import url_for

from web.guards import may_open

HOME = ("tasks.list_tasks", "account.show_account")


def home_address() -> str:
    """The list of one's duties, or the account where there is none."""
    return next(
        url_for(endpoint) for endpoint in HOME if may_open(endpoint) or endpoint == HOME[-1]
    )
