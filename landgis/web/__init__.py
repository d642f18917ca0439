"""The planner's desk in the browser: parse the request, call the desk, show. Loopback only by default, no log-in yet."""
