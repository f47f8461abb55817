"""What every act needs besides its own data: rules, calendar, keys, files, diagrams."""

from dataclasses import dataclass
from pathlib import Path

from services.definitions import (
    ASSESSMENT,
    DISCLOSURE,
    ESCALATION_STEP,
    MONTHLY_RETURN,
    REFERRAL_PROCESS,
    SCORE_OBJECTION,
    TIP_PROCESS,
    TRACEBACK,
    current_definition,
)
from services.files import FileStore
from services.keys import InstallationKeys, load_keys
from services.reference.calendar import load_calendar
from services.reference.profile import Profile, load_profile
from services.sealer import Sealer
from services.settings import ReferralModule, Settings
from workflows.engine.definitions import Definition
from workflows.working_days import Calendar


@dataclass(frozen=True)
class Office:
    """The surroundings of an installation. Holds nothing that changes while it runs.

    `second_factor`: whether whoever signs types a one-time code. `verify_address`: the page on
    which anybody looks up what was issued, as it is printed. `referrals`: what this
    installation has of the module of referrals.
    """

    profile: Profile
    keys: InstallationKeys
    files: FileStore
    case_definition: Definition
    escalation_step: Definition
    disclosure: Definition
    tip_definition: Definition
    monthly_return: Definition
    traceback: Definition
    assessment: Definition
    score_objection: Definition
    referral_definition: Definition
    upload_limit_bytes: int
    sealer: Sealer
    second_factor: bool
    received_folder: Path
    verify_address: str
    referrals: ReferralModule = ReferralModule.ON

    @property
    def calendar(self) -> Calendar:
        """Read at first use and kept: the library behind it takes half a second to load."""
        return load_calendar()

    @classmethod
    def open(cls, settings: Settings) -> "Office":
        """Read everything from its place; raises when the installation is incomplete."""
        keys = load_keys(settings.key_file)
        return cls(
            profile=load_profile(settings.profile),
            keys=keys,
            files=FileStore(settings.files_folder),
            case_definition=current_definition(settings.diagrams_folder),
            escalation_step=current_definition(settings.diagrams_folder, ESCALATION_STEP),
            disclosure=current_definition(settings.diagrams_folder, DISCLOSURE),
            tip_definition=current_definition(settings.diagrams_folder, TIP_PROCESS),
            monthly_return=current_definition(settings.diagrams_folder, MONTHLY_RETURN),
            traceback=current_definition(settings.diagrams_folder, TRACEBACK),
            assessment=current_definition(settings.diagrams_folder, ASSESSMENT),
            score_objection=current_definition(settings.diagrams_folder, SCORE_OBJECTION),
            referral_definition=current_definition(settings.diagrams_folder, REFERRAL_PROCESS),
            upload_limit_bytes=settings.upload_limit_bytes,
            sealer=Sealer(keys.sealing_key, settings.checkpoints_folder),
            second_factor=settings.second_factor,
            received_folder=settings.received_folder,
            verify_address=f"{settings.public_address}/verify",
            referrals=settings.referrals,
        )
