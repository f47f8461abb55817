"""The settings of an installation, read once from the environment, with their defaults."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

MOST_HOPS = 5
DEFAULT_PROFILE = "shuozhou"
REPOSITORY = Path(__file__).resolve().parent.parent


class SettingsInvalidError(Exception):
    """A setting cannot be used; the message names the variable and the mend."""


class ReferralModule(StrEnum):
    """What an installation has of referrals: all, nothing, or the workspace of receivers alone."""

    ON = "on"
    OFF = "off"
    RECEIVE = "receive"


@dataclass(frozen=True)
class Settings:
    """Where the data lies, where the service listens, and which profile of rules applies."""

    data_folder: Path
    database_url: str
    host: str
    port: int
    profile: str
    https: bool
    proxy_hops: int
    public_hosts: tuple[str, ...]
    upload_limit_bytes: int
    diagrams_folder: Path
    second_factor: bool
    referrals: ReferralModule = ReferralModule.ON
    time_stamp_address: str = ""

    @property
    def public_address(self) -> str:
        """Where people reach the service, as far as it is known here."""
        host = (*self.public_hosts, self.host)[0]
        return f"https://{host}" if self.https else f"http://{host}:{self.port}"

    @property
    def key_file(self) -> Path:
        """The installation's secret keys; outside the database, mode 0600."""
        return self.data_folder / "keys" / "installation.json"

    @property
    def files_folder(self) -> Path:
        """The content-addressed store of uploads and documents."""
        return self.data_folder / "files"

    @property
    def received_folder(self) -> Path:
        """Files of forms that were not accepted yet."""
        return self.data_folder / "received"

    @property
    def checkpoints_folder(self) -> Path:
        """What was signed about the audit chain; to be copied to a place of another keeper."""
        return self.data_folder / "checkpoints"

    @property
    def seals_folder(self) -> Path:
        """Seals that organs have put in, a page (PDF) each, named after the organ."""
        return self.data_folder / "seals"

    @property
    def fonts_folder(self) -> Path:
        """Fonts of the office; used before the system's."""
        return self.data_folder / "fonts"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read GUAPAI_DATA, DATABASE_URL, HOST, PORT, GUAPAI_PROFILE, GUAPAI_HTTPS,
        GUAPAI_PROXY_HOPS, GUAPAI_HOSTS, GUAPAI_TIME_STAMPS (the address of an RFC 3161 service),
        GUAPAI_SECOND_FACTOR, GUAPAI_REFERRALS.
        """
        env = os.environ if environment is None else environment
        data = Path(env.get("GUAPAI_DATA") or REPOSITORY / "var").resolve()
        port = env.get("PORT") or "8000"
        if not port.isdigit() or not 0 < int(port) < 65536:
            raise SettingsInvalidError(f"PORT={port}: a number from 1 to 65535 is needed")
        hops = env.get("GUAPAI_PROXY_HOPS") or "0"
        if not hops.isdigit() or int(hops) > MOST_HOPS:
            raise SettingsInvalidError(f"GUAPAI_PROXY_HOPS={hops}: 0 to {MOST_HOPS} is needed")
        return cls(
            data_folder=data,
            database_url=_database_url(
                env.get("DATABASE_URL") or f"sqlite:///{data}/guapai.sqlite"
            ),
            host=env.get("HOST") or "127.0.0.1",
            port=int(port),
            profile=env.get("GUAPAI_PROFILE") or DEFAULT_PROFILE,
            https=env.get("GUAPAI_HTTPS") == "1",
            proxy_hops=int(hops),
            public_hosts=tuple(name for name in env.get("GUAPAI_HOSTS", "").split(",") if name),
            upload_limit_bytes=20 * 1024 * 1024,
            diagrams_folder=REPOSITORY / "bpmn",
            time_stamp_address=env.get("GUAPAI_TIME_STAMPS", ""),
            second_factor=_second_factor(env.get("GUAPAI_SECOND_FACTOR") or "required"),
            referrals=_referrals(env.get("GUAPAI_REFERRALS") or "on"),
        )


def _second_factor(chosen: str) -> bool:
    if chosen not in ("required", "off"):
        raise SettingsInvalidError(f"GUAPAI_SECOND_FACTOR={chosen}: required or off is needed")
    return chosen == "required"


def _referrals(chosen: str) -> ReferralModule:
    if chosen not in set(ReferralModule):
        raise SettingsInvalidError(f"GUAPAI_REFERRALS={chosen}: on, off or receive is needed")
    return ReferralModule(chosen)


def _database_url(url: str) -> str:
    if url.startswith("sqlite:///"):
        return url
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    if url.startswith("postgresql+psycopg://"):
        return url
    raise SettingsInvalidError(f"DATABASE_URL: sqlite:/// or postgresql:// is needed, not {url!r}")
