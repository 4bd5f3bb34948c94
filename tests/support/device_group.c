/* SPDX-License-Identifier: Apache-2.0 */
#include "support/device_group.h"

#include "support/cmocka.h"

struct test_device device;
clpool_engine *engine;
struct random random_source;

int device_group_open(void **state)
{
    (void)state;
    random_source = random_from_environment();
    test_device_open(&device);
    assert_success(clpool_engine_create(device.context, device.device, &engine));
    return 0;
}

int device_group_close(void **state)
{
    (void)state;
    clpool_engine_destroy(engine);
    test_device_close(&device);
    return 0;
}
