"""Schema: what is known of frames without their rows, as values and as the text a model reads."""
