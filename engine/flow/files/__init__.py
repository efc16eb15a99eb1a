"""Files of a map: tables as CSV or Parquet, JSON, and graphs of networkx. See docs/flow.md."""
