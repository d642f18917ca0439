"""Who comes in: the entrance, and what every route asks of a visitor."""
