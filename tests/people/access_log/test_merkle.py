"""The tree is that of RFC 9162: its known roots, the proofs of its worked example, and a naive tree at any size."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ronda.people.access_log.merkle import (
    EMPTY,
    Frontier,
    complete_subtrees,
    consistency_path,
    consistent,
    fold,
    includes,
    inclusion_path,
    leaf_hash,
    node_hash,
)

INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = """
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7
4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4
76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef
ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c
5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328
""".split()
"""The roots over the first none to eight of the inputs that Certificate Transparency's logs are tested with."""


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """Return the root as section 2.1.1 defines it."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def leaves_of(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def proof(leaves: Sequence[bytes], spans: list[tuple[int, int]]) -> list[bytes]:
    return [naive_root(leaves[start:end]) for start, end in spans]


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots(size: int) -> None:
    grown, _ = Frontier().extended(map(leaf_hash, INPUTS[:size]))
    assert grown.root.hex() == ROOTS[size]


def test_the_worked_example_of_the_rfc() -> None:
    a, b, c, d, e, f, j = ((number, number + 1) for number in range(7))
    g, h, i, k, l = (0, 2), (2, 4), (4, 6), (0, 4), (4, 7)  # noqa: E741 - as the RFC draws them
    del a, e
    assert inclusion_path(0, 7) == [b, h, l]
    assert inclusion_path(3, 7) == [c, g, l]
    assert inclusion_path(4, 7) == [f, j, k]
    assert inclusion_path(6, 7) == [i, k]
    assert consistency_path(3, 7) == [c, d, g, l]
    assert consistency_path(4, 7) == [l]
    assert consistency_path(6, 7) == [i, j, k]
    assert consistency_path(7, 7) == consistency_path(0, 7) == []


@settings(deadline=None)
@given(st.lists(st.integers(0, 40), max_size=12), st.integers(0, 700))
def test_a_tree_that_grows_in_any_steps_has_the_naive_root(steps: list[int], more: int) -> None:
    leaves = leaves_of(sum(steps) + more)
    tree, kept, at = Frontier(), [], 0
    for step in [*steps, more]:
        tree, nodes = tree.extended(leaves[at : at + step])
        kept += nodes
        at += step
    assert tree.size == len(leaves)
    assert tree.root == naive_root(leaves)
    assert [(node.level, node.position, node.hash) for node in kept] == [
        (8, place, naive_root(leaves[place * 256 : (place + 1) * 256])) for place in range(len(leaves) // 256)
    ]


@settings(deadline=None)
@given(st.data())
def test_proofs_of_inclusion_hold_and_hold_for_nothing_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 200))
    number = data.draw(st.integers(0, size - 1))
    leaves = leaves_of(size)
    spans = inclusion_path(number, size)
    told = proof(leaves, spans)
    root = naive_root(leaves)
    assert includes(leaves[number], number, size, told, root)
    assert not includes(leaf_hash(b"another"), number, size, told, root)
    assert not includes(leaves[number], number, size, told, leaf_hash(b"another"))
    assert not includes(leaves[number], number, size, [*told, root], root)
    assert not includes(leaves[number], size, size, told, root)
    if told:
        assert not includes(leaves[number], number, size, told[:-1], root)
    other = data.draw(st.integers(0, size - 1))
    assert includes(leaves[number], other, size, told, root) == (other == number)
    for span in spans:
        assert fold(proof(leaves, [(p << lv, (p + 1) << lv) for lv, p in complete_subtrees(span)])) == naive_root(
            leaves[span[0] : span[1]]
        )


@settings(deadline=None)
@given(st.data())
def test_proofs_of_consistency_hold_and_hold_for_nothing_else(data: st.DataObject) -> None:
    second = data.draw(st.integers(1, 200))
    first = data.draw(st.integers(0, second))
    leaves = leaves_of(second)
    told = proof(leaves, consistency_path(first, second))
    older, newer = naive_root(leaves[:first]), naive_root(leaves)
    assert consistent(first, second, told, older, newer)
    rewritten = leaf_hash(b"another")
    assert not consistent(first, second, told, rewritten, newer)
    if first:
        assert not consistent(first, second, told, older, rewritten)
        forged = [leaf_hash(b"x"), *leaves[1:]]
        told = proof(forged, consistency_path(first, second))
        assert not consistent(first, second, told, older, naive_root(forged))
    assert not consistent(second + 1, second, told, older, newer)
    assert not consistent(first, second, [*told, older], older, newer)
