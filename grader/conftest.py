"""What `pytest grader` adds to pytest: one item a check, the student's code in a process of its own, points at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.answers import NoAnswers
from grader.check import CheckInfo
from grader.expectations import insist, oracle_for
from grader.messages import tail
from grader.selfcheck import PATIENCE, SelfCheck

_CHECKS = Path(__file__).parent / "checks"
_RUNNING = pytest.StashKey[SelfCheck]()
_TOTAL = "all of these"


class CheckFailed(Exception):
    """A check that did not pass; the message is for the student."""


def pytest_configure(config: pytest.Config) -> None:
    if config.option.collectonly or _distributes(config):
        return
    folder = _folder(config)
    if not folder.is_dir():
        raise pytest.UsageError(f"{folder}: no such folder; name one with --submission DIR")
    try:
        insist(*_asked(config))
    except NoAnswers as error:
        raise pytest.UsageError(str(error)) from None
    if config.option.device != "sim":
        _insist_on(config.option.device)
    # Opened before anything is collected: the worker's server imports torch meanwhile.
    config.stash[_RUNNING] = SelfCheck(
        folder,
        seed=config.option.seed,
        accelerator=config.option.device,
        patience=_patience(config),
    )


def pytest_unconfigure(config: pytest.Config) -> None:
    if _RUNNING in config.stash:
        config.stash[_RUNNING].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if _holds_checks(file_path) and not parent.session.isinitpath(file_path):
        return ExerciseFile.from_parent(parent, path=file_path)
    return None


def pytest_pycollect_makemodule(module_path: Path, parent: Any) -> pytest.Collector | None:
    # A check module named on the command line is offered as a Python module: it is none of pytest's.
    return (
        ExerciseFile.from_parent(parent, path=module_path) if _holds_checks(module_path) else None
    )


def pytest_collection_finish(session: pytest.Session) -> None:
    running = session.config.stash.get(_RUNNING, None)
    wanted: dict[str, list[str]] = defaultdict(list)
    for item in session.items:
        if isinstance(item, CheckItem):
            wanted[item.info.exercise].append(item.info.id)
    if running is not None:
        running.begin(wanted)


class ExerciseFile(pytest.File):
    """The checks of one exercise."""

    def collect(self) -> Iterator[CheckItem]:
        """One item for each check."""
        try:
            oracle = oracle_for(self.path.stem, *_asked(self.config))
        except NoAnswers as error:
            raise self.CollectError(str(error)) from None
        for info in oracle.checks:
            yield CheckItem.from_parent(self, name=info.id, info=info)


class CheckItem(pytest.Item):
    """One check, as pytest sees it."""

    def __init__(self, *, info: CheckInfo, **options: Any) -> None:
        super().__init__(**options)
        self.info = info
        # Student code is given its time in the worker; pytest-timeout would also count the wait for its turn.
        self.add_marker(pytest.mark.timeout(0))
        self.extra_keyword_matches |= {info.exercise, info.function, info.aspect}

    def runtest(self) -> None:
        """Wait for the finding, and pass, skip or fail by it."""
        finding = self.config.stash[_RUNNING].finding(self.info.exercise, self.info.id)
        verdict = finding.verdict
        self.user_properties.append(("exercise", self.info.exercise))
        self.user_properties.append(("points", verdict.score))
        self.user_properties.append(("max_points", self.info.points))
        if finding.output:
            self.add_report_section("call", "student's output", tail(finding.output))
        if verdict.status == "not_attempted":
            pytest.skip("not started")
        if verdict.status != "passed":
            raise CheckFailed(verdict.message)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The message alone for a failed check; pytest's own words for anything else."""
        if isinstance(excinfo.value, CheckFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Where the item stands, and its title."""
        return self.path, None, f"{self.info.exercise}.{self.info.id}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    earned: dict[str, float] = defaultdict(float)
    possible: dict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            known = dict(getattr(report, "user_properties", ()))
            if "max_points" in known and getattr(report, "when", "call") == "call":
                earned[known["exercise"]] += known["points"]
                possible[known["exercise"]] += known["max_points"]
    if possible:
        _write_points(terminalreporter, earned, possible)


def _write_points(reporter: Any, earned: dict[str, float], possible: dict[str, float]) -> None:
    reporter.section("points")
    width = max(map(len, [*possible, _TOTAL]))
    for name in sorted(possible):
        done = {"green": True} if earned[name] == possible[name] else {}
        reporter.write_line(f"{name:<{width}}  {earned[name]:>5g} / {possible[name]:g}", **done)
    total = f"{sum(earned.values()):>5g} / {sum(possible.values()):g}"
    reporter.write_line(f"{_TOTAL:<{width}}  {total}", bold=True)


def _holds_checks(path: Path) -> bool:
    return path.parent == _CHECKS and path.name.startswith("ex") and path.suffix == ".py"


def _asked(config: pytest.Config) -> tuple[int, str]:
    return config.option.seed, config.option.device


def _folder(config: pytest.Config) -> Path:
    given = config.option.submission
    return Path(given) if given else Path("exercises")


def _patience(config: pytest.Config) -> float:
    """Seconds for each check: pytest-timeout's, where it is told."""
    return getattr(config.option, "timeout", None) or PATIENCE


def _insist_on(device: str) -> None:
    import torch  # a second of waiting that only a real device is worth

    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        words = str(error).splitlines()[0]
        raise pytest.UsageError(f"--device {device}: not to be had here: {words}") from None


def _distributes(config: pytest.Config) -> bool:
    """Whether pytest-xdist's other processes do the work."""
    numbers = getattr(config.option, "numprocesses", None)
    return bool(numbers) and not hasattr(config, "workerinput")
