"""Witnesses: others who cosign the checkpoints of a log, so that it cannot show two faces."""
