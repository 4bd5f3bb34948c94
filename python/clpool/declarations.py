# SPDX-License-Identifier: Apache-2.0
"""The structures and functions of clpool.h for ctypes; tests/test_declarations.py compares them with it."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, c_char_p, c_double, c_int, c_int64, c_size_t, c_uint, c_void_p
from typing import Any

from .enums import MAX_RANK

# A C enumeration without negative values has the size of an int on every platform with OpenCL.
_enum = c_int
_axes = c_size_t * MAX_RANK
_strides = c_size_t * (MAX_RANK + 2)


class CProblem(Structure):
    """clpool_problem"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("mode", _enum),
        ("dtype", _enum),
        ("layout", _enum),
        ("nan_rule", _enum),
        ("rounding", _enum),
        ("mask_form", _enum),
        ("rank", c_uint),
        ("batch", c_size_t),
        ("channels", c_size_t),
        ("in", _axes),
        ("kernel", _axes),
        ("stride", _axes),
        ("dilation", _axes),
        ("pad_lo", _axes),
        ("pad_hi", _axes),
        ("x_stride", _strides),
        ("y_stride", _strides),
        ("windows", _enum),
        ("out", _axes),
        ("divisor_rule", _enum),
        ("divisor", c_size_t),
        ("p", c_uint),
    ]


class CNativeOptions(Structure):
    """clpool_native_options"""

    _fields_ = [("struct_size", c_size_t), ("threads", c_uint), ("reference", c_int)]


