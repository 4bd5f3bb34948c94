# SPDX-License-Identifier: Apache-2.0
"""DLPack: memory shared through capsules, given back once, and refused where it is elsewhere."""

from __future__ import annotations

import ctypes
import gc
import threading
from typing import Any

import numpy
import pyopencl
import pyopencl.array
import pytest
from oracle import same_bits

import clpool
from clpool import dlpack

X = numpy.arange(48, dtype=numpy.float32).reshape(1, 2, 4, 6)


def name_of(capsule: Any) -> bytes:
    return bytes(dlpack._capsule_name(capsule))


class Producer:
    """A capsule made here, field by field, that counts the calls of its deleter."""

    def __init__(self, data: Any, device_type: int = dlpack.DL_OPENCL, **fields: Any) -> None:
        self.deleted = 0
        self._shape = (ctypes.c_int64 * 2)(2, 3)
        self._deleter = dlpack._Deleter(self._delete)
        self.managed = dlpack._DLManagedTensor()
        tensor = self.managed.dl_tensor
        tensor.data, tensor.ndim, tensor.shape = data, 2, self._shape
        tensor.device.device_type = device_type
        tensor.dtype = dlpack._DLDataType(fields.pop("code", 2), fields.pop("bits", 32), fields.pop("lanes", 1))
        for name, value in fields.items():
            setattr(tensor, name, value)
        self.managed.deleter = self._deleter

    def _delete(self, managed: Any) -> None:
        assert ctypes.addressof(managed.contents) == ctypes.addressof(self.managed)
        self.deleted += 1

    def capsule(self) -> Any:
        destructor = ctypes.cast(dlpack._capsule_destructor, ctypes.c_void_p)
        return dlpack._new_capsule(ctypes.addressof(self.managed), b"dltensor", destructor)


@pytest.fixture
def lent_buffer(context: Any) -> Any:
    flags = pyopencl.mem_flags.READ_WRITE | pyopencl.mem_flags.COPY_HOST_PTR
    return pyopencl.Buffer(context, flags, hostbuf=numpy.arange(8, dtype=numpy.float32))


def test_there_and_back_shares_the_memory(queue: Any) -> None:
    x: Any = pyopencl.array.to_device(queue, X)
    capsule = clpool.to_dlpack(x)
    y = clpool.from_dlpack(capsule, queue)
    assert name_of(capsule) == b"used_dltensor"
    assert y.base_data.int_ptr == x.base_data.int_ptr and same_bits(y.get(), X)
    y += 1
    assert same_bits(x.get(), X + 1)
    assert same_bits(clpool.max_pool2d(y, 2).get(), clpool.max_pool2d(X + 1, 2))


def test_views_keep_their_strides_and_offsets(queue: Any) -> None:
    x = pyopencl.array.to_device(queue, X)
    y = clpool.from_dlpack(clpool.to_dlpack(x[:, 1:, 1:3]), queue)
    assert (y.shape, y.strides, y.offset) == ((1, 1, 2, 6), X[:, 1:, 1:3].strides, 4 * 30)
    assert same_bits(clpool.max_pool2d(y, 2).get(), clpool.max_pool2d(X[:, 1:, 1:3], 2))


@pytest.mark.parametrize("dtype", ["f8", "f4", "f2", "i1", "u1", "u2", "i4", "i8"])
def test_dtypes(queue: Any, dtype: str) -> None:
    x = pyopencl.array.to_device(queue, X.astype(dtype))
    y = clpool.from_dlpack(clpool.to_dlpack(x), queue)
    assert y.dtype == x.dtype and same_bits(y.get(), x.get())


def test_memory_is_given_back_when_the_last_array_is_gone(queue: Any, lent_buffer: Any) -> None:
    producer = Producer(lent_buffer.int_ptr)
    capsule = producer.capsule()
    array = clpool.from_dlpack(capsule, queue)
    del capsule
    gc.collect()
    assert array.get().tolist() == [[0, 1, 2], [3, 4, 5]]
    view = array[1:]
    del array
    gc.collect()
    assert producer.deleted == 0 and view.get().tolist() == [[3, 4, 5]]
    del view
    gc.collect()
    assert producer.deleted == 1


def test_a_capsule_that_nobody_took_gives_back_itself(queue: Any, lent_buffer: Any) -> None:
    producer = Producer(lent_buffer.int_ptr)
    capsule = producer.capsule()
    del capsule
    gc.collect()
    assert producer.deleted == 1
    before = len(dlpack._lent)
    capsule = clpool.to_dlpack(pyopencl.array.to_device(queue, X))
    assert len(dlpack._lent) == before + 1
    del capsule
    assert len(dlpack._lent) == before


