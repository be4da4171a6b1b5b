"""Fetching public data: polite, resumable, and never losing what was once fetched."""
