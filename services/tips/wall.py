"""The wall of tips: whose tables they are, and the chain that no public head counts."""

from services.models.tip import Tip, TipAct, TipAuditEntry, TipOpenStep
from services.walled import Wall

WALL = Wall("tip", Tip, TipOpenStep, TipAct, TipAuditEntry)