def test_what_was_lent_lives_until_it_is_given_back(queue: Any) -> None:
    before = len(dlpack._lent)
    x = pyopencl.array.to_device(queue, X)
    y = clpool.from_dlpack(clpool.to_dlpack(x), queue)
    del x
    gc.collect()
    assert len(dlpack._lent) == before + 1 and same_bits(y.get(), X)
    del y
    gc.collect()
    assert len(dlpack._lent) == before


def test_a_capsule_is_taken_once(queue: Any) -> None:
    capsule = clpool.to_dlpack(pyopencl.array.to_device(queue, X))
    taken = clpool.from_dlpack(capsule, queue)
    with pytest.raises(ValueError, match="the DLPack capsule was taken already"):
        clpool.from_dlpack(capsule, queue)
    assert same_bits(taken.get(), X)


def test_a_tensor_without_a_deleter(queue: Any, lent_buffer: Any) -> None:
    producer = Producer(lent_buffer.int_ptr)
    producer.managed.deleter = dlpack._Deleter(0)
    capsule = dlpack._new_capsule(ctypes.addressof(producer.managed), b"dltensor", None)
    assert clpool.from_dlpack(capsule, queue).get().sum() == 15


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"device_type": 2}, r"DLPack's type 2 \(CUDA\); taken are 4 \(OpenCL\) and 1 \(CPU\)"),
        ({"device_type": 99}, r"type 99 \(unknown\)"),
        ({"lanes": 4}, "vectors or parts of bytes"),
        ({"bits": 4}, "vectors or parts of bytes"),
        ({"code": 5}, "type code 5"),
    ],
)
def test_what_is_refused_stays_the_producers(queue: Any, lent_buffer: Any, fields: Any, sentence: str) -> None:
    producer = Producer(lent_buffer.int_ptr, **fields)
    capsule = producer.capsule()
    with pytest.raises((TypeError, ValueError), match=sentence):
        clpool.from_dlpack(capsule, queue)
    assert producer.deleted == 0 and name_of(capsule) == b"dltensor"
    del capsule
    assert producer.deleted == 1


def test_other_refusals(context: Any, queue: Any, lent_buffer: Any) -> None:
    capsule = Producer(lent_buffer.int_ptr).capsule()
    with pytest.raises(ValueError, match="in OpenCL memory; give a queue"):
        clpool.from_dlpack(capsule)
    with pytest.raises(ValueError, match="another OpenCL context"):
        clpool.from_dlpack(capsule, pyopencl.CommandQueue(pyopencl.Context(context.devices)))
    with pytest.raises(ValueError, match="has no memory"):
        clpool.from_dlpack(Producer(None).capsule(), queue)
    with pytest.raises(TypeError, match="a list is no DLPack capsule and makes none"):
        clpool.from_dlpack([], queue)
    with pytest.raises(ValueError, match="is named b'other'"):
        clpool.from_dlpack(dlpack._new_capsule(1, b"other", None), queue)
    with pytest.raises(TypeError, match="complex64 has no name in DLPack"):
        clpool.to_dlpack(pyopencl.array.zeros(queue, 3, numpy.complex64))

    class OnCuda:
        def __dlpack__(self) -> None:
            raise AssertionError("asked for a capsule in spite of its device")

        def __dlpack_device__(self) -> tuple[int, int]:
            return 2, 0

    with pytest.raises(ValueError, match="CUDA"):
        clpool.from_dlpack(OnCuda(), queue)


def test_bfloat16_becomes_uint16(queue: Any, lent_buffer: Any) -> None:
    assert clpool.from_dlpack(Producer(lent_buffer.int_ptr, code=4, bits=16).capsule(), queue).dtype == numpy.uint16


def test_host_memory_becomes_a_numpy_array() -> None:
    class Lender:
        """Nothing of NumPy's but these two."""

        def __dlpack__(self, **options: Any) -> Any:
            return X.__dlpack__(**options)

        def __dlpack_device__(self) -> tuple[Any, ...]:
            return X.__dlpack_device__()

    for source in (X, Lender(), X.__dlpack__()):
        y = clpool.from_dlpack(source)
        assert isinstance(y, numpy.ndarray) and y.ctypes.data == X.ctypes.data and same_bits(y, X)
    assert same_bits(clpool.max_pool2d(Lender(), 2), clpool.max_pool2d(X, 2))


def test_an_array_without_elements(queue: Any) -> None:
    x = pyopencl.array.zeros(queue, (0, 2, 4, 6), numpy.float32)
    assert clpool.from_dlpack(clpool.to_dlpack(x), queue).shape == (0, 2, 4, 6)


def test_memory_is_given_back_on_any_thread(queue: Any) -> None:
    before = len(dlpack._lent)
    taken = [clpool.from_dlpack(clpool.to_dlpack(pyopencl.array.to_device(queue, X)), queue) for _ in range(8)]
    thread = threading.Thread(target=taken.clear)
    thread.start()
    thread.join()
    gc.collect()
    assert len(dlpack._lent) == before
