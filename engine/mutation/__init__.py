"""Mutation testing: one change of meaning at a time, and the examples that notice it."""
