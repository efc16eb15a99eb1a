"""Search logs judged under the law of their day."""
