"""What a change of law changes: which requests get another answer (docs/diff.md)."""
