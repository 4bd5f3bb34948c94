# SPDX-License-Identifier: Apache-2.0
"""Element types: NumPy's names for the library's."""

from __future__ import annotations

from typing import Any

import numpy

from .enums import DType, MaskForm, Tensor
from .problem import Problem

_BY_NAME = {
    "float32": DType.F32,
    "float64": DType.F64,
    "float16": DType.F16,
    "bfloat16": DType.BF16,  # as the extension type of ml_dtypes is called
    "int8": DType.I8,
    "uint8": DType.U8,
    "int32": DType.I32,
}


def dtype_of(array_dtype: Any, wanted: Any = None) -> DType:
    """The element type of an array. `wanted` says that uint16 holds "bfloat16", and must agree otherwise."""
    name = numpy.dtype(array_dtype).name
    if not numpy.dtype(array_dtype).isnative:
        raise TypeError(f"dtype {numpy.dtype(array_dtype).str} has another byte order than this machine; give a copy")
    if wanted is None:
        if name not in _BY_NAME:
            hint = '; for bfloat16 in uint16 say dtype="bfloat16"' if name == "uint16" else ""
            raise TypeError(f"dtype {name} is none of {', '.join(_BY_NAME)}{hint}")
        return _BY_NAME[name]
    if not isinstance(wanted, DType):
        wanted_name = wanted if isinstance(wanted, str) else numpy.dtype(wanted).name
        if wanted_name not in _BY_NAME:
            raise TypeError(f"dtype {wanted_name!r} is none of {', '.join(_BY_NAME)}")
        wanted = _BY_NAME[wanted_name]
    if _BY_NAME.get(name) != wanted and not (name == "uint16" and wanted == DType.BF16):
        raise TypeError(f"the array's dtype is {name}; it cannot hold {wanted.name}")
    return DType(wanted)


_INDICES = {
    MaskForm.MASK_PLANE_I32: "int32",
    MaskForm.MASK_PLANE_I64: "int64",
    MaskForm.MASK_TENSOR: "int64",
    MaskForm.MASK_TENSOR_COLMAJOR: "int64",
}


def is_packed(form: MaskForm) -> bool:
    """Whether a byte of the mask holds several values."""
    return form in (MaskForm.MASK_WINDOW_2BIT, MaskForm.MASK_WINDOW_4BIT)


def mask_dtype(problem: Problem) -> numpy.dtype[Any]:
    """The dtype of the mask of a problem."""
    if problem.mask_form in _INDICES:
        return numpy.dtype(_INDICES[problem.mask_form])
    return numpy.dtype(f"uint{8 * problem.mask_element_bytes}")


def mask_form_of(array_dtype: Any) -> MaskForm:
    """What a mask of a dtype is taken for, where its form is not said: indices as PyTorch has them, or the numbers of
    taps."""
    dtype = numpy.dtype(array_dtype)
    if dtype.name in ("int32", "int64"):
        return MaskForm.MASK_PLANE_I64 if dtype.itemsize == 8 else MaskForm.MASK_PLANE_I32
    if dtype.name in ("uint8", "uint16", "uint32"):
        return MaskForm.MASK_WINDOW
    raise TypeError(f"indices have dtype {dtype.name}; they must have int64, int32, uint8, uint16 or uint32")


def mask_shape(problem: Problem, y_shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of the mask of a problem whose y has a shape."""
    return (problem.elements(Tensor.MASK),) if is_packed(problem.mask_form) else y_shape
