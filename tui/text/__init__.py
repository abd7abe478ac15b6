"""Arabic text to terminal cells and back. Pure: knows no screen and no annotation."""
