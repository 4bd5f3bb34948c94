# SPDX-License-Identifier: Apache-2.0
"""DLPack for OpenCL buffers: a capsule's data pointer is the cl_mem, and its device type kDLOpenCL."""

from __future__ import annotations

import ctypes
import itertools
import weakref
from ctypes import POINTER, Structure, c_int32, c_int64, c_uint8, c_uint16, c_uint64, c_void_p
from typing import Any

import numpy

DL_CPU = 1
DL_OPENCL = 4
_DEVICE_NAMES = {2: "CUDA", 3: "CUDA host", 7: "Vulkan", 8: "Metal", 10: "ROCm", 11: "ROCm host", 13: "CUDA managed"}

_FRESH = b"dltensor"
_USED = b"used_dltensor"


class _DLDevice(Structure):
    _fields_ = [("device_type", c_int32), ("device_id", c_int32)]


class _DLDataType(Structure):
    _fields_ = [("code", c_uint8), ("bits", c_uint8), ("lanes", c_uint16)]


class _DLTensor(Structure):
    _fields_ = [
        ("data", c_void_p),
        ("device", _DLDevice),
        ("ndim", c_int32),
        ("dtype", _DLDataType),
        ("shape", POINTER(c_int64)),
        ("strides", POINTER(c_int64)),
        ("byte_offset", c_uint64),
    ]


class _DLManagedTensor(Structure):
    pass


_Deleter = ctypes.CFUNCTYPE(None, POINTER(_DLManagedTensor))
_DLManagedTensor._fields_ = [("dl_tensor", _DLTensor), ("manager_ctx", c_void_p), ("deleter", _Deleter)]

# Type codes of DLDataTypeCode.
_CODES = {"i": 0, "u": 1, "f": 2}
_KINDS = {code: kind for kind, code in _CODES.items()}
_BFLOAT = 4

_new_capsule = ctypes.PYFUNCTYPE(ctypes.py_object, c_void_p, ctypes.c_char_p, c_void_p)(
    ("PyCapsule_New", ctypes.pythonapi)
)
_capsule_name = ctypes.PYFUNCTYPE(ctypes.c_char_p, ctypes.py_object)(("PyCapsule_GetName", ctypes.pythonapi))
_capsule_pointer = ctypes.PYFUNCTYPE(c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)
_set_capsule_name = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_SetName", ctypes.pythonapi)
)
# The same by address, for a capsule that is being destroyed and must not be counted again.
_dying_is_valid = ctypes.PYFUNCTYPE(ctypes.c_int, c_void_p, ctypes.c_char_p)(
    ("PyCapsule_IsValid", ctypes.pythonapi)
)
_dying_pointer = ctypes.PYFUNCTYPE(c_void_p, c_void_p, ctypes.c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))

# What lent tensors need until their consumers call the deleter: by a number, from any thread. There is no lock, since a
# collection of garbage may call a deleter while this thread holds it; a step of a counter or a dictionary needs none.
_lent: dict[int, tuple[Any, ...]] = {}
_numbers = itertools.count(1)


def _delete(managed: Any) -> None:
    _lent.pop(managed.contents.manager_ctx, None)


def _destroy_capsule(capsule: int) -> None:
    # A consumer renames what it takes; what nobody took is ours to delete.
    if _dying_is_valid(capsule, _FRESH):
        managed = ctypes.cast(_dying_pointer(capsule, _FRESH), POINTER(_DLManagedTensor))
        managed.contents.deleter(managed)


# What C calls.
_deleter = _Deleter(_delete)
_capsule_destructor = ctypes.PYFUNCTYPE(None, c_void_p)(_destroy_capsule)


