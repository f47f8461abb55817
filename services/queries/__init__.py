"""Every SELECT. Results are ordered, bounded, and limited to what the actor may see."""
