"""Turns findings into diagnoses in the student's language.

Pitfalls speak English in their own files and other languages in the text catalogue; symptoms speak from the catalogue
alone. Where a symptom found the place of a known pitfall, title and hint are the symptom's, which name what was seen;
the reason is the pitfall's, unless the symptom's variant has one of its own.
"""

from __future__ import annotations

from grader import pitfalls
from grader.diagnosis import illustrations
from grader.diagnosis.evidence import Case, Detail, Finding
from grader.model import Diagnosis
from grader.pitfalls import Pitfall
from grader.texts import DEFAULT, find, text


def diagnosis(case: Case, finding: Finding, explains: tuple[str, ...], language: str) -> Diagnosis:
    """Put a finding into words."""
    id = f"{case.exercise.id}/{finding.slug}"
    entry = (_layer(case, finding.entry) if finding.entry else None) or pitfalls.entries(case.exercise.id).get(id)
    said = {} if finding.entry and entry else _of_symptom(finding, language)
    if entry is not None and not said.get("title"):
        said = _of_entry(entry, language)
    elif entry is not None and entry.why and not find(f"symptom.{finding.slug}.{finding.variant}.why", DEFAULT):
        said["why"] = _of_entry(entry, language)["why"]
    explanation = said["why"]
    # How a file is saved is no matter of the book.
    whole_file = finding.slug == "unreadable-file"
    section = said["book"] or ("" if whole_file else case.exercise.section)
    if section:
        explanation = " ".join([explanation, text("symptom.section", language, section=section)]).strip()
    return Diagnosis(
        pitfall=id,
        title=said["title"],
        explanation=explanation,
        hint=said["hint"],
        file=case.file if finding.line or whole_file else "",
        line=finding.line,
        column=finding.column,
        place=finding.place,
        source=finding.source.strip(),
        excerpt=illustrations.excerpt(case.evidence.loaded, finding.line),
        details=tuple(_detail(detail, language) for detail in finding.details if illustrations.is_line(detail)),
        figures=illustrations.figures(finding),
        certain=finding.certain,
        explains=explains,
    )


def _of_symptom(finding: Finding, language: str) -> dict[str, str]:
    """The sections of a symptom: its variant's own words where there are any, else the symptom's."""
    said = {}
    fields = {
        name: text(value[0], language, **value[1]) if name == "expected" and isinstance(value, tuple) else value
        for name, value in finding.fields.items()
    }
    for section in ("title", "why", "hint", "book"):
        keys = [f"symptom.{finding.slug}.{section}"]
        if finding.variant:
            keys.insert(0, f"symptom.{finding.slug}.{finding.variant}.{section}")
        key = next((key for key in keys if find(key, DEFAULT) is not None), None)
        said[section] = text(key, language, **fields) if key else ""
    return said


def _layer(case: Case, name: str) -> Pitfall | None:
    """A layer of the catalogue by its unique name."""
    layers = (layer for entry in pitfalls.entries(case.exercise.id).values() for layer in entry.all_layers)
    return next((layer for layer in layers if layer.name == name), None)


def _of_entry(layer: Pitfall, language: str) -> dict[str, str]:
    """The sections of a pitfall in a language; English where the language has none."""
    names = [layer.name] if layer.own_text else [layer.name, layer.id]
    words = {"book": layer.book}
    for section in ("title", "why", "hint"):
        translated = (find(f"pitfall.{name}.{section}", language) for name in names)
        words[section] = next(filter(None, translated), getattr(layer, section))
    return words


def _detail(detail: Detail, language: str) -> str:
    return detail if isinstance(detail, str) else text(detail[0], language, **detail[1])
