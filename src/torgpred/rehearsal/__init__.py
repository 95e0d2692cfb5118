"""A campaign's day against the twins, on a copy of the installation that is thrown away.

`running` is the side of the real installation: it takes the copy, starts the process that plays
and keeps what comes of it. `stand_in` and what it uses run in that process, which can reach this
machine only, has no secret of the real one, and knows no buyer (docs/decisions/0036).
"""
