"""What an audit found, as a report."""
