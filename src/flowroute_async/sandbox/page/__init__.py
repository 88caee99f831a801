"""The sandbox's own web page: what the account has, and what the world outside would do, in a browser."""

from flowroute_async.sandbox.page.reading import Reading
from flowroute_async.sandbox.page.routes import page_routes

__all__ = ["Reading", "page_routes"]
