# SPDX-License-Identifier: Apache-2.0
"""Compares the package's declarations with a header's text; a list of what differs. CC names the preprocessor's cc."""

from __future__ import annotations

import ctypes
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from pycparser import c_ast, c_parser

from clpool import declarations, enums

# All that the header takes from others, so that there is only C11 without extensions to parse.
OTHER_HEADERS = {
    "stddef.h": "typedef unsigned long size_t;\n#define NULL ((void *)0)\n",
    "stdint.h": "typedef long int64_t;\n",
    "string.h": "void *memset(void *, int, size_t); void *memcpy(void *, const void *, size_t);\n",
    "CL/cl.h": "typedef int cl_int; typedef unsigned cl_uint;\n"
    + "".join(
        f"typedef struct _cl_{name} *cl_{name};\n" for name in ("mem", "event", "context", "device_id", "command_queue")
    ),
}
VALUES = {
    "int": ctypes.c_int,
    "unsigned": ctypes.c_uint,
    "double": ctypes.c_double,
    "size_t": ctypes.c_size_t,
    "cl_int": ctypes.c_int32,
    "cl_uint": ctypes.c_uint32,
    "int64_t": ctypes.c_int64,
}
HANDLES = ("cl_mem", "cl_event", "cl_context", "cl_device_id", "cl_command_queue")
OPAQUE = ("clpool_engine", "clpool_plan")


def parse(text: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in {**OTHER_HEADERS, "clpool.h": text}.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(content)
        command = [os.environ.get("CC", "cc"), "-E", "-P", "-nostdinc", "-I", folder]
        # No compiler's extensions: no attributes.
        command += ["-U__GNUC__", "-U__APPLE__", "-U_WIN32", str(Path(folder, "clpool.h"))]
        source = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return c_parser.CParser().parse(source)


def constant(node: Any, known: dict[str, int]) -> int:
    """The value of the constant expressions that the header has."""
    if isinstance(node, c_ast.Constant):
        return int(node.value, 0)
    if isinstance(node, c_ast.ID):
        return known[node.name]
    if isinstance(node, c_ast.BinaryOp) and node.op == "+":
        return constant(node.left, known) + constant(node.right, known)
    raise ValueError(f"a constant of an unknown kind: {node}")


def ctype(node: Any, parameter: bool = False) -> Any:
    """The ctypes type of a declaration."""
    if isinstance(node, c_ast.TypeDecl):
        name = " ".join(node.type.names) if isinstance(node.type, c_ast.IdentifierType) else node.type.name
        if name == "void":
            return None
        if name in HANDLES:
            return ctypes.c_void_p
        if name in enums.ENUMERATIONS:
            return ctypes.c_int
        return declarations.STRUCTURES.get(name) or VALUES[name]
    if isinstance(node, c_ast.ArrayDecl):
        return ctype(node.type) * constant(node.dim, {})
    assert isinstance(node, c_ast.PtrDecl), node
    inner = node.type
    if isinstance(inner, c_ast.TypeDecl) and isinstance(inner.type, c_ast.IdentifierType):
        name = inner.type.names[0]
        if name == "char":
            return ctypes.c_char_p
        if name in ("void", *OPAQUE):
            return ctypes.c_void_p
    return ctypes.POINTER(ctype(inner))


class Reader(c_ast.NodeVisitor):  # type: ignore[misc]
    """What a header declares."""

    def __init__(self) -> None:
        self.enums: dict[str | None, dict[str, int]] = {}
        self.structures: dict[str, list[tuple[str, Any]]] = {}
        self.functions: dict[str, tuple[Any, list[Any]]] = {}

    def visit_Enum(self, node: Any) -> None:
        values: dict[str, int] = {}
        for item in node.values.enumerators if node.values else ():
            after = max(values.values(), default=-1) + 1
            values[item.name] = after if item.value is None else constant(item.value, values)
        if values:
            self.enums[node.name] = values

    def visit_Struct(self, node: Any) -> None:
        if node.decls and node.name.startswith("clpool_"):
            self.structures[node.name] = [(field.name, ctype(field.type)) for field in node.decls]
        self.generic_visit(node)

    def visit_FuncDef(self, node: Any) -> None:
        """Inline functions are in no library."""

    def visit_Decl(self, node: Any) -> None:
        if isinstance(node.type, c_ast.FuncDecl) and node.name.startswith("clpool_"):
            parameters = node.type.args.params if node.type.args else []
            types = [ctype(parameter.type) for parameter in parameters]
            self.functions[node.name] = ctype(node.type.type), [] if types == [None] else types
        else:
            self.generic_visit(node)


def differences(text: str) -> list[str]:
    """What of a header's text is not as the package has it."""
    reader = Reader()
    reader.visit(parse(text))
    ours_enums: dict[Any, Any] = {
        tag: {f"CLPOOL_{member.name}": member.value for member in kind} for tag, kind in enums.ENUMERATIONS.items()
    }
    ours_structures: dict[Any, Any] = {name: list(kind._fields_) for name, kind in declarations.STRUCTURES.items()}
    compared: list[tuple[str, Any, Any]] = [
        ("enum", reader.enums, ours_enums),
        ("struct", reader.structures, ours_structures),
        ("function", reader.functions, declarations.FUNCTIONS),
    ]
    return [
        f"{kind} {name}: {theirs.get(name)} in the header, {ours.get(name)} in the package"
        for kind, theirs, ours in compared
        for name in {**theirs, **ours}
        if theirs.get(name) != ours.get(name)
    ]
