"""What a person decides, beside the computed finding."""
