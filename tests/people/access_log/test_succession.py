"""A head follows another only with a proof that the log grew; everything else is objected to, by name."""

from dataclasses import replace

import pytest
from tests.people.access_log.conftest import Past, new_signer

from ronda.bus.witness import HeadObjection
from ronda.people.access_log.succession import SENTENCES, head_of, objection, proof_of, told_of


async def test_a_longer_log_with_its_proof_follows(past: Past) -> None:
    first, second, third = past.heads
    assert objection(None, second, None) is None
    assert objection(first, second, await past.log.consistency(100, 400)) is None
    assert objection(first, third, await past.log.consistency(100, 600)) is None
    assert objection(third, third, ()) is None


async def test_what_does_not_follow_is_named(past: Past) -> None:
    first, second, third = past.heads
    proof = await past.log.consistency(100, 400)
    assert objection(first, replace(second, size=401), proof) is HeadObjection.FORGED
    assert objection(None, replace(second, root=b"x" * 32), proof) is HeadObjection.FORGED
    stranger = new_signer().sign(second.size, second.root, second.at_90k)
    assert objection(first, stranger, proof) is HeadObjection.OTHER_KEY
    assert objection(third, second, None) is HeadObjection.SHRUNK
    assert objection(first, second, None) is HeadObjection.UNPROVEN
    assert objection(first, second, proof[:-1]) is HeadObjection.REWRITTEN
    assert objection(first, third, proof) is HeadObjection.REWRITTEN
    other = past.signer.sign(second.size, b"o" * 32, second.at_90k)
    assert objection(first, other, proof) is HeadObjection.REWRITTEN
    assert objection(second, other, ()) is HeadObjection.REWRITTEN


@pytest.mark.parametrize("found", HeadObjection)
def test_each_objection_has_its_sentence(found: HeadObjection) -> None:
    assert SENTENCES[found]


async def test_a_head_and_its_proof_survive_the_journey(past: Past) -> None:
    proof = await past.log.consistency(100, 400)
    told = type(message := told_of(past.heads[1], 100, proof)).model_validate_json(message.model_dump_json())
    assert (head_of(told), proof_of(told), told.first) == (past.heads[1], tuple(proof), 100)
    assert proof_of(told_of(past.heads[1], 100, None)) is None
