"""Django's database engine of this installation; see `base`."""
