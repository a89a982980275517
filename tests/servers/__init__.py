"""Servers for tests and for trying things by hand: ``python -m tests.servers --help``."""
