"""Review: checks over the results of an audit, and the register of what they found."""
