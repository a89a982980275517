"""The loop: question, calls, steps, answer."""
