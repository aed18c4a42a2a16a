"""Who may do what to what: principals, the rule, doors, visible-as-SQL, audiences."""
