"""A rehearsal of a campaign's day: who would buy what when, and what the day came to. Pure."""
