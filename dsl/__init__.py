"""Law as text: text to checked policy."""
