"""What an annotation is, how it is kept beside its article, and what it becomes; no terminal, no user interface.

Import only as `from annotations.x import y`: `from __future__ import annotations` binds a module global of this name.
"""

__version__ = "0.1.0"
