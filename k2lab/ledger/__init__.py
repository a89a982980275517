"""The ledger: every number of a text, traced to the value that a cell showed, or marked because there is none."""
