"""What `grader.accelerator` is made of; its docstring is the map."""
