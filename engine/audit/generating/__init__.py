"""Invented search logs of any length, with the statistics of released ones."""
