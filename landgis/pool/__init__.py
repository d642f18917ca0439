"""The candidate pool (储备项目库): members, ranking, and the left-out with reasons."""
