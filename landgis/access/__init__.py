"""Who may do what: persons, roles and one policy table."""
