"""What people are asked to report when we break."""

from __future__ import annotations

from pathlib import Path

from needful import __version__
from needful.report.crash import PLEASE_REPORT, crash_text
from needful.source import Edit, Span, splice


def test_a_crash_names_our_lines_and_no_one_elses_paths() -> None:
    try:
        splice("abc", [Edit(Span(2, 9), "\x1b")])
    except Exception as error:  # noqa: BLE001 - whatever it is
        text = crash_text(error)
    else:
        raise AssertionError
    assert text.startswith("internal error: Defect: edits overlap")
    assert "  at needful/source.py:" in text
    assert str(Path(__file__).parent) not in text


def test_a_crash_elsewhere_has_no_places() -> None:
    assert crash_text(ValueError("x\ny")) == "internal error: ValueError: x y\n"


def test_the_report_says_which_version() -> None:
    assert f"Needful {__version__}, Python 3." in PLEASE_REPORT
