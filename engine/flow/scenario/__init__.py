"""What if: changes of a map, of what is on file and of the law, and the doors before and after."""
