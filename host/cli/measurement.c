/* SPDX-License-Identifier: Apache-2.0 */
#include "measurement.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "summary.h"

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
        times->to_device = summary_make(samples, runs).median;
        times->kernel = summary_make(samples + runs, runs).median;
        times->from_device = summary_make(samples + 2 * runs, runs).median;
        times->total = summary_make(samples + 3 * runs, runs).median;
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
