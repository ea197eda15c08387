"""YAML text as plain values, and on which line each of them stands.

Follows YAML 1.2's idea of what is a number: only plain digits; `no` is a word, 0123 is text, days are text until the
catalogue reads them. Anchors and merge keys work; a value that was merged in stands on the line of its anchor.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import yaml

from plans.rules.paths import Path

_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"
# an alias of aliases of aliases grows without bound; a catalogue has some thousand values
_MOST_VALUES = 200_000

Position = tuple[int, int]


class _Loader(yaml.SafeLoader):
    """Only for its composer; the resolvers of YAML 1.1 are replaced below."""

    yaml_implicit_resolvers = {}


for _name, _pattern, _first in (
    ("null", r"~|null|Null|NULL", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"-?(?:0|[1-9][0-9]{0,29})", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]{0,29})\.[0-9]{1,30}", "-0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(rf"^(?:{_pattern})$"), list(_first))
_Loader.add_implicit_resolver(f"{_TAG}null", re.compile(r"^$"), [""])  # "name:" and nothing after it


@dataclass(frozen=True)
class Fault:
    """Something wrong at a place: line from 1, path, and what."""

    position: Position
    path: Path
    message: str


@dataclass
class Source:
    """What was read. `values` and `keys` tell where a value and the name before it stand."""

    data: object = None
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def position_of(self, path: Path) -> Position:
        """Where a value stands; what is not there stands where the nearest part around it begins."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))


def read_yaml(text: str) -> Source:
    """Read one document. Faults of the text are in `faults`; after a fault of syntax `data` is None."""
    source = Source()
    try:
        node = _Loader(text).get_single_node()
        if node is None:
            source.faults.append(Fault((1, 1), (), "the file is empty"))
        else:
            source.data = _Reading(source).value(node, ())
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        source.faults.append(Fault((line, 1), (), f"the character #x{error.character:04x} is not allowed in YAML"))
    except yaml.MarkedYAMLError as error:
        source.faults.append(Fault(_position(error.problem_mark or error.context_mark), (), _reason(error)))
    except RecursionError:
        source.faults.append(Fault((1, 1), (), "nested too deeply"))
    return source


def _position(mark: yaml.Mark | None) -> Position:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _reason(error: yaml.MarkedYAMLError) -> str:
    context = f" ({error.context})" if error.context else ""
    return f"this is no YAML: {error.problem}{context}"


class _Reading:
    """Walks the nodes of one document and notes where everything stands."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._open: set[int] = set()
        self._count = 0
        self._seen_twice: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> object:
        self._count += 1
        if self._count > _MOST_VALUES:
            raise yaml.MarkedYAMLError(problem="more values than a catalogue can have", problem_mark=node.start_mark)
        self._source.values[path] = _position(node.start_mark)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if id(node) in self._open:
            self._fault(node, path, "this anchor contains itself")
            return None
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            return [self.value(item, (*path, at)) for at, item in enumerate(node.value)]
        finally:
            self._open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> object:
        match node.tag.removeprefix(_TAG):
            case "str" | "merge":
                return str(node.value)
            case "null":
                return None
            case "bool":
                return str(node.value).lower() == "true"
            case "int":
                return int(node.value)
            case "float":
                return Decimal(node.value)
        self._fault(node, path, f"the tag {node.tag} has no meaning here")
        return None

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        read: dict[str, object] = {}
        for name, (key, value) in self._entries(node, path).items():
            self._source.keys[(*path, name)] = _position(key.start_mark)
            read[name] = self.value(value, (*path, name))
        return read

    def _entries(self, node: yaml.MappingNode, path: Path) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Names and values, those merged in first; a mapping's own win."""
        own: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            if key.tag == _MERGE:
                for part in self._merged(value, path):
                    self._open.add(id(part))
                    merged = self._entries(part, path) | merged
                    self._open.discard(id(part))
            elif not isinstance(key, yaml.ScalarNode):
                self._fault(key, path, "a field's name must be text")
            elif key.value in own:
                self._repeated(key, own[key.value][0], path)
            else:
                own[key.value] = (key, value)
        return merged | own

    def _merged(self, node: yaml.Node, path: Path) -> Iterator[yaml.MappingNode]:
        parts = node.value if isinstance(node, yaml.SequenceNode) else [node]
        for part in parts:
            if not isinstance(part, yaml.MappingNode):
                self._fault(part, path, "<< merges objects only")
            elif id(part) in self._open:
                self._fault(part, path, "this anchor contains itself")
            else:
                yield part

    def _repeated(self, key: yaml.ScalarNode, first: yaml.Node, path: Path) -> None:
        if id(key) not in self._seen_twice:  # once, however often the mapping is merged elsewhere
            self._seen_twice.add(id(key))
            self._fault(key, (*path, key.value), f"given twice, first on line {_position(first.start_mark)[0]}")

    def _fault(self, node: yaml.Node, path: Path, message: str) -> None:
        self._source.faults.append(Fault(_position(node.start_mark), path, message))
