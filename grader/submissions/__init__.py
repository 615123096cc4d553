"""What was handed in, read without running any of it and without following any link.

    find(root, exercises)        the submissions in a folder, and remarks on what was passed over   finding.py
    read(submission, exercises)  each exercise's source, or why there is none                       reading.py
    file_names(names)            file names that cannot overwrite each other                        filenames.py
    stamp(name), shown(path)     what Canvas or Moodle wrote into a name; a name for a message      names.py

Beneath: names.py says what a file's name means, folder.py and archive.py list the files of a folder or zip, notebook.py
makes a module of a notebook, limits.py counts. Imports go downwards in this order; of the rest of the kit, only the leaf cells.py is imported here.
"""

from .filenames import file_names
from .finding import Found, SubmissionsError, find
from .limits import MAX_BYTES, MAX_FILES, MAX_MODULE
from .names import Stamp, shown, stamp
from .notebook import NotANotebook, module_of, module_of_cells
from .reading import Problem, ReadSubmission, Source, Submission, read

__all__ = [
    "MAX_BYTES",
    "MAX_FILES",
    "MAX_MODULE",
    "Found",
    "NotANotebook",
    "Problem",
    "ReadSubmission",
    "Source",
    "Stamp",
    "Submission",
    "SubmissionsError",
    "file_names",
    "find",
    "module_of",
    "module_of_cells",
    "read",
    "shown",
    "stamp",
]
