"""Reading footage back: timelines, playback, clips."""
