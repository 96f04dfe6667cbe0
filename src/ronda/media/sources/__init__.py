"""Where access units come from, one folder or module per protocol."""
