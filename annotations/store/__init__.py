"""Layers on disk: the sidecar's bytes, and the files that hold them."""
