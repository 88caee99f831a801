"""Operations of one tag of the document. Generated; see spec/templates."""

from .associate_cnam_record import associate_cnam_record
from .create_cnam_record import create_cnam_record
from .delete_cnam_record import delete_cnam_record
from .get_cnam_record import get_cnam_record
from .list_cnam_records import ListCnamRecordsQuery, list_cnam_records
from .unassociate_cnam_record import unassociate_cnam_record
from .update_cnam_record import update_cnam_record

__all__ = [
    "associate_cnam_record",
    "create_cnam_record",
    "delete_cnam_record",
    "get_cnam_record",
    "list_cnam_records",
    "ListCnamRecordsQuery",
    "unassociate_cnam_record",
    "update_cnam_record",
]
