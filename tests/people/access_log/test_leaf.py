"""A leaf's line is JSON, letter by letter as any encoder writes it; a commitment tells nothing without its nonce."""

import json
from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from ronda.people.access_log.leaf import commitment, hash_of, line, plain, rows_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NOTED = st.fixed_dictionaries(
    {
        **dict.fromkeys(("view", "event", "action", "remote"), TEXT),
        **dict.fromkeys(("camera", "area", "who", "purpose", "reason", "subject"), st.none() | TEXT),
        "at": st.integers(0, 1 << 62),
        **dict.fromkeys(("from_90k", "to_90k"), st.none() | st.integers(-(1 << 62), 1 << 62)),
    }
)


@settings(deadline=None)
@given(st.integers(0, 1 << 62), NOTED)
def test_the_line_is_what_a_json_encoder_writes(number: int, noted: dict[str, object]) -> None:
    entry, names = rows_of(number, noted)
    values = [value.hex() if isinstance(value, bytes) else value for value in entry[:14]]
    assert line(entry) == json.dumps(["ronda-access-1", *values], separators=(",", ":"))
    assert entry[14] == hash_of(entry) == sha256(b"\0" + line(entry).encode()).digest()
    words = {name: noted[name] for name in ("who", "purpose", "reason", "subject")}
    assert (names is not None) == any(words.values())
    if names is not None:
        told = dict(zip(("who", "purpose", "reason", "nonce", "subject", "subject_nonce"), names[1:], strict=True))
        for place, (name, text) in enumerate(words.items(), 10):
            nonce = told["subject_nonce" if name == "subject" else "nonce"]
            assert entry[place] == (sha256(nonce + f"{name}\0{text}".encode()).digest() if text else None)


def test_the_same_name_looks_different_each_time() -> None:
    noted = {"view": "v", "event": "started", "at": 1, "action": "live", "camera": None, "area": None}
    noted |= {
        "from_90k": None,
        "to_90k": None,
        "remote": "",
        "who": "budi",
        "purpose": "budi",
        "reason": "",
        "subject": "budi",
    }
    first, second = rows_of(1, noted)[0], rows_of(1, noted)[0]
    assert len({*first[10:12], first[13], *second[10:12], second[13]}) == 6
    assert commitment(b"n", "who", "budi") != commitment(b"n", "purpose", "budi")


@settings(deadline=None)
@given(st.text())
def test_plain_text_is_text_that_any_database_keeps(text: str) -> None:
    made = plain(text)
    assert made.isprintable()
    made.encode()
    assert len(made) <= 500
    if text.isprintable() and len(text) <= 500:
        assert made == text
