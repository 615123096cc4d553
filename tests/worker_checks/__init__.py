"""Checks for the worker's own tests: as little as a check can be."""
