"""What every twin needs and no protocol knows: clock, state file, faults, counters, cut lines."""
