# SPDX-License-Identifier: Apache-2.0
"""The enumerations of clpool.h, with its values and meanings; tests/test_declarations.py compares them with it."""

from __future__ import annotations

from enum import IntEnum, IntFlag

MAX_RANK = 3


class Status(IntEnum):
    """What a function of the library returns."""

    SUCCESS = 0
    INVALID_ARGUMENT = 10
    INVALID_PROBLEM = 11
    INVALID_BUFFER = 12
    UNSUPPORTED = 20
    DEVICE_LACKS = 21
    OUT_OF_MEMORY = 30
    BUILD_FAILED = 40
    OPENCL_ERROR = 41


class Mode(IntEnum):
    """What is computed over a window."""

    MAX = 0
    AVERAGE = 1
    LP = 2


class DivisorRule(IntEnum):
    """What the sum of a window is divided by for the average."""

    INCLUDE_PAD = 0
    EXCLUDE_PAD = 1
    FIXED_DIVISOR = 2


class DType(IntEnum):
    """Element type of x, y, dy and dx."""

    F32 = 0
    F64 = 1
    F16 = 2
    BF16 = 3
    I8 = 4
    U8 = 5
    I32 = 6


class Layout(IntEnum):
    """Order of the axes in memory."""

    CHANNELS_FIRST = 0
    CHANNELS_LAST = 1


class NanRule(IntEnum):
    """What a NaN in a window does to its maximum."""

    NAN_PROPAGATE = 0
    NAN_IGNORE = 1


class Rounding(IntEnum):
    """How the number of outputs is rounded when the stride does not divide."""

    FLOOR = 0
    CEIL = 1


class Windows(IntEnum):
    """Which windows there are along each axis."""

    SLIDING = 0
    ADAPTIVE = 1


class MaskForm(IntEnum):
    """What a mask value means."""

    MASK_WINDOW = 0
    MASK_PLANE_I32 = 1
    MASK_PLANE_I64 = 2
    MASK_TENSOR = 3
    MASK_TENSOR_COLMAJOR = 4
    MASK_WINDOW_2BIT = 5
    MASK_WINDOW_4BIT = 6


class Tensor(IntEnum):
    """A tensor of a problem, for questions about sizes."""

    X = 0
    Y = 1
    MASK = 2


class AutoPad(IntEnum):
    """Padding rules that frameworks know by name."""

    VALID = 0
    SAME_UPPER = 1
    SAME_LOWER = 2


class Flags(IntFlag):
    """Flags of backward."""

    ACCUMULATE = 1


class Cache(IntEnum):
    """Whether an engine keeps programs on disk."""

    CACHE_AUTO = 0
    CACHE_OFF = 1


class Tuning(IntEnum):
    """What an engine goes by when it chooses a strategy."""

    TUNING_AUTO = 0
    TUNING_NO_FILE = 1
    TUNING_OFF = 2


class Op(IntEnum):
    """What a plan can do."""

    FORWARD = 0
    BACKWARD = 1
    UNPOOL = 2


class ChosenBy(IntEnum):
    """What chose a plan's strategy."""

    CHOSEN_BY_ORDER = 0
    CHOSEN_BY_OPTION = 1
    CHOSEN_BY_TUNING_FILE = 2
    CHOSEN_BY_TABLE = 3


class Activation(IntEnum):
    """What happens to a pooled value before it is stored."""

    NO_ACTIVATION = 0
    RELU = 1


class ParameterScope(IntEnum):
    """How many numbers a parameter of an expression is."""

    PER_CHANNEL = 0
    PER_TENSOR = 1


# Which enumeration of the header each class stands for; flags have no tag there.
ENUMERATIONS: dict[str | None, type[IntEnum] | type[IntFlag]] = {
    "clpool_status": Status,
    "clpool_mode": Mode,
    "clpool_divisor_rule": DivisorRule,
    "clpool_dtype": DType,
    "clpool_layout": Layout,
    "clpool_nan_rule": NanRule,
    "clpool_rounding": Rounding,
    "clpool_windows": Windows,
    "clpool_mask_form": MaskForm,
    "clpool_tensor": Tensor,
    "clpool_auto_pad": AutoPad,
    "clpool_activation": Activation,
    "clpool_parameter_scope": ParameterScope,
    None: Flags,
    "clpool_cache": Cache,
    "clpool_tuning": Tuning,
    "clpool_op": Op,
    "clpool_chosen_by": ChosenBy,
}
