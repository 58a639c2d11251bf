"""The line of waiting workers: who is called, and that no call is lost or goes round for ever."""

from humanwire.core.ids import ProjectId
from humanwire.flows.wakeups import Line, Place

OURS, THEIRS = ProjectId(1), ProjectId(2)


def called(*places: Place) -> list[bool]:
    return [place.called.done() for place in places]


async def test_as_many_are_called_as_there_are_vacancies_first_come_first() -> None:
    line = Line()
    with line.standing([OURS]) as a, line.standing([OURS]) as b, line.standing([OURS]) as c:
        line.call(OURS, 2)

        assert called(a, b, c) == [True, True, False]


async def test_another_projects_workers_stay_where_they_are() -> None:
    line = Line()
    with line.standing([THEIRS]) as theirs, line.standing([OURS, THEIRS]) as both:
        line.call(OURS)

        assert called(theirs, both) == [False, True]


async def test_a_call_of_no_use_goes_to_each_of_the_others_once() -> None:
    line = Line()
    with line.standing([OURS]) as a, line.standing([OURS]) as b, line.standing([OURS]) as c:
        line.call(OURS)
        for place, following in ((a, b), (b, c)):
            call = line.take(place)
            line.pass_on(place, call)
            assert called(following) == [True]

        line.pass_on(c, line.take(c))

        assert called(a, b, c) == [False, False, False]
        line.call(OURS)
        assert called(a) == [True]


async def test_a_call_that_comes_while_the_last_one_is_looked_into_is_kept() -> None:
    line = Line()
    with line.standing([OURS]) as place:
        line.call(OURS)
        line.take(place)  # the worker asks the store now

        line.call(OURS)

        assert called(place) == [True]


async def test_who_leaves_with_a_call_hands_it_on() -> None:
    line = Line()
    with line.standing([OURS]) as stays:
        with line.standing([OURS]):
            line.call(OURS, 1)
            line.take(stays)
            line.call(OURS, 2)
            line.take(stays)

        assert called(stays) == [True]


async def test_a_line_that_nobody_stands_in_leaves_nothing_behind() -> None:
    line = Line()
    with line.standing([OURS, THEIRS]):
        line.call_all([OURS])

    assert not line._places
