"""Whom a token means, told to two persons of the agency together, and written down before it is."""
