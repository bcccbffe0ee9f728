"""Pure functions over numbers: no I/O, no clock, no randomness that is not seeded."""
