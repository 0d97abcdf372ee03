"""What each family of commands does. Only :mod:`desk.decide` calls these, after sight, permission and closure."""
