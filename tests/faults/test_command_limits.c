/* SPDX-License-Identifier: Apache-2.0 */
/* The command on devices that can little: right results, or an error that names what is lacking. */
#include "faults/child.h"
#include "support/cmocka.h"
#include "support/missing.h"

#include "files.h"
#include "sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEVICE " --device Portable"

static const char *program;
static struct child child;

static void run(const char *limits, const char *words)
{
    assert_int_equal(setenv("CLPOOL_LIMITS", limits, 1), 0);
    child_run(program, words, NULL, &child);
}

/** The run must end with this status and these texts somewhere in its stdout and stderr. */
static void expect(int status, const char *out, const char *err)
{
    if (child.status != status || strstr(child.out, out) == NULL || strstr(child.err, err) == NULL) {
        print_error("exit %d, wanted %d\nstdout: %s\nwanted: %s\nstderr: %s\nwanted: %s\n", child.status, status,
                    child.out, out, child.err, err);
        fail();
    }
}

static void a_tensor_larger_than_a_buffer_may_be_is_named(void **state)
{
    (void)state;
    run("allocation=383", "forward x.npy -o y.npy --mask m.npy --kernel 2" DEVICE);
    expect(3, "", "clCreateBuffer of 384 bytes failed: CL_INVALID_BUFFER_SIZE (-61)");
    assert_int_equal(access("y.npy", F_OK) & access("m.npy", F_OK), -1);
    run("allocation=384", "forward x.npy -o y.npy --mask m.npy --kernel 2" DEVICE);
    expect(0, "", "");
}

static void a_copy_larger_than_a_buffer_may_be_is_named(void **state)
{
    (void)state;
    run("allocation=1000000", "bench --case 1,2,6,8:2 --op forward --runs 1 --cold --json j.json" DEVICE);
    expect(0, "", "");
    run("allocation=1000", "bench --case 1,2,6,8:2 --op forward --runs 1 --json j2.json" DEVICE);
    expect(3, "", "failed: CL_INVALID_BUFFER_SIZE (-61)");
}

static void few_work_items_and_little_memory_give_the_host_s_bits(void **state)
{
    (void)state;
    run("work_group=3 local=100 address_bits=32", "compare x.npy --kernel 3 --stride 2 --padding 1 --runs 1" DEVICE);
    expect(0, "equal", "");
    run("work_group=1 local=1 address_bits=32", "compare x.npy --mode global_avg --runs 1" DEVICE);
    expect(0, "bound", "");
}

static void what_the_device_lacks_is_named(void **state)
{
    (void)state;
    run("f64=0", "forward d.npy -o y.npy --kernel 2" DEVICE);
    expect(3, "", "has no cl_khr_fp64; dtype f64 needs it");
    run("f64=0", "compare d.npy --kernel 2 --runs 1" DEVICE);
    expect(0, "has no cl_khr_fp64", "");
    run("f64=0", "devices");
    expect(0, "usable          yes", "");
}

static int set_up(void **state)
{
    static const size_t shape[] = {1, 2, 6, 8};
    assert_int_equal(sandbox_enter(state), 0);
    write_x("x.npy");
    write_array("d.npy", NPY_F64, 4, shape);
    run("", "devices");
    if (strstr(child.out, "Portable") == NULL) {
        exit(missing_device("Portable Computing Language"));
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tensor_larger_than_a_buffer_may_be_is_named),
        cmocka_unit_test(a_copy_larger_than_a_buffer_may_be_is_named),
        cmocka_unit_test(few_work_items_and_little_memory_give_the_host_s_bits),
        cmocka_unit_test(what_the_device_lacks_is_named),
    };
    program = getenv("CLPOOL_TEST_PROGRAM");
    if (program == NULL) {
        (void)fputs("CLPOOL_TEST_PROGRAM must name clpool_faulty\n", stderr);
        return EXIT_FAILURE;
    }
    return cmocka_run_group_tests(tests, set_up, sandbox_leave);
}
