"""Addresses of the public pages: on this site, or inside a copy of it as files."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for

COPY = "guapai.public_copy"
Values = Mapping[str, str | int]


@dataclass
class PublicCopy:
    """A copy of the public site that is being written. Whatever a page links to is in it.

    `address`: where it will be served, ending with a slash; blank while nobody knows.
    """

    address: str
    linked: dict[str, tuple[str, Values]] = field(default_factory=dict)

    def file_of(self, endpoint: str, values: Values, suffix: str) -> str:
        """The name of the file of a page; from now on it belongs to the copy."""
        name = _file_name(endpoint, values, suffix)
        self.linked.setdefault(name, (endpoint, dict(values)))
        return name


def current_copy() -> PublicCopy | None:
    """The copy that this page is rendered for; never set by a visitor."""
    found = request.environ.get(COPY)
    return found if isinstance(found, PublicCopy) else None


def public_link(endpoint: str, suffix: str = "", **values: Any) -> str:
    """The address of a public page, for a link on another. `suffix`: how its file would end."""
    copy = current_copy()
    if copy is None:
        return url_for(endpoint, **values)
    file = copy.file_of(endpoint, values, suffix)
    return posixpath.relpath(file, posixpath.dirname(_present_file()) or ".")


def whole_link(endpoint: str, **values: Any) -> str:
    """The address of a public page with the site's name, for what is read elsewhere."""
    copy = current_copy()
    if copy is None:
        return url_for(endpoint, _external=True, **values)
    if not copy.address:
        return public_link(endpoint, **values)
    return copy.address + copy.file_of(endpoint, values, "")


def _present_file() -> str:
    values = {**(request.view_args or {}), **request.args}
    return _file_name(request.endpoint or "", values, "")


def _file_name(endpoint: str, values: Values, suffix: str) -> str:
    pattern = _FILES[endpoint]
    given = [f"-{name}-{text}" for name, text in values.items() if f"{{{name}}}" not in pattern]
    return pattern.format(given="".join(given), suffix=suffix, **values)


_FILES: Mapping[str, str] = {
    "public.show_front": "index.html",
    "public.list_cases": "cases{given}.html",
    "public.show_case": "cases/{public_id}.html",
    "public.show_picture": "pictures/{token}{suffix}",
    "public.list_all_bulletins": "bulletins.html",
    "public.show_bulletin": "bulletins/{bulletin_id}.html",
    "public.show_bulletin_file": "bulletins/{bulletin_id}.pdf",
    "public.show_statistics": "statistics.html",
    "public.show_data": "data.html",
    "public.download_csv": "data/cases.csv",
    "public.download_json": "data/cases.json",
    "public.show_contacts": "contacts.html",
    "public.show_log": "log{given}.html",
    "public.show_feeds": "feeds.html",
    "public.show_atom": "feeds/{name}.atom.xml",
    "public.show_rss": "feeds/{name}.rss.xml",
    "static": "static/{filename}",
}
