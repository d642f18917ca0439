"""Generated data, and the demonstration that runs on them."""
