"""Parameter sets of H.264 and H.265: what a stream says of itself before its first picture.

Sans-I/O. `encoding_of` turns loose parameter sets into an `Encoding`; `from_decoder_configuration`
reads what containers keep; the NAL functions take coded pictures apart and put them together.
"""

from ronda.media.parameter_sets.encoding import (
    StoredConfiguration,
    encoding_of,
    from_decoder_configuration,
    read_decoder_configuration,
)
from ronda.media.parameter_sets.errors import BadParameterSets
from ronda.media.parameter_sets.nal import (
    is_parameter_set,
    join_length_prefixed,
    nal_type,
    split_annex_b,
    split_length_prefixed,
)

__all__ = [
    "BadParameterSets",
    "StoredConfiguration",
    "encoding_of",
    "from_decoder_configuration",
    "is_parameter_set",
    "join_length_prefixed",
    "nal_type",
    "read_decoder_configuration",
    "split_annex_b",
    "split_length_prefixed",
]
