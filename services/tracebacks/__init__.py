"""Traceback as a process: proposed, compiled, reviewed and decided, each by another person."""
