/* SPDX-License-Identifier: Apache-2.0 */
#include "support/device.h"

#include "support/cmocka.h"
#include "support/missing.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_PLATFORMS = 16, MOST_DEVICES = 16, CANARY = 0xa5 };

/** Whether it is what CLPOOL_TEST_DEVICE asks for. */
static int is_wanted(const char *wanted, const char *platform_name, cl_device_id device)
{
    char name[128] = "";
    cl_device_type type = 0;
    (void)clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof(name), name, NULL);
    (void)clGetDeviceInfo(device, CL_DEVICE_TYPE, sizeof(type), &type, NULL);
    return strcmp(wanted, "gpu") == 0 ? (type & (CL_DEVICE_TYPE_GPU | CL_DEVICE_TYPE_ACCELERATOR)) != 0
                                      : strstr(platform_name, wanted) != NULL || strstr(name, wanted) != NULL;
}

static int find_device(const char *wanted, struct test_device *device)
{
    cl_platform_id platforms[MOST_PLATFORMS];
    cl_device_id devices[MOST_DEVICES];
    cl_uint count = 0;
    cl_uint device_count = 0;
    if (clGetPlatformIDs(MOST_PLATFORMS, platforms, &count) != CL_SUCCESS) {
        return 0;
    }
    for (cl_uint i = 0; i < count && i < MOST_PLATFORMS; i++) {
        char name[128] = "";
        (void)clGetPlatformInfo(platforms[i], CL_PLATFORM_NAME, sizeof(name), name, NULL);
        if (clGetDeviceIDs(platforms[i], CL_DEVICE_TYPE_ALL, MOST_DEVICES, devices, &device_count) != CL_SUCCESS) {
            continue;
        }
        for (cl_uint j = 0; j < device_count && j < MOST_DEVICES; j++) {
            if (is_wanted(wanted, name, devices[j])) {
                device->platform = platforms[i];
                device->device = devices[j];
                (void)snprintf(device->name, sizeof(device->name), "%s", name);
                return 1;
            }
        }
    }
    return 0;
}

void test_device_open(struct test_device *device)
{
    const char *wanted = getenv("CLPOOL_TEST_DEVICE");
    char device_name[128] = "";
    memset(device, 0, sizeof(*device));
    if (!find_device(wanted == NULL ? "" : wanted, device)) {
        exit(missing_device(wanted == NULL ? "any" : wanted));
    }
    cl_int code = CL_SUCCESS;
    assert_cl(clGetDeviceInfo(device->device, CL_DEVICE_NAME, sizeof(device_name), device_name, NULL));
    const size_t length = strlen(device->name);
    (void)snprintf(device->name + length, sizeof(device->name) - length, " / %s", device_name);
    printf("device: %s\n", device->name);
    device->context = clCreateContext(NULL, 1, &device->device, NULL, NULL, &code);
    assert_cl(code);
    device->queue = clCreateCommandQueue(device->context, device->device, 0, &code);
    assert_cl(code);
}

void test_device_close(struct test_device *device)
{
    assert_cl(clReleaseCommandQueue(device->queue));
    assert_cl(clReleaseContext(device->context));
}

cl_command_queue test_device_out_of_order_queue(const struct test_device *device)
{
    cl_int code = CL_SUCCESS;
    cl_command_queue queue =
        clCreateCommandQueue(device->context, device->device, CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE, &code);
    return code == CL_SUCCESS ? queue : NULL;
}

/** A tensor with a margin of so many bytes around its bands. */
static struct guarded make(const struct test_device *device, struct guarded layout, const void *contents)
{
    struct guarded made = layout;
    made.offset = layout.elements == 0 && layout.offset == 0 ? 1 : layout.offset;
    const size_t band = made.offset * made.element_bytes;
    const size_t tensor = made.elements * made.element_bytes;
    const size_t bytes = 2 * (made.margin + band) + tensor;
    cl_int code = CL_SUCCESS;
    unsigned char *image = malloc(bytes);
    assert_non_null(image);
    memset(image, CANARY, bytes);
    if (contents != NULL) {
        memcpy(image + made.margin + band, contents, tensor);
    }
    made.mem = clCreateBuffer(device->context, CL_MEM_READ_WRITE | CL_MEM_COPY_HOST_PTR, bytes, image, &code);
    free(image);
    assert_cl(code);
    if (made.margin > 0) {
        const cl_buffer_region region = {made.margin, 2 * band + tensor};
        made.parent = made.mem;
        made.mem = clCreateSubBuffer(made.parent, 0, CL_BUFFER_CREATE_TYPE_REGION, &region, &code);
        assert_cl(code);
    }
    return made;
}

