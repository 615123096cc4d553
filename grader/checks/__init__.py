"""What is observed: the checks of each exercise, in a module of its name."""
