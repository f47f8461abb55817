"""The register of bans: entries by two persons, comparisons, and the check of principals."""
