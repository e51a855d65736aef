"""Go notebooks in papermill: parameters as Go variables, and cells that are meant to fail.

papermill loads this module when it starts (entry point group papermill.engine).
"""

import json
import math
import re

import papermill
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillException
from papermill.iorw import write_ipynb
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


def _is_meant_to_fail(cell):
    return "raises-exception" in cell.get("metadata", {}).get("tags", [])


def _raise_for_errors(original):
    """papermill's check after the run, without the cells that are meant to fail."""

    def raise_for_execution_errors(nb, output_path):
        aside = []  # cells with the outputs that the check must not see
        for cell in nb.cells:
            if _is_meant_to_fail(cell) and "outputs" in cell:
                aside.append((cell, cell.outputs))
                cell.outputs = [o for o in cell.outputs if o.output_type != "error"]
        failed = True
        try:
            original(nb, output_path)
            failed = False
        finally:
            for cell, outputs in aside:
                cell.outputs = outputs
            if failed:  # papermill has saved the notebook while they were aside
                write_ipynb(nb, output_path)

    raise_for_execution_errors.knows_the_tag = True
    return raise_for_execution_errors


class GoEngine(NBClientEngine):
    """papermill's own engine, after which cells tagged raises-exception may have failed.

    nbclient goes on after such a cell, as JupyterLab does, but papermill calls the run failed at
    its end. It has no hook for that, so its check is wrapped when the first notebook runs:
    earlier, while papermill is being imported, the check is not there yet.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **kwargs):
        check = papermill.execute.raise_for_execution_errors
        if not getattr(check, "knows_the_tag", False):
            papermill.execute.raise_for_execution_errors = _raise_for_errors(check)
        return super().execute_managed_notebook(nb_man, kernel_name, **kwargs)


papermill_engines.register(None, GoEngine)
papermill_translators.register("gokernel", GoTranslator)
papermill_translators.register("go", GoTranslator)
