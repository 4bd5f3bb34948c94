/* SPDX-License-Identifier: Apache-2.0
 *
 * clpool: pooling for neural networks on OpenCL devices
 * =====================================================
 *
 * This header is the manual of the library. What is not declared here is not API.
 *
 * Pooling slides a window over the spatial axes of a tensor and makes one element of each window: its greatest, its
 * average or its Lp norm. Maximum also stores which element won (the mask); backward routes each incoming gradient
 * through that mask to the winner and nowhere else. Every path (the native reference, each kernel strategy, each
 * device) returns the same bits for maximum and for every backward, so these are compared with equality and not with a
 * tolerance; average and Lp forward keep a stated bound.
 *
 * How to use it
 * -------------
 *   1. Describe the pooling:           clpool_problem problem = clpool_problem_2d(8, 64, 112, 112, 3, 2, 1);
 *   2. Bind your context and device:   clpool_engine_create(context, device, &engine);
 *   3. Build a plan, once:             clpool_plan_create(engine, &problem, NULL, &plan);
 *   4. Enqueue, as often as you like:  clpool_enqueue_forward(plan, x, y, mask, queue, 0, NULL, &event);
 *                                      clpool_enqueue_backward(plan, dy, mask, dx, 0, queue, 1, &event, NULL);
 *   5. Clean up, in any order:         clpool_plan_destroy(plan); clpool_engine_destroy(engine);
 *
 * examples/minimal.c is that as a whole program; examples/ has larger ones. clpool_native_forward() and
 * clpool_native_backward() compute the same on the host, with no OpenCL device at all.
 *
 * What is supported
 * -----------------
 *   Maximum  in f32, f64, f16, bf16, i8, u8 and i32, with masks in seven forms, or none; NaN propagated or ignored;
 *            backward from a mask or from the input; unpooling and its backward.
 *   Average  in f32, f64, f16, bf16, i8 and u8, with three rules for the divisor.
 *   Lp       in f32, f64, f16 and bf16, for any integer p >= 1.
 * Backward exists in the float types, that of unpooling in all. All of them: channels first or last, dense or strided;
 * spatial rank 1, 2 and 3; any stride, dilation and asymmetric padding; floor and ceil rounding; global and adaptive
 * windows. The device needs OpenCL 1.2 or newer and a compiler; nothing optional but for f64.
 *
 * What holds everywhere
 * ---------------------
 * Memory     Contexts, queues, buffers and events are the caller's. The library retains the context and the device,
 *            allocates no buffer, owns no queue, and never blocks on one.
 * Checks     A function checks all its arguments first. When it fails, nothing was enqueued and nothing was written.
 * Threads    Every function may be called from any thread. An engine and a plan may be used by several threads at
 *            once; destroying one while another thread still uses it is the caller's mistake.
 * Globals    None, but for the last error of each thread, and the threads that the native functions keep.
 * Files      None but the cache of compiled programs and the tuning of the device; see clpool_engine_options, also for
 *            how to turn them off.
 * Names      x is the input, y the output, dy the gradient that comes in (shape of y), dx the gradient that goes out
 *            (shape of x). N is the batch, C the channels; spatial axes are D,H,W, the last one fastest in memory.
 * Units      Extents and offsets count elements; sizes whose name says so count bytes.
 */
#ifndef CLPOOL_H
#define CLPOOL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __APPLE__
#include <OpenCL/cl.h>
#else
#include <CL/cl.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version and linkage -------------------------------------------------------------------------------------- */

/** ABI rule: while the major version is 0, a new minor version may break the ABI (the SONAME carries both numbers) and
 * a new patch version does not. From 1.0 on, only a new major version does. Structures grow at their end only and carry
 * their size; enumerators never change their value. */
#define CLPOOL_VERSION_MAJOR 0
/** See CLPOOL_VERSION_MAJOR. */
#define CLPOOL_VERSION_MINOR 1
/** See CLPOOL_VERSION_MAJOR. */
#define CLPOOL_VERSION_PATCH 0

/** Version as one number that compares: 0.1.0 is 100. */
#define CLPOOL_VERSION (CLPOOL_VERSION_MAJOR * 10000 + CLPOOL_VERSION_MINOR * 100 + CLPOOL_VERSION_PATCH)

/** What functions of the library are declared with. Define CLPOOL_STATIC before including this header when linking the
 * static library on Windows. */
#if defined(_WIN32) && !defined(CLPOOL_STATIC)
#ifdef CLPOOL_BUILDING
#define CLPOOL_API __declspec(dllexport)
#else
#define CLPOOL_API __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define CLPOOL_API __attribute__((visibility("default")))
#else
#define CLPOOL_API
#endif

/** The version of the library that runs, as CLPOOL_VERSION gives the version compiled against. */
CLPOOL_API int clpool_version(void);

/* ---- Status --------------------------------------------------------------------------------------------------- */

/** Every status: enumerator, pinned value, general sentence. Values in one group of ten are of one kind. */
#define CLPOOL_STATUS_TABLE(X)                                                                                         \
    X(CLPOOL_SUCCESS, 0, "success")                                                                                    \
    X(CLPOOL_INVALID_ARGUMENT, 10, "an argument is invalid")                                                           \
    X(CLPOOL_INVALID_PROBLEM, 11, "the pooling problem is invalid")                                                    \
    X(CLPOOL_INVALID_BUFFER, 12, "a buffer does not fit its tensor")                                                   \
    X(CLPOOL_UNSUPPORTED, 20, "this version of the library does not support the request")                              \
    X(CLPOOL_DEVICE_LACKS, 21, "the device lacks a needed capability")                                                 \
    X(CLPOOL_OUT_OF_MEMORY, 30, "out of host memory")                                                                  \
    X(CLPOOL_BUILD_FAILED, 40, "the OpenCL program did not build")                                                     \
    X(CLPOOL_OPENCL_ERROR, 41, "an OpenCL call failed")

/** What most functions return: 0 is success. */
typedef enum clpool_status {
#define CLPOOL_STATUS_ENUMERATOR(name, value, sentence) name = value,
    CLPOOL_STATUS_TABLE(CLPOOL_STATUS_ENUMERATOR)
#undef CLPOOL_STATUS_ENUMERATOR
} clpool_status;

/** The enumerator's name ("CLPOOL_INVALID_PROBLEM"); "unknown status" for any other value. Static storage. */
CLPOOL_API const char *clpool_status_name(clpool_status status);

/** The general sentence of the table above; "unknown status" for any other value. Static storage. */
CLPOOL_API const char *clpool_status_sentence(clpool_status status);

/** What went wrong in the last call that failed on this thread: names the thing, its value and the rule that it
 * broke, as in "stride[1] is 0; each stride must be at least 1". Empty if no call has failed yet. The text stays
 * valid until the next clpool call on this thread; calls that succeed do not change it. */
CLPOOL_API const char *clpool_error_detail(void);

/** The raw OpenCL code behind the last call that failed on this thread; CL_SUCCESS if none was. */
CLPOOL_API cl_int clpool_error_cl_code(void);

