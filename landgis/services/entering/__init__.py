"""Coming in: passwords, sessions, one-time links, another house's log-in."""
