"""The magics and what they show."""
