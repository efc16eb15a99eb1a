"""What if: a request changed step by step, and the nearest change that would be PERMIT."""
