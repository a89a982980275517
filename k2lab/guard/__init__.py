"""What a cell may do, judged before it runs."""
