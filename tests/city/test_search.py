"""Search that forgives."""

from ronda.city.search import SearchIndex, words_of

TEXTS = ["RT 3 RW 4 Krapyak, gang masuk", "RT 13 RW 4 Krapyak", "Simpang Lima, sisi utara", "Pasar Johar", "Kaligawe"]
INDEX = SearchIndex(TEXTS)


def test_words_are_plain() -> None:
    assert words_of("RT03  Rw.04 Káligawe") == ["rt", "3", "rw", "4", "kaligawe"]
    assert words_of("'; DROP TABLE -- <script>") == ["drop", "table", "script"]


def test_what_everybody_writes_short_is_the_whole_word() -> None:
    index = SearchIndex(["Jalan Pemuda", "Jl. Pahlawan", "Pasar Johar"])
    assert index.find("jl pemuda") == [0]
    assert index.find("jalan pahlawan") == [1]
    assert index.find("psr. johar") == [2]


def test_every_word_must_be_found_and_numbers_are_exact() -> None:
    assert INDEX.find("krapyak rt 3") == [0]
    assert INDEX.find("rt03 krapyak") == [0]
    assert INDEX.find("krapyak johar") == []


def test_beginnings_and_typing_errors_are_forgiven() -> None:
    assert INDEX.find("simp") == [2]
    assert INDEX.find("simpagn lma") == []  # a short word must be right
    assert INDEX.find("simpagn lima") == [2]
    assert INDEX.find("kaligwae") == [4]
    assert INDEX.find("krpyak") == [0, 1]
    assert INDEX.find("johra") == [3]


def test_better_answers_come_first() -> None:
    index = SearchIndex(["Pasar Johor", "Pasar Johar"])
    assert index.find("johar") == [1, 0]


def test_nothing_asked_is_everything_and_nothing_there_is_nothing() -> None:
    assert INDEX.find("  ") == [0, 1, 2, 3, 4]
    assert SearchIndex([]).find("x") == []
    assert INDEX.find("x" * 10_000) == []
