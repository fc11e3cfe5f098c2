"""Tests: real small parts, no network, all state in temporary folders."""
