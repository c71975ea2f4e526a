"""Tables as data files, each with its source and date. Read once, when first asked for."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def table(name: str) -> Any:
    """The content of the data file `name`, e.g. `actions.json`. Callers give it types; nobody changes it."""
    return json.loads(files(__name__).joinpath(name).read_text("utf-8"))
