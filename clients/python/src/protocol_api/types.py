"""The types of the API: what calls answer with, and the objects that they take."""

from .generated import types as _types
from .generated.types import *  # noqa: F403

__all__ = _types.__all__
