"""What the suite tests is what is installed: the tree in development, the wheel under `make test-wheel`."""

import json
import sysconfig
from importlib import metadata
from pathlib import Path

import flowroute_async
import flowroute_openapi


def test_the_packages_under_test_are_the_installed_ones(project: Path) -> None:
    origin = metadata.distribution("flowroute-async").read_text("direct_url.json")
    editable = origin is not None and json.loads(origin).get("dir_info", {}).get("editable", False)
    installed = Path(sysconfig.get_path("purelib"))
    facade, generated = (project / "src", project / "generated") if editable else (installed, installed)
    assert Path(flowroute_async.__file__).parent == facade / "flowroute_async"
    assert Path(flowroute_openapi.__file__).parent == generated / "flowroute_openapi"
