"""gradkit's grader: it runs exercises, watches what they do, and says what went wrong."""
