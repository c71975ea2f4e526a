"""A plan as a page: complete, in order, valid, and nothing in it can act or fetch."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from needful.dependence.model import Evidence
from needful.document.operations import AddName
from needful.planning.plan import Plan
from needful.report.html import Figure, Gain, plan_html
from needful.rules.api import Tier
from report import samples
from report.timelines import HOSTILE, PAIR

GAIN = Gain(
    (
        Figure("time of a run, p50", "5m", "2m 30s", "2m 30s less (50%)", "replayed from 38 runs", less=True),
        Figure("runner minutes", "19", "20", "1 more", "measured", less=False),
        Figure("money", "$0.10", "$0.10", "none", "prices of 2026-11", less=None),
    ),
    PAIR,
    "replayed from 38 runs",
)
GAINS = {(".", samples.CI): GAIN}
VOID = {"meta"}


class Page(HTMLParser):
    """A page read back: its texts by element, its attributes; elements that are not closed in order are errors."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(text.strip() for tag, text in self.texts if tag != "style"))

    def of(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


def test_the_saving_comes_first_and_then_all_else() -> None:
    text = Page(plan_html([samples.BUSY], GAINS)).text
    order = (
        "1 change to make in 1 of 2 workflows. 1 more found, not applied.",
        ".github/workflows/ci.yml",
        "time of a run, p50 2m 30s less (50%) 5m → 2m 30s replayed from 38 runs",
        "When the jobs run",
        "1 change",
        "test need not wait for lint",
        "drop-false-needs:ci.yml:test:lint",
        "why",
        "seen ci.yml:7 needs: [lint] ci.yml:9 runs make test",
        "cost test also runs when lint fails",
        "nothing irreversible follows lint",
        "make test does not read what make lint writes: nobody looked into the Makefile",
        "- needs: [lint]",
        "Found, not applied",
        "stays not proved: tier review",
        "to have it needful apply --only drop-false-needs --include review",
    )
    at = 0
    for part in order:
        assert part in text[at:], part
        at = text.index(part, at) + len(part)


def test_the_diff_is_in_colour() -> None:
    page = plan_html([samples.BUSY])
    assert '<span class="removed">-    needs: [lint]</span>' in page
    assert '<span class="dim">@@ ' in page
    assert '<span class="dim">--- a/.github/workflows/ci.yml</span>' in page
    assert '<span class="">   test:</span>' in page


def test_changes_of_numbers_are_marked_by_what_they_mean() -> None:
    page = plan_html([samples.BUSY], GAINS)
    assert re.findall(r'<div class="gain (\w*)">([^<]*)', page) == [
        ("less", "2m 30s less (50%)"),
        ("more", "1 more"),
        ("", "none"),
    ]


def test_without_numbers_there_is_neither_saving_nor_drawing() -> None:
    page = plan_html([samples.BUSY])
    assert "<svg" not in page
    assert '<div class="gain' not in page


def test_gates_that_move_are_said() -> None:
    proposal = samples.proposal(also=(AddName(("jobs", "deploy", "needs"), "lint"),))
    page = Page(plan_html([Plan(".", (samples.file(changes=(samples.change(proposal),)),))]))
    assert "also deploy now waits for lint by an edge of its own" in page.text


def test_a_proof_without_gaps_is_folded() -> None:
    page = plan_html([samples.BUSY])
    assert page.count("<details open>") == page.count("<details") == 2
    proposal = samples.proposal(tier=Tier.SAFE)
    sound = replace(proposal, certificate=proposal.certificate[:1])
    whole = Plan(".", (samples.file(changes=(samples.change(sound),)),))
    assert "<details>\n<summary>What is proved" in plan_html([whole])


def test_what_could_not_be_read_is_said() -> None:
    text = Page(plan_html([samples.TROUBLED])).text
    assert "Needful: the plan for ../shop" in text
    assert "Not looked at ../shop/.github/workflows/bad.yml:3 not valid YAML mend it" in text
    assert "../shop/.github/workflows/odd.yml internal error: the rule x broke" in text


def test_what_somebody_keeps_is_said() -> None:
    text = Page(plan_html([samples.KEPT])).text
    assert "Kept, because somebody said so" in text
    for kept in (kept for file in samples.KEPT.files for kept in file.kept):
        name = kept.path.rsplit("/", 1)[-1] or samples.KEPT.settings
        assert f"{kept.what.replace('`', '')} said {name}:{kept.line} {kept.reason}".strip() in text
        assert all(change in text for change in kept.prevents)


def test_nothing_found() -> None:
    page = Page(plan_html([samples.QUIET]))
    assert page.of("h1") == ["Needful: the plan"]
    assert page.of("h2") == []
    assert "Nothing to change in 1 workflow." in page.text
    assert Page(plan_html([])).of("h1")


def test_only_its_own_styles_are_allowed_and_nothing_acts_or_fetches() -> None:
    page = plan_html([samples.BUSY, samples.TROUBLED], GAINS)
    read = Page(page)
    policy = next(value for tag, name, value in read.attributes if tag == "meta" and "default-src" in value)
    styles = dict.fromkeys(re.findall(r"<style>(.*?)</style>", page, re.DOTALL))
    hashes = [f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" for style in styles]
    assert len(hashes) == 2
    assert policy == f"default-src 'none'; style-src {' '.join(hashes)}; base-uri 'none'; form-action 'none'"
    assert page.index("Content-Security-Policy") < page.index("<style>")
    names = {name for _, name, _ in read.attributes}
    assert not any(name.startswith("on") for name in names)
    assert names.isdisjoint({"style", "src", "href", "action", "srcdoc", "background"})
    assert not re.search(r"<(script|link|iframe|img|object|embed|form)\b|@import|url\((?!#)", page)


def test_hostile_names_stay_text() -> None:
    proposal = samples.proposal(
        title=HOSTILE,
        because=HOSTILE,
        cost=HOSTILE,
        seen=(Evidence(HOSTILE, 1, HOSTILE), Evidence("a`b", 2, "a`b`c`d")),
    )
    figure = Figure(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    plan = Plan(HOSTILE, (samples.file(changes=(samples.change(proposal),), held=(samples.held(proposal, HOSTILE),)),))
    gains = {(HOSTILE, samples.CI): Gain((figure,), PAIR, HOSTILE)}
    page = plan_html([plan], gains)
    assert {tag for tag, _, _ in Page(page).attributes} == {
        tag for tag, _, _ in Page(plan_html([samples.BUSY], GAINS)).attributes
    }
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800]", page)
    assert "<script" not in page
    assert "a<code>b</code>c`d" in page


@pytest.mark.slow
def test_the_template_engine_is_loaded_only_for_pages() -> None:
    code = "import sys, needful.report.html; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
