"""Running cells and reading what they gave."""
