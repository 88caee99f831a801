"""Controls of a sandbox, in parts."""

from flowroute_async.sandbox.control.control import Control

__all__ = ["Control"]
