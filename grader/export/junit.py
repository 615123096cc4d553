"""JUnit's XML: a test suite for each submission, a test case for each check, as continuous integration shows them."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping

from ..records import CheckRecord, ExerciseRecord, SubmissionRecord

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold, however they are written."""

_OUTCOMES = {"passed": None, "failed": "failure", "not_attempted": "skipped", "missing": "skipped"}
"""The element of a check's status; every other is an error."""


def junit(records: Iterable[SubmissionRecord]) -> bytes:
    """The XML of a class."""
    root = ET.Element("testsuites", name="gradkit")
    for record in records:
        root.append(_suite(record))
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"


def said(exercise: ExerciseRecord, check: CheckRecord) -> str:
    """What is said about a check that did not pass."""
    return check.message or exercise.message or check.status.replace("_", " ")


def _suite(record: SubmissionRecord) -> ET.Element:
    suite = ET.Element("testsuite", name=_clean(record.submission), time=f"{record.duration_s:.3f}")
    facts = {
        "score": f"{record.score:g}",
        "max_score": f"{record.max_score:g}",
        "seed": str(record.seed),
        "kit": record.kit,
        "digest": record.digest,
    }
    suite.append(_properties(facts))
    cases = [_case(exercise, check) for exercise in record.exercises for check in exercise.checks]
    suite.extend(cases)
    if record.flags:
        ET.SubElement(suite, "system-out").text = _clean("\n".join(record.flags))
    suite.set("tests", str(len(cases)))
    for kind, counted in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(counted, str(sum(case.find(kind) is not None for case in cases)))
    return suite


def _case(exercise: ExerciseRecord, check: CheckRecord) -> ET.Element:
    case = ET.Element("testcase", classname=_clean(exercise.name), name=_clean(check.name))
    case.append(_properties({"points": f"{check.score:g}", "max_points": f"{check.max_score:g}"}))
    kind = _OUTCOMES.get(check.status, "error")
    if kind:
        words = _clean(said(exercise, check))
        outcome = ET.SubElement(case, kind, message=(words.splitlines() or [""])[0])
        outcome.set("type", _clean(check.mistake or check.status))
        outcome.text = words
    return case


def _properties(facts: Mapping[str, str]) -> ET.Element:
    properties = ET.Element("properties")
    for name, value in facts.items():
        ET.SubElement(properties, "property", name=name, value=_clean(value))
    return properties


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
