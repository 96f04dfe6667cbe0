"""Files, journal, index, coverage, gaps, retention, holds, playback."""
