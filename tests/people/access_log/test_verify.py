"""Whoever rewrites the log is found, and it is said where: what was changed, cut, forged or signed anew."""

from tests.people.access_log.conftest import Past, new_signer

from ronda.people.access_log.head import Head
from ronda.people.access_log.tables import ACCESS_HEADS, ACCESS_LOG, ACCESS_NAMES, ACCESS_NODES
from ronda.people.access_log.verify import Report, verify

CHANGE = ACCESS_LOG.update().where(ACCESS_LOG.c.number == 250).values(camera="pasar")


def told(report: Report) -> str:
    return "\n".join(report.problems)


async def test_a_log_that_nobody_touched_agrees(past: Past) -> None:
    report = await past.verify(past.heads[0], past.heads[-1])
    assert report.problems == []
    assert (report.entries, report.erased, report.heads) == (600, 0, 5)
    assert report.root == past.heads[-1].root


async def test_a_changed_row_is_named(past: Past) -> None:
    await past.tamper(CHANGE)
    assert (await past.verify()).problems == ["entry 250 was changed after it was written"]


async def test_a_changed_time_and_a_changed_view_are_named(past: Past) -> None:
    await past.tamper(
        ACCESS_LOG.update().where(ACCESS_LOG.c.number == 7).values(at=1),
        ACCESS_LOG.update().where(ACCESS_LOG.c.number.in_((8, 9))).values(view="x"),
    )
    assert (await past.verify()).problems == ["entries 7 to 9 were changed after they were written"]


async def test_a_row_changed_with_its_hash_is_found_by_the_heads_and_kept_roots(past: Past) -> None:
    await past.tamper(CHANGE)
    await past.rehash()
    report = await past.verify()
    assert "entries 100 to 399 are not those that the head of" in told(report)
    assert "the first 100 agree with the head of" in told(report)
    assert len(report.problems) == 1
    await past.tamper_again(ACCESS_NODES.update().values(hash=b"x" * 32))
    assert "entries 0 to 511 have other hashes than the tree keeps" in told(await past.verify())


async def test_an_administrator_who_signs_anew_is_found_by_a_head_from_outside(past: Past) -> None:
    await past.tamper(CHANGE)
    await past.rehash(resign=past.signer)
    assert (await past.verify()).problems == []  # nothing inside the machine can tell
    report = await past.verify(past.heads[-1])
    assert told(report) == "entries 0 to 599 are not those that HEAD.json was signed over: they were rewritten"
    assert (await past.verify(past.heads[0])).problems == []  # what was signed before the change still stands


async def test_a_removed_row_leaves_a_hole(past: Past) -> None:
    await past.tamper(ACCESS_LOG.delete().where(ACCESS_LOG.c.number.in_((41, 42))))
    report = await past.verify(past.heads[-1])
    assert report.problems == ["entries 41 to 42 are missing: the log has a hole there"]


async def test_rows_that_move_up_into_the_hole_are_found(past: Past) -> None:
    await past.tamper(
        ACCESS_NAMES.delete().where(ACCESS_NAMES.c.number == 42),
        ACCESS_LOG.delete().where(ACCESS_LOG.c.number == 42),
        "UPDATE access_log_names SET number = -number WHERE number > 42",
        "UPDATE access_log_names SET number = -number - 1 WHERE number < 0",
        "UPDATE access_log_entries SET number = -number WHERE number > 42",
        "UPDATE access_log_entries SET number = -number - 1 WHERE number < 0",
    )
    await past.rehash()
    assert "the log ends early" in told(await past.verify()) or "were rewritten" in told(await past.verify())
    assert "entries 0 to 99 are not those" in told(await past.verify(past.heads[0]))


