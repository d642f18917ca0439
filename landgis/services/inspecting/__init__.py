"""What a foreign file holds, before anything of it is taken."""
