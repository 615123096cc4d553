"""What can go wrong: the known mistakes of each exercise, in a module of its name."""
