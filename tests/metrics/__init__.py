"""Figures, checked against calls whose figures were worked out by hand."""
