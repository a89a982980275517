"""The embedded analyst: rules, no language model."""
