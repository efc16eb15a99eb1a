"""A finding as one package that is checked without the agency, the database or a network."""
