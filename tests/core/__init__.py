"""Tests of the pure core: no network, no clock, no sleeping."""
