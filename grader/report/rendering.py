"""Templates, and what makes them safe: everything put in is escaped, and the page may load nothing and run only its own script."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ..visible import visible
from .words import many, points

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, *, styles: tuple[str, ...], script: str = "", **values: Any) -> str:
    """Fill in a page.

    Args:
        template: its file's name.
        styles: the style sheets, which become part of the page.
        script: likewise, if the page has one.
        values: what the template speaks of.
    """
    style = "".join(_text(name) for name in styles)
    code = _text(script) if script else ""
    return (
        _environment()
        .get_template(template)
        .render(style=Markup(style), script=Markup(code), policy=_policy(style, code), **values)
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    environment.filters |= {"breakable": breakable, "many": many, "points": points}
    return environment


def _seen(value: Any) -> Any:
    """Whatever a template puts out shows its invisible characters."""
    return visible(value) if type(value) is str else value


def breakable(name: str) -> Markup:
    """A name that a narrow column may break behind its underscores.

    >>> str(breakable("a_<b>"))
    'a_<wbr>&lt;b&gt;'
    """
    return Markup("_<wbr>").join(visible(name).split("_"))


@cache
def _text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """The content security policy: this style sheet, this script, and nothing else from anywhere."""
    scripts = f"'sha256-{_digest(script)}'" if script else "'none'"
    return (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src {scripts}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
