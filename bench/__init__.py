"""Measuring: what the numbers in README and bench/LOG.md come from."""
