"""The steps of a regeneration, in order; nothing is written unless all of them succeed."""

import contextlib
import copy
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from regeneration.access import unsendable_security
from regeneration.additions import in_order, without, without_evidence
from regeneration.api import Api
from regeneration.behaviour import Behaviour, behaviours
from regeneration.body_fields import with_all_fields
from regeneration.comparison import compare, operation_ids
from regeneration.contract_tests import write_contract_tests
from regeneration.generation import generate
from regeneration.lost_arguments import lost_arguments
from regeneration.meetings import meetings
from regeneration.members import members_of
from regeneration.operation_page import PAGE, page
from regeneration.overlay import Finding, aged, applied, run
from regeneration.page_tables import pages, unreadable_names
from regeneration.proof import prove
from regeneration.reading import DocumentError, Object, read, write
from regeneration.report import Report, refused, report, with_python
from regeneration.sandbox_answers import write_answers
from regeneration.surface import compare_surfaces
from regeneration.validity import endless, faults
from regeneration.wire import OperationPlan, plans

VENDORS = "spec/flowroute.yaml"
DESCRIPTION = "spec/flowroute.complete.yaml"
_MOST_CAUSES = 10
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


class Proving(StrEnum):
    """How much is proven of what was generated."""

    ALL = "all"
    UNTYPED = "all but types"
    NOTHING = "nothing"


def regenerate(spec: Path, into: Path, project: Path, *, proving: Proving = Proving.ALL) -> Report:
    """Correct, compare, generate and prove; then put the results in place.

    Args:
        spec: The vendor's document.
        into: The folder that gets spec/ and generated/.
        project: The project, whose overlays, templates, facade and command are used.
        proving: How much to prove of what was generated.

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
        first: Sequence[str] = ()
        for simple in _simplifications(api, written, _standing(project, DESCRIPTION, {})):
            shutil.rmtree(package, ignore_errors=True)
            unproven: Sequence[str] = ()
            is_code = True
            try:
                generate(api, written, treated, package, project / "spec", simple=simple)
            except DocumentError as fault:
                unproven, is_code = [str(fault)], False
            if is_code and proving is not Proving.NOTHING:
                facade = None if corrected.is_foreign else project
                typed = proving is Proving.ALL
                unproven = prove(api, written, treated, generated, facade, typed=typed)
            if not any(map(_is_about_generated_code, unproven)):
                break
            first = first or unproven
        else:
            unproven = first
        standing = project / "generated" / "flowroute_openapi"
        if is_code and not first and standing.exists() and not corrected.is_foreign:
            told = with_python(told, compare_surfaces(standing, package), members_of(project))
        if unproven:
            raise StoppedError(replace(told, refusals=(*_causes(told, unproven), *unproven)))
        members = members_of(project)
        documentation = [(PAGE, page(corrected.description, members))] if not corrected.is_foreign else []
        documentation += pages(project, corrected.description, members, package) if not corrected.is_foreign else []
        _put(package, into / "generated" / "flowroute_openapi")
    _write(spec.read_bytes(), corrected.description, into)
    if not corrected.is_foreign:
        for name, text in documentation:
            (into / name).parent.mkdir(exist_ok=True, parents=True)
            (into / name).write_text(text, encoding="utf-8")
        write_answers(api, written, treated, members, into)
        write_contract_tests(api, written, treated, members, into)
    return told


def _simplifications(api: Api, written: Sequence[OperationPlan], standing: Object) -> Iterator[frozenset[str]]:
    """Yield what to put into simpler words for the generator, until it works: nothing, what is new, or all."""
    before = Api(standing)
    known = {one.python_name: one.node for one in before.operations}
    nodes = {plan.operation.python_name: plan.operation.node for plan in written}
    everything = frozenset([*api.schemas, *nodes])
    new = {name for name, schema in api.schemas.items() if before.schemas.get(name) != schema}
    new |= {name for name, node in nodes.items() if known.get(name) != node}
    yield frozenset()
    if new and new != everything:
        yield frozenset(new)
    yield everything


def examine(spec: Path, project: Path) -> Report:
    """Return the report of a document without generating anything; what generated code would show is not in it.

    Raises:
        DocumentError: If the document cannot be read.
    """
    return _compared(correct(spec, project), project)[0]


def _causes(told: Report, unproven: Sequence[str]) -> Iterator[str]:
    """Return what of the changes the facade most likely cannot do with, where it does not fit what was generated."""
    changes = [one for one in (*told.changes, *told.python) if one.breaking and one.touches and one.kind != "limit"]
    if changes and not any(map(_is_about_generated_code, unproven)):
        named = "; ".join(dict.fromkeys(map(str, changes[:_MOST_CAUSES])))
        yield (
            f"facade and command do not fit the document any more, by these changes: {named}; "
            "correct the document in spec/corrections.overlay.yaml, or change these places:"
        )


def _is_about_generated_code(fault: str) -> bool:
    """Whether simpler words for the generator may mend it: not the facade's and the command's faults, nor names."""
    others = ("flowroute_async", "and ", "the attribute ", "the command ", "`flowroute", "spec/generator.yaml must")
    return not fault.startswith(others)


def correct(spec: Path, project: Path) -> Correction:
    """Read the vendor's document, apply the overlays, and find the actions that aged since the standing document."""
    vendors = read(spec)
    if without_end := endless(vendors):
        raise DocumentError(without_end[0])
    description = copy.deepcopy(vendors)
    standing = read(project / VENDORS) if (project / VENDORS).exists() else copy.deepcopy(vendors)
    findings: list[Finding] = []
    refusals: list[str] = []
    has_actions = False
    for name in OVERLAYS:
        overlay = read(project / f"spec/{name}.overlay.yaml")
        has_actions = has_actions or bool(overlay.get("actions"))
        corrected = copy.deepcopy(description)
        met = list(meetings(corrected, overlay)) if name == ADDITIONS else []
        at = {one.position for one in met}
        found = aged(name, applied(standing, overlay), applied(description, overlay))
        findings += [one for one in found if one.position not in at or one.stops]
        refusals += [one.sentence for one in met]
        if met:  # compared is what there would be without them
            description = copy.deepcopy(corrected)
            run(description, without(overlay, met))
        if name == ADDITIONS:
            with contextlib.suppress(DocumentError):  # a description that cannot be read is refused as a whole
                refusals += without_evidence(corrected, description)
    untied = json.loads(json.dumps(in_order(description)))  # an overlay puts one object in several places
    return Correction(vendors, untied, tuple(findings), tuple(refusals), is_foreign=not has_actions)


