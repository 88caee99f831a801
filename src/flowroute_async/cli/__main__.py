"""Runs the command line without its entry point: `python -m flowroute_async.cli`."""

from flowroute_async.cli import main

if __name__ == "__main__":
    main()
