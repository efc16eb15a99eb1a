"""The decision service under load: decisions beside an empty echo on the same server."""
