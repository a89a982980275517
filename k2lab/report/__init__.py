"""From a notebook to a document that can be sent to somebody."""
