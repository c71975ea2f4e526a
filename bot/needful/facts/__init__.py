"""Tables as data files, each with its source and date, read once when first asked for, and given types here."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> Any:  # noqa: ANN401 - the one place where data has no type yet
    """The content of the data file `name`, e.g. `actions.json`. Nobody changes it."""
    return json.loads(files(__name__).joinpath(name).read_text("utf-8"))
