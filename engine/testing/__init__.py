"""Examples as tests: which rule decided otherwise and why, reports, and what they reach."""
