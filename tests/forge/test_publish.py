"""What is promised of a proposal, on GitHub and on disk alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from forge.places import PATCHES, STEPS, Place, publication
from forge.samples import BRANCH, CI, CI_BYTES
from needful.app.publish import (
    Declined,
    Differs,
    Done,
    Enough,
    Named,
    Nothing,
    Outdated,
    Patch,
    Publication,
    Published,
    publish,
    withdraw,
)
from needful.forge.branches import meant_by
from needful.forge.marks import remembered
from needful.forge.model import State
from needful.forge.outcomes import PersonsWork

FIRST, SECOND = "`test` need not wait", "`docs` need not wait"


def published(place: Place, wanted: Publication | None = None) -> Published:
    outcome = publish(place.forge, wanted or publication(place), 2)
    assert isinstance(outcome, Published), outcome
    return outcome


def test_a_branch_a_commit_per_change_and_a_pull_request(place: Place) -> None:
    outcome = published(place)
    assert outcome.done is Done.OPENED
    assert place.messages(BRANCH) == [FIRST, SECOND]
    assert place.file(BRANCH, CI) == STEPS[1]
    assert place.file(BRANCH, "README.md") == b"# Shop\n"
    pull = outcome.pull
    assert (pull.title, pull.branch, pull.base, pull.state) == ("ci.yml: wait less", BRANCH, "main", State.OPEN)
    assert "It **saves** 3 min." in pull.body
    commits = place.forge.ahead(place.head("main"), place.head(BRANCH)).commits
    assert [meant_by(commit) is not None for commit in commits] == [True, True]
    # each prefix is the workflow with the changes so far
    first = place.forge.files(commits[0], ".github/workflows")[0]
    assert place.forge.content(first) == STEPS[0]


def test_again_nothing_is_written(place: Place) -> None:
    published(place)
    before = place.head(BRANCH), place.writes()
    assert published(place).done is Done.UNCHANGED
    assert (place.head(BRANCH), place.writes()) == before


def test_other_commits_on_the_default_branch_change_nothing(place: Place) -> None:
    published(place)
    place.push("main", {"README.md": b"# New\n"})
    before = place.head(BRANCH)
    assert published(place).done is Done.UNCHANGED
    assert place.head(BRANCH) == before


def test_asked_to_it_commits_anew_on_top(place: Place) -> None:
    published(place)
    place.push("main", {"README.md": b"# New\n"})
    outcome = published(place, publication(place, anew=True))
    assert outcome.done is Done.UPDATED
    assert place.forge.ahead(place.head("main"), place.head(BRANCH)).fork == place.head("main")
    assert place.file(BRANCH, "README.md") == b"# New\n"
    assert published(place, publication(place, anew=True)).done is Done.UNCHANGED


def test_a_plan_for_another_commit_is_outdated(place: Place) -> None:
    wanted = publication(place)
    place.push("main", {CI: b"on: push\n"})
    assert publish(place.forge, wanted, 2) == Outdated(wanted.base, place.head("main"))
    assert place.head(BRANCH) == ""


def test_a_plan_for_other_bytes_is_none(place: Place) -> None:
    assert publish(place.forge, publication(place, before=b"on: push\n"), 2) == Differs(CI)
    assert publish(place.forge, publication(place, path=".github/workflows/none.yml"), 2) == Differs(
        ".github/workflows/none.yml"
    )
    assert place.head(BRANCH) == ""


def because(reason: str) -> Patch:
    """The first change, proposed for another reason."""
    return replace(PATCHES[0], changes=(Named(PATCHES[0].changes[0].id, reason),))


class TestAnotherPlan:
    def test_one_more_change_is_one_more_commit(self, place: Place) -> None:
        published(place, publication(place, patches=PATCHES[:1]))
        first = place.head(BRANCH)
        outcome = published(place)
        assert outcome.done is Done.UPDATED
        assert place.messages(BRANCH) == [FIRST, SECOND]
        commits = place.forge.ahead(place.head("main"), place.head(BRANCH)).commits
        assert commits[0].sha == first  # who looked at it need not look again

    def test_one_less_is_one_commit_less(self, place: Place) -> None:
        published(place)
        published(place, publication(place, patches=PATCHES[:1]))
        assert place.messages(BRANCH) == [FIRST]
        assert place.file(BRANCH, CI) == STEPS[0]

    def test_another_order_is_another_line(self, place: Place) -> None:
        published(place)
        swapped = (replace(PATCHES[1], content=CI_BYTES + b"\n"), replace(PATCHES[0], content=STEPS[1]))
        published(place, publication(place, patches=swapped))
        assert place.messages(BRANCH) == [SECOND, FIRST]

    def test_the_workflow_changed(self, place: Place) -> None:
        published(place)
        new = CI_BYTES + b"\r\n# more"
        place.push("main", {CI: new})
        patch = replace(PATCHES[0], content=new.replace(b"push", b"pull_request"))
        outcome = published(place, publication(place, before=new, patches=(patch,)))
        assert (outcome.done, place.messages(BRANCH)) == (Done.UPDATED, [FIRST])
        assert place.file(BRANCH, CI) == patch.content

    def test_nothing_is_left_of_it(self, place: Place) -> None:
        pull = published(place).pull
        outcome = publish(place.forge, publication(place, patches=()), 2)
        assert isinstance(outcome, Nothing)
        assert outcome.pull is not None
        assert outcome.pull.url == pull.url
        closed = withdraw(place.forge, outcome.pull)
        assert closed.state is State.CLOSED
        # nobody declined anything
        assert published(place).done is Done.OPENED

    def test_nothing_to_begin_with(self, place: Place) -> None:
        assert publish(place.forge, publication(place, patches=()), 2) == Nothing(None)


class TestWhatPeopleDo:
    def test_their_commits_are_never_overwritten(self, place: Place) -> None:
        published(place)
        theirs = place.push(BRANCH, {CI: b"on: push # mine\n"}, "My own idea")
        for wanted in (publication(place), publication(place, patches=PATCHES[:1]), publication(place, anew=True)):
            outcome = publish(place.forge, wanted, 2)
            assert isinstance(outcome, PersonsWork)
            assert [commit.message for commit in outcome.commits] == ["My own idea"]
        assert place.head(BRANCH) == theirs

    def test_unless_somebody_names_them(self, place: Place) -> None:
        published(place)
        theirs = place.push(BRANCH, {CI: b"on: push # mine\n"}, "My own idea")
        assert published(place, publication(place, replaces=theirs)).done is Done.UPDATED
        assert place.messages(BRANCH) == [FIRST, SECOND]

    def test_not_even_where_we_never_proposed(self, place: Place) -> None:
        theirs = place.push(BRANCH, {"README.md": b"mine\n"}, "My branch")
        assert isinstance(publish(place.forge, publication(place), 2), PersonsWork)
        assert place.head(BRANCH) == theirs

    def test_what_they_decline_does_not_come_again(self, place: Place) -> None:
        pull = published(place).pull
        place.decline()
        outcome = publish(place.forge, publication(place), 2)
        assert isinstance(outcome, Declined)
        assert outcome.pull.url == pull.url
        # nor a part of it
        assert isinstance(publish(place.forge, publication(place, patches=PATCHES[:1]), 2), Declined)

    @pytest.mark.parametrize("change", ["reason", "workflow", "more"])
    def test_until_the_change_is_another(self, place: Place, change: str) -> None:
        published(place, publication(place, patches=PATCHES[:1]))
        place.decline()
        if change == "reason":
            wanted = publication(place, patches=(because("another"),))
        elif change == "more":
            wanted = publication(place)
        else:
            place.push("main", {CI: STEPS[1]})
            wanted = publication(place, before=STEPS[1], patches=(replace(PATCHES[0], content=CI_BYTES),))
        assert published(place, wanted).done is Done.OPENED
        place.decline()
        assert isinstance(publish(place.forge, wanted, 2), Declined)

    def test_one_by_one_they_decline_them_all(self, place: Place) -> None:
        other = replace(PATCHES[1], content=CI_BYTES + b"\n")
        for patch in (PATCHES[0], other):
            published(place, publication(place, patches=(patch,)))
            place.decline()
        assert isinstance(publish(place.forge, publication(place, patches=(PATCHES[0], other)), 2), Declined)

    def test_what_they_merge_is_done_with(self, place: Place) -> None:
        published(place)
        place.merge()
        assert place.file("main", CI) == STEPS[1]
        assert publish(place.forge, publication(place, before=STEPS[1], patches=()), 2) == Nothing(None)
        again = publication(place, before=STEPS[1], patches=(replace(PATCHES[0], content=CI_BYTES),))
        assert published(place, again).done is Done.OPENED

    def test_what_they_write_stays(self, place: Place) -> None:
        body = published(place).pull.body
        place.edit_body(f"Reviewed by me.\n\n{body}\n\n- [x] looks good")
        outcome = published(place, publication(place, body=lambda _: "It saves 4 min."))
        assert outcome.done is Done.UPDATED
        assert outcome.pull.body.startswith("Reviewed by me.\n\n<!-- needful:begin -->")
        assert outcome.pull.body.endswith("- [x] looks good")
        assert "4 min" in outcome.pull.body
        assert "3 min" not in outcome.pull.body

    def test_even_without_our_part(self, place: Place) -> None:
        published(place)
        place.edit_body("All mine.")
        body = published(place).pull.body
        assert body.startswith("All mine.\n\n<!-- needful:begin -->")
        assert remembered(body) is not None


def test_a_new_title_is_written(place: Place) -> None:
    published(place)
    assert published(place, publication(place, title="ci.yml: 4 min less")).pull.title == "ci.yml: 4 min less"


def test_no_more_are_open_than_may_be(place: Place) -> None:
    other = ".github/workflows/other.yml"
    place.push("main", {other: b"on: push\n"})
    mine = published(place).pull
    wanted = publication(
        place, path=other, before=b"on: push\n", patches=(replace(PATCHES[0], content=b"on: pull_request\n"),)
    )
    outcome = publish(place.forge, wanted, 1)
    assert isinstance(outcome, Enough)
    assert [pull.url for pull in outcome.pulls] == [mine.url]
    assert place.head("needful/other.yml") == ""
    assert published(place, wanted).done is Done.OPENED
    # those that are open are kept up to date all the same
    assert isinstance(publish(place.forge, publication(place), 1), Published)


def test_hostile_text_stays_text(place: Place) -> None:
    wanted = publication(
        place,
        title='x" && touch owned; $(id) `id` <!-- needful:end -->',
        body=lambda _: "text <!-- needful:end --> <!-- needful:begin --> more",
        patches=(replace(PATCHES[0], message="--amend\n\n$(touch owned)\n-F /etc/passwd"),),
    )
    body = published(place, wanted).pull.body
    assert body.count("<!-- needful:begin -->") == body.count("<!-- needful:end -->") == 1
    assert published(place, wanted).done is Done.UNCHANGED
    assert place.messages(BRANCH) == ["--amend"]


def test_every_outcome_is_a_sentence(place: Place) -> None:
    said = [str(publish(place.forge, publication(place, patches=()), 2))]
    outcome = published(place)
    said += [str(outcome), str(published(place)), str(published(place, publication(place, title="New")))]
    said.append(str(publish(place.forge, publication(place, patches=()), 2)))
    place.decline()
    said.append(str(publish(place.forge, publication(place), 2)))
    said.append(str(publish(place.forge, publication(place, base="a" * 40), 2)))
    said.append(str(publish(place.forge, publication(place, before=b"", title="Other"), 2)))
    said.append(str(publish(place.forge, publication(place, patches=(because("x"),)), 0)))
    url = outcome.pull.url
    assert said == [
        "nothing to propose",
        f"{url} is open now",
        f"{url} says the same already",
        f"{url} was updated",
        f"nothing to propose, and {url} is still open",
        f"{url} was declined, and nothing has changed since: reopen it to have it after all",
        f"the plan is for aaaaaaaaaa, but the branch is at {place.head('main')[:10]} now: plan again",
        f"{CI} is not what the commit has, or no regular file: commit it first",
        "no more pull requests may be open (): merge or close one",
    ]
