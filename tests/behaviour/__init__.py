"""Tests of whole clients against whole upstreams."""
