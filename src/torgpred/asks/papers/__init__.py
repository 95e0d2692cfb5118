"""A dossier on paper: worded in a language once, then laid out as HTML or PDF."""
