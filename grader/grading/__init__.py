"""Grading a class: every submission is a pure function of what was handed in, the seed and the settings.

settings     what grading depends on
grader       one submission: its exercises examined in isolated workers, the findings put into a record
pool         many at once: threads on this machine, or a Dask cluster
place        where results go: apart from what was handed in
run          a whole class: what there is, what is done already, records as they come, files at the end
summary      the class in a few lines
screen       progress while it runs, and the summary, on a terminal or piped
"""

from .grader import Grader
from .settings import Settings

__all__ = ["Grader", "Settings"]
