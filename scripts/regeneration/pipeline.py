"""The steps of a regeneration, in order; nothing is written unless all of them succeed."""

import copy
import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from additions import in_order, meetings, without_evidence
from behaviour import Behaviour, behaviours
from operation_page import PAGE, page
from regeneration.api import Api
from regeneration.comparison import compare
from regeneration.generation import generate
from regeneration.members import members_of
from regeneration.overlay import Finding, aged, applied
from regeneration.proof import prove
from regeneration.reading import DocumentError, Object, read, write
from regeneration.report import Report, refused, report
from regeneration.surface import compare_surfaces
from regeneration.validity import faults
from regeneration.wire import OperationPlan, plans

VENDORS = "spec/flowroute.yaml"
DESCRIPTION = "spec/flowroute.complete.yaml"
ADDITIONS = "additions"
OVERLAYS = ("corrections", ADDITIONS)
HEADING = "Built by `make regenerate` from flowroute.yaml and its overlays; not to be edited."


class StoppedError(Exception):
    """A regeneration stopped, and nothing was written.

    Attributes:
        report: What it found.
    """

    def __init__(self, told: Report) -> None:
        super().__init__("\n".join(refused(told)))
        self.report = told


@dataclass(frozen=True, slots=True)
class Correction:
    """A vendor's document with the overlays applied."""

    vendors: Object
    description: Object
    findings: tuple[Finding, ...]
    refusals: tuple[str, ...]
    is_foreign: bool


def regenerate(spec: Path, into: Path, project: Path, *, proving: bool = True) -> Report:
    """Correct, compare, generate and prove; then put the results in place.

    Args:
        spec: The vendor's document.
        into: The folder that gets spec/ and generated/.
        project: The project, whose overlays, templates, facade and command are used.
        proving: Whether to prove that what was generated works.

    Raises:
        DocumentError: If the document cannot be read.
        StoppedError: If it is refused.
    """
    corrected = correct(spec, project)
    told, api, treated, written = _compared(corrected, project)
    if list(refused(told)):
        raise StoppedError(told)
    with tempfile.TemporaryDirectory() as scratch:
        generated = Path(scratch) / "generated"
        package = generated / "flowroute_openapi"
        generated.mkdir()
        for simple in (False, True):
            shutil.rmtree(package, ignore_errors=True)
            unproven: Sequence[str] = ()
            is_code = True
            try:
                generate(api, written, treated, package, project / "spec", simple=simple)
            except DocumentError as fault:
                unproven, is_code = [str(fault)], False
            if is_code and proving:
                unproven = prove(api, written, treated, generated, None if corrected.is_foreign else project)
            if not any(map(_is_about_generated_code, unproven)):
                break
        standing = project / "generated" / "flowroute_openapi"
        if is_code and standing.exists() and not corrected.is_foreign:
            told = replace(told, python=tuple(compare_surfaces(standing, package)))
        if unproven:
            raise StoppedError(replace(told, refusals=tuple(unproven)))
        _put(package, into / "generated" / "flowroute_openapi")
    _write(spec.read_bytes(), corrected.description, into)
    if not corrected.is_foreign:
        (into / PAGE).parent.mkdir(exist_ok=True, parents=True)
        text = page(corrected.description, project / "src/flowroute_async/resources")
        (into / PAGE).write_text(text, encoding="utf-8")
    return told


def _is_about_generated_code(fault: str) -> bool:
    """Whether simpler words for the generator may mend it; the facade's and the command's faults are their own."""
    return not fault.startswith(("flowroute_async", "the attribute ", "the command ", "`flowroute"))


def correct(spec: Path, project: Path) -> Correction:
    """Read the vendor's document, apply the overlays, and find the actions that aged since the standing document."""
    vendors = read(spec)
    description = copy.deepcopy(vendors)
    standing = read(project / VENDORS) if (project / VENDORS).exists() else copy.deepcopy(vendors)
    findings: list[Finding] = []
    refusals: list[str] = []
    has_actions = False
    for name in OVERLAYS:
        overlay = read(project / f"spec/{name}.overlay.yaml")
        has_actions = has_actions or bool(overlay.get("actions"))
        corrected = copy.deepcopy(description)
        met = dict(meetings(corrected, overlay)) if name == ADDITIONS else {}
        earlier = applied(standing, overlay)
        found = aged(name, earlier, applied(description, overlay))
        findings += [one for one in found if one.position not in met or one.stops]
        refusals += [sentence for _, sentence in meetings(corrected, overlay)] if met else []
        if name == ADDITIONS and not faults(description):
            refusals += without_evidence(corrected, description)
    untied = json.loads(json.dumps(in_order(description)))  # an overlay puts one object in several places
    return Correction(vendors, untied, tuple(findings), tuple(refusals), is_foreign=not has_actions)


def _compared(
    corrected: Correction, project: Path
) -> tuple[Report, Api, dict[str, Behaviour], Sequence[OperationPlan]]:
    refusals = [*corrected.refusals]
    if invalid := faults(corrected.description):
        return Report(corrections=corrected.findings, refusals=(*refusals, *invalid)), Api({}), {}, ()
    api = Api(corrected.description)
    treated: dict[str, Behaviour] = {}
    try:
        treated = behaviours(corrected.description, must_say=not corrected.is_foreign)
    except DocumentError as fault:
        refusals += str(fault).split("\n")
    written, cannot = plans(api)
    before = _standing(project, DESCRIPTION, corrected.description)
    vendors = _standing(project, VENDORS, corrected.vendors)
    told = report(
        compare(before, corrected.description),
        compare(_named(vendors, before), _named(corrected.vendors, corrected.description)),
        api,
        members_of(project),
        corrections=corrected.findings,
        refusals=[*refusals, *cannot],
    )
    return told, api, treated, written


def _standing(project: Path, name: str, otherwise: Object) -> Object:
    return read(project / name) if (project / name).exists() else otherwise


def _named(vendors: Object, description: Object) -> Object:
    """Return a vendor's document whose operations have the names that they have in the description."""
    names = {one.place: one.node.get("operationId") for one in Api(description).operations}
    document = copy.deepcopy(vendors)
    for one in Api(document).operations:
        if names.get(one.place) is not None:
            one.node["operationId"] = names[one.place]
    return document


def _put(package: Path, place: Path) -> None:
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(package, place, ignore=shutil.ignore_patterns("__pycache__", ".ruff_cache", ".mypy_cache"))


def _write(vendors: bytes, description: Object, into: Path) -> None:
    (into / "spec").mkdir(exist_ok=True, parents=True)
    (into / VENDORS).write_bytes(vendors)
    checksum = hashlib.sha256(vendors).hexdigest()
    (into / f"{VENDORS}.sha256").write_text(f"{checksum}  flowroute.yaml\n", encoding="utf-8")
    write(description, into / DESCRIPTION, HEADING)