async def test_a_cut_tail_is_found_by_remembered_heads_and_by_one_from_outside(past: Past) -> None:
    tail = ACCESS_LOG.c.number >= 500
    await past.tamper(ACCESS_LOG.delete().where(tail), ACCESS_NAMES.delete().where(ACCESS_NAMES.c.number >= 500))
    assert "was signed over 600 entries, and 100 of them are missing" in told(await past.verify())
    await past.tamper_again(ACCESS_HEADS.delete().where(ACCESS_HEADS.c.size > 500))
    await past.rehash()
    assert (await past.verify()).problems == []
    report = await past.verify(past.heads[-1])
    assert report.problems == ["the log ends early: HEAD.json was signed over 600 entries, and 100 of them are missing"]


async def test_names_left_behind_are_found(past: Past) -> None:
    await past.tamper(ACCESS_LOG.delete().where(ACCESS_LOG.c.number >= 598))
    assert "there are names for 1 entries that are not there" in told(await past.verify())


async def test_a_forged_name_and_a_forged_purpose_are_named(past: Past) -> None:
    await past.tamper(
        ACCESS_NAMES.update().where(ACCESS_NAMES.c.number == 10).values(who="siti"),
        ACCESS_NAMES.update().where(ACCESS_NAMES.c.number == 12).values(purpose="patroli"),
        ACCESS_NAMES.update().where(ACCESS_NAMES.c.number == 14).values(who="siti", nonce=b"n" * 16),
    )
    assert (await past.verify()).problems == [
        "entry 10 names another who than was logged",
        "entry 14 names another who than was logged",
        "entry 12 names another purpose than was logged",
        "entry 14 names another purpose than was logged",
    ]


async def test_a_name_where_none_was_logged_is_found(past: Past) -> None:
    await past.store.run(lambda connection: connection.execute(ACCESS_NAMES.insert().values(number=1, who="siti")))
    assert (await past.verify()).problems == ["entry 1 names another who than was logged"]


async def test_a_replaced_key_is_found(past: Past) -> None:
    other = new_signer()
    report = await past.verify(key=other.key)
    assert "heads until" in told(report)
    assert "the key was replaced" in told(report)
    await past.tamper(CHANGE)
    await past.rehash(resign=other)
    assert (await past.verify(key=other.key)).problems == []
    report = await past.verify(past.heads[0], key=other.key)
    assert told(report).startswith("HEAD.json was signed with the key")
    assert "it was replaced" in told(report)


async def test_a_changed_head_is_found(past: Past) -> None:
    good = past.heads[1]
    forged = Head(good.size, b"r" * 32, good.at_90k, good.key, good.signature)
    assert "carries no genuine signature" in told(await past.verify(forged))
    await past.tamper(ACCESS_HEADS.update().where(ACCESS_HEADS.c.size == 400).values(root=b"r" * 32))
    report = await past.verify()
    assert "over 400 entries carries no genuine signature" in told(report)
    assert "entries 100 to 399 are not those" in told(report)


async def test_a_missing_key_is_told(past: Past) -> None:
    report = await past.store.read(lambda connection: verify(connection, None))
    assert report.problems == ["the log's key is missing from the data folder"]


async def test_an_erased_name_is_no_tampering(past: Past) -> None:
    assert await past.log.erase("budi") == 300
    report = await past.verify(past.heads[-1])
    assert report.problems == []
    assert report.erased == 300


async def test_a_thousand_wrongs_are_told_in_a_bounded_way(past: Past) -> None:
    await past.tamper(ACCESS_LOG.update().where(ACCESS_LOG.c.number % 3 == 0).values(remote="x"))
    report = await past.verify()
    assert len(report.problems) == 51
    assert report.problems[-1] == "and more of the kind"


async def test_an_empty_log_agrees(past: Past) -> None:
    await past.tamper(ACCESS_LOG.delete(), ACCESS_NAMES.delete(), ACCESS_NODES.delete(), ACCESS_HEADS.delete())
    report = await past.verify()
    assert (report.entries, report.problems) == (0, [])
    assert "the log ends early" in told(await past.verify(past.heads[0]))
