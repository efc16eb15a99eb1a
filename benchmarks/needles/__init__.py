"""Needles in invented logs: what an audit finds of them, and what it takes for one that is none."""
