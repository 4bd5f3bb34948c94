/* SPDX-License-Identifier: Apache-2.0 */
/* A caller's problem and mask, with any contents, on the first OpenCL device: what the generic kernels and those that
 * the library chooses make of it must be what the reference makes. ci/check-kernel-sanitizers runs it on a checked
 * device. */
#include "problem_input.h"
#include "target.h"

enum { MOST_BYTES = 1 << 12, MOST_TAPS = 1 << 14 };

/** The device, opened once. */
static struct {
    cl_context context;
    cl_command_queue queue;
    clpool_engine *engine;
} on;

static void require_success(clpool_status status)
{
    if (status != CLPOOL_SUCCESS) {
        (void)fprintf(stderr, "failed: %s\n", clpool_error_detail());
        abort();
    }
}

static void open_device(void)
{
    cl_platform_id platform = NULL;
    cl_device_id device = NULL;
    cl_int code = CL_SUCCESS;
    REQUIRE(clGetPlatformIDs(1, &platform, NULL) == CL_SUCCESS);
    REQUIRE(clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 1, &device, NULL) == CL_SUCCESS);
    on.context = clCreateContext(NULL, 1, &device, NULL, NULL, &code);
    REQUIRE(code == CL_SUCCESS);
    on.queue = clCreateCommandQueue(on.context, device, 0, &code);
    REQUIRE(code == CL_SUCCESS);
    require_success(clpool_engine_create(on.context, device, &on.engine));
}

/** A tensor, by the reference and on the device. */
struct tensor {
    size_t bytes;
    uint8_t *host;
    cl_mem mem;
};

/** Filled with the input over and over, or with a run of bytes where there is none. */
static struct tensor make_tensor(const clpool_problem *problem, clpool_tensor which, const struct input *input)
{
    struct tensor tensor = {.bytes = 0};
    cl_int code = CL_SUCCESS;
    require_success(clpool_tensor_bytes(problem, which, &tensor.bytes));
    tensor.host = malloc(tensor.bytes + 1);
    REQUIRE(tensor.host != NULL);
    for (size_t i = 0; i < tensor.bytes; i++) {
        tensor.host[i] = input->left > 0 ? input->at[i % input->left] : (uint8_t)(i * 37);
    }
    tensor.mem = clCreateBuffer(on.context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, tensor.bytes, tensor.host, &code);
    REQUIRE(code == CL_SUCCESS);
    return tensor;
}

static void free_tensor(struct tensor *tensor)
{
    if (tensor->mem != NULL) {
        REQUIRE(clReleaseMemObject(tensor->mem) == CL_SUCCESS);
    }
    free(tensor->host);
}

static void require_equal(const struct tensor *tensor)
{
    uint8_t *got = malloc(tensor->bytes);
    REQUIRE(got != NULL);
    REQUIRE(clEnqueueReadBuffer(on.queue, tensor->mem, CL_TRUE, 0, tensor->bytes, got, 0, NULL, NULL) == CL_SUCCESS);
    REQUIRE(memcmp(got, tensor->host, tensor->bytes) == 0);
    free(got);
}

/** Of maximum, whose forward promises bits. */
static void run_forward(const clpool_plan *plan, const clpool_problem *problem, const struct input *input)
{
    struct tensor x = make_tensor(problem, CLPOOL_X, input);
    struct tensor y = make_tensor(problem, CLPOOL_Y, input);
    struct tensor mask = make_tensor(problem, CLPOOL_MASK, input);
    require_success(clpool_native_forward(problem, x.host, y.host, mask.host));
    require_success(clpool_enqueue_forward(plan, clpool_at(x.mem, 0), clpool_at(y.mem, 0), clpool_at(mask.mem, 0),
                                           on.queue, 0, NULL, NULL));
    require_equal(&y);
    require_equal(&mask);
    free_tensor(&x);
    free_tensor(&y);
    free_tensor(&mask);
}

/** Of maximum through the input as a mask, and of average. */
static void run_backward(const clpool_plan *plan, const clpool_problem *problem, const struct input *input)
{
    struct tensor dy = make_tensor(problem, CLPOOL_Y, input);
    struct tensor dx = make_tensor(problem, CLPOOL_X, input);
    struct tensor mask = {.mem = NULL};
    if (problem->mode == CLPOOL_MAX) {
        mask = make_tensor(problem, CLPOOL_MASK, input);
    }
    require_success(clpool_native_backward(problem, dy.host, mask.host, dx.host, CLPOOL_ACCUMULATE));
    require_success(clpool_enqueue_backward(plan, clpool_at(dy.mem, 0), clpool_at(mask.mem, 0), clpool_at(dx.mem, 0),
                                            CLPOOL_ACCUMULATE, on.queue, 0, NULL, NULL));
    require_equal(&dx);
    free_tensor(&dy);
    free_tensor(&dx);
    free_tensor(&mask);
}

static int has_backward(const clpool_problem *problem)
{
    const int is_float = problem->dtype == CLPOOL_F32 || problem->dtype == CLPOOL_F64 || problem->dtype == CLPOOL_F16 ||
                         problem->dtype == CLPOOL_BF16;
    return is_float && problem->mode != CLPOOL_LP;
}

static void run_with(const clpool_problem *problem, const struct input *input, const char *strategy)
{
    clpool_plan *plan = NULL;
    const clpool_plan_options options = {.struct_size = sizeof(options),
                                         .forward_strategy = strategy,
                                         .backward_strategy = strategy,
                                         .operations = 1 << CLPOOL_FORWARD | 1 << CLPOOL_BACKWARD};
    const clpool_status status = clpool_plan_create(on.engine, problem, &options, &plan);
    if (status == CLPOOL_UNSUPPORTED || status == CLPOOL_DEVICE_LACKS) {
        return;
    }
    require_success(status);
    if (problem->mode == CLPOOL_MAX) {
        run_forward(plan, problem, input);
    }
    if (has_backward(problem)) {
        run_backward(plan, problem, input);
    }
    clpool_plan_destroy(plan);
}

/** Whether the problem has tensors, and is small enough to be run at every input. */
static int is_small(const clpool_problem *problem)
{
    static const clpool_tensor which[] = {CLPOOL_X, CLPOOL_Y, CLPOOL_MASK};
    size_t taps = 1;
    for (size_t i = 0; i < (problem->mode == CLPOOL_MAX ? 3 : 2); i++) {
        size_t bytes = 0;
        require_success(clpool_tensor_bytes(problem, which[i], &bytes));
        if (bytes == 0 || bytes > MOST_BYTES) {
            return 0;
        }
    }
    for (unsigned i = 0; i < problem->rank; i++) {
        const size_t kernel = problem->windows == CLPOOL_ADAPTIVE ? problem->in[i] : problem->kernel[i];
        if (kernel > MOST_TAPS || taps * kernel > MOST_TAPS) {
            return 0;
        }
        taps *= kernel;
    }
    return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    if (on.engine == NULL) {
        open_device();
    }
    const clpool_problem problem = take_problem(&input);
    if (clpool_problem_check(&problem) == CLPOOL_SUCCESS && is_small(&problem)) {
        run_with(&problem, &input, "generic");
        run_with(&problem, &input, NULL);
    }
    return 0;
}
