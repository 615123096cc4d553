"""The text of a course's nbgrader_config.py: plain nbgrader settings, each with its reason, for an instructor to change."""

from __future__ import annotations

from ..grading.settings import MEMORY_MB, TIMEOUT

_TEXT = '''\
"""nbgrader's settings for this course, written by `gradkit nbgrader`. Change what you like: gradkit never writes this file again."""

import os
import sysconfig
import warnings
from pathlib import Path

import zmq
from jupyter_client.manager import KernelManager

COURSE = Path(__file__).resolve().parent

c = get_config()  # noqa: F821 - nbgrader provides it

# nbgrader calls `alembic` by its name; this finds it also where the environment is not activated.
os.environ["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", "")])

# nbgrader's use of its database makes SQLAlchemy warn; nothing is amiss.
warnings.filterwarnings("ignore", "Object of type <.*> not in session", module="nbgrader")

# `nbgrader validate` starts a kernel, which warns where its connection is not encrypted.
if hasattr(KernelManager, "transport_encryption") and zmq.has("curve"):
    c.KernelManager.transport_encryption = "auto"

c.CourseDirectory.root = str(COURSE)
c.CourseDirectory.course_id = {course_id!r}

# Where release_assignment puts notebooks and collect finds them. For a class on one machine, name a folder that all can reach.
c.Exchange.root = str(COURSE / "exchange")

# Feedback on notebooks that were put into submitted/ by hand cannot go through the exchange; it is named, and the rest released.
c.ExchangeFactory.release_feedback = "grader.nbgrader.exchange.ReleaseFeedback"

# The cells of this notebook come first in every notebook that students get.
c.IncludeHeaderFooter.header = "header.ipynb"

# What stands where an answer was; gradkit tells by it what was not started.
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError"}}

# Before grading, every submitted notebook is put into the shape of the released one: moved, edited, duplicated and deleted
# cells do no harm.
c.Autograde.sanitize_preprocessors = [
    "grader.nbgrader.restore.RestoreCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# GradeOutside stands in place of nbgrader's Execute: no kernel runs, and the answers are graded in gradkit's isolated worker.
c.Autograde.autograde_preprocessors = [
    "grader.nbgrader.autograde.GradeOutside",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Decides the random inputs. Keep it for the whole course, so that grading again gives the same scores.
c.GradeOutside.seed = {seed}
c.GradeOutside.timeout = {timeout}  # wall seconds for a notebook: its import and all its checks
c.GradeOutside.memory_mb = {memory_mb}
c.GradeOutside.isolation = "auto"  # "strict" refuses to grade where a layer of isolation is missing

# HTML in a student's notebook does nothing on formgrader's pages and in feedback: a script there would run as you.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.exclude_anchor_links = True  # headings keep no names to link to
c.HTMLExporter.filters = {{
    "clean_html": "grader.nbgrader.pages.cleaned",
    "strip_files_prefix": "grader.nbgrader.pages.cleaned",
}}

# What cannot be graded has no score, not even that of an earlier version.
c.Autograde.exporter_class = "grader.nbgrader.autograde.OpenUnlessGraded"

# `nbgrader export` writes grades.csv with gradkit's writer: nbgrader's columns, quoted, and one more that says what was not graded.
c.ExportApp.plugin_class = "grader.nbgrader.export.Grades"
'''


def config_text(course_id: str, seed: int) -> str:
    """Write the settings of a course.

    Args:
        course_id: nbgrader's name for the course.
        seed: decides the random inputs at grading.
    """
    return _TEXT.format(course_id=course_id, seed=seed, timeout=TIMEOUT, memory_mb=MEMORY_MB)
