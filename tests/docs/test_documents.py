"""The documents tell of every setting, command and route, and of nothing that is not there."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ronda.cli.main import COMMANDS
from ronda.cli.main import ronda as top
from ronda.config.fields import DATA, all_settings
from ronda.config.load import load
from ronda.config.show import show

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"


def rows(document: Path) -> Iterator[list[str]]:
    """Yield the cells of every table row."""
    for line in document.read_text().splitlines():
        if line.startswith("|") and not set(line) <= set("|-: "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_every_setting_is_described_with_its_variable_and_default(tmp_path: Path) -> None:
    described = {row[0].strip("`"): row for row in rows(DOCS / "configuration.md") if row[0].startswith("`")}
    defaults = {key: value for key, value, _ in show(load(tmp_path, {}))}
    assert set(described) == {setting.key for setting in all_settings()}
    for setting in all_settings():
        row = described[setting.key]
        assert row[1] == f"`{setting.variable}`"
        if setting.key not in (DATA, "archive.volumes"):
            assert row[2].strip("`") == defaults[setting.key]
        assert len(row[3]) > 5


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command by its words, such as `camera add`."""
    context = click.Context(top)
    for name, (place, _) in COMMANDS.items():
        if importlib.util.find_spec(place.partition(":")[0]) is None:
            continue
        command = top.get_command(context, name)
        assert command, f"{place} is no command"
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", found) for inner, found in command.commands.items())
        else:
            yield name, command


def test_every_command_is_described_with_its_own_options() -> None:
    text = (DOCS / "cli.md").read_text()
    for words, command in commands():
        assert f"ronda {words}" in text, words
        if words not in ("camera add", "clip", "serve", "hold add"):
            continue
        options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        missing = [option for option in options - {"--output"} if option not in text]
        assert not missing, (words, missing)


def test_every_command_takes_data_and_says_what_it_does() -> None:
    for words, command in commands():
        assert any("--data" in parameter.opts for parameter in command.params), words
        assert command.help, words


def test_no_command_is_described_that_is_not_there() -> None:
    known = {f"ronda {words}" for words, _ in commands()} | {f"ronda {name}" for name in COMMANDS}
    described = re.findall(r"`(ronda (?:[a-z]+)(?: [a-z]+)?)", (DOCS / "cli.md").read_text())
    assert not {words for words in described if words not in known and words.rsplit(" ", 1)[0] not in known}


def test_every_link_between_documents_leads_somewhere() -> None:
    wrong = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in [ROOT / "README.md", *DOCS.rglob("*.md")]
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", document.read_text())
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert not wrong, "\n".join(wrong)


def test_every_route_is_described() -> None:
    described = _pattern((DOCS / "api.md").read_text())
    paths = list(declared_paths(ROOT / "src" / "ronda" / "web" / "routes"))
    assert len(paths) > 10
    assert not [path for path in paths if _pattern(path) not in described]


def _pattern(text: str) -> str:
    """Path parameters may be called differently in the document."""
    return re.sub(r"\{[^}]*\}", "{}", text)


def declared_paths(folder: Path) -> Iterator[str]:
    """Yield the paths that the application's routers declare, read from their source."""
    for file in sorted(folder.glob("*.py")):
        text = file.read_text()
        prefix = re.search(r'APIRouter\([^)]*?prefix="([^"]*)"', text)
        for path in re.findall(r'@router\.(?:get|post|put|patch|delete)\(\s*"([^"]*)"', text):
            yield (prefix[1] if prefix else "") + path


@pytest.mark.parametrize("name", ["configuration.md", "cli.md", "api.md"])
def test_the_documents_are_there(name: str) -> None:
    assert (DOCS / name).is_file()
