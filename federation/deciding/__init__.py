"""The policy decision point: questions in, answers out, by the snapshot in use."""
