"""Checks of rules before they are published, each in its own module."""
