"""Evaluation: what releases say over time, and what they cannot say."""