def _compared(
    corrected: Correction, project: Path
) -> tuple[Report, Api, dict[str, Behaviour], Sequence[OperationPlan]]:
    refusals = [*corrected.refusals]
    vendors = _standing(project, VENDORS, corrected.vendors)
    if invalid := faults(corrected.description):
        changes = () if faults(corrected.vendors) else compare(vendors, corrected.vendors).changes
        told = Report(corrections=corrected.findings, refusals=(*refusals, *invalid), hidden=changes, is_whole=False)
        return told, Api({}), {}, ()
    named, nameless = with_all_fields(corrected.description)
    api = Api(named)
    treated: dict[str, Behaviour] = {}
    try:
        treated = behaviours(corrected.description, must_say=not corrected.is_foreign)
    except DocumentError as fault:
        refusals += str(fault).split("\n")
    members = members_of(project)
    written, cannot = plans(api, {} if corrected.is_foreign else members.own_arguments)
    unsendable = [] if corrected.is_foreign else [*unsendable_security(api), *unreadable_names(api)]
    before = _standing(project, DESCRIPTION, corrected.description)
    lost = [] if corrected.is_foreign else lost_arguments(written, Api(before), members)
    told = report(
        compare(before, corrected.description),
        compare(_named(vendors, before), _named(corrected.vendors, corrected.description)),
        operation_ids(vendors, corrected.vendors),
        api,
        members,
        plans=written,
        corrections=corrected.findings,
        refusals=[*refusals, *nameless, *cannot, *unsendable, *lost],
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
