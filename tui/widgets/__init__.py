"""Parts of screens: they take data, post messages and own their look."""