/** The name of an OpenCL error code ("CL_INVALID_MEM_OBJECT"); "unknown OpenCL error" for others. Static storage. */
CLPOOL_API const char *clpool_cl_error_name(cl_int code);

/* ---- Problem -------------------------------------------------------------------------------------------------- */

/** The most spatial axes that a problem has. */
#define CLPOOL_MAX_RANK 3

/** What is computed over a window. */
typedef enum clpool_mode {
    /** The greatest element. Taps are scanned in row-major order and the first maximum wins; padding never does: the
     * identity is -inf (of integers the least value). -0.0 and +0.0 compare equal, so the first of them wins. The
     * winner's own bits are returned. */
    CLPOOL_MAX = 0,
    /** The sum of the elements, added in f32 (f64 for f64, exact for 8-bit integers) in an order of the strategy's
     * choice, over the problem's divisor; divided once and rounded once to the dtype, integers to nearest even and
     * saturated. A NaN makes the output NaN. A window with no tap inside the tensor gives 0. The result is within
     * 4 epsilons (2^-23 in f32) of the mean of the absolute values, up to 256 taps, and one more for each doubling
     * beyond; to that comes the rounding to f16 or bf16. The same strategy on the same device gives the same bits every
     * time. Not for i32. */
    CLPOOL_AVERAGE = 1,
    /** (sum |x|^p)^(1/p) with p = problem.p, in f32 (f64 for f64): overflow of the sum gives inf. A NaN makes the
     * output NaN; a window with no tap inside gives 0. Within 4 epsilons of the value, with the same growth, where no
     * |x|^p is below the smallest normal number. Float types only. */
    CLPOOL_LP = 2
} clpool_mode;

/** What the sum of a window is divided by for CLPOOL_AVERAGE. */
typedef enum clpool_divisor_rule {
    /** Taps inside the padded input, from -pad_lo to in + pad_hi - 1: fewer than the whole window only where ceil
     * rounding lets it hang over that. PyTorch's count_include_pad=True. */
    CLPOOL_INCLUDE_PAD = 0,
    /** Taps inside the tensor. PyTorch's count_include_pad=False. */
    CLPOOL_EXCLUDE_PAD = 1,
    /** problem.divisor, for every window. PyTorch's divisor_override. */
    CLPOOL_FIXED_DIVISOR = 2
} clpool_divisor_rule;

/** Element type of x, y, dy and dx. Maximum keeps the type and needs no arithmetic of the device in it; backward exists
 * for the float types. */
typedef enum clpool_dtype {
    CLPOOL_F32 = 0,  /**< IEEE 754 binary32, denormals kept on every device */
    CLPOOL_F64 = 1,  /**< IEEE 754 binary64; the device must have cl_khr_fp64 */
    CLPOOL_F16 = 2,  /**< IEEE 754 binary16; the device need not have cl_khr_fp16 */
    CLPOOL_BF16 = 3, /**< the upper half of a binary32 */
    CLPOOL_I8 = 4,   /**< two's complement */
    CLPOOL_U8 = 5,
    CLPOOL_I32 = 6 /**< two's complement */
} clpool_dtype;

/** Order of the axes in memory, slowest first. */
typedef enum clpool_layout {
    CLPOOL_CHANNELS_FIRST = 0, /**< N,C,(D,)(H,)W */
    CLPOOL_CHANNELS_LAST = 1   /**< N,(D,)(H,)W,C */
} clpool_layout;

/** What a NaN in a window does to its maximum. */
typedef enum clpool_nan_rule {
    /** A NaN beats everything before it, another NaN included: the output is NaN and the mask names the last NaN in
     * scan order. PyTorch's rule. */
    CLPOOL_NAN_PROPAGATE = 0,
    /** A NaN never beats a number. A window of NaNs alone gives NaN, and its mask names its first tap. */
    CLPOOL_NAN_IGNORE = 1
} clpool_nan_rule;

/** How the number of outputs is rounded when the stride does not divide. */
typedef enum clpool_rounding {
    /** out = (in + pad_lo + pad_hi - extent) / stride + 1 with extent = dilation * (kernel - 1) + 1, rounded down. */
    CLPOOL_FLOOR = 0,
    /** The same rounded up; then the last window is dropped if it starts at or past in + pad_lo. PyTorch's rule. */
    CLPOOL_CEIL = 1
} clpool_rounding;

/** Which windows there are along each axis. */
typedef enum clpool_windows {
    /** Windows of one size, a stride apart: kernel, stride, dilation, padding and rounding say which. */
    CLPOOL_SLIDING = 0,
    /** As many as the problem's `out` says: window o of an axis covers floor(o * in / out) to ceil((o + 1) * in /
     * out) - 1. Kernel, stride, dilation, padding and rounding are not looked at. PyTorch's adaptive pooling. Taps
     * are numbered as if every window had the extents of the largest. */
    CLPOOL_ADAPTIVE = 1
} clpool_windows;

/** What a mask value means. Indices count in N,C,(D,)(H,)W order whatever the layout, so equal places of tensors in
 * different layouts have equal values. All bits of the sentinel are set (-1 in the signed forms): it stands where a
 * window has no tap inside the tensor. */
typedef enum clpool_mask_form {
    /** The winning tap's row-major number in its window, as u8 for windows of at most 255 taps, u16 for at most 65535,
     * u32 above: the least memory. */
    CLPOOL_MASK_WINDOW = 0,
    /** Flat index in the element's own (D,)(H,)W plane, as i32; planes of at most 2^31 - 1 elements. */
    CLPOOL_MASK_PLANE_I32 = 1,
    /** The same as i64: PyTorch's return_indices. */
    CLPOOL_MASK_PLANE_I64 = 2,
    /** Flat index in the whole N,C,(D,)(H,)W tensor, as i64: ONNX's Indices with storage_order 0. */
    CLPOOL_MASK_TENSOR = 3,
    /** The same with the spatial axes of a plane column-major, as i64: ONNX's Indices with storage_order 1. */
    CLPOOL_MASK_TENSOR_COLMAJOR = 4,
    /** As CLPOOL_MASK_WINDOW in 2 bits a value, four values a byte, the first in the lowest bits; unused bits of the
     * last byte are 0. For windows of up to 3 taps, or 4 where no window can be without a tap inside the tensor: none
     * begins or ends in the padding alone, and no dilation exceeds its axis. */
    CLPOOL_MASK_WINDOW_2BIT = 5,
    /** The same in 4 bits a value, two values a byte, for windows of up to 15 taps, or 16. */
    CLPOOL_MASK_WINDOW_4BIT = 6
} clpool_mask_form;

/** A pooling problem: one value, no pointers, copied by whoever keeps it.
 *
 * Zero every field, set struct_size and the fields marked "required", and the rest has its usual meaning; the helpers
 * clpool_problem_1d/2d/3d do that. Arrays of spatial axes hold one entry each, outermost first (rank 2: H, then W);
 * entries from `rank` on are ignored.
 *
 * Strides. Tensors are dense in the order of the layout, unless their strides are given: for a channel slice of a
 * larger tensor, a padded row pitch, and the like. The entries are N, C, then the spatial axes, whatever the layout;
 * all zero means dense. A stride must be large enough that no two elements fall together. The bytes between elements
 * are neither read nor written. The layout then orders the mask, which is always dense, and the work. */
