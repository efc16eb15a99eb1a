"""Answering for participating agencies over the wire: nothing here yet, and nothing below may import it."""
