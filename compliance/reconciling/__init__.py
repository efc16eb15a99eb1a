"""What the decision service answered beside what the vendor exported, and what an export lacks."""