typedef struct clpool_problem {
    size_t struct_size;                   /**< required: sizeof(clpool_problem) */
    clpool_mode mode;                     /**< CLPOOL_MAX, CLPOOL_AVERAGE or CLPOOL_LP */
    clpool_dtype dtype;                   /**< of x, y, dy and dx */
    clpool_layout layout;                 /**< of all tensors */
    clpool_nan_rule nan_rule;             /**< of maximum: CLPOOL_NAN_PROPAGATE or CLPOOL_NAN_IGNORE */
    clpool_rounding rounding;             /**< CLPOOL_FLOOR or CLPOOL_CEIL */
    clpool_mask_form mask_form;           /**< of maximum */
    unsigned rank;                        /**< required: spatial axes, 1 to CLPOOL_MAX_RANK */
    size_t batch;                         /**< N; 0 is a valid problem that does nothing */
    size_t channels;                      /**< required: C, >= 1 */
    size_t in[CLPOOL_MAX_RANK];           /**< required: spatial extents of x, >= 1 */
    size_t kernel[CLPOOL_MAX_RANK];       /**< required: window extents in taps, >= 1 */
    size_t stride[CLPOOL_MAX_RANK];       /**< required: elements between two windows, >= 1 */
    size_t dilation[CLPOOL_MAX_RANK];     /**< required: elements between two taps of a window, >= 1 */
    size_t pad_lo[CLPOOL_MAX_RANK];       /**< padding before the first element, >= 0 */
    size_t pad_hi[CLPOOL_MAX_RANK];       /**< padding after the last element, >= 0 */
    size_t x_stride[CLPOOL_MAX_RANK + 2]; /**< elements between neighbours of x and dx; see above */
    size_t y_stride[CLPOOL_MAX_RANK + 2]; /**< the same for y and dy */
    clpool_windows windows;               /**< CLPOOL_SLIDING or CLPOOL_ADAPTIVE */
    size_t out[CLPOOL_MAX_RANK];          /**< adaptive only, and required there: spatial extents of y, >= 1 */
    clpool_divisor_rule divisor_rule;     /**< of average */
    size_t divisor;                       /**< CLPOOL_FIXED_DIVISOR only, and required there: 1 to 2^32 - 1 */
    unsigned p;                           /**< CLPOOL_LP only, and required there: >= 1 */
} clpool_problem;

/** The tensors of a problem, for questions about sizes. dy has the shape of y, dx that of x. */
typedef enum clpool_tensor {
    CLPOOL_X = 0,
    CLPOOL_Y = 1,
    CLPOOL_MASK = 2 /**< shape and layout of y, elements of clpool_mask_element_bytes(); of maximum only. In the packed
                     * forms an element is a byte of 4 or 2 values. */
} clpool_tensor;

/** A dense max pooling problem in f32 with the same kernel, stride and padding on each of `rank` axes and dilation 1.
 * `in` holds the spatial extents of x, outermost first. Checks nothing; clpool_problem_check() does. */
static inline clpool_problem clpool_problem_nd(unsigned rank, size_t batch, size_t channels, const size_t *in,
                                               size_t kernel, size_t stride, size_t padding)
{
    clpool_problem problem;
    unsigned axis;
    memset(&problem, 0, sizeof(problem));
    problem.struct_size = sizeof(problem);
    problem.rank = rank;
    problem.batch = batch;
    problem.channels = channels;
    for (axis = 0; axis < rank && axis < CLPOOL_MAX_RANK; axis++) {
        problem.in[axis] = in[axis];
        problem.kernel[axis] = kernel;
        problem.stride[axis] = stride;
        problem.dilation[axis] = 1;
        problem.pad_lo[axis] = padding;
        problem.pad_hi[axis] = padding;
    }
    return problem;
}

/** Pooling over x of shape (batch, channels, length). */
static inline clpool_problem clpool_problem_1d(size_t batch, size_t channels, size_t length, size_t kernel,
                                               size_t stride, size_t padding)
{
    return clpool_problem_nd(1, batch, channels, &length, kernel, stride, padding);
}

/** Pooling over x of shape (batch, channels, height, width). */
static inline clpool_problem clpool_problem_2d(size_t batch, size_t channels, size_t height, size_t width,
                                               size_t kernel, size_t stride, size_t padding)
{
    size_t in[2];
    in[0] = height;
    in[1] = width;
    return clpool_problem_nd(2, batch, channels, in, kernel, stride, padding);
}

/** Pooling over x of shape (batch, channels, depth, height, width). */
static inline clpool_problem clpool_problem_3d(size_t batch, size_t channels, size_t depth, size_t height, size_t width,
                                               size_t kernel, size_t stride, size_t padding)
{
    size_t in[3];
    in[0] = depth;
    in[1] = height;
    in[2] = width;
    return clpool_problem_nd(3, batch, channels, in, kernel, stride, padding);
}

/** Global pooling: one window over the whole plane of x. `in` holds the spatial extents of x, outermost first. */
static inline clpool_problem clpool_problem_global(unsigned rank, size_t batch, size_t channels, const size_t *in)
{
    clpool_problem problem = clpool_problem_nd(rank, batch, channels, in, 1, 1, 0);
    memcpy(problem.kernel, problem.in, sizeof(problem.kernel));
    return problem;
}

/** Adaptive pooling to a plane of extents `out`, outermost first, whatever the extents `in` of x are. */
static inline clpool_problem clpool_problem_adaptive(unsigned rank, size_t batch, size_t channels, const size_t *in,
                                                     const size_t *out)
{
    clpool_problem problem = clpool_problem_nd(rank, batch, channels, in, 1, 1, 0);
    unsigned axis;
    problem.windows = CLPOOL_ADAPTIVE;
    for (axis = 0; axis < rank && axis < CLPOOL_MAX_RANK; axis++) {
        problem.out[axis] = out[axis];
    }
    return problem;
}

/** Padding rules that frameworks know by name. */
typedef enum clpool_auto_pad {
    CLPOOL_VALID = 0,      /**< no padding */
    CLPOOL_SAME_UPPER = 1, /**< out = ceil(in / stride); an odd element of padding goes to the end */
    CLPOOL_SAME_LOWER = 2  /**< the same; an odd element goes to the beginning */
} clpool_auto_pad;

/** Overwrites pad_lo and pad_hi of a problem with sliding windows by a named rule: for SAME, pad = max((out - 1) *
 * stride + extent - in, 0) in all, as ONNX and TensorFlow do. Also sets the rounding to CLPOOL_FLOOR, which these
 * rules assume. Changes nothing when it fails. Errors: CLPOOL_INVALID_ARGUMENT, CLPOOL_INVALID_PROBLEM,
 * CLPOOL_UNSUPPORTED. */
