"""A package, so that no installed one that is called ``tests`` stands before it."""
