"""The wall of referrals: whose tables they are, and the chain that no public head counts."""

from services.models.referral import (
    Referral,
    ReferralAct,
    ReferralAuditEntry,
    ReferralOpenStep,
)
from services.walled import Wall

WALL = Wall("referral", Referral, ReferralOpenStep, ReferralAct, ReferralAuditEntry)