CLPOOL_API clpool_status clpool_problem_set_auto_pad(clpool_problem *problem, clpool_auto_pad rule);

/** Says whether a problem is valid and supported; clpool_error_detail() then has the sentence. Pure: looks at nothing
 * but its argument. Rules: the ranges noted at the fields; a window no larger than the padded input; every tensor's
 * size in bytes at most PTRDIFF_MAX; fewer than 2^32 taps in a window.
 * Errors: CLPOOL_INVALID_ARGUMENT (NULL or unset struct_size), CLPOOL_INVALID_PROBLEM, CLPOOL_UNSUPPORTED. */
CLPOOL_API clpool_status clpool_problem_check(const clpool_problem *problem);

/** Spatial extents of y into out[0..rank-1]. Errors as clpool_problem_check(). */
CLPOOL_API clpool_status clpool_output_extent(const clpool_problem *problem, size_t *out);

/** Number of elements of a tensor. Errors as clpool_problem_check(); CLPOOL_UNSUPPORTED for the mask of a mode that has
 * none. */
CLPOOL_API clpool_status clpool_tensor_elements(const clpool_problem *problem, clpool_tensor tensor, size_t *elements);

/** Size of a tensor in bytes, from its first element to its last; with strides that includes what lies between.
 * Errors as clpool_tensor_elements(). */
CLPOOL_API clpool_status clpool_tensor_bytes(const clpool_problem *problem, clpool_tensor tensor, size_t *bytes);

/** Size of one element of the mask in bytes: 1, 2, 4 or 8 (see clpool_mask_form); 1 in the packed forms, where it holds
 * several values. Errors as clpool_tensor_elements(). */
CLPOOL_API clpool_status clpool_mask_element_bytes(const clpool_problem *problem, size_t *bytes);

/** Turns a mask of the problem's form in host memory into flat indices within each element's own (D,)(H,)W plane, as
 * PyTorch's return_indices gives them: plane[i] for the i-th element of y, -1 for the sentinel and for any value
 * that names no tap inside the tensor. Pure. Errors as clpool_tensor_elements(), and CLPOOL_INVALID_ARGUMENT for NULL
 * pointers. */
CLPOOL_API clpool_status clpool_mask_to_plane(const clpool_problem *problem, const void *mask, int64_t *plane);

/** Turns a mask of the problem in host memory from one form into another; values that name no tap inside the tensor
 * become the sentinel, or the last tap in a packed form whose values are all taps. `from` and `to` must not overlap.
 * Pure. Errors as clpool_tensor_elements(), and CLPOOL_INVALID_ARGUMENT for NULL pointers, an unknown form, or one that
 * cannot number the plane or the taps. */
CLPOOL_API clpool_status clpool_convert_mask(const clpool_problem *problem, const void *from,
                                             clpool_mask_form from_form, void *to, clpool_mask_form to_form);

/* ---- Native: on the host, without OpenCL ---------------------------------------------------------------------- */

/** Flags of backward. */
enum {
    /** Adds the gradient to what dx holds instead of overwriting it. */
    CLPOOL_ACCUMULATE = 1
};

/** How the host computes; zero means "the library chooses". There is a reference, written to be seen to be right, and
 * for maximum and average a fast path with the same bits: forward and backward, in every dtype and layout, with masks
 * in every form, or none. What it does not take, or has no memory for, the reference does. */
typedef struct clpool_native_options {
    size_t struct_size; /**< required: sizeof(clpool_native_options) */
    unsigned threads;   /**< at most, the calling one among them; 0: one for each processor that this may run on.
                         * 64 at most */
    int reference;      /**< non-zero: the reference, on the calling thread, and no fast path */
} clpool_native_options;

/** Pooling forward in plain C over host memory. x and y are tensors of the problem, aligned for their dtype; mask may
 * be NULL, and must be for average and Lp. y and mask must overlap neither each other nor x. Returns what
 * clpool_enqueue_forward() returns. Errors as clpool_problem_check(), and CLPOOL_INVALID_ARGUMENT for NULL pointers
 * (allowed where the tensor has no elements) and for a mask of a mode that has none. */
CLPOOL_API clpool_status clpool_native_forward(const clpool_problem *problem, const void *x, void *y, void *mask);

/** The same with options, which may be NULL for the default. The fast path uses other threads where each has enough to
 * do: small problems run on the calling thread. Each thread takes scratch memory of a few megabytes at most, or for 16
 * planes in bands of rows as high as the window (of rank 3: whole planes). May be called from several threads at once.
 * Errors: those, and CLPOOL_INVALID_ARGUMENT for options with an unset struct_size.
 *
 * These threads, 63 in a process at most, stay for later calls, asleep but for the first microseconds after one. A call
 * takes those that no other call has, and starts what it lacks, which keep the caller's affinity and priority and block
 * its signals. A child process starts its own. They end when the process exits or the library is unloaded, which no
 * thread may do that is in a call; what the process calls while it exits runs on the calling thread. */
CLPOOL_API clpool_status clpool_native_forward_with(const clpool_problem *problem, const void *x, void *y, void *mask,
                                                    const clpool_native_options *options);

/** Backward of maximum and (with mask NULL) of average in plain C: see clpool_enqueue_backward() for the mathematics. A
 * mask value that names no tap inside the tensor moves no gradient. Errors as clpool_native_forward(),
 * CLPOOL_UNSUPPORTED for integers and for Lp, and CLPOOL_OUT_OF_MEMORY, with dx untouched. */
CLPOOL_API clpool_status clpool_native_backward(const clpool_problem *problem, const void *dy, const void *mask,
                                                void *dx, unsigned flags);

/** The same with options: see clpool_native_forward_with(). The bits do not depend on the number of threads. Scratch
 * memory is as for these. */
CLPOOL_API clpool_status clpool_native_backward_with(const clpool_problem *problem, const void *dy, const void *mask,
                                                     void *dx, unsigned flags, const clpool_native_options *options);

/** Backward of maximum from x, with no mask kept; see clpool_enqueue_backward_recompute(). The fast path, where it
 * takes the problem, makes a y and a mask of its own, which live as long as the call. Errors as
 * clpool_native_backward(), and CLPOOL_UNSUPPORTED for average. */
CLPOOL_API clpool_status clpool_native_backward_recompute(const clpool_problem *problem, const void *x, const void *dy,
                                                          void *dx, unsigned flags);

/** Backward of Lp from forward's x and y; see clpool_enqueue_backward_lp(). Errors as clpool_native_backward(), and
 * CLPOOL_UNSUPPORTED for other modes. */
CLPOOL_API clpool_status clpool_native_backward_lp(const clpool_problem *problem, const void *x, const void *y,
                                                   const void *dy, void *dx, unsigned flags);

/** Unpooling in plain C: see clpool_enqueue_unpool(). The number of mask values that were dropped is stored in
 * `dropped`, where that is not NULL. Errors as clpool_native_forward(), and CLPOOL_UNSUPPORTED for average and Lp. */
CLPOOL_API clpool_status clpool_native_unpool(const clpool_problem *problem, const void *y, const void *mask, void *x,
                                              size_t *dropped);

