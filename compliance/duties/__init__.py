"""The duties of an agency, line by line: what carries each, what is on file, what lacks."""
