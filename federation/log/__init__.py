"""The log: a tree of everything that was answered, which nobody can change unseen."""
