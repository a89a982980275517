"""What is said to a model, independent of any server."""