struct guarded guarded_make(const struct test_device *device, size_t elements, size_t element_bytes, size_t band,
                            const void *contents)
{
    const struct guarded layout = {.offset = band, .elements = elements, .element_bytes = element_bytes};
    return make(device, layout, contents);
}

struct guarded guarded_make_inside(const struct test_device *device, size_t elements, size_t element_bytes, size_t band,
                                   const void *contents)
{
    cl_uint align_bits = 0;
    assert_cl(clGetDeviceInfo(device->device, CL_DEVICE_MEM_BASE_ADDR_ALIGN, sizeof(align_bits), &align_bits, NULL));
    const struct guarded layout = {
        .offset = band, .elements = elements, .element_bytes = element_bytes, .margin = align_bits / 8};
    return make(device, layout, contents);
}

clpool_buffer guarded_at(const struct guarded *guarded)
{
    return clpool_at(guarded->mem, guarded->offset);
}

int guarded_read(const struct test_device *device, const struct guarded *guarded, void *tensor, char *message,
                 size_t size)
{
    const size_t around = guarded->margin + guarded->offset * guarded->element_bytes;
    const size_t tensor_bytes = guarded->elements * guarded->element_bytes;
    const cl_mem mem = guarded->parent == NULL ? guarded->mem : guarded->parent;
    unsigned char *image = malloc(tensor_bytes + 2 * around + 1);
    assert_non_null(image);
    assert_cl(clEnqueueReadBuffer(device->queue, mem, CL_TRUE, 0, tensor_bytes + 2 * around, image, 0, NULL, NULL));
    int whole = 1;
    for (size_t i = 0; i < around; i++) {
        whole = whole && image[i] == CANARY && image[around + tensor_bytes + i] == CANARY;
    }
    memcpy(tensor, image + around, tensor_bytes);
    free(image);
    if (!whole) {
        (void)snprintf(message, size, "something was written outside the tensor");
    }
    return whole;
}

int guarded_equals(const struct test_device *device, const struct guarded *guarded, const void *expected, char *message,
                   size_t size)
{
    const size_t bytes = guarded->element_bytes;
    unsigned char *got = malloc(guarded->elements * bytes + 1);
    assert_non_null(got);
    int equal = guarded_read(device, guarded, got, message, size);
    for (size_t i = 0; equal && i < guarded->elements; i++) {
        const unsigned char *wanted = (const unsigned char *)expected + i * bytes;
        uint64_t bits_got = 0;
        uint64_t bits_wanted = 0;
        if (memcmp(got + i * bytes, wanted, bytes) != 0) {
            memcpy(&bits_got, got + i * bytes, bytes);
            memcpy(&bits_wanted, wanted, bytes);
            (void)snprintf(message, size, "element %zu is 0x%llx, expected 0x%llx", i, (unsigned long long)bits_got,
                           (unsigned long long)bits_wanted);
            equal = 0;
        }
    }
    free(got);
    return equal;
}

void guarded_check(const struct test_device *device, const struct guarded *guarded, const void *expected,
                   const char *what, const char *detail)
{
    char message[128] = "";
    if (!guarded_equals(device, guarded, expected, message, sizeof(message))) {
        print_error("%s: %s\n  %s\n", what, message, detail);
        fail();
    }
}

void guarded_release(struct guarded *guarded)
{
    assert_cl(clReleaseMemObject(guarded->mem));
    if (guarded->parent != NULL) {
        assert_cl(clReleaseMemObject(guarded->parent));
    }
    guarded->mem = guarded->parent = NULL;
}
