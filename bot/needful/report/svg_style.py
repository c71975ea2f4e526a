"""The colours of timelines, light and dark, and how their texts look.

Every class begins with `tl-`, so that a drawing can stand in a page of its own styles. Colours are set in the light
scheme and set again in the dark one, not by variables: programs that know no variables draw the light scheme.
"""

from __future__ import annotations

_FONT = '-apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif'
# class → property, light, dark: the colours of GitHub's own pages, with which text has a contrast of 4.5 to 1 or more
_COLOURS = (
    ("page", "fill", "#ffffff", "#0d1117"),
    ("page", "stroke", "#d1d9e0", "#3d444d"),
    ("strong", "fill", "#1f2328", "#f0f6fc"),
    ("plain", "fill", "#1f2328", "#f0f6fc"),
    ("dim", "fill", "#59636e", "#9198a1"),
    ("grid", "stroke", "#e6eaef", "#21262d"),
    ("rule", "stroke", "#eff2f5", "#171d25"),
    ("end", "stroke", "#818b98", "#656c76"),
    ("bar", "fill", "#c8d3e0", "#3c4a5e"),
    ("critical", "fill", "#0969da", "#1f6feb"),
    ("failed", "fill", "#cf222e", "#da3633"),
    ("on-path", "stroke", "#0969da", "#4493f8"),
    ("on-bar", "fill", "#25292e", "#e6edf3"),
    ("on-critical", "fill", "#ffffff", "#ffffff"),
    ("step", "stroke", "#ffffff", "#0d1117"),
    ("wait", "stroke", "#98a4b3", "#6b7786"),
    ("hatch", "stroke", "#98a4b3", "#6b7786"),
    ("link", "stroke", "#0969da", "#4493f8"),
    ("head", "fill", "#0969da", "#4493f8"),
    ("slack", "stroke", "#a8b3c0", "#545d68"),
    ("skipped", "stroke", "#818b98", "#8b949e"),
    ("skipped", "fill", "#ffffff", "#0d1117"),
    ("verdict", "stroke", "#8250df", "#ab7df8"),
    ("verdict-text", "fill", "#8250df", "#ab7df8"),
    ("bad", "fill", "#cf222e", "#f85149"),
    ("saved", "fill", "#e9f9ed", "#10231a"),
    ("gain", "fill", "#1a7f37", "#3fb950"),
    ("loss", "fill", "#bc4c00", "#db6d28"),
)
_SHAPES = (
    ".tl-strong,.tl-plain,.tl-dim,.tl-on-bar,.tl-on-critical,.tl-verdict-text,.tl-bad,.tl-gain,.tl-loss"
    f"{{font:12px {_FONT}}}"
    ".tl-strong{font-weight:600}.tl-title{font-size:18px}.tl-heading{font-size:15px}.tl-gain,.tl-loss{font-weight:600}"
    ".tl-small{font-size:11px}.tl-tiny{font-size:10px}.tl-right{text-anchor:end}.tl-middle{text-anchor:middle}"
    ".tl-page,.tl-grid,.tl-rule,.tl-end,.tl-wait,.tl-slack,.tl-hatch{stroke-width:1}"
    ".tl-step{stroke-width:1;stroke-opacity:.55}.tl-link{stroke-width:1.5;fill:none}"
    ".tl-skipped,.tl-on-path,.tl-verdict{stroke-width:1.5}"
    ".tl-verdict{stroke-dasharray:5 3}.tl-slack{stroke-dasharray:2 2}"
)


def stylesheet() -> str:
    """The style of every timeline."""
    return f"{_SHAPES}{_scheme(2)}@media (prefers-color-scheme:dark){{{_scheme(3)}}}"


def _scheme(column: int) -> str:
    return "".join(f".tl-{row[0]}{{{row[1]}:{row[column]}}}" for row in _COLOURS)
