"""The map as arrays: national maps searched in milliseconds, kept equal to a plain walk."""
