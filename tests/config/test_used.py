"""No setting is empty: each is read somewhere, and what the node is told is used by the node."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

import ronda
from ronda.config.fields import all_settings
from ronda.node.node import NodeSettings

SOURCE = Path(ronda.__file__).parent
OUTSIDE = "\n".join(file.read_text() for file in SOURCE.rglob("*.py") if file.parent.name != "config")
NODE = "\n".join(file.read_text() for file in (SOURCE / "node").glob("*.py"))


@pytest.mark.parametrize("key", [setting.key for setting in all_settings()])
def test_every_setting_is_read_outside_the_configuration(key: str) -> None:
    table, _, name = key.rpartition(".")
    holder = table or r"(?:settings|chosen)"
    assert re.search(rf"\b{holder}\.{name}\b", OUTSIDE), f"{key} does nothing"


@pytest.mark.parametrize("name", [field.name for field in fields(NodeSettings)])
def test_everything_that_a_node_is_told_is_used(name: str) -> None:
    assert re.search(rf"\bsettings\.{name}\b", NODE), f"NodeSettings.{name} does nothing"
