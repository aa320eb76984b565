import pytest

from core.ports import Chorus, Port


def nothing(number: int) -> int:
    """What is it worth?"""
    return 0


def test_a_port_has_a_safe_default_until_it_is_answered():
    port = Port(nothing)
    assert port(7) == 0
    port.answered_by(lambda number: number + 1)
    assert port(7) == 8
    assert port.__doc__ == "What is it worth?"


def test_a_second_different_answer_is_a_mistake_the_same_one_is_not():
    port = Port(nothing)
    answer = port.answered_by(lambda number: 1)
    port.answered_by(answer)
    with pytest.raises(RuntimeError, match="nothing is answered already"):
        port.answered_by(lambda number: 2)


def test_a_chorus_collects_each_voice_once_in_order():
    chorus = Chorus(nothing)
    assert chorus(1) == []

    def double(number: int) -> int:
        return number * 2

    chorus.joined_by(double)
    chorus.joined_by(lambda number: number * 3)
    chorus.joined_by(double)
    assert chorus(2) == [4, 6]


def test_a_voice_that_fails_fails_the_question():
    chorus = Chorus(nothing)
    chorus.joined_by(lambda number: 1 // number)
    with pytest.raises(ZeroDivisionError):
        chorus(0)
