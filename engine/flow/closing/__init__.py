"""Closing doors: which switches, held by whom, at the least loss of lawful sharing."""
