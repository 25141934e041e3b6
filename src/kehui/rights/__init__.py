"""Who may do what: every address with what each role gets, near and far, as data."""
