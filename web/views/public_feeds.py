"""What was published last, as Atom and RSS: all of it, of a county, of a sector."""

import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from services.queries.public.entries import PublicEntryRow
from web.labels import label_of
from web.labels.public import ALL_FEEDS, party_said, site_name
from web.views.ledger import division_name, sector_name
from web.views.public import sector_names
from web.views.public_links import whole_link

ALL = "all"
ATOM_TYPE, RSS_TYPE = "application/atom+xml; charset=utf-8", "application/rss+xml; charset=utf-8"
MOST_ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"
# The same line has the same id wherever the feed is served from.
_IDS = uuid.UUID("5d0c9a3e-6f0f-5c1b-9d52-7f6f2b7f3a10")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Feed:
    """One feed: its name in addresses, what it is about, and to what it is narrowed."""

    name: str
    title: str
    sector: str = ""
    county: str = ""

    @property
    def list_address(self) -> dict[str, str]:
        """The parts of the address of the list with the same cases."""
        asked = {"sector": self.sector, "county": self.county}
        return {name: value for name, value in asked.items() if value}


def feeds_of(counties: Mapping[str, str]) -> tuple[Feed, ...]:
    """All feeds: everything, each county, each sector."""
    return (
        Feed(ALL, ALL_FEEDS),
        *(Feed(f"county-{code}", name, county=code) for code, name in counties.items()),
        *(Feed(f"sector-{key}", name, sector=key) for key, name in sector_names().items()),
    )


def find_feed(name: str, counties: Mapping[str, str]) -> Feed | None:
    """The feed of this name."""
    return next((feed for feed in feeds_of(counties) if feed.name == name), None)


def atom(feed: Feed, rows: tuple[PublicEntryRow, ...], place: str, now: datetime) -> bytes:
    """RFC 4287."""
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh-CN"})
    _atom(root, "id", _urn(place, "feed", feed.name))
    _atom(root, "title", _feed_title(feed, place))
    _atom(root, "updated", (rows[0].at if rows else now).isoformat())
    _link(root, "self", whole_link("public.show_atom", name=feed.name))
    _link(root, "alternate", whole_link("public.list_cases", **feed.list_address))
    _atom(ET.SubElement(root, f"{{{_ATOM}}}author"), "name", site_name(place))
    for row in rows:
        entry = ET.SubElement(root, f"{{{_ATOM}}}entry")
        _atom(entry, "id", _urn(place, "entry", str(row.entry_id)))
        _atom(entry, "title", _entry_title(row))
        _atom(entry, "published", row.at.isoformat())
        _atom(entry, "updated", row.at.isoformat())
        _link(entry, "alternate", whole_link("public.show_case", public_id=row.case.public_id))
        _atom(entry, "summary", _summary(row))
    return _document(root)


def rss(feed: Feed, rows: tuple[PublicEntryRow, ...], place: str, now: datetime) -> bytes:
    """RSS 2.0, for readers that know no Atom."""
    ET.register_namespace("atom", _ATOM)
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    _text(channel, "title", _feed_title(feed, place))
    _text(channel, "link", whole_link("public.list_cases", **feed.list_address))
    _text(channel, "description", _feed_title(feed, place))
    _text(channel, "language", "zh-CN")
    _text(channel, "lastBuildDate", format_datetime(rows[0].at if rows else now))
    address = {"rel": "self", "href": whole_link("public.show_rss", name=feed.name)}
    ET.SubElement(channel, f"{{{_ATOM}}}link", address)
    for row in rows:
        item = ET.SubElement(channel, "item")
        _text(item, "title", _entry_title(row))
        _text(item, "link", whole_link("public.show_case", public_id=row.case.public_id))
        _text(item, "description", _summary(row))
        _text(item, "guid", _urn(place, "entry", str(row.entry_id))).set("isPermaLink", "false")
        _text(item, "pubDate", format_datetime(row.at))
    return _document(root)


def _feed_title(feed: Feed, place: str) -> str:
    return f"{site_name(place)}（{feed.title}）"


def _entry_title(row: PublicEntryRow) -> str:
    return f"［{label_of(row.kind)}］{row.case.title}"


def _summary(row: PublicEntryRow) -> str:
    case = row.case
    said = (
        ("责任单位", party_said(case.party_name)),
        ("所在地", case.place),
        ("县（市、区）", division_name(case.division_code)),
        ("行业领域", sector_name(case.sector)),
        ("挂牌日期", case.listed_on.isoformat()),
        ("整改期限", case.limit_on.isoformat() if case.limit_on else ""),
        ("摘牌日期", case.delisted_on.isoformat() if case.delisted_on else ""),
    )
    return "；".join(f"{name}：{text}" for name, text in said if text)


def _urn(place: str, kind: str, name: str) -> str:
    return uuid.uuid5(_IDS, f"{place}/{kind}/{name}").urn


def _atom(parent: ET.Element, name: str, text: str) -> None:
    _text(parent, f"{{{_ATOM}}}{name}", text)


def _link(parent: ET.Element, relation: str, address: str) -> None:
    ET.SubElement(parent, f"{{{_ATOM}}}link", {"rel": relation, "href": address})


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = _NO_XML.sub("", text)
    return element


def _document(root: ET.Element) -> bytes:
    found: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return found
