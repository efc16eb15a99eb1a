"""Checked policy and facts to decision."""
