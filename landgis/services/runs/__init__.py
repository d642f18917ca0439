"""What a stored run stood on, and what of an earlier one still holds."""
