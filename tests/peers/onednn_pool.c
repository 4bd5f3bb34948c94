/* SPDX-License-Identifier: Apache-2.0 */
/* Times oneDNN's maximum pooling on the CPU in f32: forward as for training, which keeps its argmax workspace, and
 * backward from that.
 *
 *   onednn_pool LAYOUT < SHAPES > RESULTS.json
 *
 * LAYOUT is nchw or nhwc. A line of SHAPES is a name and N,C,H,W:KERNEL[,STRIDE[,PADDING]]. The results have rows as
 * those of clpool bench --json: the least wall time of as many runs as take about 0.3 s, at least 3, after warming up,
 * and the name of the implementation that oneDNN chose. */
#include <dnnl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LEAST_RUNS = 3, MOST_RUNS = 1000 };
static const double budget = 0.3;

/* One shape, square in the window. */
typedef struct shape {
    char name[40];
    dnnl_dims_t src, dst, kernel, stride, padding, dilation;
} shape;

/* What is needed to run it. */
typedef struct pooling {
    dnnl_primitive_desc_t forward_desc, backward_desc;
    dnnl_primitive_t forward, backward;
    dnnl_memory_t src, dst, workspace;
} pooling;

static void check(dnnl_status_t status, const char *call)
{
    if (status != dnnl_success) {
        (void)fprintf(stderr, "onednn_pool: %s failed with status %d\n", call, (int)status);
        exit(1);
    }
}
#define CHECK(call) check((call), #call)

