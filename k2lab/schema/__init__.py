"""What is known of a frame without its rows."""
