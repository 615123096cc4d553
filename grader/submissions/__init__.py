"""What was handed in: finding submissions in a folder and reading their modules, without trusting any of it.

    names.py     names as people see them, exercise names in file names, file names that are safe everywhere
    entries.py   one thing found in a submission, and the limits that a submission must keep
    disk.py      folders, without ever following a link
    archive.py   zip files, without ever unpacking one
    notebook.py  a notebook's code as one module
    finding.py   the submissions of a folder
    reading.py   the modules of a submission

Nothing here imports, compiles or runs what was handed in, and nothing is written to disk.
"""

from .finding import Findings, Submission, SubmissionsError, find
from .names import file_names, printable
from .reading import Contents, Problem, Source, read

__all__ = [
    "Contents",
    "Findings",
    "Problem",
    "Source",
    "Submission",
    "SubmissionsError",
    "file_names",
    "find",
    "printable",
    "read",
]
