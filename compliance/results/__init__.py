"""The results of an audit: one database file that is queried, resumed and exported."""
