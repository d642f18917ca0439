"""Files and packages for others."""
