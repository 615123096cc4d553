"""`python -m grader` is the same as `gradkit`."""

from .cli import main

main()
