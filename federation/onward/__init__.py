"""Copies and where they came from: the chain of answers that a copy travels with."""
