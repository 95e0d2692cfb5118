"""`python -m torgpred`: the same as the program `torgpred`."""

from torgpred.cli.main import run

run()
