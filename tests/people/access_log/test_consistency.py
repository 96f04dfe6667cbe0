"""Proofs for anybody: right, bounded by the newest head, made once, and a few at a time."""

import asyncio

import pytest
import sqlalchemy as sa
from tests.people.access_log.conftest import Past

from ronda.base.errors import BadInput, Busy
from ronda.people.access_log.consistency import Proofs
from ronda.people.access_log.merkle import consistent


async def test_every_pair_of_heads_is_proved(past: Past) -> None:
    proofs = Proofs(past.store)
    for older in past.heads:
        for newer in past.heads:
            if older.size <= newer.size:
                hashes = await proofs.between(older.size, newer.size, 600)
                assert consistent(older.size, newer.size, hashes, older.root, newer.root)
    assert await proofs.between(0, 600, 600) == ()


async def test_what_has_no_proof_is_refused(past: Past) -> None:
    proofs = Proofs(past.store)
    with pytest.raises(BadInput, match="the newest head is over 600 entries, not 601"):
        await proofs.between(100, 601, 600)
    with pytest.raises(BadInput, match="does not begin with one of 400"):
        await proofs.between(400, 100, 600)


async def test_a_proof_is_made_once(past: Past) -> None:
    proofs = Proofs(past.store)
    made = await proofs.between(100, 400, 600)
    await past.tamper(sa.text("DELETE FROM access_log_entries"), sa.text("DELETE FROM access_log_nodes"))
    assert await proofs.between(100, 400, 600) == made


async def test_a_few_are_made_at_once_and_the_rest_are_told_to_wait(past: Past) -> None:
    proofs = Proofs(past.store)
    asked = await asyncio.gather(*(proofs.between(at, 600, 600) for at in range(1, 41)), return_exceptions=True)
    refused = [one for one in asked if isinstance(one, Busy)]
    assert len(refused) == proofs.refused == 36
    assert len(await proofs.between(40, 600, 600)) > 5
