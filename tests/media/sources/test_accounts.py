"""Refused logins are not tried on the recorder's other channels."""

import asyncio

from ronda.base.time import SystemClock
from ronda.media.sources.accounts import Accounts


class HandClock(SystemClock):
    now = 0.0

    def monotonic(self) -> float:
        return self.now


def test_a_refusal_counts_for_a_while_and_for_its_login_alone() -> None:
    clock = HandClock()
    accounts = Accounts(clock, refused_s=60)
    accounts.refuse("nvr admin wrong")
    assert accounts.is_refused("nvr admin wrong")
    assert not accounts.is_refused("nvr admin right")
    clock.now = 61
    assert not accounts.is_refused("nvr admin wrong")


def test_one_forbidden_channel_does_not_speak_for_a_login_that_works() -> None:
    accounts = Accounts(HandClock())
    accounts.accept("nvr admin right")
    accounts.refuse("nvr admin right")
    assert not accounts.is_refused("nvr admin right")
    accounts.refuse("nvr admin right")
    assert accounts.is_refused("nvr admin right")


def test_a_password_that_was_changed_on_the_recorder_is_tried_once_more() -> None:
    accounts = Accounts(HandClock())
    accounts.accept("nvr admin old")
    accounts.leave("nvr admin old")
    accounts.refuse("nvr admin old")
    assert accounts.is_refused("nvr admin old")


async def test_success_wakes_those_who_waited() -> None:
    accounts = Accounts(HandClock())
    accounts.refuse("k")
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(accounts.accepted("k"))
        await asyncio.sleep(0)
        accounts.accept("k")