/** The backward of unpooling in plain C: see clpool_enqueue_unpool_backward(). dy must not overlap dx or the mask.
 * Errors as clpool_native_unpool(). */
CLPOOL_API clpool_status clpool_native_unpool_backward(const clpool_problem *problem, const void *dx, const void *mask,
                                                       void *dy);

/* ---- Engine --------------------------------------------------------------------------------------------------- */

/** One context and one of its devices, with the programs compiled for them. Make one for each pair and share it. */
typedef struct clpool_engine clpool_engine;

/** Whether an engine keeps programs on disk. */
typedef enum clpool_cache {
    CLPOOL_CACHE_AUTO = 0, /**< in cache_folder, or (NULL) where the environment says, unless it says no */
    CLPOOL_CACHE_OFF = 1   /**< no: files are neither read nor written */
} clpool_cache;

/** What an engine goes by when it chooses a strategy for a plan. */
typedef enum clpool_tuning {
    CLPOOL_TUNING_AUTO = 0, /**< tuning_file, or (NULL) the file that the environment says; then the library's tables */
    CLPOOL_TUNING_NO_FILE = 1, /**< the library's tables alone: what is chosen without tuning */
    CLPOOL_TUNING_OFF = 2      /**< neither: the order of the strategies alone, see clpool_strategy_name() */
} clpool_tuning;

/** Choices for an engine; zero means the usual.
 *
 * The cache. Programs that an engine built stay on disk as the driver's binaries, so that a later engine, in this
 * process or another, compiles nothing. A program is found by its sources, its options, the names and versions of
 * device, driver and platform, and the library's version, all compared in full. A file that is damaged, foreign or
 * refused by the driver is one that is not there: its program is compiled, and the file replaced. So the cache never
 * makes a call fail, and never changes a result.
 *
 * Folder      cache_folder where it is given; else, unless CLPOOL_CACHE is 0 in the environment: CLPOOL_CACHE_DIR,
 *             $XDG_CACHE_HOME/clpool or $HOME/.cache/clpool, the first that is set. The path must be absolute. There is
 *             no cache without one, on Windows, or (but for cache_folder) in a program that runs with another user's
 *             rights. The environment is read when an engine is created, and then only.
 * Privacy     A file holds kernels, options, names and versions, and nothing of problems' sizes or data but what the
 *             options say (window, stride, dilation). Folders are made with mode 0700, files with 0600. Binaries are
 *             code that runs: a folder or file that another user owns, or that group or others may write, is ignored.
 * Sharing     Any number of threads and processes may use one folder. Files appear whole, under their names, or not at
 *             all; nothing is locked, and nothing waits.
 * Size        At most 512 files and 256 MiB; what was not used for longest is removed first. Removing files, or the
 *             whole folder, is right at any time.
 * When        A program is stored when it is built; on PoCL, which compiles at the first launch, when the engine and
 *             its last plan are destroyed, which may then take half a second a program.
 *
 * The tuning. A file made by `clpool tune` says which strategy and parameters are the fastest on a device, for problems
 * like those that were measured; docs/tuning.md describes it. A plan without a strategy of its own gets what the rule
 * of the most similar problem says, if one is similar enough: of the file first, then of the tables that the library
 * has for the device, and else the first strategy in order. It never changes a result (but for the bits of average and
 * Lp forward, within their bound).
 *
 * File        tuning_file where it is given; else, unless CLPOOL_TUNING is 0 in the environment, the file that it
 *             names; else, where it is not set or empty, the device's own file in the folder of the cache, where there
 *             is one (clpool_engine_tuning_path()). Read when an engine is created, and then only.
 * Faults      A file that was named and cannot be read, is damaged, or (in tuning_file) is for another device, makes
 *             clpool_engine_create_with_options() fail and say why. One in the folder is ignored as in the cache, and
 *             so is one that CLPOOL_TUNING names and that is for another device. A rule that names a strategy,
 *             parameter or value that this version does not have, or a strategy that does not take the problem, is one
 *             that is not there. */
typedef struct clpool_engine_options {
    size_t struct_size;       /**< required: sizeof(clpool_engine_options) */
    const char *cache_folder; /**< copied; NULL: as the environment says */
    clpool_cache cache;       /**< CLPOOL_CACHE_AUTO or CLPOOL_CACHE_OFF */
    const char *tuning_file;  /**< read at once; NULL: as the environment says */
    clpool_tuning tuning;     /**< CLPOOL_TUNING_AUTO, CLPOOL_TUNING_NO_FILE or CLPOOL_TUNING_OFF */
} clpool_engine_options;

/** Makes an engine; *engine is NULL on failure. Retains the context and the device, compiles nothing yet.
 * Errors: CLPOOL_INVALID_ARGUMENT (NULL; a device that is not in the context), CLPOOL_DEVICE_LACKS (no compiler, older
 * than OpenCL 1.2), CLPOOL_OUT_OF_MEMORY, CLPOOL_OPENCL_ERROR; CLPOOL_INVALID_ARGUMENT also for a damaged file that
 * CLPOOL_TUNING names in the environment. */
CLPOOL_API clpool_status clpool_engine_create(cl_context context, cl_device_id device, clpool_engine **engine);

/** The same with choices; `options` may be NULL. Errors as clpool_engine_create(), and CLPOOL_INVALID_ARGUMENT for an
 * unknown `cache` or `tuning`, or a tuning_file that cannot be read or is damaged; CLPOOL_UNSUPPORTED for one that is
 * for another device. */
CLPOOL_API clpool_status clpool_engine_create_with_options(cl_context context, cl_device_id device,
                                                           const clpool_engine_options *options,
                                                           clpool_engine **engine);

/** Destroys an engine. Plans made from it stay usable and keep what they need. NULL is ignored. On PoCL, whose programs
 * are stored at last, destroying the last of an engine and its plans waits up to half a second for each new program
 * whose kernels have not run yet; one of which some still have not is not stored. */
CLPOOL_API void clpool_engine_destroy(clpool_engine *engine);

/** How many programs the engine has built from source and loaded from its cache so far; either pointer may be NULL.
 * Errors: CLPOOL_INVALID_ARGUMENT. */
CLPOOL_API clpool_status clpool_engine_program_counts(clpool_engine *engine, size_t *built, size_t *loaded);

/** Copies the compiler's log of the engine's latest program build, failed or not, NUL-terminated and cut to `size`
 * bytes, into `log`; empty if nothing was built yet, the program was loaded, or the compiler had nothing to say.
 * `size_needed`, where not NULL, gets the bytes that the whole log takes with its NUL; `log` may be NULL when `size` is
 * 0. Errors: CLPOOL_INVALID_ARGUMENT. */
CLPOOL_API clpool_status clpool_engine_build_log(clpool_engine *engine, char *log, size_t size, size_t *size_needed);

/** Copies the path where the engine looks for the tuning file of its device when none is named, as
 * clpool_engine_build_log() copies the log; empty where it has no cache folder. Whether the file, or the folder, is
 * there is another matter. Errors: CLPOOL_INVALID_ARGUMENT. */
