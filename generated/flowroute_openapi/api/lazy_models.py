"""The models, imported when one is first named: to import an operation takes no pydantic. Generated; see spec/templates."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flowroute_openapi.models import *  # noqa: F403 # pyright: ignore[reportWildcardImportFromLibrary] - of this very package
else:

    def __getattr__(name: str) -> object:
        return getattr(import_module("flowroute_openapi.models"), name)