static double now(void)
{
    struct timespec at = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

static int parse_shape(const char *line, shape *parsed)
{
    long n, c, h, w, k, s, p = 0;
    int read;
    memset(parsed, 0, sizeof(*parsed));
    read = sscanf(line, "%39s %ld,%ld,%ld,%ld:%ld,%ld,%ld", parsed->name, &n, &c, &h, &w, &k, &s, &p);
    if (read < 6) {
        return 0;
    }
    s = read < 7 ? k : s;
    parsed->src[0] = parsed->dst[0] = n;
    parsed->src[1] = parsed->dst[1] = c;
    parsed->src[2] = h;
    parsed->src[3] = w;
    parsed->dst[2] = (h + 2 * p - k) / s + 1;
    parsed->dst[3] = (w + 2 * p - k) / s + 1;
    parsed->kernel[0] = parsed->kernel[1] = k;
    parsed->stride[0] = parsed->stride[1] = s;
    parsed->padding[0] = parsed->padding[1] = p;
    return 1;
}

#if DNNL_VERSION_MAJOR >= 3
static void make_descriptors(dnnl_engine_t engine, const shape *of, dnnl_format_tag_t tag, pooling *made)
{
    dnnl_memory_desc_t src, dst;
    CHECK(dnnl_memory_desc_create_with_tag(&src, 4, of->src, dnnl_f32, tag));
    CHECK(dnnl_memory_desc_create_with_tag(&dst, 4, of->dst, dnnl_f32, tag));
    CHECK(dnnl_pooling_forward_primitive_desc_create(&made->forward_desc, engine, dnnl_forward_training,
                                                     dnnl_pooling_max, src, dst, of->stride, of->kernel, of->dilation,
                                                     of->padding, of->padding, NULL));
    CHECK(dnnl_pooling_backward_primitive_desc_create(&made->backward_desc, engine, dnnl_pooling_max, src, dst,
                                                      of->stride, of->kernel, of->dilation, of->padding, of->padding,
                                                      made->forward_desc, NULL));
    CHECK(dnnl_memory_create(&made->src, src, engine, DNNL_MEMORY_ALLOCATE));
    CHECK(dnnl_memory_create(&made->dst, dst, engine, DNNL_MEMORY_ALLOCATE));
    CHECK(dnnl_memory_desc_destroy(src));
    CHECK(dnnl_memory_desc_destroy(dst));
}
#else
static void make_descriptors(dnnl_engine_t engine, const shape *of, dnnl_format_tag_t tag, pooling *made)
{
    dnnl_memory_desc_t src, dst;
    dnnl_pooling_v2_desc_t forward, backward;
    CHECK(dnnl_memory_desc_init_by_tag(&src, 4, of->src, dnnl_f32, tag));
    CHECK(dnnl_memory_desc_init_by_tag(&dst, 4, of->dst, dnnl_f32, tag));
    CHECK(dnnl_pooling_v2_forward_desc_init(&forward, dnnl_forward_training, dnnl_pooling_max, &src, &dst, of->stride,
                                            of->kernel, of->dilation, of->padding, of->padding));
    CHECK(dnnl_primitive_desc_create(&made->forward_desc, &forward, NULL, engine, NULL));
    CHECK(dnnl_pooling_v2_backward_desc_init(&backward, dnnl_pooling_max, &src, &dst, of->stride, of->kernel,
                                             of->dilation, of->padding, of->padding));
    CHECK(dnnl_primitive_desc_create(&made->backward_desc, &backward, NULL, engine, made->forward_desc));
    CHECK(dnnl_memory_create(&made->src, &src, engine, DNNL_MEMORY_ALLOCATE));
    CHECK(dnnl_memory_create(&made->dst, &dst, engine, DNNL_MEMORY_ALLOCATE));
}
#endif

static void fill(dnnl_memory_t memory, const dnnl_dims_t extents)
{
    dnnl_dim_t elements = extents[0] * extents[1] * extents[2] * extents[3], i;
    void *data;
    CHECK(dnnl_memory_get_data_handle(memory, &data));
    for (i = 0; i < elements; i++) {
        ((float *)data)[i] = (float)rand() / (float)RAND_MAX - 0.5f;
    }
}

static void make_pooling(dnnl_engine_t engine, const shape *of, dnnl_format_tag_t tag, pooling *made)
{
    make_descriptors(engine, of, tag, made);
    CHECK(dnnl_memory_create(&made->workspace,
                             dnnl_primitive_desc_query_md(made->forward_desc, dnnl_query_workspace_md, 0), engine,
                             DNNL_MEMORY_ALLOCATE));
    CHECK(dnnl_primitive_create(&made->forward, made->forward_desc));
    CHECK(dnnl_primitive_create(&made->backward, made->backward_desc));
    fill(made->src, of->src);
}

static void free_pooling(pooling *freed)
{
    CHECK(dnnl_primitive_destroy(freed->forward));
    CHECK(dnnl_primitive_destroy(freed->backward));
    CHECK(dnnl_primitive_desc_destroy(freed->forward_desc));
    CHECK(dnnl_primitive_desc_destroy(freed->backward_desc));
    CHECK(dnnl_memory_destroy(freed->src));
    CHECK(dnnl_memory_destroy(freed->dst));
    CHECK(dnnl_memory_destroy(freed->workspace));
}

static double run_once(dnnl_primitive_t primitive, dnnl_stream_t stream, const dnnl_exec_arg_t arguments[3])
{
    double start = now();
    CHECK(dnnl_primitive_execute(primitive, stream, 3, arguments));
    CHECK(dnnl_stream_wait(stream));
    return now() - start;
}

/* The least of the times, with the runs that clpool bench would make. */
static double least_time(dnnl_primitive_t primitive, dnnl_stream_t stream, const dnnl_exec_arg_t arguments[3])
{
    double until = now() + budget / 10, least = 0, last, fit;
    int runs, i;
    do {
        last = run_once(primitive, stream, arguments);
    } while (now() < until);
    fit = budget / last;
    runs = fit < LEAST_RUNS ? LEAST_RUNS : fit > MOST_RUNS ? MOST_RUNS : (int)fit;
    for (i = 0; i < runs; i++) {
        double took = run_once(primitive, stream, arguments);
        least = i == 0 || took < least ? took : least;
    }
    return least;
}

static void print_row(const char *name, const char *op, dnnl_primitive_desc_t desc, double least)
{
    static const char *between = "";
    const char *implementation;
    CHECK(dnnl_primitive_desc_query(desc, dnnl_query_impl_info_str, 0, (void *)&implementation));
    (void)printf("%s\n{\"device\": \"oneDNN\", \"case\": \"%s\", \"op\": \"%s\", \"strategy\": \"%s\", "
                 "\"wall_seconds\": {\"least\": %.9f}}",
                 between, name, op, implementation, least);
    between = ",";
}

static void time_shape(dnnl_engine_t engine, dnnl_stream_t stream, const shape *of, dnnl_format_tag_t tag)
{
    pooling made;
    make_pooling(engine, of, tag, &made);
    {
        const dnnl_exec_arg_t forward[3] = {
            {DNNL_ARG_SRC, made.src}, {DNNL_ARG_DST, made.dst}, {DNNL_ARG_WORKSPACE, made.workspace}};
        const dnnl_exec_arg_t backward[3] = {
            {DNNL_ARG_DIFF_SRC, made.src}, {DNNL_ARG_DIFF_DST, made.dst}, {DNNL_ARG_WORKSPACE, made.workspace}};
        print_row(of->name, "forward", made.forward_desc, least_time(made.forward, stream, forward));
        print_row(of->name, "backward", made.backward_desc, least_time(made.backward, stream, backward));
    }
    free_pooling(&made);
}

int main(int argc, char **argv)
{
    dnnl_engine_t engine;
    dnnl_stream_t stream;
    char line[256];
    shape of;
    if (argc != 2 || (strcmp(argv[1], "nchw") != 0 && strcmp(argv[1], "nhwc") != 0)) {
        (void)fprintf(stderr, "usage: onednn_pool nchw|nhwc < SHAPES\n");
        return 2;
    }
    CHECK(dnnl_engine_create(&engine, dnnl_cpu, 0));
    CHECK(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags));
    (void)printf("{\"version\": \"%d.%d.%d\", \"rows\": [", dnnl_version()->major, dnnl_version()->minor,
                 dnnl_version()->patch);
    while (fgets(line, sizeof(line), stdin) != NULL) {
        if (!parse_shape(line, &of)) {
            (void)fprintf(stderr, "onednn_pool: this is no NAME N,C,H,W:KERNEL,STRIDE,PADDING: %s", line);
            return 2;
        }
        time_shape(engine, stream, &of, strcmp(argv[1], "nhwc") == 0 ? dnnl_nhwc : dnnl_nchw);
    }
    (void)printf("]}\n");
    CHECK(dnnl_stream_destroy(stream));
    CHECK(dnnl_engine_destroy(engine));
    return 0;
}
