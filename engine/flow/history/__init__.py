"""What opened between two days, by which change, and whether anybody searched through it."""
