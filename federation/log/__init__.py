"""The log: every answer is recorded before it is given, and what is recorded can be proved."""
