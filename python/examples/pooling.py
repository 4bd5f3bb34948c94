# SPDX-License-Identifier: Apache-2.0
"""clpool from Python, in cells: run it as a script, or cell by cell in an editor that knows `# %%`."""

# %% Without OpenCL: NumPy arrays, on the host
import numpy

import clpool

print("clpool", clpool.library_version(), "from", clpool.library_path)
image = numpy.arange(36, dtype=numpy.float32).reshape(1, 1, 6, 6)
y, indices = clpool.max_pool2d(image, kernel_size=2, return_indices=True)
print("each window's greatest element:\n", y[0, 0])
print("and where it was, as PyTorch counts:\n", indices[0, 0])

# %% On a device: pyopencl arrays, which stay there
import pyopencl  # noqa: E402
import pyopencl.array  # noqa: E402

platform = next(platform for platform in pyopencl.get_platforms() if platform.get_devices())
context = pyopencl.Context(platform.get_devices()[:1])
queue = pyopencl.CommandQueue(context)
print("on", context.devices[0].name)

x = pyopencl.array.to_device(queue, image)
y_on_device, indices_on_device = clpool.max_pool2d(x, 2, return_indices=True)
# Nothing was copied back, and nothing waited: the array's event says when it is there. get() waits for it.
assert (y_on_device.get() == y).all() and (indices_on_device.get() == indices).all()

# %% Backward: from the indices, or from the input with none kept. The bits are equal.
dy = pyopencl.array.to_device(queue, numpy.ones_like(y))
dx = clpool.max_pool2d_backward(dy, x.shape, 2, indices=indices_on_device)
recomputed = clpool.max_pool2d_backward(dy, x, 2)
assert (dx.get() == recomputed.get()).all()
print("the gradient went to the winners:\n", dx.get()[0, 0])

# %% A smaller mask: the winner's number in its window takes a byte, or 2 bits, instead of 8 bytes
_, small = clpool.max_pool2d(x, 2, return_indices=True, mask_form="window_2bit")
print("the mask takes", small.nbytes, "bytes, the indices", indices_on_device.nbytes)
dx = clpool.max_pool2d_backward(dy, x.shape, 2, indices=small, mask_form="window_2bit")
assert (dx.get() == recomputed.get()).all()

# %% Unpooling, average, Lp, adaptive windows
print("unpooled:\n", clpool.max_unpool2d(y_on_device, indices_on_device, 2).get()[0, 0])
print("average, channels last:\n", clpool.avg_pool2d(image.reshape(1, 6, 6, 1), 3, layout="nhwc")[0, :, :, 0])
print("root of the sum of squares:\n", clpool.lp_pool2d(image, 2, 3)[0, 0])
print("4 x 3 windows, whatever the size:\n", clpool.adaptive_avg_pool2d(image, (4, 3))[0, 0])

# %% Parts of arrays are taken as they are
left, right = x[:, :, :, :3], x[:, :, :, 3:]
print("the right half alone:", clpool.adaptive_max_pool2d(right, 1).get().item())

# %% The layer below, in the shape of clpool.h: a plan made once, and events between its steps
problem = clpool.Problem(batch=1, channels=1, in_=(6, 6), kernel=2, stride=2)
plan = clpool.Plan(clpool.Engine(context), problem)
print("forward runs", plan.settings(clpool.Op.FORWARD), "since", plan.strategy(clpool.Op.FORWARD)[1])
mask = pyopencl.array.empty(queue, y.shape, numpy.uint8)
pooled = plan.enqueue_forward(x, y_on_device, mask, queue)
routed = plan.enqueue_backward(dy, mask, dx, queue, wait_for=[pooled])
routed.wait()

# %% Memory shared with another library through DLPack
capsule = clpool.to_dlpack(x)
same_memory = clpool.from_dlpack(capsule, queue)
same_memory += 1
assert (x.get() == image + 1).all()

# %% What goes wrong is said in a sentence
try:
    clpool.max_pool2d(x, kernel_size=9)
except clpool.Error as error:
    print(error)
