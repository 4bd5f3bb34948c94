# SPDX-License-Identifier: Apache-2.0
"""Pooling for neural networks on OpenCL devices: clpool for Python.

Functions with PyTorch's names, over pyopencl and NumPy arrays: max_pool2d(), avg_pool2d_backward(), max_unpool1d() and
so on; help(clpool.pooling) has what their arguments mean. Below them the shape of clpool.h: Problem, Engine and Plan,
whose methods enqueue work with events, and clpool.native, which is the same on the host. Failures of the library raise
Error.
"""

from . import native, pooling, unpooling
from .buffers import At
from .dlpack import from_dlpack, to_dlpack
from .engine import Engine
from .enums import (
    MAX_RANK,
    AutoPad,
    Cache,
    ChosenBy,
    DivisorRule,
    DType,
    Flags,
    Layout,
    MaskForm,
    Mode,
    NanRule,
    Op,
    Rounding,
    Status,
    Tensor,
    Tuning,
    Windows,
)
from .errors import Error
from .functional import *  # noqa: F401,F403
from .functional import __all__ as _functions
from .library import LibraryError, library_path, library_version
from .plan import Plan, strategy_names, tuning_rule
from .problem import Problem
from .recent import clear_cache
from .version import __version__

__all__ = [
    "At", "AutoPad", "Cache", "ChosenBy", "DType", "DivisorRule", "Engine", "Error", "Flags", "Layout", "LibraryError",
    "MAX_RANK", "MaskForm", "Mode", "NanRule", "Op", "Plan", "Problem", "Rounding", "Status", "Tensor", "Tuning",
    "Windows", "__version__", "clear_cache", "from_dlpack", "library_path", "library_version", "native", "pooling",
    "strategy_names", "to_dlpack", "tuning_rule", "unpooling",
]
__all__ += _functions
