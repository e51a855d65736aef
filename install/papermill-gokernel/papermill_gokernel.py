"""Go parameters for papermill: a translator for the languages "go" and "gokernel"."""

import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

__version__ = "1.0.0"

_KEYWORDS = frozenset(
    "break case chan const continue default defer else fallthrough for func go goto if import interface map "
    "package range return select struct switch type var".split()
)
_IDENTIFIER = re.compile(r"^[^\W\d]\w*$")
_DECLARATION = re.compile(
    r"^\s*(?:var\s+(?P<var>\w+)(?:\s+(?P<type>[\w\[\].*]+))?\s*=|(?P<short>\w+)\s*:=)\s*(?P<value>.*?)\s*(?://\s*(?P<help>.*))?$"
)


def _go_type(value):
    """The Go type of a value; "any" for what has none of its own."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "uint64" if value >= 1 << 63 else "int"
    if isinstance(value, float):
        return "float64"
    if isinstance(value, str):
        return "string"
    if isinstance(value, (list, tuple)):
        return "[]" + _common(value)
    if isinstance(value, dict):
        return "map[string]" + _common(value.values())
    return "any"


def _common(values):
    """The Go type that all values have; numbers that are not all whole are float64."""
    types = {_go_type(v) for v in values}
    if types == {"int", "float64"}:
        return "float64"
    return types.pop() if len(types) == 1 else "any"


class GoTranslator(Translator):
    """Writes parameters as Go variables, each with the type of its value."""

    @classmethod
    def translate_str(cls, val):
        # A JSON string is a Go string as long as nothing above U+FFFF is escaped.
        return json.dumps(val, ensure_ascii=False).replace("\x7f", "\\u007f")

    translate_escaped_str = translate_str

    @classmethod
    def translate_none(cls, val):
        return "nil"

    @classmethod
    def translate_int(cls, val):
        if not -(1 << 63) <= val < 1 << 64:
            raise PapermillException(f"{val} fits no Go integer; give it as text")
        return f"uint64({val})" if val >= 1 << 63 else str(val)

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "math.NaN()"
        if math.isinf(val):
            return "math.Inf(1)" if val > 0 else "math.Inf(-1)"
        return repr(float(val))

    @classmethod
    def translate_list(cls, val):
        return f"{_go_type(val)}{{{', '.join(cls.translate(v) for v in val)}}}"

    @classmethod
    def translate_dict(cls, val):
        pairs = (f"{cls.translate_str(str(k))}: {cls.translate(v)}" for k, v in val.items())
        return f"{_go_type(val)}{{{', '.join(pairs)}}}"

    @classmethod
    def comment(cls, cmt_str):
        return f"// {cmt_str}".strip()

    @classmethod
    def assign(cls, name, str_val):
        if not _IDENTIFIER.match(name) or name in _KEYWORDS:
            raise PapermillException(f"{name!r} cannot name a Go variable")
        return f"var {name} any = nil" if str_val == "nil" else f"var {name} = {str_val}"

    @classmethod
    def inspect(cls, parameters_cell):
        """The variables that the parameters cell declares, for papermill --help-notebook."""
        found = []
        for line in parameters_cell.get("source", "").splitlines():
            m = _DECLARATION.match(line)
            if m:
                found.append(
                    Parameter(
                        name=m["var"] or m["short"],
                        inferred_type_name=m["type"] or "None",
                        default=m["value"],
                        help=m["help"] or "",
                    )
                )
        return found


class GoEngine(NBClientEngine):
    """papermill's own engine under another name: loading it is what registers the translator."""


papermill_translators.register("gokernel", GoTranslator)
papermill_translators.register("go", GoTranslator)
