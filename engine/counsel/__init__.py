"""Open questions of law: what hangs on each, so that counsel knows which to ask first."""