def to_dlpack(array: Any) -> Any:
    """A capsule of a pyopencl array, which shares its memory. Waits for the array's events, since a capsule has none.
    Its device_id is the number of the device in its platform. Whoever takes the capsule renames it to "used_dltensor",
    and calls the deleter when done."""
    dtype = array.dtype
    if dtype.kind not in _CODES:
        raise TypeError(f"dtype {dtype} has no name in DLPack")
    if array.base_data is not None and not hasattr(array.base_data, "int_ptr"):
        raise TypeError("the array is not on an OpenCL buffer")
    if any(stride % dtype.itemsize for stride in array.strides):
        raise ValueError("the array has a stride that is no multiple of its element's bytes; give a copy")
    for event in array.events:
        event.wait()
    axes = c_int64 * len(array.shape)
    shape = axes(*array.shape)
    strides = axes(*(stride // dtype.itemsize for stride in array.strides))
    managed = _DLManagedTensor()
    managed.dl_tensor = _DLTensor(
        data=None if array.base_data is None else array.base_data.int_ptr,
        device=_DLDevice(DL_OPENCL, _device_number(array)),
        ndim=len(array.shape),
        dtype=_DLDataType(_CODES[dtype.kind], 8 * dtype.itemsize, 1),
        shape=shape,
        strides=strides,
        byte_offset=array.offset,
    )
    managed.deleter = _deleter
    managed.manager_ctx = number = next(_numbers)
    _lent[number] = (managed, shape, strides, array.base_data)
    return _new_capsule(ctypes.addressof(managed), _FRESH, ctypes.cast(_capsule_destructor, c_void_p))


def _device_number(array: Any) -> int:
    device = array.queue.device if array.queue is not None else array.context.devices[0]
    devices = device.platform.get_devices()
    return int(devices.index(device)) if device in devices else 0


def from_dlpack(source: Any, queue: Any = None) -> Any:
    """An array on the memory of a DLPack capsule, or of an object that makes one, without a copy: of kDLOpenCL a
    pyopencl array on `queue`, of the CPU a NumPy array. The memory is given back, by the capsule's deleter, when the
    last array on it is gone. bfloat16 becomes uint16."""
    if not hasattr(source, "__dlpack__"):
        return _from_capsule(source, queue)
    device_type = int(source.__dlpack_device__()[0])
    _check_device(device_type)
    if device_type == DL_CPU:
        return numpy.from_dlpack(source)
    return _from_capsule(source.__dlpack__(), queue)


def _check_device(device_type: int) -> None:
    if device_type not in (DL_CPU, DL_OPENCL):
        name = _DEVICE_NAMES.get(device_type, "unknown")
        raise ValueError(
            f"the tensor is on a device of DLPack's type {device_type} ({name}); "
            f"taken are {DL_OPENCL} (OpenCL) and {DL_CPU} (CPU)"
        )


class _Loan:
    """Lives as long as the buffer that it is an attribute of, which all views of an array share. Not every pyopencl has
    weak references to buffers."""


class _HostCapsule:
    """A capsule as numpy.from_dlpack() wants it."""

    def __init__(self, capsule: Any) -> None:
        self._capsule = capsule

    def __dlpack__(self, **_: Any) -> Any:
        return self._capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return DL_CPU, 0


def _from_capsule(capsule: Any, queue: Any) -> Any:
    if type(capsule).__name__ != "PyCapsule":
        raise TypeError(f"a {type(capsule).__name__} is no DLPack capsule and makes none")
    name = _capsule_name(capsule)
    if name != _FRESH:
        why = "was taken already" if name == _USED else f"is named {name!r}, not {_FRESH!r}"
        raise ValueError(f"the DLPack capsule {why}")
    managed = ctypes.cast(_capsule_pointer(capsule, _FRESH), POINTER(_DLManagedTensor))
    tensor = managed.contents.dl_tensor
    _check_device(tensor.device.device_type)
    if tensor.device.device_type == DL_CPU:
        return numpy.from_dlpack(_HostCapsule(capsule))
    if queue is None:
        raise ValueError("the tensor is in OpenCL memory; give a queue of its context")
    array = _array_on(tensor, queue)
    # From here on the memory is ours to give back.
    _set_capsule_name(capsule, _USED)
    if managed.contents.deleter:
        loan = _Loan()
        weakref.finalize(loan, managed.contents.deleter, managed)
        if array.base_data is not None:
            array.base_data.loan = loan
    return array


def _array_on(tensor: _DLTensor, queue: Any) -> Any:
    """A pyopencl array on the memory of a tensor, which it retains."""
    import pyopencl.array

    dtype = _dtype(tensor.dtype)
    shape = tuple(tensor.shape[: tensor.ndim])
    strides = None
    if tensor.strides:
        strides = tuple(stride * dtype.itemsize for stride in tensor.strides[: tensor.ndim])
    data: Any = None
    if tensor.data is not None:
        data = pyopencl.Buffer.from_int_ptr(tensor.data, retain=True)
        if data.context != queue.context:
            raise ValueError("the tensor is in memory of another OpenCL context than the queue's")
    elif 0 not in shape:
        raise ValueError("the tensor has no memory")
    return pyopencl.array.Array(queue, shape, dtype, data=data, offset=tensor.byte_offset, strides=strides)


def _dtype(dtype: _DLDataType) -> numpy.dtype[Any]:
    if dtype.lanes != 1 or dtype.bits % 8 != 0:
        raise TypeError(f"the tensor's elements are vectors or parts of bytes ({dtype.bits} bits x {dtype.lanes})")
    if (dtype.code, dtype.bits) == (_BFLOAT, 16):
        return numpy.dtype(numpy.uint16)
    if dtype.code not in _KINDS:
        raise TypeError(f"the tensor has DLPack's type code {dtype.code}, which NumPy does not have")
    return numpy.dtype(f"{_KINDS[dtype.code]}{dtype.bits // 8}")