class CEngineOptions(Structure):
    """clpool_engine_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("cache_folder", c_char_p),
        ("cache", _enum),
        ("tuning_file", c_char_p),
        ("tuning", _enum),
    ]


class CBuffer(Structure):
    """clpool_buffer"""

    _fields_ = [("mem", c_void_p), ("offset", c_size_t)]


class CPlanOptions(Structure):
    """clpool_plan_options"""

    _fields_ = [
        ("struct_size", c_size_t),
        ("forward_strategy", c_char_p),
        ("backward_strategy", c_char_p),
        ("index_bits", c_uint),
        ("unpool_strategy", c_char_p),
        ("operations", c_uint),
        ("load_expression", c_char_p),
        ("store_expression", c_char_p),
        ("activation", _enum),
        ("parameter_count", c_uint),
        ("parameter_scope", _enum),
        ("parameters", CBuffer),
    ]


STRUCTURES: dict[str, type[Structure]] = {
    "clpool_problem": CProblem,
    "clpool_native_options": CNativeOptions,
    "clpool_engine_options": CEngineOptions,
    "clpool_plan_options": CPlanOptions,
    "clpool_buffer": CBuffer,
}

_problem = POINTER(CProblem)
_size_out = POINTER(c_size_t)
_text_out = POINTER(c_char_p)
_handle_out = POINTER(c_void_p)
_native_options = POINTER(CNativeOptions)
# queue, num_wait, wait_list, event
_tail = [c_void_p, ctypes.c_uint32, POINTER(c_void_p), POINTER(c_void_p)]
# text, size, size_needed
_text = [c_char_p, c_size_t, _size_out]

# name: (what it returns, what it takes)
FUNCTIONS: dict[str, tuple[Any, list[Any]]] = {
    "clpool_version": (c_int, []),
    "clpool_status_name": (c_char_p, [_enum]),
    "clpool_status_sentence": (c_char_p, [_enum]),
    "clpool_error_detail": (c_char_p, []),
    "clpool_error_cl_code": (ctypes.c_int32, []),
    "clpool_cl_error_name": (c_char_p, [ctypes.c_int32]),
    "clpool_problem_set_auto_pad": (_enum, [_problem, _enum]),
    "clpool_problem_check": (_enum, [_problem]),
    "clpool_output_extent": (_enum, [_problem, _size_out]),
    "clpool_tensor_elements": (_enum, [_problem, _enum, _size_out]),
    "clpool_tensor_bytes": (_enum, [_problem, _enum, _size_out]),
    "clpool_mask_element_bytes": (_enum, [_problem, _size_out]),
    "clpool_mask_to_plane": (_enum, [_problem, c_void_p, POINTER(c_int64)]),
    "clpool_convert_mask": (_enum, [_problem, c_void_p, _enum, c_void_p, _enum]),
    "clpool_native_forward": (_enum, [_problem, c_void_p, c_void_p, c_void_p]),
    "clpool_native_forward_with": (_enum, [_problem, c_void_p, c_void_p, c_void_p, _native_options]),
    "clpool_native_backward": (_enum, [_problem, c_void_p, c_void_p, c_void_p, c_uint]),
    "clpool_native_backward_with": (_enum, [_problem, c_void_p, c_void_p, c_void_p, c_uint, _native_options]),
    "clpool_native_backward_recompute": (_enum, [_problem, c_void_p, c_void_p, c_void_p, c_uint]),
    "clpool_native_backward_lp": (_enum, [_problem, c_void_p, c_void_p, c_void_p, c_void_p, c_uint]),
    "clpool_native_unpool": (_enum, [_problem, c_void_p, c_void_p, c_void_p, _size_out]),
    "clpool_native_unpool_backward": (_enum, [_problem, c_void_p, c_void_p, c_void_p]),
    "clpool_engine_create": (_enum, [c_void_p, c_void_p, _handle_out]),
    "clpool_engine_create_with_options": (_enum, [c_void_p, c_void_p, POINTER(CEngineOptions), _handle_out]),
    "clpool_engine_destroy": (None, [c_void_p]),
    "clpool_engine_program_counts": (_enum, [c_void_p, _size_out, _size_out]),
    "clpool_engine_build_log": (_enum, [c_void_p, *_text]),
    "clpool_engine_tuning_path": (_enum, [c_void_p, *_text]),
    "clpool_engine_tuning_head": (_enum, [c_void_p, *_text]),
    "clpool_engine_strategy": (_enum, [c_void_p, _problem, _enum, _text_out, _text_out]),
    "clpool_plan_create": (_enum, [c_void_p, _problem, POINTER(CPlanOptions), _handle_out]),
    "clpool_plan_destroy": (None, [c_void_p]),
    "clpool_plan_problem": (_problem, [c_void_p]),
    "clpool_plan_strategy": (_enum, [c_void_p, _enum, _text_out, _text_out]),
    "clpool_plan_recompute_strategy": (_enum, [c_void_p, _text_out, _text_out]),
    "clpool_plan_settings": (_enum, [c_void_p, _enum, _text_out]),
    "clpool_plan_parameter": (
        _enum,
        [c_void_p, _enum, c_size_t, _text_out, POINTER(POINTER(c_uint)), _size_out],
    ),
    "clpool_plan_chosen_by": (_enum, [c_void_p, _enum, POINTER(_enum)]),
    "clpool_tuning_rule": (_enum, [_problem, _enum, c_char_p, c_double, *_text]),
    "clpool_plan_workspace_bytes": (_enum, [c_void_p, _enum, _size_out]),
    "clpool_strategy_name": (c_char_p, [_enum, c_size_t]),
    "clpool_enqueue_forward": (_enum, [c_void_p, CBuffer, CBuffer, CBuffer, *_tail]),
    "clpool_enqueue_backward": (_enum, [c_void_p, CBuffer, CBuffer, CBuffer, c_uint, *_tail]),
    "clpool_enqueue_backward_recompute": (_enum, [c_void_p, CBuffer, CBuffer, CBuffer, c_uint, *_tail]),
    "clpool_enqueue_backward_lp": (_enum, [c_void_p, CBuffer, CBuffer, CBuffer, CBuffer, c_uint, *_tail]),
    "clpool_enqueue_unpool": (_enum, [c_void_p, CBuffer, CBuffer, CBuffer, CBuffer, *_tail]),
    "clpool_enqueue_unpool_backward": (_enum, [c_void_p, CBuffer, CBuffer, CBuffer, *_tail]),
    "clpool_enqueue_convert_mask": (_enum, [c_void_p, CBuffer, _enum, CBuffer, _enum, *_tail]),
    "clpool_enqueue_check_mask": (_enum, [c_void_p, CBuffer, CBuffer, *_tail]),
}


def declare(library: ctypes.CDLL) -> None:
    """Gives the functions of a loaded library their types."""
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments
