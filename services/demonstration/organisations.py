"""The organisations and people of the demonstration jurisdiction, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from services.reference.divisions import divisions
from services.reference.sectors import sectors
from services.reference.tables import Table, read_toml
from workflows.credit_code import is_valid_credit_code
from workflows.vocabulary import Affiliation, OrganisationKind, Role

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class DemonstrationOrganisation:
    """An organisation. `sector` is an enterprise's own, `sectors` those a department answers for.

    `inferred` marks what the sources do not say of this city; `source` says where it is from.
    """

    key: str
    name: str
    kind: OrganisationKind
    level: str | None
    division_code: str
    credit_code: str | None
    mark: str | None
    sector: str | None
    sectors: tuple[str, ...]
    affiliation: Affiliation | None
    parent: str | None
    supervised_by: str | None
    inferred: bool
    source: str


@dataclass(frozen=True)
class DemonstrationPost:
    """A role held at an organisation, with its Chinese title."""

    organisation: str
    role: Role
    title: str
    sectors: tuple[str, ...]


@dataclass(frozen=True)
class DemonstrationPerson:
    """An invented person with an account and posts."""

    username: str
    name: str
    posts: tuple[DemonstrationPost, ...]


@dataclass(frozen=True)
class Demonstration:
    """The whole jurisdiction. `organisations` by key, a parent always before its children."""

    organisations: Mapping[str, DemonstrationOrganisation]
    persons: tuple[DemonstrationPerson, ...]

    def department_for(self, sector: str) -> DemonstrationOrganisation | None:
        """Return the department that answers for a sector, or None when no source names one."""
        return next((item for item in self.organisations.values() if sector in item.sectors), None)

    def government_of(self, division_code: str) -> DemonstrationOrganisation:
        """Return the territorial government of a division."""
        return next(
            item
            for item in self.organisations.values()
            if item.kind is OrganisationKind.GOVERNMENT and item.division_code == division_code
        )


@cache
def load() -> Demonstration:
    """Read the demonstration that the installation ships with."""
    return read_demonstration(FOLDER)


def read_demonstration(folder: Path) -> Demonstration:
    """Read a folder with organisations.toml and persons.toml."""
    organisations: dict[str, DemonstrationOrganisation] = {}
    for row in read_toml(folder / "organisations.toml").tables("organisations", "key"):
        organisation = _organisation(row, organisations)
        organisations[organisation.key] = organisation
    persons: dict[str, DemonstrationPerson] = {}
    for row in read_toml(folder / "persons.toml").tables("persons", "username"):
        person = _person(row, organisations)
        if person.username in persons:
            raise row.error("this username stands twice")
        persons[person.username] = person
    return Demonstration(MappingProxyType(organisations), tuple(persons.values()))


def _organisation(
    row: Table, known: Mapping[str, DemonstrationOrganisation]
) -> DemonstrationOrganisation:
    key, division_code = row.text("key"), row.text("division_code")
    credit_code = row.find_text("credit_code")
    if key in known:
        raise row.error("this key stands twice")
    if division_code not in divisions():
        raise row.error(f"no such division: {division_code}")
    if credit_code is not None and not is_valid_credit_code(credit_code):
        raise row.error(f"not a valid credit code: {credit_code}")
    for field in ("parent", "supervised_by"):
        if (other := row.find_text(field)) is not None and other not in known:
            raise row.error(f"`{field}` names {other!r}, which does not stand above")
    sector = row.find_text("sector")
    return DemonstrationOrganisation(
        key=key,
        name=row.text("name"),
        kind=row.member("kind", OrganisationKind),
        level=row.find_text("level"),
        division_code=division_code,
        credit_code=credit_code,
        mark=row.find_text("mark"),
        sector=_known_sectors(row, (sector,))[0] if sector is not None else None,
        sectors=_known_sectors(row, row.texts("sectors")),
        affiliation=row.member("affiliation", Affiliation) if "affiliation" in row.values else None,
        parent=row.find_text("parent"),
        supervised_by=row.find_text("supervised_by"),
        inferred=row.flag("inferred", default=False),
        source=row.text("source"),
    )


def _person(row: Table, known: Mapping[str, DemonstrationOrganisation]) -> DemonstrationPerson:
    username = row.text("username")
    if not username.isascii() or username != username.lower() or " " in username:
        raise row.error("a username is lower-case ASCII without spaces")
    posts = tuple(_post(post, known) for post in row.tables("posts", "organisation"))
    if not posts:
        raise row.error("a person without a post")
    return DemonstrationPerson(username, row.text("name"), posts)


def _post(row: Table, known: Mapping[str, DemonstrationOrganisation]) -> DemonstrationPost:
    organisation = row.text("organisation")
    if organisation not in known:
        raise row.error(f"no such organisation: {organisation!r}")
    return DemonstrationPost(
        organisation=organisation,
        role=row.member("role", Role),
        title=row.text("title"),
        sectors=_known_sectors(row, row.texts("sectors")),
    )


def _known_sectors(row: Table, keys: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [key for key in keys if key not in sectors()]
    if unknown:
        raise row.error(f"no such sector: {', '.join(unknown)}")
    return keys
