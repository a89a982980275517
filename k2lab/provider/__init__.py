"""The seam to a model and what stands behind it."""