CLPOOL_API clpool_status clpool_engine_tuning_path(clpool_engine *engine, char *path, size_t size, size_t *size_needed);

/** Copies, in the same way, the lines with which a tuning file for the engine's device begins. Behind them come lines
 * of clpool_tuning_rule(), and a last line "end". Errors: CLPOOL_INVALID_ARGUMENT, CLPOOL_OPENCL_ERROR. */
CLPOOL_API clpool_status clpool_engine_tuning_head(clpool_engine *engine, char *text, size_t size, size_t *size_needed);

/* ---- Plan ----------------------------------------------------------------------------------------------------- */

/** A problem made ready for a device: checked, strategy chosen, kernels built. Immutable. */
typedef struct clpool_plan clpool_plan;

/** Where a tensor lies: a buffer or sub-buffer, and the offset of the first element, counted in elements of the tensor.
 */
typedef struct clpool_buffer {
    cl_mem mem;    /**< the buffer; NULL: there is no tensor */
    size_t offset; /**< of the tensor's first element, in elements */
} clpool_buffer;

/** The tensor that starts `offset` elements into `mem`. */
static inline clpool_buffer clpool_at(cl_mem mem, size_t offset)
{
    clpool_buffer buffer;
    buffer.mem = mem;
    buffer.offset = offset;
    return buffer;
}

/** No tensor: in place of a mask that is not wanted. */
static inline clpool_buffer clpool_none(void)
{
    return clpool_at(NULL, 0);
}

/** What a plan can do. */
typedef enum clpool_op {
    CLPOOL_FORWARD = 0,
    CLPOOL_BACKWARD = 1, /**< float types only */
    CLPOOL_UNPOOL = 2    /**< and its backward; maximum only */
} clpool_op;

/** What happens to a pooled value before it is stored. */
typedef enum clpool_activation {
    CLPOOL_NO_ACTIVATION = 0,
    /** max(y, 0), of maximum only: y that is not above zero becomes +0.0, and a NaN stays. That is the same as pooling
     * max(x, 0). A window that is cut so has no winner, since its gradient is 0: its mask value is the sentinel, and
     * no backward moves anything from there. Not for windows of 4 taps with a mask of 2 bits, or 16 with 4, which have
     * no sentinel. */
    CLPOOL_RELU = 1
} clpool_activation;

/** How many numbers a parameter of an expression is. */
typedef enum clpool_parameter_scope {
    CLPOOL_PER_CHANNEL = 0, /**< one for each channel: p0 of all channels, then p1 of all channels, and so on */
    CLPOOL_PER_TENSOR = 1   /**< one: p0, p1, and so on */
} clpool_parameter_scope;

/** The longest expression, in bytes. */
#define CLPOOL_MAX_EXPRESSION_BYTES 512

/** The most parameters of expressions. */
#define CLPOOL_MAX_PARAMETERS 8

/** Choices that are usually left to the library; zero means "the library chooses".
 *
 * Fusion. A plan may do more to values than pool them, which saves a pass over memory each: expressions of the caller's
 * are compiled into the kernels, for values as they are loaded and as they are stored. docs/fused.md has examples.
 *   load_expression    x' = the expression, of each element x that a window has. Padding is not touched: it still never
 *                      wins, and counts as 0 for average.
 *   activation         of what was pooled from x'
 *   store_expression   y = the expression, of that
 * The result is what three passes would leave that store x' and y in the dtype: the same bits for maximum, its mask
 * and (with the same strategy) average and Lp. Ties, NaN rule and masks are those of x'.
 *
 * An expression is one of OpenCL C, over `x` and the parameters p0 to p7, as in "x * p0 + p1", "fmax(x, 0)" or "x > 0 ?
 * x : 0.1 * x". It is computed in f64 for f64, else in f32, where 8-bit integers are whole numbers; products and sums
 * are rounded one by one (FP_CONTRACT is OFF). Numbers are decimal, and of the type of x: 2, 2.0 and 2.0f are the same.
 * What comes out is rounded once to the dtype, to nearest even; integers saturate and take 0 for a NaN. A NaN is
 * stored as the positive quiet one with no payload. Allowed are + - * / ( ) , ?: < > <= >= == != && || ! and those
 * functions of OpenCL C that act on each element by itself: fabs, fmax, fmin, fma, clamp, floor, ceil, rint, round,
 * trunc, sign, copysign, step, mix, fdim, fmod, hypot, sqrt, rsqrt, cbrt, exp, exp2, exp10, expm1, log, log2, log10,
 * log1p, pow, powr, sin, cos, tan, sinh, cosh, tanh, erf, erfc, their inverses, isnan, isinf and isfinite. Where
 * OpenCL leaves bits open (division in f32, exp and the like, the sign of fmax(-0.0, 0), denormals where the device
 * flushes them) they may differ between devices, and between strategies. Not for i32.
 *
 * Backward gives the gradient of x', for a dy that is the gradient of what store_expression takes: what lies beyond an
 * expression is the caller's. CLPOOL_RELU is part of it. The backward of Lp is not there with expressions.
 *
 * Fusion is for devices: the native functions pool only. Most strategies take it, see clpool_plan_strategy(); the
 * backward from a mask, unpooling and its backward run as ever. */
typedef struct clpool_plan_options {
    size_t struct_size; /**< required: sizeof(clpool_plan_options) */
    /** A name from clpool_strategy_name(), which may be followed by values of its parameters, as in "generic:group=128"
     * (see clpool_plan_settings()); NULL: what should be the fastest that takes the problem, by the engine's tuning. */
    const char *forward_strategy;
    const char *backward_strategy; /**< the same for backward */
    unsigned index_bits;           /**< width of offsets in kernels: 64, or 0 for 32 where the tensors allow it */
    const char *unpool_strategy;   /**< the same for unpooling */
    unsigned operations;           /**< bits 1 << clpool_op: what the plan is for; 0: all that the problem has */
    const char *load_expression;   /**< NULL: none; see above */
    const char *store_expression;  /**< NULL: none */
    clpool_activation activation;  /**< between the two */
    unsigned parameter_count;      /**< of the expressions: p0, p1, ...; at most CLPOOL_MAX_PARAMETERS */
    clpool_parameter_scope parameter_scope; /**< whether each channel has its own */
    /** The parameters' numbers: float, for f64 double. Needed if parameter_count is not 0. The plan retains the buffer;
     * what it holds is read when the work runs, and may be changed between runs. */
    clpool_buffer parameters;
} clpool_plan_options;

/** Makes a plan; *plan is NULL on failure. `options` may be NULL. Compiles the kernels that neither the engine nor its
 * cache has yet, which may take a second (less for fewer operations); forward, backward and unpooling compile nothing
 * later. Keeps what it needs of the engine. Errors: CLPOOL_INVALID_ARGUMENT (also an unknown strategy, parameter or
 * value, and an expression that breaks the rules), CLPOOL_INVALID_PROBLEM, CLPOOL_INVALID_BUFFER (of parameters),
 * CLPOOL_UNSUPPORTED (also a strategy that does not take the problem, or applies no expressions), CLPOOL_DEVICE_LACKS
 * (a fault of the driver that would give wrong results), CLPOOL_OUT_OF_MEMORY, CLPOOL_BUILD_FAILED (see
 * clpool_engine_build_log()), CLPOOL_OPENCL_ERROR. */
