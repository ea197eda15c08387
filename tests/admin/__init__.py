"""Tests of the operator's admin."""
