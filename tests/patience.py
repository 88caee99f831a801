"""How long a test waits for what has to come."""

HANGS_AFTER = 600.0
"""Seconds after which a process hangs that has not ended; long, so that a busy machine fails no test."""
