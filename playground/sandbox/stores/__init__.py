"""Vector stores: files cut into chunks, found again by their words and by their meaning."""
