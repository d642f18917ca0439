"""Long work: asked for here, done by a worker in a process of its own."""
