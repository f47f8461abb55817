"""Referrals, walled off from cases: proposed, decided, handed over as a sealed copy, answered."""
