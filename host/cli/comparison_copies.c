/* SPDX-License-Identifier: Apache-2.0 */
/* How fast the comparison's targets copy as much memory as its operations move. */
#include "comparison.h"

#include <stdlib.h>

#include "report.h"

static exit_code measure_copies(const comparison *of, const target *on, size_t runs, copy_speed *made)
{
    exit_code code = copy_speed_open(made, on);
    size_t i;
    made->runs = runs;
    report_progress("copies on %s", on->index);
    for (i = 0; i < of->count && code == EXIT_DONE; i++) {
        const comparison_row *row = &of->rows[i];
        const copy_point *found;
        if (row->on == on && row->state == ROW_RAN && row->measured.bytes > 0) {
            code = copy_speed_find(made, row->measured.bytes, false, &found);
        }
    }
    return code;
}

exit_code comparison_measure_copies(comparison *made, size_t runs)
{
    exit_code worst = EXIT_DONE;
    size_t i;
    made->copies = calloc(comparison_targets(made), sizeof(*made->copies));
    if (made->copies == NULL) {
        return report_no_memory();
    }
    for (i = 0; i < comparison_targets(made); i++) {
        const target *on = comparison_target(made, i);
        if (i == 0 || on->context != NULL) {
            exit_code code = measure_copies(made, on, runs, &made->copies[i]);
            worst = code > worst ? code : worst;
        }
    }
    report_progress_end();
    return worst;
}
