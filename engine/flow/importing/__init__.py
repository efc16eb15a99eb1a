"""Importers: the real lists of who shares with whom, made a map. See docs/flow.md."""
