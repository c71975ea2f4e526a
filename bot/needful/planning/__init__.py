"""Proposals → plan: one change at a time, each proved on the text the last one left; final verification."""
