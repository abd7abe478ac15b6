"""Screens: they compose widgets and route messages between them and the model."""
