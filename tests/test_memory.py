from __future__ import annotations

from collections.abc import Iterator

from needful.memory import Lazily


def test_values_are_made_when_somebody_gets_to_them_and_once() -> None:
    made: list[int] = []

    def numbers() -> Iterator[int]:
        for number in range(3):
            made.append(number)
            yield number

    values = Lazily(numbers())
    assert made == []
    assert next(iter(values)) == 0
    assert made == [0]
    assert list(values) == list(values) == [0, 1, 2]
    assert made == [0, 1, 2]


def test_several_may_go_through_them_at_once() -> None:
    values = Lazily(iter("abcd"))
    first, second = iter(values), iter(values)
    assert [next(first), next(first)] == ["a", "b"]
    assert [next(second), next(second), next(second)] == ["a", "b", "c"]
    assert list(first) == ["c", "d"]
    assert list(second) == ["d"]
