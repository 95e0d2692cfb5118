"""Torgpred: the back office of an integrator-lobbyist."""
