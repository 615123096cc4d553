"""Releasing feedback where some notebooks did not come through nbgrader's exchange.

nbgrader names a released page after a secret that `nbgrader submit` made; for a notebook that was put into `submitted/` by hand there is
none, and its own command ends there, before everybody else's page.
"""

from __future__ import annotations

import glob
from pathlib import Path

from nbgrader.exchange.default import ExchangeReleaseFeedback
from nbgrader.utils import temp_attrs

_FROM_SUBMIT = ("timestamp.txt", "submission_secret.txt")


class ReleaseFeedback(ExchangeReleaseFeedback):
    """Releases what can be fetched, and says whose page must be handed over in another way."""

    def copy_files(self) -> None:
        """Copy the pages; see nbgrader's Exchange."""
        by_hand = []
        for folder in map(Path, sorted(glob.glob(self.src_path))):
            if not all((folder / name).is_file() for name in _FROM_SUBMIT):
                self.log.info(
                    "%s was not handed in by `nbgrader submit`: pass it on yourself", folder
                )
                by_hand.append(folder.parent.name)
        left_out = ",".join(filter(None, [self.coursedir.student_id_exclude, *by_hand]))
        with temp_attrs(self.coursedir, student_id_exclude=left_out):
            super().copy_files()
