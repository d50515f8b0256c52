"""The library's schemas where one is chosen: the button that says which, the list to choose from, and who reads it."""
