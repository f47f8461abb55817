"""Measurements: `make bench`. Ratios of one run; nothing here passes or fails."""
