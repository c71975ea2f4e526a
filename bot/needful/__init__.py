"""Needful rewrites GitHub Actions workflows to run as parallel as their real dependences allow."""

__version__ = "0.1.0"
