"""Operations of one tag of the document. Generated; see spec/templates."""

from .create_cdr_export import create_cdr_export
from .get_cdr_export import get_cdr_export
from .list_cdr_exports import ListCdrExportsQuery, list_cdr_exports

__all__ = [
    "create_cdr_export",
    "get_cdr_export",
    "list_cdr_exports",
    "ListCdrExportsQuery",
]
