"""platelaw beside what a user would pick instead: the same rules, the same requests, one run."""
