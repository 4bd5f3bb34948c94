/* SPDX-License-Identifier: Apache-2.0 */
#include "measurement.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The middle of `runs` values. Sorts them. */
static double median(double *values, size_t runs)
{
    qsort(values, runs, sizeof(*values), by_value);
    return runs % 2 == 1 ? values[runs / 2] : (values[runs / 2 - 1] + values[runs / 2]) / 2;
}

/* Each time has its own median: they need not come from one run. `samples` has room for 4 values a run. */
static exit_code run_often(const runner *run, size_t runs, double *samples, run_times *times)
{
    exit_code code = runner_run(run, NULL);
    size_t i;
    for (i = 0; i < runs && code == EXIT_DONE; i++) {
        run_times once;
        code = runner_run(run, &once);
        samples[i] = once.to_device;
        samples[runs + i] = once.kernel;
        samples[2 * runs + i] = once.from_device;
        samples[3 * runs + i] = once.total;
    }
    if (code == EXIT_DONE) {
        times->to_device = median(samples, runs);
        times->kernel = median(samples + runs, runs);
        times->from_device = median(samples + 2 * runs, runs);
        times->total = median(samples + 3 * runs, runs);
    }
    return code;
}

exit_code measure(const target *on, const clpool_problem *problem, clpool_op op, const char *strategy,
                  const host_tensors *tensors, size_t runs, measurement *made)
{
    runner run;
    double *samples = calloc(runs, 4 * sizeof(*samples));
    exit_code code;
    int tensor;
    memset(made, 0, sizeof(*made));
    if (samples == NULL) {
        return report_no_memory();
    }
    code = runner_open(&run, on, problem, (runner_op)op, strategy, tensors);
    if (code == EXIT_DONE) {
        code = run_often(&run, runs, samples, &made->times);
        made->strategy = run.strategy;
        for (tensor = 0; tensor < RUNNER_TENSORS; tensor++) {
            made->bytes += run.bytes[tensor];
        }
        runner_close(&run);
    }
    free(samples);
    return code;
}
