"""The REST API: a thin shell over services and selectors, for programs with tokens."""
