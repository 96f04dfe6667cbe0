"""What to do at an alarm, as a table or as JSON."""

import pytest

from ronda.config.instructions import Instructions


@pytest.mark.parametrize("value", [{"parking": " Call the tow truck "}, '{"parking": "Call the tow truck"}'])
def test_a_table_is_read(value: object) -> None:
    assert Instructions.parse(value).pairs == (("parking", "Call the tow truck"),)
    assert str(Instructions.parse(value)) == '{"parking": "Call the tow truck"}'
    assert str(Instructions()) == "-"
    assert Instructions.parse(Instructions()) == Instructions()


@pytest.mark.parametrize("value", ["call somebody", [], {"parking": ""}, {"parking": 3}, {"parking": "x" * 2_001}, 7])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"text|table|Expecting"):
        Instructions.parse(value)
