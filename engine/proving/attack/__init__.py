"""The solver as launderer: the cheapest lies and broken promises that would get a PERMIT."""
