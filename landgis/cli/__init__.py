"""The command line: parse, call one service, show. Heavy imports happen inside the commands."""
