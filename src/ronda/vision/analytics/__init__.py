"""The rules that turn what is seen into counts, measures and alarms: one file each, one contract."""
