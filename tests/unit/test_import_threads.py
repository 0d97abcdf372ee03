"""Which mails belong together."""

from backend.importing.threads import Threads


def test_mails_are_joined_by_reference_in_any_order() -> None:
    threads: Threads[str] = Threads()
    threads.add("c", ["a", "b"], "C")
    threads.add("x", [], "X")
    threads.add("a", [], "A")
    threads.add("b", ["a"], "B")
    assert threads.in_order() == [["C", "A", "B"], ["X"]]


def test_a_common_reference_joins_mails_that_do_not_know_each_other() -> None:
    threads: Threads[str] = Threads()
    threads.add("1", ["missing"], "one")
    threads.add("2", ["missing"], "two")
    assert threads.in_order() == [["one", "two"]]


def test_the_same_mail_counts_once_and_circles_end() -> None:
    threads: Threads[str] = Threads()
    assert threads.add("a", ["b", "a"], "A")
    assert threads.add("b", ["a"], "B")
    assert not threads.add("a", [], "again")
    assert threads.in_order() == [["A", "B"]]
