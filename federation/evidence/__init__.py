"""Evidence on file: signed statements, held questions, and what was refused before."""