CLPOOL_API clpool_status clpool_plan_create(clpool_engine *engine, const clpool_problem *problem,
                                            const clpool_plan_options *options, clpool_plan **plan);

/** Destroys a plan. Work that was enqueued with it still runs to its end. NULL is ignored. */
CLPOOL_API void clpool_plan_destroy(clpool_plan *plan);

/** The problem that the plan was made for. Lives as long as the plan. NULL for NULL. */
CLPOOL_API const clpool_problem *clpool_plan_problem(const clpool_plan *plan);

/** Name of the strategy that the plan runs for an operation, and in a phrase why; either pointer may be NULL. Backward
 * is that from the mask. Static storage. Errors: CLPOOL_INVALID_ARGUMENT;
 * CLPOOL_UNSUPPORTED for an operation that the problem or the plan does not have. */
CLPOOL_API clpool_status clpool_plan_strategy(const clpool_plan *plan, clpool_op op, const char **name,
                                              const char **reason);

/** The same of backward from x (clpool_enqueue_backward_recompute()). Errors as clpool_plan_strategy(), and
 * CLPOOL_UNSUPPORTED also for a problem whose mode is not CLPOOL_MAX. */
CLPOOL_API clpool_status clpool_plan_recompute_strategy(const clpool_plan *plan, const char **name,
                                                        const char **reason);

/** The name of the strategy that a plan of the engine for this problem runs for an operation if it is left to the
 * library, and in a phrase why, without making the plan; either pointer may be NULL. Compiles nothing, so that what a
 * device turns out not to run once its kernels are compiled is named all the same. Static storage. Errors:
 * CLPOOL_INVALID_ARGUMENT, CLPOOL_INVALID_PROBLEM, CLPOOL_UNSUPPORTED (also for an operation that the problem does not
 * have), CLPOOL_DEVICE_LACKS. */
CLPOOL_API clpool_status clpool_engine_strategy(const clpool_engine *engine, const clpool_problem *problem,
                                                clpool_op op, const char **name, const char **reason);

/** The strategy that the plan runs for an operation with the values of all its parameters, as in "generic:group=64":
 * what forward_strategy and its like take to get the same again. "group" is the number of work-items of a group, at
 * most, and "workers" how many work-items a compute unit gets where they share the work; "outputs" is the number of
 * rows that a work-item makes. Lives as long as the plan. Errors as clpool_plan_strategy(). */
CLPOOL_API clpool_status clpool_plan_settings(const clpool_plan *plan, clpool_op op, const char **settings);

/** The index-th parameter of the strategy that the plan runs for an operation: its name, and the `count` values that it
 * may have, the default first. Past the last the name is NULL and the count 0. Static storage. Errors as
 * clpool_plan_strategy(), and CLPOOL_INVALID_ARGUMENT for NULL pointers. */
CLPOOL_API clpool_status clpool_plan_parameter(const clpool_plan *plan, clpool_op op, size_t index, const char **name,
                                               const unsigned **values, size_t *count);

/** Why a plan runs the strategy and parameters that it runs. */
typedef enum clpool_chosen_by {
    CLPOOL_CHOSEN_BY_ORDER = 0,       /**< the first strategy that takes the problem and suits the device */
    CLPOOL_CHOSEN_BY_OPTION = 1,      /**< clpool_plan_options names it */
    CLPOOL_CHOSEN_BY_TUNING_FILE = 2, /**< a rule of the engine's tuning file */
    CLPOOL_CHOSEN_BY_TABLE = 3        /**< a rule of the library's tables for the device */
} clpool_chosen_by;

/** What chose the strategy that the plan runs for an operation. Errors as clpool_plan_strategy(). */
CLPOOL_API clpool_status clpool_plan_chosen_by(const clpool_plan *plan, clpool_op op, clpool_chosen_by *by);

/** Copies, as clpool_engine_build_log() copies the log, the line of a tuning file that says: for problems like this
 * one, `settings` (as clpool_plan_settings() gives them; NULL: what is chosen without the file) is the fastest for the
 * operation, and takes so many seconds. Pure. Errors as clpool_problem_check(), and CLPOOL_INVALID_ARGUMENT for an
 * unknown operation, settings with blanks or of more than 127 characters, and seconds below 0 or above 10^6. */
CLPOOL_API clpool_status clpool_tuning_rule(const clpool_problem *problem, clpool_op op, const char *settings,
                                            double seconds, char *text, size_t size, size_t *size_needed);

/** Bytes of scratch memory that an operation needs from the caller: 0 for every strategy of this version.
 * Errors: CLPOOL_INVALID_ARGUMENT. */
CLPOOL_API clpool_status clpool_plan_workspace_bytes(const clpool_plan *plan, clpool_op op, size_t *bytes);

/** Name of the index-th strategy of an operation, in the order in which the library tries them; NULL past the last. The
 * last one, "generic", takes every problem on every device. All of them return the same bits (average and Lp forward:
 * keep the same bound). Static storage. */
CLPOOL_API const char *clpool_strategy_name(clpool_op op, size_t index);

/* ---- Enqueue -------------------------------------------------------------------------------------------------- */

/** Enqueues y = pool(x), and the mask of the winners unless mask.mem is NULL, as it must be for average and Lp.
 *
 * The tail is OpenCL's own: the work starts after the `num_wait` events of `wait_list`; `event`, where not NULL,
 * receives an event that the caller releases. Never blocks; correct on in-order and out-of-order queues. With N = 0 no
 * kernel runs, the buffers are not looked at, and the event (where asked for) is a marker behind the wait list.
 *
 * Reads x; writes every element of y and of the mask exactly once, and nothing around them. y and mask must overlap
 * neither each other nor x. A window with no tap inside the tensor gives -inf (of integers the least value) and the
 * sentinel; 0 for average and Lp. See clpool_mode for what holds of each mode.
 *
 * Errors: CLPOOL_INVALID_ARGUMENT (NULL plan or queue; num_wait and wait_list that contradict each other; a queue of
 * another context or device; a mask of a mode that has none), CLPOOL_INVALID_BUFFER (a buffer of another context, too
 * small for offset + tensor, made without the needed access, or overlapping an output), CLPOOL_OUT_OF_MEMORY,
 * CLPOOL_OPENCL_ERROR. */
CLPOOL_API clpool_status clpool_enqueue_forward(const clpool_plan *plan, clpool_buffer x, clpool_buffer y,
                                                clpool_buffer mask, cl_command_queue queue, cl_uint num_wait,
                                                const cl_event *wait_list, cl_event *event);

