"""Folders that a stranger may have made to harm whoever loads them, and what has to come of each."""
