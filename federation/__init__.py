"""Answering for participating agencies over the wire: nothing here yet."""