/** Enqueues the backward of maximum: dx[i] = sum of dy over the windows whose mask names element i. And that of
 * average, with mask.mem NULL: dx[i] = sum of dy * (1 / divisor) over the windows that have a tap on element i, where
 * the reciprocal is rounded to nearest even in the type of the sum, and so is each product; CLPOOL_LP has
 * clpool_enqueue_backward_lp().
 *
 * Terms are added in f32 (f64 for f64) in ascending order of the output index, starting from +0.0, and rounded once to
 * the dtype, to nearest even; a NaN sum is stored as the positive quiet NaN with no payload (0x7fc00000 in f32), and a
 * sum of zeros as +0.0. So the result is the same, bit for bit, on every device. With CLPOOL_ACCUMULATE in `flags`
 * that sum is added to what dx holds, under the same rules. Every element of dx is written exactly once, without
 * atomics and without a zero-fill pass. A mask value that names no tap inside the tensor moves no gradient and touches
 * no memory.
 *
 * Tail, N = 0 and errors as clpool_enqueue_forward(), and CLPOOL_UNSUPPORTED for integer types and for Lp; dx must not
 * overlap dy or the mask. */
CLPOOL_API clpool_status clpool_enqueue_backward(const clpool_plan *plan, clpool_buffer dy, clpool_buffer mask,
                                                 clpool_buffer dx, unsigned flags, cl_command_queue queue,
                                                 cl_uint num_wait, const cl_event *wait_list, cl_event *event);

/** Enqueues the backward of maximum from x, with no mask kept: dx[i] = sum of dy over the windows of x that element i
 * wins. Bits equal those of clpool_enqueue_backward() with the mask of clpool_enqueue_forward(); it saves the mask's
 * memory and costs a scan of each window that an element lies in. x is the forward's input.
 *
 * Rules, tail, N = 0 and errors as clpool_enqueue_backward(), and CLPOOL_UNSUPPORTED for average; dx must not overlap x
 * or dy. */
CLPOOL_API clpool_status clpool_enqueue_backward_recompute(const clpool_plan *plan, clpool_buffer x, clpool_buffer dy,
                                                           clpool_buffer dx, unsigned flags, cl_command_queue queue,
                                                           cl_uint num_wait, const cl_event *wait_list,
                                                           cl_event *event);

/** Enqueues the backward of Lp from x, forward's y and dy: dx[i] = sum of sign(x[i]) * dy * (|x[i]| / y)^(p - 1) over
 * the windows that have a tap on element i. A window with y = 0 moves no gradient, nor does an element that is 0 (for p
 * = 1 too).
 *
 * The quotient, each product and each addition are rounded to nearest even in f32 (f64 for f64): q = |x| / y; the power
 * starts as 1 and goes through the bits of p - 1, highest first: it is squared, then multiplied by q where the bit is
 * set; the term is dy times the power. y is only read: an y of the caller's own is as good, and the result is the same,
 * bit for bit, on every device.
 *
 * Rules, tail, N = 0 and errors as clpool_enqueue_backward(), and CLPOOL_UNSUPPORTED for other modes; dx must not
 * overlap x, y or dy. */
CLPOOL_API clpool_status clpool_enqueue_backward_lp(const clpool_plan *plan, clpool_buffer x, clpool_buffer y,
                                                    clpool_buffer dy, clpool_buffer dx, unsigned flags,
                                                    cl_command_queue queue, cl_uint num_wait, const cl_event *wait_list,
                                                    cl_event *event);

/** Enqueues the unpooling of maximum: each element of y goes to the element of x that its mask value names, with its
 * own bits; the others become 0. The plan's problem is the pooling's, so x has its shape: choose `in` for a larger x.
 * Where several mask values name one element, the one of the greatest output index wins. Any dtype, any form of mask.
 *
 * In the window forms a mask value names a tap of its window. In those with indices it may name any element of its own
 * plane, inside the window or not, as PyTorch's MaxUnpool takes them. Any other value is dropped; dropped values,
 * without sentinels of windows that have no tap inside the tensor, are counted: their number is added, modulo 2^32, to
 * the one cl_uint of `dropped`, which the caller has set (to 0, say), unless dropped.mem is NULL. Every element of x
 * is written, none is read.
 *
 * Tail, N = 0 and errors as clpool_enqueue_forward(), and CLPOOL_UNSUPPORTED for average and Lp; x must not overlap y,
 * the mask or `dropped`. */
CLPOOL_API clpool_status clpool_enqueue_unpool(const clpool_plan *plan, clpool_buffer y, clpool_buffer mask,
                                               clpool_buffer x, clpool_buffer dropped, cl_command_queue queue,
                                               cl_uint num_wait, const cl_event *wait_list, cl_event *event);

/** Enqueues the backward of unpooling, a gather: each element of dy, the gradient that goes out, of y's shape, is the
 * element of dx, the gradient that comes in, of x's shape, that the mask value names, with its own bits; 0 where the
 * value names none. The values name what they name in clpool_enqueue_unpool(). Where several name one element, each
 * gets its gradient, as PyTorch's max_unpool has it, though but one of their elements of y stands in x.
 *
 * It belongs to CLPOOL_UNPOOL: a plan for that has both. Any dtype, any form of mask. Every element of dy is written
 * exactly once. Tail, N = 0 and errors as clpool_enqueue_unpool(); dy must not overlap dx or the mask. */
CLPOOL_API clpool_status clpool_enqueue_unpool_backward(const clpool_plan *plan, clpool_buffer dx, clpool_buffer mask,
                                                        clpool_buffer dy, cl_command_queue queue, cl_uint num_wait,
                                                        const cl_event *wait_list, cl_event *event);

/** Enqueues the conversion of a mask of the plan's problem from one form to another, whatever the plan's own form.
 * Values that name no tap inside the tensor become what clpool_convert_mask() makes of them, and no value is ever used
 * as an address. Offsets count elements of each form. The first call in an engine compiles a program for all of them.
 *
 * Tail and N = 0 as clpool_enqueue_forward(). Errors: as there, CLPOOL_INVALID_ARGUMENT for an unknown form or one that
 * cannot number the plane or the taps, CLPOOL_UNSUPPORTED for average and Lp, and CLPOOL_BUILD_FAILED. */
CLPOOL_API clpool_status clpool_enqueue_convert_mask(const clpool_plan *plan, clpool_buffer from,
                                                     clpool_mask_form from_form, clpool_buffer to,
                                                     clpool_mask_form to_form, cl_command_queue queue, cl_uint num_wait,
                                                     const cl_event *wait_list, cl_event *event);

/** Enqueues a count of those values of a mask, in the form of the plan's problem, that name no tap inside the tensor; a
 * sentinel is right where the window has none, and counts elsewhere. `count` receives one cl_ulong. The first call
 * in an engine compiles a program.
 *
 * Tail and errors as clpool_enqueue_convert_mask(). With N = 0 the mask has no element, but its buffer is needed. */
CLPOOL_API clpool_status clpool_enqueue_check_mask(const clpool_plan *plan, clpool_buffer mask, clpool_buffer count,
                                                   cl_command_queue queue, cl_uint num_wait, const cl_event *wait_list,
                                                   cl_event *event);

#ifdef __cplusplus
}
#endif

#endif
